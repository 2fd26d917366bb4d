"""One classifier out of several: the mean of their weights.

Classifiers that were fine-tuned from the same encoder and the same head lie in one valley of the
loss, so that their mean answers as their ensemble would, at the cost of one (model soups, Wortsman
et al. 2022). Where each learnt from other folds, the mean has learnt from all of them.
"""

from __future__ import annotations

import torch

from nlu.classifier import IntentClassifier


class Soup:
    """The running mean of the weights of classifiers, so that one at a time is held."""

    def __init__(self) -> None:
        self._sum: dict[str, torch.Tensor] = {}
        self._shares = 0.0

    def add(self, classifier: IntentClassifier, share: float = 1.0) -> Soup:
        """Put in one more classifier, by a share of any size; all must be of one shape."""
        self._shares += share
        for name, tensor in classifier.state_dict().items():
            own = share * tensor.detach().double()
            self._sum[name] = self._sum[name] + own if name in self._sum else own
        return self

    def pour(self, classifier: IntentClassifier) -> IntentClassifier:
        """Give a classifier of the same shape the mean weights. At least one must be in it."""
        classifier.load_state_dict({n: total / self._shares for n, total in self._sum.items()})
        return classifier

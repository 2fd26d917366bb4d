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
        self._count = 0

    def add(self, classifier: IntentClassifier) -> None:
        """Count one more classifier; all must be of one shape."""
        self._count += 1
        for name, tensor in classifier.state_dict().items():
            own = tensor.detach().double() if tensor.is_floating_point() else tensor
            self._sum[name] = self._sum[name] + own if name in self._sum else own.clone()

    def pour(self, classifier: IntentClassifier) -> IntentClassifier:
        """Give a classifier of the same shape the mean weights. At least one must be in it."""
        mean = {
            name: total / self._count if total.is_floating_point() else total // self._count
            for name, total in self._sum.items()
        }
        classifier.load_state_dict(mean)
        return classifier

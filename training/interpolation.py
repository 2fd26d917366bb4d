"""Weights between those that a training began with and those that it came to.

What a training learnt lies far along that line and what the encoder knew of language at its
beginning, so that a point on the way often does better than either end (WiSE-FT, Wortsman et al.
2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from nlu.classifier import IntentClassifier

Weights = Mapping[str, torch.Tensor]
DISTANCES = (1.0, 0.9, 0.8, 0.7)  # of the way, to choose from


def learning_weights(classifier: IntentClassifier) -> Weights:
    """A copy of the weights that a training will move."""
    return {
        name: weights.detach().clone()
        for name, weights in classifier.named_parameters()
        if weights.requires_grad
    }


def between(began: Weights, ended: Weights, distance: float) -> Weights:
    """Weights on the line from the one (distance 0) to the other (1).

    What is not in `began` never moved and is taken from `ended`.
    """
    return {
        name: torch.lerp(began[name], last, distance) if name in began else last
        for name, last in ended.items()
    }

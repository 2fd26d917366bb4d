"""Learning the second opinion, and how much it is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlu.decisions import probabilities
from nlu.outofscope import Array
from nlu.probe import Probe
from nlu.retriever import Vectors

INVERSE_REGULARISATION = 30.0  # on unit vectors; 10 to 100 do as well
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def fit_probe(vectors: Vectors, targets: Sequence[int], classes: int) -> Probe:
    """A logistic regression on unit vectors (N, H); every class must have an example."""
    fitted = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=300).fit(vectors, targets)
    weights, bias = fitted.coef_, fitted.intercept_
    if classes == 2:  # sklearn keeps only the second class's side
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Probe(weights.astype(np.float32), bias.astype(np.float32))


def choose_strength(logits: Array, opinion: Array, targets: Sequence[int]) -> float:
    """The factor on the opinion (N, C) that makes held-out targets likeliest beside the logits.

    Both are held-out examples' logits (N, C). The classifier's are brought to their own best
    temperature first, so that a share means the same whatever its scale.
    """
    truth = np.asarray(targets)
    rows = np.arange(len(truth))

    def loss(scores: Array) -> float:
        return float(-np.log(probabilities(scores)[rows, truth] + 1e-12).mean())

    temperature = min(np.geomspace(0.2, 8.0, 60), key=lambda at: loss(logits / at))
    best = min(SHARES, key=lambda share: loss(logits / temperature + share * opinion))
    return float(best * temperature)

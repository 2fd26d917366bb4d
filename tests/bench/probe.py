"""An opinion that was tried and left out: a linear classifier on the pretrained vectors.

Fine-tuning bends the space towards what was learnt; the pretrained space has seen more of language
(linear probing, Kumar et al. 2022). It costs a second pass of an encoder for every message.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlu.decisions import probabilities
from nlu.outofscope import Array
from training.data import Example
from training.fitting import Ground
from training.opinions import SHARES, TEMPERATURES

REGULARISATION = 30.0  # inverse, on unit vectors; 10 to 100 do as well
PROBE_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def probed(ground: Ground, train: tuple[Example, ...], texts: list[str]) -> Array:
    """Logits (N, C) of texts by a logistic regression on pretrained vectors."""
    fitted = LogisticRegression(C=REGULARISATION, max_iter=300)
    fitted.fit(ground.original.of(train), ground.targets(train))
    return np.asarray(fitted.decision_function(ground.original.at(texts)))


def fused(logits: Array, probe: Array, letters: Array, truth: Array) -> Array:
    """All three together, in the shares that make the truth likeliest at the best temperature."""
    rows = np.arange(len(truth))

    def loss(scores: Array) -> float:
        return float(-np.log(probabilities(scores)[rows, truth] + 1e-12).mean())

    at = min(TEMPERATURES, key=lambda at: loss(logits / at))
    mixtures = (
        logits / at + one * probe + other * letters for one, other in product(PROBE_SHARES, SHARES)
    )
    return min(mixtures, key=lambda mixed: min(loss(mixed / at) for at in TEMPERATURES))

"""Learning the opinion of the letters, and how much it is worth beside the classifier's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.svm import LinearSVC

from nlu.decisions import probabilities
from nlu.ngrams import BUCKETS, Ngrams, piece_counts
from nlu.outofscope import Array

REGULARISATION = 0.5
SHARES = (0.0, 0.5, 1.0, 2.0, 3.0)
TEMPERATURES = np.geomspace(0.2, 8.0, 30)


def fit_ngrams(
    texts: Sequence[str],
    targets: Sequence[int],
    classes: int,
    seed: int,
    *,
    size: int = BUCKETS,
    regularisation: float = REGULARISATION,
) -> Ngrams:
    """A support vector machine on pieces of words; every class must have an example.

    `seed` decides the order in which it goes over the examples; into `size` buckets the pieces
    fall.
    """
    counts = piece_counts(texts, size)
    weighing = TfidfTransformer(sublinear_tf=True).fit(counts)
    fitted = LinearSVC(C=regularisation, random_state=seed)
    fitted.fit(weighing.transform(counts), targets)
    weights, bias = _of_each_class(fitted, classes)
    rarity = weighing.idf_.astype(np.float32)
    return Ngrams(
        rarity, np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32)
    )


def choose_strength(logits: Array, ngrams: Array, targets: Sequence[int]) -> float:
    """The factor on the letters' opinion that makes held-out targets likeliest beside the logits.

    Both are held-out examples' logits (N, C). The classifier's are brought to their own best
    temperature first, so that a share means the same whatever its scale; and each mixture is
    judged at its own best temperature, because calibration comes after.
    """
    truth = np.asarray(targets)
    rows = np.arange(len(truth))

    def loss(scores: Array) -> float:
        return float(-np.log(probabilities(scores)[rows, truth] + 1e-12).mean())

    def least(scores: Array) -> float:
        return min(loss(scores / at) for at in TEMPERATURES)

    temperature = min(TEMPERATURES, key=lambda at: loss(logits / at))
    best = min(SHARES, key=lambda share: least(logits / temperature + share * ngrams))
    return float(best * temperature)


def _of_each_class(fitted: LinearSVC, classes: int) -> tuple[Array, Array]:
    """Weights (C, F) and bias (C,); of two classes sklearn keeps only the second one's side."""
    weights, bias = fitted.coef_, fitted.intercept_
    if classes == 2:
        return np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights, bias

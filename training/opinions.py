"""Learning the opinions beside the classifier's own, and how much each is worth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlu.decisions import probabilities
from nlu.ngrams import Ngrams, piece_counts
from nlu.outofscope import Array
from nlu.probe import Probe
from nlu.retriever import Vectors

PROBE_REGULARISATION = 30.0  # inverse, on unit vectors; 10 to 100 do as well
NGRAM_REGULARISATION = 0.5
PROBE_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
NGRAM_SHARES = (0.0, 0.5, 1.0, 2.0, 3.0)
TEMPERATURES = np.geomspace(0.2, 8.0, 30)


def fit_probe(vectors: Vectors, targets: Sequence[int], classes: int) -> Probe:
    """A logistic regression on unit vectors (N, H); every class must have an example."""
    fitted = LogisticRegression(C=PROBE_REGULARISATION, max_iter=300).fit(vectors, targets)
    weights, bias = _of_each_class(fitted, classes)
    return Probe(weights.astype(np.float32), bias.astype(np.float32))


def fit_ngrams(texts: Sequence[str], targets: Sequence[int], classes: int, seed: int) -> Ngrams:
    """A support vector machine on pieces of words; every class must have an example.

    `seed` decides the order in which it goes over the examples.
    """
    counts = piece_counts(texts)
    weighing = TfidfTransformer(sublinear_tf=True).fit(counts)
    fitted = LinearSVC(C=NGRAM_REGULARISATION, random_state=seed)
    fitted.fit(weighing.transform(counts), targets)
    weights, bias = _of_each_class(fitted, classes)
    rarity = weighing.idf_.astype(np.float32)
    return Ngrams(
        rarity, np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32)
    )


def choose_strengths(
    logits: Array, probe: Array, ngrams: Array, targets: Sequence[int]
) -> tuple[float, float]:
    """The factors on both opinions that make held-out targets likeliest beside the logits.

    All are held-out examples' logits (N, C). The classifier's are brought to their own best
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
    best = min(
        product(PROBE_SHARES, NGRAM_SHARES),
        key=lambda shares: least(logits / temperature + shares[0] * probe + shares[1] * ngrams),
    )
    return float(best[0] * temperature), float(best[1] * temperature)


def _of_each_class(fitted: LogisticRegression | LinearSVC, classes: int) -> tuple[Array, Array]:
    """Weights (C, F) and bias (C,); of two classes sklearn keeps only the second one's side."""
    weights, bias = fitted.coef_, fitted.intercept_
    if classes == 2:
        return np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights, bias

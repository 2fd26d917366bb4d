"""What turns scores into decisions, learnt from validation data and never from the test set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from nlu.decisions import probabilities
from nlu.outofscope import Array, OutOfScopeScore

Flags = npt.NDArray[np.bool_]
BINS = 15
DRAWS = 100
TEMPERATURES = np.geomspace(0.05, 20.0, 300)  # steps of two per cent
LARGEST_REJECTION = 0.04  # share of in-scope messages that may be taken for out of scope


def fit_temperature(logits_at: Callable[[float], Array], labels: Sequence[int]) -> float:
    """The temperature that minimises the cross-entropy (Guo et al. 2017).

    `logits_at` gives the logits (N, K) at a temperature. The targets are smoothed as Platt
    (1999) does, or a validation set without a mistake would make every answer certain.
    """
    count, classes = logits_at(1.0).shape
    certain = (count + 1) / (count + 2)
    targets = np.full((count, classes), (1 - certain) / max(1, classes - 1))  # (N, K)
    targets[np.arange(count), labels] = certain

    def loss(temperature: float) -> float:
        chances = probabilities(logits_at(temperature))
        return float(-(targets * np.log(chances + 1e-12)).sum(axis=1).mean())

    return min(map(float, TEMPERATURES), key=loss)


def temperature_as_sure(logits_at: Callable[[float], Array], confidence: float) -> float:
    """The temperature at which the best guesses have this mean probability.

    For a classifier that was taught by a calibrated one: on sentences without labels it shall be
    as sure as its teacher is.
    """

    def gap(temperature: float) -> float:
        mean = probabilities(logits_at(temperature)).max(axis=1).mean()
        return abs(float(mean) - confidence)

    return min(map(float, TEMPERATURES), key=gap)


class Bin(NamedTuple):
    """Answers of like confidence: the bin's borders, its size, mean confidence, accuracy."""

    low: float
    high: float
    size: int
    confidence: float
    accuracy: float


def reliability(confidence: Array, right: Flags) -> list[Bin]:
    """The bins of a reliability diagram: 15 of equal width, the empty ones left out."""
    numbers = np.minimum((confidence * BINS).astype(int), BINS - 1)
    found = []
    for number in range(BINS):
        inside = numbers == number
        if inside.any():
            found.append(
                Bin(
                    number / BINS,
                    (number + 1) / BINS,
                    int(inside.sum()),
                    float(confidence[inside].mean()),
                    float(right[inside].mean()),
                )
            )
    return found


def expected_calibration_error(confidence: Array, right: Flags) -> float:
    """Mean gap between confidence and accuracy over the bins, weighted by their size."""
    bins = reliability(confidence, right)
    total = sum(one.size for one in bins)
    return sum(abs(one.confidence - one.accuracy) * one.size for one in bins) / max(1, total)


def expected_error_of_perfection(confidence: Array, seed: int = 0) -> float:
    """The calibration error that a perfectly calibrated model would show on so few answers.

    Each answer is drawn right with exactly its confidence; the mean error over the draws. In bins
    of a few dozen answers chance alone makes a gap, and no calibration comes below it.
    """
    rng = np.random.default_rng(seed)
    draws = [rng.random(len(confidence)) < confidence for _ in range(DRAWS)]
    return float(np.mean([expected_calibration_error(confidence, right) for right in draws]))


def fit_outside_score(signals: Array, outside: Flags) -> OutOfScopeScore:
    """Fit P(out of scope) to signals (N, F) of validation messages; both kinds count equally."""
    means, scales = signals.mean(axis=0), signals.std(axis=0)
    scales = np.where(scales > 0, scales, 1.0)
    fitted = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    fitted.fit((signals - means) / scales, outside)
    return OutOfScopeScore(
        means=tuple(map(float, means)),
        scales=tuple(map(float, scales)),
        weights=tuple(map(float, fitted.coef_[0])),
        bias=float(fitted.intercept_[0]),
    )


def choose_outside_threshold(scores: Array, outside: Flags) -> float:
    """The threshold that rejects few in-scope messages, and none that are likelier in scope.

    A quantile, and no search for the best sum of both recalls: on a few hundred messages the
    best of a search lands elsewhere at every training, and customers would notice.
    """
    return max(0.5, float(np.quantile(scores[~outside], 1.0 - LARGEST_REJECTION)))

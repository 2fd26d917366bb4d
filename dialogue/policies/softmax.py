"""Multinomial logistic regression on sparse, named features. numpy and scipy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize, minimize_scalar

Name = tuple[object, ...]
Row = Mapping[Name, float]
STRENGTH = 10.0  # how much an example counts against a weight's square
MOST_ROUNDS = 25  # more change no prediction, and cost seconds in large projects
REMEMBERED = 3  # steps by which the optimiser knows the curve; each costs time and memory
TEMPERATURES = (0.5, 5.0)


class Softmax:
    """Probabilities of labels from features; what training did not know counts for nothing."""

    def __init__(self, rows: Sequence[Row], labels: Sequence[str], counts: Sequence[float]) -> None:
        self.labels = sorted(set(labels))
        self.temperature = 1.0
        self._columns: dict[Name, int] = {}
        for row in rows:
            for name in row:
                self._columns.setdefault(name, len(self._columns))
        number = {label: index for index, label in enumerate(self.labels)}
        truth = np.array([number[label] for label in labels])
        self._weights = _fit(self._matrix(rows), truth, np.array(counts), len(self.labels))

    def probabilities(self, row: Row) -> dict[str, float]:
        """Of each label; they sum to 1."""
        chances = np.exp(_log_softmax(self._scores([row]) / self.temperature))[0]
        return dict(zip(self.labels, chances.tolist(), strict=True))

    def calibrate(self, rows: Sequence[Row], labels: Sequence[str]) -> None:
        """Choose the temperature that makes these labels likeliest (Guo et al. 2017)."""
        known = [index for index, label in enumerate(labels) if label in self.labels]
        if not known:
            return
        scores = self._scores([rows[index] for index in known])
        truth = [self.labels.index(labels[index]) for index in known]

        def loss(temperature: float) -> float:
            return -float(_log_softmax(scores / temperature)[range(len(truth)), truth].mean())

        found = minimize_scalar(loss, bounds=TEMPERATURES, method="bounded")
        self.temperature = float(found.x)

    def _scores(self, rows: Sequence[Row]) -> Any:
        return self._matrix(rows) @ self._weights

    def _matrix(self, rows: Sequence[Row]) -> Any:
        """(rows, features), sparse."""
        entries = [
            (number, self._columns[name], value)
            for number, row in enumerate(rows)
            for name, value in row.items()
            if name in self._columns
        ]
        numbers, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        return sparse.csr_matrix(
            (values, (numbers, columns)), shape=(len(rows), len(self._columns)), dtype=float
        )


def _fit(examples: Any, truth: Any, counts: Any, labels: int) -> Any:
    """Weights (features, labels) of least weighted cross-entropy, with an L2 penalty."""
    rows, columns = examples.shape
    examples = examples.astype(np.float32)  # twice as fast, and the optimiser's sums are of doubles
    counts = counts.astype(np.float32)
    transposed = examples.T.tocsr()
    places = np.arange(rows)

    def loss(flat: Any) -> tuple[float, Any]:
        logs = _log_softmax(examples @ flat.reshape(columns, labels).astype(np.float32))
        missed = float(counts @ -logs[places, truth])
        errors = np.exp(logs)
        errors[places, truth] -= 1.0
        errors *= counts[:, None]
        slope = STRENGTH * (transposed @ errors).ravel() + flat
        return STRENGTH * missed + 0.5 * float(flat @ flat), slope

    found = minimize(
        loss,
        np.zeros(columns * labels),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MOST_ROUNDS, "maxcor": REMEMBERED},
    )
    return found.x.reshape(columns, labels)


def _log_softmax(scores: Any) -> Any:
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))

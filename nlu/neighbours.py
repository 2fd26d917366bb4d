"""The training examples nearest to a message, in the space the classifier decides in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nlu.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Known:
    """An example that a model learnt from; `source` is ``file:line`` or ``label:ID``."""

    text: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A known example and its cosine to a message."""

    example: Known
    cosine: float

    def to_json(self) -> dict[str, Any]:
        """One flat object: text, label, source, cosine."""
        return {**asdict(self.example), "cosine": self.cosine}


class Neighbours:
    """All examples of a model with their unit vectors."""

    def __init__(self, examples: Sequence[Known], vectors: Vectors) -> None:
        """One example a row of `vectors` (N, H). Raises ValueError when their numbers differ."""
        if len(examples) != len(vectors):
            raise ValueError(f"{len(examples)} examples have {len(vectors)} vectors")
        self._examples = tuple(examples)
        self._vectors = vectors

    def nearest(self, vectors: Vectors, count: int) -> list[tuple[Neighbour, ...]]:
        """The `count` nearest examples of each of the unit vectors (B, H), the nearest first."""
        cosines = vectors @ self._vectors.T  # (B, N)
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :count]  # (B, count)
        return [
            tuple(Neighbour(self._examples[column], float(row[column])) for column in columns)
            for row, columns in zip(cosines, best, strict=True)
        ]

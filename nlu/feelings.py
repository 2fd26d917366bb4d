"""How a message sounds, read from what its intent was read from: one vector and the letters.

A feeling costs two small products a message and no second pass of an encoder. What it has learnt is
in numbers that are calibrated already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from nlu.decisions import probabilities
from nlu.outofscope import Array
from nlu.types import Feeling
from nlu.vectors import Vectors

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class FeelingReader:
    """Tells C labels apart: weights (H, C) of unit vectors and (F, C) of letters, bias (C,)."""

    labels: tuple[str, ...]
    vectors: npt.NDArray[np.float32]
    letters: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def logits(self, unit: Vectors, letters: csr_matrix) -> Array:
        """Logits (N, C) of unit vectors (N, H) and weighed letters (N, F)."""
        return np.asarray(unit @ self.vectors + letters @ self.letters + self.bias, dtype=float)

    def __call__(self, unit: Vectors, letters: csr_matrix) -> list[Feeling]:
        """The likeliest label of each of N texts."""
        chances = probabilities(self.logits(unit, letters))  # (N, C)
        best = chances.argmax(axis=1)
        return [
            Feeling(self.labels[at], float(row[at])) for at, row in zip(best, chances, strict=True)
        ]

    def arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """What a model keeps of it under the feeling's name; the letters, in half precision."""
        return {
            f"{name}_vectors": self.vectors,
            f"{name}_letters": self.letters.astype(np.float16),
            f"{name}_bias": self.bias,
        }

    @classmethod
    def of_arrays(cls, name: str, labels: Sequence[str], arrays: Arrays) -> FeelingReader:
        """The reverse of `arrays`. Raises KeyError and ValueError when they do not fit together."""
        vectors, letters, bias = (
            arrays[f"{name}_{part}"] for part in ("vectors", "letters", "bias")
        )
        if {vectors.shape[1], letters.shape[1], *bias.shape} != {len(labels)}:
            raise ValueError(f"the feeling '{name}' has {len(labels)} labels and other weights")
        return cls(tuple(labels), vectors, letters.astype(np.float32), bias)

"""The classifier's head as it serves: one product, with any cosine's lengths taken out before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.outofscope import Array
from nlu.vectors import Vectors


@dataclass(frozen=True)
class Head:
    """Weights (C, H) and bias (C,). Those of cosines want unit vectors, and others do not."""

    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    cosines: bool

    def __call__(self, pooled: Vectors, unit: Vectors) -> Array:
        """Logits (N, C) of mean vectors and of the same at length 1, (N, H) each."""
        vectors = unit if self.cosines else pooled
        return np.asarray(vectors @ self.weights.T + self.bias, dtype=np.float64)


def normalised(vectors: Vectors) -> Vectors:
    """Vectors (N, H) at length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)  # (N, 1)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))

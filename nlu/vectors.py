"""Vectors of sentences, and how near they are to others."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Vectors: TypeAlias = npt.NDArray[np.float32]


def nearness(vectors: Vectors, examples: Vectors, count: int) -> npt.NDArray[np.float64]:
    """Mean cosine (B,) of vectors (B, H) to their `count` nearest examples (N, H)."""
    if not len(examples):
        return np.zeros(len(vectors))
    cosines = vectors @ examples.T  # (B, N)
    count = min(count, len(examples))
    nearest = np.partition(cosines, -count, axis=1)[:, -count:]  # (B, count)
    return np.asarray(nearest.mean(axis=1), dtype=np.float64)

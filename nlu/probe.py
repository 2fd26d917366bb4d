"""A second opinion: a linear classifier on the vectors of the pretrained encoder.

Fine-tuning bends the space towards what was learnt; the pretrained space has seen far more of
language. With few examples their joint opinion is better than either (linear probing, Kumar et
al. 2022). The pretrained vectors are computed anyway, for what is out of scope.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.outofscope import Array
from nlu.retriever import Vectors


@dataclass(frozen=True)
class Probe:
    """Weights (C, H) and bias (C,); what it says is added to the classifier's logits."""

    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def __call__(self, vectors: Vectors) -> Array:
        """Logits (B, C) of unit vectors (B, H) in the pretrained space."""
        return np.asarray(vectors @ self.weights.T + self.bias, dtype=np.float64)

    def times(self, factor: float) -> Probe:
        """The same opinion, held more or less strongly."""
        return Probe(self.weights * np.float32(factor), self.bias * np.float32(factor))

    @classmethod
    def silent(cls, classes: int, width: int) -> Probe:
        """One that says nothing."""
        return cls(np.zeros((classes, width), np.float32), np.zeros(classes, np.float32))

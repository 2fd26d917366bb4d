"""Whether a message is for this bot at all: a few signals, joined by a logistic regression.

No single signal suffices: the classifier is sure about sentences that lie far from anything it
learnt, and near misses lie near. The signals (Hendrycks & Gimpel 2017 for
the confidence, Liu et al. 2020 for the energy, Sun et al. 2022 for the neighbours):

- `odds`: log-odds of the classifier's own out-of-scope class against the best intent;
- `energy`: log-sum-exp of the intents' logits;
- `confidence`: log-probability of the best intent among the intents;
- `near`: mean cosine to the nearest training examples, in the classifier's space;
- `far`: the same to the nearest out-of-scope examples, less `near`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from nlu.vectors import Vectors, nearness

Array: TypeAlias = npt.NDArray[np.float64]
SIGNALS = ("odds", "energy", "confidence", "near", "far")
NEIGHBOURS = 3


@dataclass(frozen=True)
class OutOfScopeScore:
    """A fitted logistic regression over standardised signals; one number a signal."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def __call__(self, signals: Array) -> Array:
        """Probability (B,) that a message is out of scope, from its signals (B, F)."""
        standard = (signals - np.array(self.means)) / np.array(self.scales)  # (B, F)
        evidence = standard @ np.array(self.weights) + self.bias  # (B,)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(evidence, -50, 50))))

    def to_json(self) -> dict[str, Any]:
        """The coefficients."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> OutOfScopeScore:
        """The reverse of `to_json`."""
        lists = {key: tuple(data[key]) for key in ("means", "scales", "weights")}
        return cls(bias=data["bias"], **lists)


def signals(
    intent_logits: Array, outside_logit: Array, vectors: Vectors, inside: Vectors, outside: Vectors
) -> Array:
    """The signals (B, F) of a batch.

    `intent_logits` (B, K) are those of the intents alone, `outside_logit` (B,) that of the
    out-of-scope class; unit `vectors` (B, H) are set beside those of the training examples in
    scope, `inside` (N, H), and out of it, `outside` (M, H).
    """
    energy = np.logaddexp.reduce(intent_logits, axis=1)  # (B,)
    best = intent_logits.max(axis=1)  # (B,)
    near = nearness(vectors, inside, NEIGHBOURS)  # (B,)
    far = nearness(vectors, outside, NEIGHBOURS) - near  # (B,)
    return np.stack([outside_logit - best, energy, best - energy, near, far], axis=1)

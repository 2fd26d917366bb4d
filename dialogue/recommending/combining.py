"""One opinion out of several, and a few goods out of many that are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dialogue.recommending.content import Array

CONTENT_WEIGHT = 0.7  # of what goods are for, beside who bought them: chosen on earlier orders
RELEVANCE = 0.8  # against novelty, in [0, 1]


def standardised(scores: Array) -> Array:
    """Scores (N,) with mean 0 and standard deviation 1; all 0 when they say nothing."""
    spread = scores.std()
    return np.zeros_like(scores) if spread < 1e-9 else (scores - scores.mean()) / spread


def combined(together: Array, alike: Array | None) -> Array:
    """The opinion (N,) of purchases, and of contents where they are known."""
    if alike is None:
        return standardised(together)
    return standardised(together) + CONTENT_WEIGHT * standardised(alike)


def diverse(scores: Array, likeness: Array, count: int) -> list[int]:
    """Positions of `count` out of R scored goods, the best first, each also unlike those before.

    Maximal marginal relevance (Carbonell and Goldstein 1998), over scores (R,) and cosines (R, R).
    """
    if not len(scores):
        return []
    spread = max(float(scores.max() - scores.min()), 1e-9)
    relevance = (scores - scores.min()) / spread  # in [0, 1], as likeness mostly is
    nearest = np.zeros(len(scores))
    chosen: list[int] = []
    left = np.ones(len(scores), dtype=bool)
    while left.any() and len(chosen) < count:
        gain = np.where(left, RELEVANCE * relevance - (1 - RELEVANCE) * nearest, -np.inf)
        best = int(gain.argmax())
        chosen.append(best)
        left[best] = False
        nearest = np.maximum(nearest, likeness[best])
    return chosen


def best_first(scores: Array, allowed: Sequence[int], count: int) -> list[int]:
    """The `count` rows out of `allowed` with the highest scores (N,); earlier rows win ties."""
    rows = np.array(allowed, dtype=np.intp)
    return [int(row) for row in rows[np.argsort(-scores[rows], kind="stable")[:count]]]

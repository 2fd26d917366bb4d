"""Tags of words (O, then B and I of each kind), and the stretches that they mark."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt


def best_tags(logits: npt.NDArray[np.float32]) -> list[int]:
    """The likeliest tags (W,) of which each I follows a B or I of its kind (Viterbi)."""
    best = logits.argmax(axis=1)
    inside = best % 2 == 0
    if not (inside & (best > 0)).any():  # O and B may stand anywhere
        return [int(tag) for tag in best]
    tags = logits.shape[1]
    columns = np.arange(2, tags, 2)
    score = logits[0].copy()
    score[columns] = -np.inf
    came_from = []
    for row in logits[1:]:
        anything = int(score.argmax())
        back = np.full(tags, anything)
        own = np.where(score[columns] >= score[columns - 1], columns, columns - 1)
        back[columns] = own
        came_from.append(back)
        score = score[back] + row
    path = [int(score.argmax())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    return path[::-1]


def runs(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """Where entities begin and end + 1 in words, and the B of their kind."""
    starts = [at for at, tag in enumerate(tags) if tag % 2]
    runs = []
    for at, following in pairwise([*starts, len(tags)]):
        after = at + 1
        while after < following and tags[after] == tags[at] + 1:
            after += 1
        runs.append((at, after, tags[at]))
    return runs

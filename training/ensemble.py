"""Teachers: models that each learn from a part of the examples and speak of the other part.

What a model says of sentences it learnt from carries no doubt worth learning, so each sentence is
judged by the teacher that never saw it (as in stacking, Wolpert 1992). A classifier that learns
these probabilities beside the labels takes over what the teachers agree on and is less sure where
they are not (Hinton et al. 2015; born-again networks, Furlanello et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nlu.outofscope import Array
from training.data import Example, normalised
from training.splits import rank

Teach = Callable[[Sequence[int], Sequence[int], int], Array]


def folds(examples: Sequence[Example], labels: Sequence[int], count: int, seed: int) -> list[int]:
    """The fold, from 0, of each example: every class spread evenly, chance by text and seed."""
    order = sorted(range(len(examples)), key=lambda row: rank(examples[row].text, seed))
    dealt: dict[int, int] = {}
    places = [0] * len(examples)
    same: dict[str, int] = {}
    for row in order:
        number = dealt.get(labels[row], 0)
        dealt[labels[row]] = number + 1
        # One sentence twice must not teach itself.
        places[row] = same.setdefault(normalised(examples[row].text), number % count)
    return places


def cross_taught(
    examples: Sequence[Example], labels: Sequence[int], count: int, seed: int, teach: Teach
) -> Array:
    """What teachers say of all examples: probabilities (N, C), each by one that never saw it.

    `teach` trains a teacher: it takes the rows to learn from, the rows to judge, and a seed, and
    gives probabilities for the latter.
    """
    places = np.array(folds(examples, labels, count, seed))
    judged: Array | None = None
    for fold in range(count):
        own = np.flatnonzero(places == fold)
        others = np.flatnonzero(places != fold)
        said = teach(others.tolist(), own.tolist(), seed + 1 + fold)
        if judged is None:
            judged = np.zeros((len(examples), said.shape[1]))
        judged[own] = said
    if judged is None:
        raise ValueError("at least one teacher is needed")
    return judged

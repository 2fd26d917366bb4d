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
from training.data import Example
from training.splits import fold_places

Teach = Callable[[Sequence[int], Sequence[int], int], Array]


def cross_taught(examples: Sequence[Example], count: int, seed: int, teach: Teach) -> Array:
    """What teachers say of all examples: probabilities (N, C), each by one that never saw it.

    `teach` trains a teacher: it takes the rows to learn from, the rows to judge, and a seed, and
    gives probabilities for the latter.
    """
    places = np.array(fold_places(examples, count, seed))
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

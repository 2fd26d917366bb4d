"""Learning from sentences that nobody has labelled: labels flow to their neighbours.

Sentences of one meaning lie together, so what is known of some is likely for those near them. A
graph joins each sentence to its nearest, and labels spread over it until they settle (Zhou et al.
2004, "Learning with local and global consistency"). What a classifier already thinks of the
unlabelled sentences is where they start. A classifier that learns these probabilities has seen
how people really ask, and not only the few sentences that somebody wrote down.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.neighbors import NearestNeighbors

from nlu.outofscope import Array
from nlu.vectors import Vectors

NEIGHBOURS = 10  # to which a sentence is joined
SHARPNESS = 4  # power of the cosine: how much more a nearer one counts
FLOW = 0.8  # share of a sentence's belief that comes from its neighbours
PRIOR = 0.5  # how far the first guess counts beside a label
ROUNDS = 20


def propagated(known: Vectors, targets: Sequence[int], unknown: Vectors, guesses: Array) -> Array:
    """Probabilities (M, C) of unlabelled sentences.

    `known` (N, H) are the unit vectors of labelled ones and `targets` their classes; `unknown`
    (M, H) are those of unlabelled ones and `guesses` (M, C) their first probabilities.
    """
    start = np.vstack([np.eye(guesses.shape[1])[list(targets)], PRIOR * guesses])  # (N + M, C)
    graph = _graph(np.vstack([known, unknown]))
    beliefs = start
    for _ in range(ROUNDS):
        beliefs = FLOW * (graph @ beliefs) + (1 - FLOW) * start
    found = beliefs[len(known) :]
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _graph(vectors: Vectors) -> csr_matrix:
    """Symmetric weights (N, N) of nearest neighbours, normalised by both ends' degrees."""
    count = min(NEIGHBOURS, len(vectors) - 1)
    search = NearestNeighbors(n_neighbors=count, metric="cosine", algorithm="brute").fit(vectors)
    graph = search.kneighbors_graph(mode="distance")
    graph.data = np.maximum(1.0 - graph.data, 0.0) ** SHARPNESS
    graph = (graph + graph.T) / 2
    root = diags(1.0 / np.sqrt(np.asarray(graph.sum(axis=1)).ravel() + 1e-9))
    return csr_matrix(root @ graph @ root)

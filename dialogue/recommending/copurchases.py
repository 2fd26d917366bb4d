"""What is bought by the same people: item-item similarity of purchases.

The cosine of two goods' columns of buyers, as in Sarwar et al. 2001 ("Item-Based Collaborative
Filtering Recommendation Algorithms"), shrunk towards nothing where few people bought both, as in
Bell and Koren 2007 ("Scalable Collaborative Filtering").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from dialogue.recommending.content import Array

SHRINKAGE = 5.0  # pairs of purchases; from 1 to 50 it hardly matters (tests/bench/RESULTS.md)
BOUGHT_AGAIN = 0.15  # the share of its buyers who come back for a thing of which one is not enough
FEWEST_BUYERS = 10  # from whom that can be told


class Copurchases:
    """Similarity between N goods by who bought them, and how many bought each."""

    def __init__(self, histories: Sequence[Sequence[int]], count: int) -> None:
        """The row numbers, below `count`, of what each customer bought, with repetitions."""
        people = np.repeat(np.arange(len(histories)), [len(one) for one in histories])
        goods = np.fromiter((row for one in histories for row in one), dtype=np.intp)
        shape = (len(histories), count)
        times = sparse.csr_array((np.ones(len(goods)), (people, goods)), shape=shape)
        times.sum_duplicates()
        again = np.asarray((times > 1).sum(axis=0)).ravel()  # (N,)
        times.data[:] = 1
        self.buyers: Array = np.asarray(times.sum(axis=0), dtype=np.float64).ravel()  # (N,)
        self.bought_again = (again >= BOUGHT_AGAIN * self.buyers) & (self.buyers >= FEWEST_BUYERS)
        self._both = sparse.csr_array(times.T @ times)  # (N, N) people
        self._both.setdiag(0)
        self._both.eliminate_zeros()
        self._similar = self._shrunk_cosines()

    def with_any(self, rows: Sequence[int], weights: Array) -> Array:
        """Weighted sum (N,) of every product's similarities to those of `rows`."""
        return np.asarray(weights @ self._similar[list(rows)])

    def similarities(self, row: int, others: Sequence[int]) -> Array:
        """How much one product and each of R others are bought by the same people, (R,)."""
        return np.asarray(self._similar[[row]].toarray()[0, list(others)])

    def people(self, row: int, other: int) -> int:
        """How many customers bought both."""
        return int(self._both[row, other])

    def _shrunk_cosines(self) -> sparse.csr_array:
        pairs = self._both.tocoo()
        row, other = pairs.coords
        cosines = pairs.data / np.sqrt(self.buyers[row] * self.buyers[other])
        shrunk = cosines * pairs.data / (pairs.data + SHRINKAGE)
        return sparse.csr_array((shrunk, (row, other)), shape=pairs.shape)

"""What goods are and what they are for, by the vectors of their texts.

Three texts speak for a product: its kind (category and tags), its purpose (those of its tags that
not all of its category have: "hiking", and not "jacket") and the whole that the catalogue says.
Kind and whole together tell what could be bought in its place; purpose and whole, what people of
one taste buy. Sentence vectors of one shop's goods all point much the same way; less their mean
they differ by what makes the goods differ (Mu and Viswanath 2018, "All-but-the-Top").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dialogue.orders.views import ProductView

Array: TypeAlias = npt.NDArray[np.float64]

LONGEST_TEXT = 2_000  # characters, as the NLU host takes them
PARTS = 3  # texts a product
# What is asked without speaking of goods: a sentence says something by how it differs from these.
ASKINGS = (
    "what do you recommend",
    "something nice",
    "surprise me",
    "a present for somebody",
    "I want to buy something",
    "can you suggest anything",
    "what would you give a person",
    "which one is good",
)


def texts_of(goods: Sequence[ProductView]) -> list[str]:
    """For each product its kind, its purpose and the whole; after them all `ASKINGS`."""
    shared: dict[str, set[str]] = {}
    for product in goods:
        shared.setdefault(product.category, set(product.tags)).intersection_update(product.tags)
    texts = []
    for product in goods:
        own = [tag for tag in product.tags if tag not in shared[product.category]]
        kind = f"{product.category}, {', '.join(product.tags)}"
        purpose = ", ".join(own) or product.category
        texts += [kind, purpose, f"{product.name}. {kind}. {product.description}"]
    return [text[:LONGEST_TEXT] for text in (*texts, *ASKINGS)]


class Content:
    """Cosines between N goods, and between the goods and a sentence; in [-1, 1]."""

    def __init__(self, vectors: Array) -> None:
        """Unit vectors (3N + A, H) of the texts of N goods, as `texts_of` orders them."""
        goods, askings = vectors[: -len(ASKINGS)], vectors[-len(ASKINGS) :]
        kinds, purposes, wholes = (_apart(goods[part::PARTS]) for part in range(PARTS))
        self._kin = _apart(kinds + wholes)  # (N, H)
        self._meant = _apart(purposes + wholes)  # (N, H)
        self._asking = askings.mean(axis=0)  # (H,)

    def akin(self, row: int) -> Array:
        """Cosine (N,) of every product to one, by what they are."""
        return np.asarray(self._kin @ self._kin[row])

    def fitting(self, rows: Sequence[int], weights: Array) -> Array:
        """Weighted mean cosine (N,) of every product to those of `rows`, by what they are for."""
        profile = weights @ self._meant[list(rows)] / weights.sum()  # (H,)
        return np.asarray(self._meant @ profile)

    def said(self, vector: Array) -> Array:
        """Cosine (N,) of every product to what a sentence, a vector (H,), says beyond asking."""
        return np.asarray(self._kin @ _lengthened(vector - self._asking))

    def between(self, rows: Sequence[int]) -> Array:
        """Cosines (R, R) among the goods of `rows`, by what they are."""
        some = self._kin[list(rows)]
        return np.asarray(some @ some.T)


def _apart(vectors: Array) -> Array:
    """Vectors (N, H) less their mean, at length 1."""
    return _lengthened(vectors - vectors.mean(axis=0))


def _lengthened(vectors: Array) -> Array:
    """Vectors (..., H) at length 1; those of nothing stay nothing."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9))

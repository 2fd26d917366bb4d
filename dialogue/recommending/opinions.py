"""What speaks for goods: an opinion has a score for each, and can say why in facts.

The words for the facts are `dialogue.retail`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from dialogue.orders.search import Match, query_words
from dialogue.orders.views import ProductView
from dialogue.recommending.combining import combined, standardised
from dialogue.recommending.content import Array
from dialogue.recommending.shelf import Shelf

FEWEST_PEOPLE = 3  # who bought both, before that is said: no single customer's order shows
CHIEF = 0.5  # the share of an opinion from which on one product is named as its source
LIKE = 0.5  # the cosine from which on goods of another category are like a product
MEANT = 0.25  # the cosine from which on a sentence speaks of a product
TWIN = 0.9  # the cosine from which on a product is another of the same
BESIDE = 0.3  # the weight of the weaker evidence beside the stronger one


@dataclass(frozen=True, slots=True)
class Alike:
    """It is like a product; `dearer_cents` is below 0 when it costs less."""

    other: ProductView
    dearer_cents: int
    owned: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """People buy it who buy a product, which the customer may own."""

    other: ProductView
    owned: bool = False


@dataclass(frozen=True, slots=True)
class Taste:
    """People buy it who buy a kind of things."""

    category: str


@dataclass(frozen=True, slots=True)
class Named:
    """The customer said words that the catalogue has for it; without any, what they said comes
    close to what the catalogue says."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Popular:
    """Many people bought it."""


Reason: TypeAlias = Alike | Together | Taste | Named | Popular


@dataclass(frozen=True)
class Opinion:
    """Scores (N,) of all goods, minus infinity for those not meant, and why each is meant."""

    scores: Array
    reason: Callable[[int], Reason]


@dataclass(frozen=True)
class Evidence:
    """Rows of goods that a customer bought, or looks at, and what each of them counts (R,)."""

    rows: tuple[int, ...]
    weights: Array
    looked_at: int | None = None


def in_place_of(shelf: Shelf, anchor: int) -> Opinion:
    """What is like a product: of its category, or alike in its texts."""
    product = shelf.goods[anchor]
    same = np.array([one.category == product.category for one in shelf.goods])
    together = standardised(shelf.copurchases.with_any([anchor], np.ones(1)))
    if shelf.content is None:
        scores, near = together, same
    else:
        alike = shelf.content.akin(anchor)
        scores, near = standardised(alike) + same + BESIDE * together, same | (alike >= LIKE)

    def reason(row: int) -> Reason:
        return Alike(product, shelf.goods[row].price_cents - product.price_cents)

    return Opinion(np.where(near, scores, -np.inf), reason)


def beside(shelf: Shelf, anchor: int) -> Opinion:
    """What goes with a product: bought by the same people, and of another kind."""
    product = shelf.goods[anchor]
    other = np.array([one.category != product.category for one in shelf.goods])
    together = shelf.copurchases.with_any([anchor], np.ones(1))
    scores = standardised(together)
    if shelf.content is not None:
        alike = shelf.content.akin(anchor)
        # Two parts of one equipment (a tent and a mat) are of one category, and bought together.
        other |= (together > 0) & (alike < TWIN)
        scores = scores + BESIDE * standardised(alike)

    def reason(row: int) -> Reason:
        if shelf.copurchases.people(row, anchor) >= FEWEST_PEOPLE:
            return Together(product)
        return Taste(product.category)

    return Opinion(np.where(other, scores, -np.inf), reason)


def saying(
    shelf: Shelf, words: str, matches: Sequence[Match], said: Array | None
) -> Opinion | None:
    """What fits words: found by them in the catalogue, or near to them in meaning (cosines (N,)).

    Words that only resemble the catalogue's ("mountains" a fountain pen) count when the meaning
    does not speak against it. None when the words speak of no goods at all.
    """
    meaning = np.zeros(len(shelf.goods)) if said is None else said
    written = set(query_words(words))
    best = max((match.score for match in matches), default=1.0)
    found: dict[int, tuple[str, ...]] = {}
    fitting = np.zeros(len(shelf.goods))
    for match in matches:
        row = shelf.rows.get(match.product.sku)
        if row is None:
            continue
        same = match.hits & written
        if same or said is None or meaning[row] >= MEANT / 2:
            found[row] = tuple(sorted(same or match.hits))
            fitting[row] = match.score / best
    meant = (fitting > 0) | (meaning >= MEANT)
    if not meant.any():
        return None
    scores = np.where(meant, fitting + meaning, -np.inf)
    return Opinion(scores, lambda row: Named(found.get(row, ())))


def personal(shelf: Shelf, evidence: Evidence) -> Opinion:
    """What fits the goods that somebody bought or looks at: purchases and contents combined."""
    together = shelf.copurchases.with_any(evidence.rows, evidence.weights)
    alike = None
    if shelf.content is not None:
        alike = shelf.content.fitting(evidence.rows, evidence.weights)
    return Opinion(combined(together, alike), lambda row: _source(shelf, row, evidence))


def popular(shelf: Shelf) -> Opinion:
    """What most people bought."""
    return Opinion(shelf.copurchases.buyers, lambda _row: Popular())


def _source(shelf: Shelf, row: int, evidence: Evidence) -> Reason:
    """The product that speaks most for another, or its kind when several speak."""
    shares = evidence.weights * shelf.copurchases.similarities(row, evidence.rows)
    chief = int(shares.argmax())
    source = evidence.rows[chief]
    if shelf.copurchases.people(row, source) >= FEWEST_PEOPLE:
        if shares[chief] >= CHIEF * shares.sum():
            return Together(shelf.goods[source], owned=source != evidence.looked_at)
        return Taste(shelf.goods[source].category)
    if shelf.content is None:
        return Popular()
    cosines = shelf.content.between((row, *evidence.rows))[0, 1:]
    source = evidence.rows[int(cosines.argmax())]
    dearer = shelf.goods[row].price_cents - shelf.goods[source].price_cents
    return Alike(shelf.goods[source], dearer, owned=source != evidence.looked_at)

"""The recommender: goods for a wish, each with its reason, in stock and diverse."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dialogue.orders.catalogue import Catalogue
from dialogue.orders.protocol import utc_now
from dialogue.orders.purchases import Owned, Purchases
from dialogue.orders.views import ProductView, Viewer
from dialogue.recommending.combining import best_first, diverse
from dialogue.recommending.content import Array, texts_of
from dialogue.recommending.opinions import (
    Alike,
    Evidence,
    Opinion,
    Reason,
    beside,
    in_place_of,
    personal,
    popular,
    saying,
)
from dialogue.recommending.shelf import Shelf, name_key, presentable, stock_shelf
from dialogue.recommending.vectors import KeptVectors
from dialogue.recommending.wishes import Kind, Price, Wish
from nlu.errors import InterpreterUnavailable

_log = logging.getLogger(__name__)

SHOWN = 5
CONSIDERED = 40  # of the best, from which the diverse few are taken
NOT_AGAIN = timedelta(days=60)  # even what is bought again and again is not bought that soon
LOOKED_AT = 3.0  # what the product in view counts beside one that was bought


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product to show, and why."""

    product: ProductView
    reason: Reason


@dataclass(frozen=True, slots=True)
class Anchor:
    """The product that a wish is about: its row on the shelf, and as it is now."""

    row: int
    product: ProductView


class Recommender:
    """Recommends goods out of what it knew of the shop at the last `refresh`.

    Prices and stock are as they are now. Safe to share between threads. Nothing of a customer is
    kept, and a customer's purchases count for nobody else but in sums.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        purchases: Purchases,
        vectors: KeptVectors,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._catalogue = catalogue
        self._purchases = purchases
        self._vectors = vectors
        self._clock = clock
        self._shelf: Shelf | None = None

    @property
    def complete(self) -> bool:
        """Whether contents are known beside purchases."""
        return self._shelf is not None and self._shelf.content is not None

    def owned(self, viewer: Viewer) -> Owned:
        """What the signed-in customer bought."""
        return self._purchases.of(viewer)

    def refresh(self) -> Shelf:
        """Read the shop anew, and have new texts embedded; what is wrong with it is logged once.

        Without vectors of the contents the purchases stand alone.
        """
        goods = self._catalogue.products()
        vectors = None
        try:
            vectors = self._vectors.of(texts_of(presentable(goods)))
        except InterpreterUnavailable as error:
            _log.warning("goods are recommended by purchases alone: %s", error)
        return self._stock(stock_shelf(goods, self._purchases.everyone(), vectors))

    def recommend(
        self, viewer: Viewer, wish: Wish, about: str | None = None, count: int = SHOWN
    ) -> tuple[Suggestion, ...]:
        """At most `count` goods, the best first. `about` is the product spoken of or looked at.

        There are none when nothing that is in stock answers the wish. Words that no affordable
        product fits are answered with what fits the person.
        """
        shelf = self._shelf or self._first_shelf()
        if not shelf.goods:
            return ()
        owned = self._purchases.of(viewer)
        anchor = self._anchor(shelf, about)
        allowed = self._allowed(shelf, wish, anchor, owned)
        for opinion in self._opinions(shelf, wish, anchor, owned):
            meant = [row for row in allowed if opinion.scores[row] > -np.inf]
            ranked = best_first(opinion.scores, meant, len(meant))
            now = self._sellable(shelf, ranked, wish, anchor, count)
            rows = list(now)
            if rows:
                chosen = diverse(opinion.scores[rows], _likeness(shelf, rows), count)
                return tuple(_suggestion(opinion, rows[at], now[rows[at]], anchor) for at in chosen)
        return ()

    def _anchor(self, shelf: Shelf, about: str | None) -> Anchor | None:
        """The product that the wish is about, at the price of now; none that nobody sells."""
        if about is None or about not in shelf.rows:
            return None
        now = self._catalogue.products([about])
        return Anchor(shelf.rows[about], now[0]) if now else None

    def _opinions(
        self, shelf: Shelf, wish: Wish, anchor: Anchor | None, owned: Owned
    ) -> Iterator[Opinion]:
        """What could answer the wish, the nearest to it first."""
        if anchor is not None and wish.kind is Kind.WITH_IT:
            yield beside(shelf, anchor.row)
            return
        if anchor is not None and wish.compares:
            yield in_place_of(shelf, anchor.row)
            return
        for words in (wish.words, "gift" if wish.for_another else ""):
            told = self._told(shelf, words) if words else None
            if told is not None:
                yield told
        evidence = _evidence(shelf, Owned() if wish.for_another else owned, anchor)
        yield personal(shelf, evidence) if evidence.rows else popular(shelf)

    def _told(self, shelf: Shelf, words: str) -> Opinion | None:
        matches = self._catalogue.search(words, limit=len(shelf.goods))
        return saying(shelf, words, matches, self._said(shelf, words))

    def _said(self, shelf: Shelf, words: str) -> Array | None:
        """Cosines (N,) of the goods to words, unless their vectors cannot be compared."""
        if shelf.content is None:
            return None
        try:
            vector = self._vectors.now(words)
        except InterpreterUnavailable as error:
            _log.warning("a wish is read by its words alone: %s", error)
            return None
        return shelf.content.said(vector.rows[0]) if vector.version == shelf.version else None

    def _allowed(self, shelf: Shelf, wish: Wish, anchor: Anchor | None, owned: Owned) -> list[int]:
        """Rows of what may be shown to this customer at all, at the prices of the last refresh."""
        never = set(shelf.known(tuple(owned.just_returned)))
        if anchor is not None:
            never.add(anchor.row)
        if not wish.for_another:
            since = self._clock().date() - NOT_AGAIN
            for sku, day in owned.kept:
                row = shelf.rows.get(sku)
                if row is not None and (day > since or not shelf.copurchases.bought_again[row]):
                    never.add(row)
        return [
            row
            for row, product in enumerate(shelf.goods)
            if row not in never and _affordable(product, wish, anchor)
        ]

    def _sellable(
        self, shelf: Shelf, ranked: Sequence[int], wish: Wish, anchor: Anchor | None, count: int
    ) -> dict[int, ProductView]:
        """By row, the first goods that are in stock now at a price asked for; no name twice."""
        taken = set() if anchor is None else {name_key(anchor.product)}
        found: dict[int, ProductView] = {}
        for start in range(0, len(ranked), CONSIDERED):
            some = ranked[start : start + CONSIDERED]
            skus = [shelf.goods[row].sku for row in some]
            now = {product.sku: product for product in self._catalogue.products(skus)}
            for row, sku in zip(some, skus, strict=True):
                product = now.get(sku)
                if product is None or not product.in_stock or name_key(product) in taken:
                    continue
                if _affordable(product, wish, anchor):
                    taken.add(name_key(product))
                    found[row] = product
            if len(found) >= count:
                break
        return found

    def _first_shelf(self) -> Shelf:
        """Before the first refresh: purchases alone, so that no customer waits for vectors."""
        goods = self._catalogue.products()
        return self._stock(stock_shelf(goods, self._purchases.everyone(), None))

    def _stock(self, shelf: Shelf) -> Shelf:
        if self._shelf is None or self._shelf.faults != shelf.faults:
            for fault in shelf.faults:
                _log.warning("the catalogue: %s", fault)
        self._shelf = shelf
        return shelf


def _suggestion(
    opinion: Opinion, row: int, product: ProductView, anchor: Anchor | None
) -> Suggestion:
    """With its reason, in prices of now."""
    reason = opinion.reason(row)
    if isinstance(reason, Alike) and anchor is not None and reason.other.sku == anchor.product.sku:
        dearer = product.price_cents - anchor.product.price_cents
        reason = Alike(anchor.product, dearer, reason.owned)
    return Suggestion(product, reason)


def _evidence(shelf: Shelf, owned: Owned, anchor: Anchor | None) -> Evidence:
    rows = dict.fromkeys(shelf.known([sku for sku, _ in owned.kept]), 1.0)
    looked_at = None
    if anchor is not None and anchor.row not in rows:
        looked_at = anchor.row
        rows[looked_at] = LOOKED_AT
    return Evidence(tuple(rows), np.array(list(rows.values())), looked_at)


def _affordable(product: ProductView, wish: Wish, anchor: Anchor | None) -> bool:
    """Whether a product costs what the wish allows, against the product that it is about."""
    if wish.limit_cents is not None and product.price_cents > wish.limit_cents:
        return False
    if wish.floor_cents is not None and product.price_cents < wish.floor_cents:
        return False
    if anchor is None or wish.price is Price.ANY:
        return True
    dearer = product.price_cents - anchor.product.price_cents
    return dearer < 0 if wish.price is Price.LESS else dearer > 0


def _likeness(shelf: Shelf, rows: Sequence[int]) -> Array:
    """How alike (R, R) goods are: by their contents, else by their category alone."""
    if shelf.content is not None:
        return shelf.content.between(rows)
    categories = np.array([shelf.goods[row].category for row in rows])
    return np.asarray(categories[:, None] == categories[None, :], dtype=np.float64)

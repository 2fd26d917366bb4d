"""What the regulars of the demonstration shop bought, by what kinds of people they are.

A simple model of a shopper: each has one to three interests, a price level and perhaps a palette
of colours; an interest is followed more in its months; who has a tent comes back for a mat;
best-sellers sell best; and a part of what is bought is bought for no reason that we could know.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dialogue.orders.shop_files import ProductEntry
from nlu.errors import SourceError
from nlu.source import line_of, nearest, read_yaml

BY_CHANCE = 0.15  # of the lines: a present, an impulse
BY_NEED = 0.3  # of the lines, where something owned calls for another thing
IN_SEASON = 3.0  # times as likely in its months
OWN_COLOUR = 1.5  # times as likely when it is to be had in a favourite colour
FAME = 0.6  # standard deviation of the logarithm of how well known a product is
PRICE_LEVELS = (-1.2, 0.0, 0.0, 0.8)  # exponents of a price against the usual of its category
ORDERS = (3, 3, 4, 4, 5, 5, 6, 7, 8)
LINES = (1, 1, 1, 2, 2, 3)
SHARES = ((1.0,), (0.7, 0.3), (0.7, 0.3), (0.55, 0.3, 0.15))  # of a person's interests


@dataclass(frozen=True, slots=True)
class Interest:
    """Article numbers that go with a way of life, and the months in which it is followed most."""

    goods: frozenset[str]
    months: frozenset[int]


@dataclass(frozen=True, slots=True)
class Tastes:
    """What `regulars.yml` says."""

    regulars: int
    begins: date
    days: int
    interests: tuple[Interest, ...]
    goes_with: dict[str, tuple[str, ...]]
    bought_again: frozenset[str]
    palettes: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Regular:
    """One person's leanings."""

    interests: tuple[tuple[Interest, float], ...]
    price_level: float
    colours: frozenset[str]


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one regular bought on one day: articles with the colour chosen; never one twice."""

    day: date
    lines: tuple[tuple[str, str], ...]


def read_tastes(path: Path, products: Sequence[ProductEntry]) -> Tastes:
    """Raises SourceError with the line of an article number that the catalogue has not."""
    source = read_yaml(path)
    known = {product.sku for product in products}
    for name, interest in source["interests"].items():
        _check_goods(path, interest["goods"], known, f"the interest '{name}'")
    for sku, others in source["goes_with"].items():
        _check_goods(path, [sku, *others], known, "'goes_with'", line_of(source["goes_with"], sku))
    _check_goods(path, source["bought_again"], known, "'bought_again'")
    return Tastes(
        regulars=source["regulars"],
        begins=source["begins"],
        days=source["days"],
        interests=tuple(
            Interest(frozenset(one["goods"]), frozenset(one.get("months", range(1, 13))))
            for one in source["interests"].values()
        ),
        goes_with={sku: tuple(others) for sku, others in source["goes_with"].items()},
        bought_again=frozenset(source["bought_again"]),
        palettes=tuple(frozenset(colours) for colours in source["palettes"].values()),
    )


def purchases(
    tastes: Tastes, products: Sequence[ProductEntry], rng: random.Random
) -> list[list[Purchase]]:
    """The purchases of each regular, the oldest first; the same for the same `rng`."""
    market = Market(tastes, products, rng)
    return [_life(market, _someone(tastes, rng), rng) for _ in range(tastes.regulars)]


class Market:
    """The goods as a regular sees them."""

    def __init__(
        self, tastes: Tastes, products: Sequence[ProductEntry], rng: random.Random
    ) -> None:
        self.tastes = tastes
        self.products = products
        self.colours = {product.sku: product.colours for product in products}
        self._fame = [rng.lognormvariate(0.0, FAME) for _ in products]
        usual: dict[str, list[float]] = {}
        for product in products:
            usual.setdefault(product.category, []).append(math.log(product.price_cents + 1))
        self._dearness = [
            math.log(product.price_cents + 1)
            - sum(usual[product.category]) / len(usual[product.category])
            for product in products
        ]

    def famous(self, rng: random.Random) -> str:
        """Anything, the well known rather than the unknown."""
        return rng.choices(self.products, self._fame)[0].sku

    def wanted(self, regular: Regular, month: int, owned: set[str]) -> list[float]:
        """How much a regular wants each product in a month."""
        weights = []
        for product, fame, dearness in zip(self.products, self._fame, self._dearness, strict=True):
            liking = sum(
                share * (IN_SEASON if month in interest.months else 1.0)
                for interest, share in regular.interests
                if product.sku in interest.goods
            )
            if product.sku in owned and product.sku not in self.tastes.bought_again:
                liking = 0.0
            if regular.colours.intersection(product.colours):
                liking *= OWN_COLOUR
            weights.append(liking * fame * math.exp(regular.price_level * dearness))
        return weights


def _someone(tastes: Tastes, rng: random.Random) -> Regular:
    shares = rng.choice(SHARES)
    interests = rng.sample(tastes.interests, len(shares))
    palette = rng.choice((None, *tastes.palettes))
    return Regular(
        interests=tuple(zip(interests, shares, strict=True)),
        price_level=rng.choice(PRICE_LEVELS),
        colours=palette or frozenset(),
    )


def _life(market: Market, regular: Regular, rng: random.Random) -> list[Purchase]:
    days = sorted(rng.randrange(market.tastes.days) for _ in range(rng.choice(ORDERS)))
    owned: set[str] = set()
    bought = []
    for number in days:
        day = market.tastes.begins + timedelta(days=number)
        weights = market.wanted(regular, day.month, owned)
        basket: dict[str, str] = {}
        for _ in range(rng.choice(LINES)):
            sku = _choice(market, weights, owned | basket.keys(), rng)
            if sku not in basket and (sku not in owned or sku in market.tastes.bought_again):
                basket[sku] = _colour(market.colours[sku], regular.colours, rng)
        if basket:
            bought.append(Purchase(day, tuple(basket.items())))
            owned |= basket.keys()
    return bought


def _choice(market: Market, weights: list[float], owned: set[str], rng: random.Random) -> str:
    needed = sorted(
        other
        for sku in owned
        for other in market.tastes.goes_with.get(sku, ())
        if other not in owned
    )
    if needed and rng.random() < BY_NEED:
        return rng.choice(needed)
    if rng.random() < BY_CHANCE or not any(weights):
        return market.famous(rng)
    return rng.choices(market.products, weights)[0].sku


def _colour(colours: tuple[str, ...], favourites: frozenset[str], rng: random.Random) -> str:
    return rng.choice([colour for colour in colours if colour in favourites] or colours)


def _check_goods(
    path: Path, goods: Any, known: set[str], where: str, line: int | None = None
) -> None:
    for sku in goods:
        if sku not in known:
            hint = nearest(str(sku), known)
            raise SourceError(
                f"{where} names '{sku}', which the catalogue has not{hint}",
                str(path),
                line or line_of(goods),
            )

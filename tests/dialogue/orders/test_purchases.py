"""Who bought and kept what, over both databases."""

from __future__ import annotations

from collections import Counter

from shop_stories import NOW, Clock, Shop
from sqlalchemy import Engine, text

from dialogue.orders.purchases import JUST_RETURNED, SqlPurchases
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import Viewer


def goods_of(engine: Engine, number: str) -> set[str]:
    query = text(
        "SELECT p.sku FROM shop_orders o JOIN shop_order_items i ON i.order_id = o.id"
        " JOIN shop_stock s ON s.id = i.stock_id JOIN shop_products p ON p.id = s.product_id"
        " WHERE o.number = :number"
    )
    with engine.connect() as connection:
        return set(connection.execute(query, {"number": int(number)}).scalars())


def test_what_was_cancelled_was_not_bought(engine: Engine, shop: Shop) -> None:
    maya = shop.viewer("Maya")
    kept = [sku for sku, _ in SqlPurchases(engine, lambda: NOW).of(maya).kept]
    cancelled = goods_of(engine, shop.number("Maya", OrderStatus.CANCELLED))
    with_others = Counter(kept)
    assert kept and all(with_others[sku] <= 1 for sku in cancelled)
    days = [day for _, day in SqlPurchases(engine, lambda: NOW).of(maya).kept]
    assert days == sorted(days)


def test_what_came_back_was_returned_and_not_kept(engine: Engine, shop: Shop, clock: Clock) -> None:
    tom = shop.viewer("Tom")
    back = goods_of(engine, shop.number("Tom", OrderStatus.RETURNED))
    assert SqlPurchases(engine, clock).of(tom).just_returned == back
    clock.forward(days=JUST_RETURNED.days + 1)
    assert SqlPurchases(engine, clock).of(tom).just_returned == frozenset()


def test_guests_have_bought_nothing(engine: Engine, shop: Shop) -> None:
    number = shop.number("Maya", OrderStatus.DELIVERED)
    owned = SqlPurchases(engine).of(Viewer(proven_orders=frozenset({number})))
    assert owned.kept == () and owned.just_returned == frozenset()


def test_everyones_purchases_have_no_names(engine: Engine, shop: Shop) -> None:
    everyone = SqlPurchases(engine).everyone()
    assert 700 < len(everyone) <= 810
    maya = tuple(sku for sku, _ in SqlPurchases(engine).of(shop.viewer("Maya")).kept)
    assert maya in everyone

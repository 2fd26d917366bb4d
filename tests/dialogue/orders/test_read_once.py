"""What is read once while one message is thought about, and what makes it be read anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shop_stories import Clock, Shop
from sqlalchemy import Engine, event

from dialogue.orders.errors import OrderAlreadyShipped, OrderNotFound
from dialogue.orders.read_once import ReadOnce, orders_read_once
from dialogue.orders.states import OrderStatus
from dialogue.orders.store import SqlOrderStore
from dialogue.orders.views import Viewer


@pytest.fixture
def shop(sqlite_engine: Engine) -> Shop:
    return Shop(sqlite_engine)


@pytest.fixture
def once(sqlite_engine: Engine, clock: Clock) -> ReadOnce:
    return ReadOnce(SqlOrderStore(sqlite_engine, clock))


@pytest.fixture
def statements(sqlite_engine: Engine) -> Iterator[list[str]]:
    """Every reading that reaches the database."""
    heard: list[str] = []

    def hear(_connection, _cursor, statement: str, *_rest) -> None:
        if statement.startswith("SELECT"):
            heard.append(statement)

    event.listen(sqlite_engine, "before_cursor_execute", hear)
    yield heard
    event.remove(sqlite_engine, "before_cursor_execute", hear)


def test_the_database_is_asked_once_within_a_block(
    once: ReadOnce, shop: Shop, statements: list[str]
) -> None:
    maya = shop.viewer("Maya")
    with orders_read_once():
        orders = once.recent_orders(maya)
        number = orders[0].number
        order, seen, person = once.order(maya, number), once.sees(maya, number), once.customer(maya)
        asked = len(statements)
        with orders_read_once():  # within another
            assert once.order(maya, number) == order
        assert once.recent_orders(maya) == orders
        assert (once.sees(maya, number), once.customer(maya)) == (seen, person)
        assert once.contact(maya, number) == once.contact(maya, number)
        assert once.invoice(maya, number) == once.invoice(maya, number)
        assert asked < len(statements) < 2 * asked
    asked = len(statements)
    assert once.order(maya, number) == order
    assert len(statements) > asked


def test_what_is_not_there_is_asked_for_once_too(
    once: ReadOnce, shop: Shop, statements: list[str]
) -> None:
    number = shop.number("Tom", OrderStatus.PACKED)
    with orders_read_once():
        with pytest.raises(OrderNotFound):
            once.order(shop.viewer("Maya"), number)
        asked = len(statements)
        with pytest.raises(OrderNotFound):
            once.order(shop.viewer("Maya"), number)
        assert len(statements) == asked
        assert once.order(shop.viewer("Tom"), number).number == number  # another viewer


def test_after_a_change_everything_is_read_anew(once: ReadOnce, shop: Shop) -> None:
    maya, number = shop.viewer("Maya"), shop.number("Maya", OrderStatus.PROCESSING)
    with orders_read_once():
        assert once.order(maya, number).status is OrderStatus.PROCESSING
        once.cancel(maya, number)
        assert once.order(maya, number).status is OrderStatus.CANCELLED


def test_a_change_that_failed_lets_everything_be_read_anew(
    once: ReadOnce, shop: Shop, statements: list[str]
) -> None:
    maya, number = shop.viewer("Maya"), shop.number("Maya", OrderStatus.SHIPPED)
    with orders_read_once():
        order = once.order(maya, number)
        with pytest.raises(OrderAlreadyShipped):
            once.cancel(maya, number)
        asked = len(statements)
        assert once.order(maya, number) == order
        assert len(statements) > asked


def test_two_stores_know_nothing_of_each_other(
    once: ReadOnce, sqlite_engine: Engine, shop: Shop, statements: list[str]
) -> None:
    maya: Viewer = shop.viewer("Maya")
    other = ReadOnce(SqlOrderStore(sqlite_engine))
    with orders_read_once():
        assert once.customer(maya) == other.customer(maya)
        assert len(statements) == 2

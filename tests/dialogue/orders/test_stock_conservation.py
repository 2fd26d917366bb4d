"""Whatever is done to orders, in whatever order: no piece is lost and none is made."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop_stories import Clock
from sqlalchemy import Engine, text

from dialogue.orders.addresses import parse_address
from dialogue.orders.database import open_engine
from dialogue.orders.errors import OrderError
from dialogue.orders.states import ProblemKind
from dialogue.orders.store import SqlOrderStore
from dialogue.orders.views import Viewer

CUSTOMERS = st.integers(1, 3)
ACTIONS = st.sampled_from(
    ["cancel", "address", "return", "exchange", "keep", "problem", "contents"]
)
STEPS = st.lists(
    st.tuples(ACTIONS, CUSTOMERS, st.integers(0, 5), st.integers(1, 4), st.integers(0, 20)),
    max_size=25,
)
ELSEWHERE = parse_address("Schanzenstraße 7, 20357 Hamburg")


@given(steps=STEPS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_pieces_are_in_the_warehouse_or_with_a_customer(
    steps: list[tuple[str, int, int, int, int]], sqlite_template: Path, tmp_path: Path
) -> None:
    engine = open_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'shop.db')}")
    for leftover in tmp_path.glob("shop.db-*"):  # of the example before
        leftover.unlink()
    store = SqlOrderStore(engine, Clock())
    before = _pieces(engine)
    for action, customer, which, line, variant in steps:
        with suppress(OrderError):
            _act(store, engine, action, Viewer(customer_id=customer), which, line, variant)
        assert _pieces(engine) == before
    engine.dispose()


def _act(
    store: SqlOrderStore,
    engine: Engine,
    action: str,
    viewer: Viewer,
    which: int,
    line: int,
    variant: int,
) -> None:
    orders = store.recent_orders(viewer, 9)
    number = orders[which % len(orders)].number
    if action == "cancel":
        store.cancel(viewer, number)
    elif action == "address":
        store.change_address(viewer, number, ELSEWHERE)
    elif action == "return":
        store.request_return(viewer, number, {line: None, line + 1: 1}, "no reason")
    elif action == "keep":
        announced = [p.reference for o in orders for p in o.returns if o.number == number]
        store.withdraw_return(viewer, number, announced[0] if announced else "R-00001")
    elif action == "contents":
        other = _some_variant(engine, number, line, variant)
        store.change_contents(viewer, number, line, variant % 3, *other)
    elif action == "problem":
        store.report_problem(viewer, number, list(ProblemKind)[variant % 4], "", None)
    else:
        store.request_exchange(viewer, number, line, *_some_variant(engine, number, line, variant))


def _some_variant(engine: Engine, number: str, line: int, index: int) -> tuple[str, str]:
    query = text(
        """
        SELECT other.colour, other.size FROM shop_orders o
        JOIN shop_order_items i ON i.order_id = o.id JOIN shop_stock mine ON mine.id = i.stock_id
        JOIN shop_stock other ON other.product_id = mine.product_id
        WHERE o.number = :number AND i.line = :line ORDER BY other.id
        """
    )
    with engine.connect() as connection:
        rows = connection.execute(query, {"number": number, "line": line}).all()
    return tuple(rows[index % len(rows)]) if rows else ("", "")


def _pieces(engine: Engine) -> Counter[int]:
    """Of each variant: in the warehouse, in orders that stand, and set aside for exchanges."""
    query = text(
        """
        SELECT id, quantity FROM shop_stock
        UNION ALL SELECT i.stock_id, i.quantity FROM shop_order_items i
            JOIN shop_orders o ON o.id = i.order_id WHERE o.status <> 'cancelled'
        UNION ALL SELECT i.replacement_id, i.quantity FROM shop_return_items i
            JOIN shop_returns r ON r.id = i.return_id
            WHERE i.replacement_id IS NOT NULL AND r.status <> 'withdrawn'
        """
    )
    total: Counter[int] = Counter()
    with engine.connect() as connection:
        for variant, pieces in connection.execute(query):
            total[variant] += pieces
    return total

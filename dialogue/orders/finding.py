"""The order that is meant, if the viewer may see it: part of every query, never checked after."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from dialogue.orders import rules
from dialogue.orders.errors import ItemNotFound, OrderNotFound
from dialogue.orders.models import Order, OrderItem
from dialogue.orders.views import Viewer


def as_number(text: str) -> int:
    """The order number as the database keeps it; -1, which no order has, for anything else."""
    return int(rules.order_number(text) or -1)


def of_viewer(viewer: Viewer, number: str) -> tuple[ColumnElement[bool], ...]:
    """The order has this number, and is the viewer's: part of every query, never checked after."""
    proven = Order.number.in_([as_number(text) for text in viewer.proven_orders])
    # Nobody in particular is not the customer of an order that has none.
    own = Order.customer_id == viewer.customer_id if viewer.signed_in else false()
    return Order.number == as_number(number), or_(own, proven)


def find_order(session: Session, viewer: Viewer, number: str, *, lock: bool = False) -> Order:
    """The viewer's order. Raises OrderNotFound."""
    query = select(Order).where(*of_viewer(viewer, number))
    order = session.scalar(query.with_for_update() if lock else query)
    if order is None:
        raise OrderNotFound
    return order


def line_of(order: Order, line: int) -> OrderItem:
    """A line of an order. Raises ItemNotFound."""
    for item in order.items:
        if item.line == line:
            return item
    raise ItemNotFound(str(order.number), line)

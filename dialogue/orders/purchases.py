"""Who bought what and kept it: of everyone without a name, and of the one who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine, Row, func, select

from dialogue.orders.database import reading
from dialogue.orders.models import Order, OrderItem, Product, Return, ReturnItem, Stock
from dialogue.orders.protocol import utc_now
from dialogue.orders.states import OrderStatus, ReturnKind, ReturnStatus
from dialogue.orders.views import Viewer

MOST_LINES = 500_000  # of orders, the newest: what counts of a large shop's past
JUST_RETURNED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Owned:
    """Article numbers of one customer: bought and kept with the day, oldest first; returned."""

    kept: tuple[tuple[str, date], ...] = ()
    just_returned: frozenset[str] = frozenset()


class Purchases(Protocol):
    """What the recommender needs to know of orders.

    Write these methods over your own orders; they are called from several threads at once. The
    smallest example, a shop that has sold nothing yet::

        class Nothing:
            def everyone(self):
                return ()

            def of(self, viewer):
                return Owned()
    """

    def everyone(self) -> tuple[tuple[str, ...], ...]:
        """What each customer bought and kept, oldest first, with repetitions, and without a name.

        An article stands once for each order that it was in.
        """
        ...

    def of(self, viewer: Viewer) -> Owned:
        """What the signed-in customer bought; nothing for guests, whatever they have proven."""
        ...


class SqlPurchases:
    """`Purchases` over the same database as `SqlOrderStore`."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def everyone(self) -> tuple[tuple[str, ...], ...]:
        """See `Purchases.everyone`."""
        with reading(self._engine) as session:
            newest = session.execute(_LINES.order_by(*_NEWEST_FIRST).limit(MOST_LINES)).all()
        bought: dict[int, list[str]] = {}
        for line in _kept(reversed(newest)):
            bought.setdefault(line.customer_id, []).append(line.sku)
        return tuple(map(tuple, bought.values()))

    def of(self, viewer: Viewer) -> Owned:
        """See `Purchases.of`."""
        if viewer.customer_id is None:
            return Owned()
        query = _LINES.where(Order.customer_id == viewer.customer_id)
        with reading(self._engine) as session:
            lines = session.execute(query.order_by(*_NEWEST_FIRST)).all()
        since = self._clock() - JUST_RETURNED
        return Owned(
            kept=tuple((line.sku, line.placed_at.date()) for line in _kept(reversed(lines))),
            just_returned=frozenset(
                line.sku for line in lines if line.returned_at and line.returned_at >= since
            ),
        )


# A line for each article of an order that was not cancelled: how many pieces were bought, how
# many came back for the money, and when the last of them did.
_BACK = (
    select(
        ReturnItem.order_item_id,
        func.sum(ReturnItem.quantity).label("pieces"),
        func.max(Return.created_at).label("returned_at"),
    )
    .join(Return)
    .where(Return.kind == ReturnKind.RETURN, Return.status != ReturnStatus.WITHDRAWN)
    .group_by(ReturnItem.order_item_id)
    .subquery()
)
_LINES = (
    select(
        Order.customer_id,
        Order.number,
        Order.status,
        Order.placed_at,
        Product.sku,
        OrderItem.quantity,
        func.coalesce(_BACK.c.pieces, 0).label("back"),
        _BACK.c.returned_at,
    )
    .join(OrderItem, OrderItem.order_id == Order.id)
    .join(Stock, OrderItem.stock_id == Stock.id)
    .join(Product, Stock.product_id == Product.id)
    .outerjoin(_BACK, _BACK.c.order_item_id == OrderItem.id)
    .where(Order.status != OrderStatus.CANCELLED)
)
_NEWEST_FIRST = (Order.placed_at.desc(), Order.id.desc(), OrderItem.line.desc())


def _kept(lines: Iterable[Row]) -> Sequence[Row]:
    """The lines of which a piece was kept, each article once an order."""
    kept = (
        line for line in lines if line.back < line.quantity and line.status != OrderStatus.RETURNED
    )
    return list({(line.number, line.sku): line for line in kept}.values())

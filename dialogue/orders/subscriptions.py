"""Who is told when goods are back or an order moves, in the conversation where they asked for it.

What is due is claimed before it is told and taken out afterwards, so that of several processes
one tells it; what a process left claimed when it stopped is due again after `LEASE`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Engine, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from dialogue.orders import rules
from dialogue.orders.database import reading, writing
from dialogue.orders.errors import OrderError, OrderNotFound
from dialogue.orders.models import Customer, Order, Product, Shipment, Stock, StockAlert
from dialogue.orders.protocol import utc_now
from dialogue.orders.service_models import OrderWatch
from dialogue.orders.states import OrderStatus, ShipmentStatus
from dialogue.orders.views import Viewer, variant_label

LEASE = timedelta(minutes=1)
AT_ONCE = 100
MOST_WATCHES = 20


@dataclass(frozen=True, slots=True)
class Listener:
    """A conversation as the actions know it: its sender, on a channel."""

    sender: str
    channel: str


@dataclass(frozen=True, slots=True)
class BackInStock:
    """Goods that a customer waits for are back; without a listener in the latest conversation."""

    row: int
    listener: Listener | None
    customer_id: int
    sku: str
    product: str
    variant: str


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order is not where it was when its follower was told last.

    `what` is its state if that is new; ``sent`` or ``arrived`` of a parcel; ``date`` otherwise.
    """

    row: int
    listener: Listener
    number: str
    what: str
    status: OrderStatus
    expected_on: date
    parcels: int
    arrived: int
    tracking: str = ""

    @property
    def is_last(self) -> bool:
        """Whether nothing more will happen."""
        return self.status not in rules.OPEN


Due = BackInStock | OrderMoved


class NothingToFollow(OrderError):
    """The order has arrived, or was cancelled: nothing more will happen to it."""


class TooManyWatches(OrderError):
    """The conversation follows as many orders as it may."""


class Subscriptions(Protocol):
    """What the actions and the watcher need; several threads and processes call it at once."""

    def follow(self, viewer: Viewer, number: str, listener: Listener) -> None:
        """Tell this conversation from now on when the viewer's order moves; twice is once.

        Raises OrderNotFound, NothingToFollow, TooManyWatches.
        """
        ...

    def unfollow(self, listener: Listener, number: str | None = None) -> tuple[str, ...]:
        """Tell it no more, of one order or of all; returns the numbers that it followed."""
        ...

    def followed(self, listener: Listener) -> tuple[str, ...]:
        """The numbers of the orders that the conversation follows."""
        ...

    def forget_alerts(self, viewer: Viewer, skus: Sequence[str] = ()) -> tuple[str, ...]:
        """Tell the customer no more when these goods are back, or any; returns their names."""
        ...

    def alerts(self, viewer: Viewer) -> tuple[str, ...]:
        """The names of the goods that the customer waits for; none for somebody unknown."""
        ...

    def claim(self) -> list[Due]:
        """What is to be told now; nobody else is given it for a minute."""
        ...

    def told(self, due: Due) -> None:
        """It has been told, or there is nobody to tell it to."""
        ...


class SqlSubscriptions:
    """`Subscriptions` over the order database."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def follow(self, viewer: Viewer, number: str, listener: Listener) -> None:
        """See `Subscriptions.follow`."""
        with writing(self._engine) as session:
            order = _order_of(session, viewer, number)
            if order is None:
                raise OrderNotFound
            if order.status not in rules.OPEN:
                raise NothingToFollow
            mine = _of_listener(listener)
            known = session.scalars(select(OrderWatch.order_id).where(*mine)).all()
            if order.id in known:
                return
            if len(known) >= MOST_WATCHES:
                raise TooManyWatches
            parcels, arrived = session.execute(select(*_counted(order.id))).one()
            session.add(
                OrderWatch(
                    order=order,
                    sender=listener.sender,
                    channel=listener.channel,
                    status=order.status,
                    expected_on=order.expected_on,
                    parcels=parcels,
                    arrived=arrived,
                    created_at=self._clock(),
                )
            )

    def unfollow(self, listener: Listener, number: str | None = None) -> tuple[str, ...]:
        """See `Subscriptions.unfollow`."""
        query = select(OrderWatch.id, Order.number).join(Order).where(*_of_listener(listener))
        if number is not None:
            query = query.where(Order.number == int(rules.order_number(number) or -1))
        with writing(self._engine) as session:
            found = session.execute(query.order_by(Order.number)).all()
            session.execute(delete(OrderWatch).where(OrderWatch.id.in_([row[0] for row in found])))
        return tuple(str(row[1]) for row in found)

    def followed(self, listener: Listener) -> tuple[str, ...]:
        """See `Subscriptions.followed`."""
        query = select(Order.number).join(OrderWatch).where(*_of_listener(listener))
        with reading(self._engine) as session:
            return tuple(str(number) for number in session.scalars(query.order_by(Order.number)))

    def forget_alerts(self, viewer: Viewer, skus: Sequence[str] = ()) -> tuple[str, ...]:
        """See `Subscriptions.forget_alerts`."""
        query = _alerts_of(viewer)
        if skus:
            query = query.where(Product.sku.in_(skus))
        with writing(self._engine) as session:
            found = session.execute(query.order_by(StockAlert.id)).all()
            session.execute(delete(StockAlert).where(StockAlert.id.in_([row[0] for row in found])))
        return tuple(dict.fromkeys(str(row[1]) for row in found))

    def alerts(self, viewer: Viewer) -> tuple[str, ...]:
        """See `Subscriptions.alerts`."""
        with reading(self._engine) as session:
            found = session.execute(_alerts_of(viewer).order_by(StockAlert.id)).all()
        return tuple(dict.fromkeys(str(row[1]) for row in found))

    def claim(self) -> list[Due]:
        """See `Subscriptions.claim`."""
        now = self._clock()
        with reading(self._engine) as session:  # nothing is locked while nothing is due
            if session.scalar(_alerts(now)) is None and session.scalar(_moves(now)) is None:
                return []
        with writing(self._engine) as session:
            alerts = _claimed(session, StockAlert, _alerts(now), now)
            moves = _claimed(session, OrderWatch, _moves(now), now)
            return [
                *(_back(session, session.get_one(StockAlert, row)) for row in alerts),
                *(_moved(session, session.get_one(OrderWatch, row)) for row in moves),
            ]

    def told(self, due: Due) -> None:
        """See `Subscriptions.told`."""
        with writing(self._engine) as session:
            if isinstance(due, BackInStock):
                session.execute(delete(StockAlert).where(StockAlert.id == due.row))
            elif due.is_last:
                session.execute(delete(OrderWatch).where(OrderWatch.id == due.row))
            else:
                session.execute(
                    update(OrderWatch)
                    .where(OrderWatch.id == due.row)
                    .values(
                        status=due.status,
                        expected_on=due.expected_on,
                        parcels=due.parcels,
                        arrived=due.arrived,
                        claimed_at=None,
                    )
                )


def _order_of(session: Session, viewer: Viewer, number: str) -> Order | None:
    proven = [int(rules.order_number(text) or -1) for text in viewer.proven_orders]
    return session.scalar(
        select(Order).where(
            Order.number == int(rules.order_number(number) or -1),
            or_(Order.customer_id == viewer.customer_id, Order.number.in_(proven)),
        )
    )


def _alerts_of(viewer: Viewer) -> Select[int, str]:
    """Each alert of a customer, with the name of the goods."""
    return (
        select(StockAlert.id, Product.name)
        .join(Stock, Stock.id == StockAlert.stock_id)
        .join(Product, Product.id == Stock.product_id)
        .where(StockAlert.customer_id == (viewer.customer_id or -1))
    )


def _of_listener(listener: Listener) -> tuple[ColumnElement[bool], ...]:
    return OrderWatch.sender == listener.sender, OrderWatch.channel == listener.channel


def _counted(order: int | ColumnElement[int]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many parcels of an order have left, and how many of them have arrived."""
    sent = select(func.count()).select_from(Shipment).where(Shipment.order_id == order)
    here = sent.where(Shipment.status == ShipmentStatus.DELIVERED)
    return sent.scalar_subquery(), here.scalar_subquery()


def _free(claimed_at: ColumnElement[datetime | None], now: datetime) -> ColumnElement[bool]:
    return or_(claimed_at.is_(None), claimed_at < now - LEASE)


def _alerts(now: datetime) -> Select[Any]:
    return (
        select(StockAlert.id)
        .join(Stock)
        .where(Stock.quantity > 0, _free(StockAlert.__table__.c.claimed_at, now))
        .order_by(StockAlert.id)
        .limit(AT_ONCE)
    )


def _moves(now: datetime) -> Select[Any]:
    sent, arrived = _counted(Order.__table__.c.id)
    return (
        select(OrderWatch.id)
        .join(Order)
        .where(
            or_(
                Order.status != OrderWatch.status,
                Order.expected_on != OrderWatch.expected_on,
                sent != OrderWatch.parcels,
                arrived != OrderWatch.arrived,
            ),
            _free(OrderWatch.__table__.c.claimed_at, now),
        )
        .order_by(OrderWatch.id)
        .limit(AT_ONCE)
    )


def _claimed(
    session: Session,
    table: type[StockAlert | OrderWatch],
    due: Select[Any],
    now: datetime,
) -> list[int]:
    """Claim these rows; a row that another process has claimed meanwhile is left out."""
    free = _free(table.__table__.c.claimed_at, now)
    taken = session.scalars(
        update(table)
        .where(table.id.in_(session.scalars(due).all()), free)
        .values(claimed_at=now)
        .returning(table.id)
    )
    return sorted(taken)


def _back(session: Session, alert: StockAlert) -> BackInStock:
    stock = session.get_one(Stock, alert.stock_id)
    known = alert.sender is not None and alert.channel is not None
    return BackInStock(
        row=alert.id,
        listener=Listener(str(alert.sender), str(alert.channel)) if known else None,
        customer_id=session.get_one(Customer, alert.customer_id).id,
        sku=stock.product.sku,
        product=stock.product.name,
        variant=variant_label(stock.colour, stock.size),
    )


def _moved(session: Session, watch: OrderWatch) -> OrderMoved:
    order = watch.order
    parcels, arrived = session.execute(select(*_counted(order.id))).one()
    if order.status is not watch.status:
        what = order.status.value
    elif arrived > watch.arrived:
        what = "arrived"
    else:
        what = "sent" if parcels > watch.parcels else "date"
    latest = order.shipments[-1] if order.shipments else None
    return OrderMoved(
        row=watch.id,
        listener=Listener(watch.sender, watch.channel),
        number=str(order.number),
        what=what,
        status=order.status,
        expected_on=order.expected_on,
        parcels=parcels,
        arrived=arrived,
        tracking=f"{latest.carrier} {latest.tracking_number}" if latest else "",
    )

"""`OrderStore` over SQL."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, false, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from dialogue.orders import reading as read
from dialogue.orders import rules
from dialogue.orders.addresses import NewAddress
from dialogue.orders.database import reading, writing
from dialogue.orders.errors import (
    ChangedMeanwhile,
    ItemNotFound,
    OrderNotFound,
    ProblemAlreadyReported,
    SignInRequired,
)
from dialogue.orders.models import (
    Customer,
    Order,
    OrderItem,
    Problem,
    Return,
    ReturnItem,
)
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.protocol import utc_now
from dialogue.orders.reasons import reason_in
from dialogue.orders.settling import change_line, pay_back, settle_lost
from dialogue.orders.states import (
    OrderStatus,
    ProblemKind,
    Remedy,
    ReturnKind,
    ReturnStatus,
)
from dialogue.orders.stock import put_back, take_out, variant_of
from dialogue.orders.views import (
    CustomerView,
    InvoiceView,
    OrderView,
    ProblemView,
    ReturnView,
    Viewer,
)


class SqlOrderStore:
    """`OrderStore` over SQLite or PostgreSQL; make the engine with `database.open_engine`."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime] = utc_now,
        policies: ShopPolicies = ShopPolicies(),  # noqa: B008 (a frozen value)
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._policies = policies

    def customer(self, viewer: Viewer) -> CustomerView:
        """See `OrderStore.customer`."""
        with reading(self._engine) as session:
            row = session.get(Customer, viewer.customer_id) if viewer.customer_id else None
            if row is None:
                raise SignInRequired
            return read.customer_view(row)

    def prove(self, number: str, email: str) -> bool:
        """See `OrderStore.prove`."""
        with reading(self._engine) as session:
            stored = session.scalar(select(Order.email).where(Order.number == _as_number(number)))
        matches = hmac.compare_digest(_digest(stored or ""), _digest(email))
        return matches and stored is not None

    def recent_orders(self, viewer: Viewer, limit: int = 5) -> tuple[OrderView, ...]:
        """See `OrderStore.recent_orders`."""
        if viewer.customer_id is None:
            raise SignInRequired
        query = (
            select(Order)
            .where(Order.customer_id == viewer.customer_id)
            .order_by(Order.placed_at.desc(), Order.number.desc())
            .limit(limit)
            .options(*read.ORDER_PARTS)
        )
        with reading(self._engine) as session:
            return tuple(self._view(row, viewer) for row in session.scalars(query))

    def sees(self, viewer: Viewer, number: str) -> bool:
        """See `OrderStore.sees`."""
        with reading(self._engine) as session:
            found = session.scalar(select(Order.id).where(*_of_viewer(viewer, number)))
        return found is not None

    def contact(self, viewer: Viewer, number: str) -> str:
        """See `OrderStore.contact`."""
        with reading(self._engine) as session:
            email = session.scalar(select(Order.email).where(*_of_viewer(viewer, number)))
        if email is None:
            raise OrderNotFound
        return email

    def order(self, viewer: Viewer, number: str) -> OrderView:
        """See `OrderStore.order`."""
        with reading(self._engine) as session:
            return self._view(_find(session, viewer, number), viewer)

    def cancel(self, viewer: Viewer, number: str) -> OrderView:
        """See `OrderStore.cancel`."""
        with self._changing(viewer, number) as (session, order):
            rules.check_cancel(str(order.number), order.status, self._policies)
            for item in sorted(order.items, key=lambda item: item.stock_id):
                put_back(session, item.stock_id, item.quantity)
            order.status = OrderStatus.CANCELLED
            pay_back(order, order.total_cents, self._clock())
            self._finish(session, order)
            return self._view(order, viewer)

    def change_address(self, viewer: Viewer, number: str, address: NewAddress) -> OrderView:
        """See `OrderStore.change_address`."""
        with self._changing(viewer, number) as (session, order):
            rules.check_address_change(str(order.number), order.status, self._policies)
            order.street = address.street
            order.postcode = address.postcode
            order.city = address.city
            order.country = address.country or order.country
            self._finish(session, order)
            return self._view(order, viewer)

    def change_contents(
        self, viewer: Viewer, number: str, line: int, quantity: int, colour: str, size: str
    ) -> OrderView:
        """See `OrderStore.change_contents`."""
        with self._changing(viewer, number) as (session, order):
            rules.check_contents_change(str(order.number), order.status, self._policies)
            item = _line(order, line)
            wanted = variant_of(session, item, colour, size)
            change_line(session, order, item, quantity, wanted, self._clock())
            self._finish(session, order)
            return self._view(order, viewer)

    def request_return(
        self, viewer: Viewer, number: str, pieces: Mapping[int, int | None], reason: str
    ) -> ReturnView:
        """See `OrderStore.request_return`."""
        with self._changing(viewer, number) as (session, order):
            back = [self._piece(order, line, wanted) for line, wanted in pieces.items()]
            worth = sum(
                rules.item_refund_cents(
                    item.unit_cents, quantity, order.subtotal_cents, order.discount_cents
                )
                for item, quantity in back
            )
            parcel = Return(
                order=order,
                kind=ReturnKind.RETURN,
                status=ReturnStatus.REQUESTED,
                reason=reason[:500],
                postage_cents=rules.postage_cents(
                    reason_in(reason), worth, viewer.signed_in, self._policies
                ),
                created_at=self._clock(),
                items=[ReturnItem(order_item=item, quantity=quantity) for item, quantity in back],
            )
            session.add(parcel)
            self._finish(session, order)
            return read.return_view(parcel)

    def request_exchange(
        self,
        viewer: Viewer,
        number: str,
        line: int,
        colour: str,
        size: str,
        quantity: int | None = None,
    ) -> ReturnView:
        """See `OrderStore.request_exchange`."""
        with self._changing(viewer, number) as (session, order):
            item, pieces = self._piece(order, line, quantity)
            wanted = variant_of(session, item, colour, size)
            take_out(session, wanted, pieces)
            parcel = Return(
                order=order,
                kind=ReturnKind.EXCHANGE,
                status=ReturnStatus.REQUESTED,
                reason="",
                postage_cents=0,
                created_at=self._clock(),
                items=[ReturnItem(order_item=item, quantity=pieces, replacement=wanted)],
            )
            session.add(parcel)
            self._finish(session, order)
            return read.return_view(parcel)

    def report_problem(
        self, viewer: Viewer, number: str, kind: ProblemKind, details: str, wish: str | None
    ) -> ProblemView:
        """See `OrderStore.report_problem`."""
        with self._changing(viewer, number) as (session, order):
            rules.check_problem(
                str(order.number),
                order.status,
                kind,
                self._view(order, viewer).delivered_on,
                self._clock().date(),
                self._policies,
            )
            for earlier in order.problems:
                if earlier.kind is kind:
                    reference = read.problem_view(earlier).reference
                    raise ProblemAlreadyReported(str(order.number), reference)
            problem = Problem(
                order=order, kind=kind, details=details, wish=wish, created_at=self._clock()
            )
            session.add(problem)
            self._finish(session, order)
            return read.problem_view(problem)

    def settle_lost(
        self, viewer: Viewer, number: str, tracking_number: str, remedy: Remedy
    ) -> OrderView:
        """See `OrderStore.settle_lost`."""
        with self._changing(viewer, number) as (session, order):
            settle_lost(session, order, tracking_number, remedy, self._clock(), self._policies)
            self._finish(session, order)
            return self._view(order, viewer)

    def invoice(self, viewer: Viewer, number: str) -> InvoiceView:
        """See `OrderStore.invoice`."""
        order = self.order(viewer, number)
        return InvoiceView(
            reference=f"INV-{order.placed_at:%Y}-{order.number}",
            issued_on=order.placed_at.date(),
            order=order,
            vat_percent=self._policies.vat_percent,
            vat_cents=rules.vat_cents(order.total_cents, self._policies),
        )

    @contextmanager
    def _changing(self, viewer: Viewer, number: str) -> Iterator[tuple[Session, Order]]:
        """One transaction with the viewer's order locked in it."""
        try:
            with writing(self._engine) as session:
                yield session, _find(session, viewer, number, lock=True)
        except StaleDataError as error:
            raise ChangedMeanwhile(number) from error

    def _finish(self, session: Session, order: Order) -> None:
        """Write what changed; the order's own row counts a version even when only others did."""
        order.changed_at = self._clock()
        session.flush()

    def _view(self, order: Order, viewer: Viewer) -> OrderView:
        return read.order_view(order, viewer, self._clock().date(), self._policies)

    def _piece(self, order: Order, line: int, wanted: int | None) -> tuple[OrderItem, int]:
        """A line and how many pieces of it may come back now: those wanted, or all left."""
        item = _line(order, line)
        arrived, left = (
            item.shipment.delivered_at if item.shipment else None,
            read.pieces_left(item),
        )
        rules.check_return(
            str(order.number),
            order.status,
            arrived.date() if arrived else None,
            left,
            self._clock().date(),
            self._policies,
            read.article(item),
        )
        quantity = left if wanted is None else wanted
        rules.check_quantity(str(order.number), line, quantity, left)
        return item, quantity


def _as_number(text: str) -> int:
    """The order number as the database keeps it; -1, which no order has, for anything else."""
    return int(rules.order_number(text) or -1)


def _of_viewer(viewer: Viewer, number: str) -> tuple[ColumnElement[bool], ...]:
    """The order has this number, and is the viewer's: part of every query, never checked after."""
    proven = Order.number.in_([_as_number(text) for text in viewer.proven_orders])
    # Nobody in particular is not the customer of an order that has none.
    own = Order.customer_id == viewer.customer_id if viewer.signed_in else false()
    return Order.number == _as_number(number), or_(own, proven)


def _find(session: Session, viewer: Viewer, number: str, *, lock: bool = False) -> Order:
    """The viewer's order. Raises OrderNotFound."""
    query = select(Order).where(*_of_viewer(viewer, number))
    order = session.scalar(query.with_for_update() if lock else query)
    if order is None:
        raise OrderNotFound
    return order


def _line(order: Order, line: int) -> OrderItem:
    for item in order.items:
        if item.line == line:
            return item
    raise ItemNotFound(str(order.number), line)


def _digest(email: str) -> bytes:
    return hashlib.sha256(email.strip().casefold().encode()).digest()

"""`OrderStore` over SQL."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
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
from dialogue.orders.finding import as_number, find_order, line_of, of_viewer
from dialogue.orders.models import (
    Customer,
    Order,
    OrderItem,
    Problem,
    Return,
    ReturnItem,
)
from dialogue.orders.once import done_before, keep, name_of
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.protocol import utc_now
from dialogue.orders.reasons import reason_in
from dialogue.orders.settling import change_line, pay_back, settle_lost, withdraw_return
from dialogue.orders.states import (
    OrderStatus,
    ProblemKind,
    Remedy,
    ReturnKind,
    ReturnStatus,
)
from dialogue.orders.stock import put_back, take_out, variant_of
from dialogue.orders.views import (
    ANYHOW,
    CustomerView,
    InvoiceView,
    Once,
    OrderView,
    ProblemView,
    ReturnView,
    Viewer,
)

Result = TypeVar("Result")


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
            stored = session.scalar(select(Order.email).where(Order.number == as_number(number)))
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
            found = session.scalar(select(Order.id).where(*of_viewer(viewer, number)))
        return found is not None

    def contact(self, viewer: Viewer, number: str) -> str:
        """See `OrderStore.contact`."""
        with reading(self._engine) as session:
            email = session.scalar(select(Order.email).where(*of_viewer(viewer, number)))
        if email is None:
            raise OrderNotFound
        return email

    def order(self, viewer: Viewer, number: str) -> OrderView:
        """See `OrderStore.order`."""
        with reading(self._engine) as session:
            return self._view(find_order(session, viewer, number), viewer)

    def cancel(self, viewer: Viewer, number: str, once: Once = ANYHOW) -> OrderView:
        """See `OrderStore.cancel`."""

        def do(session: Session, order: Order) -> OrderView:
            rules.check_cancel(str(order.number), order.status, self._policies)
            for item in sorted(order.items, key=lambda item: item.stock_id):
                put_back(session, item.stock_id, item.quantity)
            order.status = OrderStatus.CANCELLED
            pay_back(order, order.total_cents, self._clock())
            self._finish(session, order)
            return self._view(order, viewer)

        return self._change("cancel", OrderView, do, viewer, number, once)

    def change_address(
        self, viewer: Viewer, number: str, address: NewAddress, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.change_address`."""

        def do(session: Session, order: Order) -> OrderView:
            rules.check_address_change(str(order.number), order.status, self._policies)
            order.street = address.street
            order.postcode = address.postcode
            order.city = address.city
            order.country = address.country or order.country
            self._finish(session, order)
            return self._view(order, viewer)

        return self._change("change_address", OrderView, do, viewer, number, once)

    def change_contents(
        self,
        viewer: Viewer,
        number: str,
        line: int,
        quantity: int,
        colour: str,
        size: str,
        once: Once = ANYHOW,
    ) -> OrderView:
        """See `OrderStore.change_contents`."""

        def do(session: Session, order: Order) -> OrderView:
            rules.check_contents_change(str(order.number), order.status, self._policies)
            item = line_of(order, line)
            wanted = variant_of(session, item, colour, size)
            change_line(session, order, item, quantity, wanted, self._clock())
            self._finish(session, order)
            return self._view(order, viewer)

        return self._change("change_contents", OrderView, do, viewer, number, once)

    def request_return(
        self,
        viewer: Viewer,
        number: str,
        pieces: Mapping[int, int | None],
        reason: str,
        once: Once = ANYHOW,
    ) -> ReturnView:
        """See `OrderStore.request_return`."""

        def do(session: Session, order: Order) -> ReturnView:
            if not pieces:
                raise ItemNotFound(str(order.number), 0)
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

        return self._change("request_return", ReturnView, do, viewer, number, once)

    def request_exchange(
        self,
        viewer: Viewer,
        number: str,
        line: int,
        colour: str,
        size: str,
        quantity: int | None = None,
        once: Once = ANYHOW,
    ) -> ReturnView:
        """See `OrderStore.request_exchange`."""

        def do(session: Session, order: Order) -> ReturnView:
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

        return self._change("request_exchange", ReturnView, do, viewer, number, once)

    def withdraw_return(
        self, viewer: Viewer, number: str, reference: str, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.withdraw_return`."""

        def do(session: Session, order: Order) -> OrderView:
            withdraw_return(session, order, reference)
            self._finish(session, order)
            return self._view(order, viewer)

        return self._change("withdraw_return", OrderView, do, viewer, number, once)

    def report_problem(
        self,
        viewer: Viewer,
        number: str,
        kind: ProblemKind,
        details: str,
        wish: str | None,
        once: Once = ANYHOW,
    ) -> ProblemView:
        """See `OrderStore.report_problem`."""

        def do(session: Session, order: Order) -> ProblemView:
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

        return self._change("report_problem", ProblemView, do, viewer, number, once)

    def settle_lost(
        self, viewer: Viewer, number: str, tracking_number: str, remedy: Remedy, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.settle_lost`."""

        def do(session: Session, order: Order) -> OrderView:
            settle_lost(session, order, tracking_number, remedy, self._clock(), self._policies)
            self._finish(session, order)
            return self._view(order, viewer)

        return self._change("settle_lost", OrderView, do, viewer, number, once)

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

    def _change(
        self,
        command: str,
        kind: type[Result],
        do: Callable[[Session, Order], Result],
        viewer: Viewer,
        number: str,
        once: Once,
    ) -> Result:
        """Do a command in one transaction, with the viewer's order locked in it.

        Whoever comes with the same key waits for the lock, and then finds what the first one gave.
        """
        try:
            with writing(self._engine) as session:
                order = find_order(session, viewer, number, lock=True)
                name = once.key and name_of(command, viewer, str(order.number), once.key)
                before = done_before(session, kind, name, self._clock()) if name else None
                if before is not None:
                    return before
                if once.version not in (None, order.version):
                    raise ChangedMeanwhile(str(order.number))
                result = do(session, order)
                if name:
                    keep(session, result, name, self._clock())
                return result
        except StaleDataError as error:
            raise ChangedMeanwhile(number) from error

    def _finish(self, session: Session, order: Order) -> None:
        """Write what changed; the order's own row counts a version even when only others did."""
        order.changed_at = self._clock()
        flag_modified(order, "changed_at")  # also within one tick of the clock
        session.flush()

    def _view(self, order: Order, viewer: Viewer) -> OrderView:
        return read.order_view(order, viewer, self._clock().date(), self._policies)

    def _piece(self, order: Order, line: int, wanted: int | None) -> tuple[OrderItem, int]:
        """A line and how many pieces of it may come back now: those wanted, or all left."""
        item = line_of(order, line)
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


def _digest(email: str) -> bytes:
    return hashlib.sha256(email.strip().casefold().encode()).digest()

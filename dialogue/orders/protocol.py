"""The order database behind one small interface: what a shop writes over its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from dialogue.orders.addresses import NewAddress
from dialogue.orders.states import ProblemKind, Remedy
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


class OrderStore(Protocol):
    """What the retail actions need to know and change about orders.

    Write these methods over your own shop's database or API and everything else works: the
    forms, the proof of identity, the answers. You get the rules of business for free from
    `dialogue.orders.rules`, and the views from `dialogue.orders.views`.

    Every method but `prove` takes the `Viewer` first. An order that does not exist, or is not
    the viewer's, raises `OrderNotFound` in the same way and with the same text. Changes are all
    or nothing, and idempotent by state: a second `cancel` raises `OrderAlreadyCancelled` and
    changes nothing. What `once` holds makes them idempotent by key too, and keeps them from an
    order that changed since it was looked at; see `Once`.

    Methods are called from several threads at once, also for the same order. Every one of them
    raises `OrdersUnavailable`, after a bounded wait, when the orders cannot be reached.

    `ORDERS_API.md`, beside this file, is a guide to a store of your own.

    The smallest example, a shop with one order that can only be looked at::

        class OneOrder:
            def order(self, viewer, number):
                if number not in viewer.proven_orders:
                    raise OrderNotFound
                return OrderView(number=number, ...)
    """

    def customer(self, viewer: Viewer) -> CustomerView:
        """The signed-in customer. Raises SignInRequired for a guest or an unknown customer."""
        ...

    def prove(self, number: str, email: str) -> bool:
        """Whether the order exists and was placed with this e-mail address.

        Does the same work whatever the answer is, so that time tells nothing.
        """
        ...

    def recent_orders(self, viewer: Viewer, limit: int = 5) -> tuple[OrderView, ...]:
        """The signed-in customer's orders, newest first. Raises SignInRequired for a guest."""
        ...

    def sees(self, viewer: Viewer, number: str) -> bool:
        """Whether there is such an order and the viewer may see it; cheaper than `order`."""
        ...

    def contact(self, viewer: Viewer, number: str) -> str:
        """The e-mail address on file of an order, to which a code is sent. Raises OrderNotFound.

        It is shown to nobody.
        """
        ...

    def order(self, viewer: Viewer, number: str) -> OrderView:
        """One order. Raises OrderNotFound."""
        ...

    def cancel(self, viewer: Viewer, number: str, once: Once = ANYHOW) -> OrderView:
        """Cancel an order: stock goes back once, and what was paid is refunded.

        Raises OrderNotFound, OrderAlreadyCancelled, OrderAlreadyShipped, ChangedMeanwhile.
        """
        ...

    def change_address(
        self, viewer: Viewer, number: str, address: NewAddress, once: Once = ANYHOW
    ) -> OrderView:
        """Send an order elsewhere; without a country it stays in the present one.

        Raises OrderNotFound, OrderAlreadyCancelled, OrderAlreadyShipped, AddressLocked,
        ChangedMeanwhile.
        """
        ...

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
        """Make a line smaller (0 takes it out) or another variant; the difference is refunded.

        Raises OrderNotFound, OrderAlreadyCancelled, OrderAlreadyShipped, ContentsLocked,
        ItemNotFound, WrongQuantity, NothingLeft, VariantNotFound, OutOfStock, ChangedMeanwhile.
        """
        ...

    def request_return(
        self,
        viewer: Viewer,
        number: str,
        pieces: Mapping[int, int | None],
        reason: str,
        once: Once = ANYHOW,
    ) -> ReturnView:
        """Announce that pieces of some lines come back for the money; None is all that are left.

        The reason decides who pays the way back. Raises OrderNotFound, ItemNotFound,
        NotReturnable, WrongQuantity, ChangedMeanwhile.
        """
        ...

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
        """Announce that pieces of a line come back for another variant; None is all that are left.

        The new pieces are set aside at once. Raises OrderNotFound, ItemNotFound, NotReturnable,
        WrongQuantity, VariantNotFound, OutOfStock, ChangedMeanwhile.
        """
        ...

    def withdraw_return(
        self, viewer: Viewer, number: str, reference: str, once: Once = ANYHOW
    ) -> OrderView:
        """Take an announced return or exchange back: the customer keeps the goods.

        Its pieces may come back again later, and what was set aside for it goes to the stock.
        Raises OrderNotFound, NoReturnAnnounced, ChangedMeanwhile.
        """
        ...

    def report_problem(
        self,
        viewer: Viewer,
        number: str,
        kind: ProblemKind,
        details: str,
        wish: str | None,
        once: Once = ANYHOW,
    ) -> ProblemView:
        """Record what went wrong with a delivery, and whether a replacement or money is wished.

        Raises OrderNotFound, OrderAlreadyCancelled, ProblemNotPossible, ProblemTooLate,
        ProblemAlreadyReported.
        """
        ...

    def settle_lost(
        self, viewer: Viewer, number: str, tracking_number: str, remedy: Remedy, once: Once = ANYHOW
    ) -> OrderView:
        """Do what the customer of a lost parcel chooses, and note it as a problem.

        Waiting only notes it; a replacement puts the parcel's lines into the warehouse again; a
        refund pays for them. Raises OrderNotFound, ParcelNotLost, OutOfStock, ChangedMeanwhile.
        """
        ...

    def invoice(self, viewer: Viewer, number: str) -> InvoiceView:
        """The invoice of an order. Raises OrderNotFound."""
        ...


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)

"""`OrderStore` over a shop's own HTTP API; the contract is in `ORDERS_API.md`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from dialogue.orders.addresses import NewAddress
from dialogue.orders.errors import OrderNotFound, OrdersUnavailable, SignInRequired
from dialogue.orders.rules import order_number
from dialogue.orders.shop_api import ShopApi
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

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class _Orders:
    orders: tuple[OrderView, ...]


@dataclass(frozen=True, slots=True)
class _Contact:
    email: str


@dataclass(frozen=True, slots=True)
class _Proof:
    proven: bool


class HttpOrderStore:
    """`OrderStore` over HTTP. Who may see what is for the API to say; what it tells is checked."""

    def __init__(self, api: ShopApi) -> None:
        self._api = api

    def customer(self, viewer: Viewer) -> CustomerView:
        """See `OrderStore.customer`."""
        if viewer.customer_id is None:
            raise SignInRequired
        customer = self._api.read(CustomerView, "customer", viewer)
        if customer.id != viewer.customer_id:
            raise OrdersUnavailable("GET customer: answered another customer")
        return customer

    def prove(self, number: str, email: str) -> bool:
        """See `OrderStore.prove`."""
        body = {"number": order_number(number) or "", "email": email}
        return self._api.tell(_Proof, "proofs", None, body).proven

    def recent_orders(self, viewer: Viewer, limit: int = 5) -> tuple[OrderView, ...]:
        """See `OrderStore.recent_orders`."""
        if viewer.customer_id is None:
            raise SignInRequired
        return self._api.read(_Orders, "orders", viewer, {"limit": str(limit)}).orders[:limit]

    def sees(self, viewer: Viewer, number: str) -> bool:
        """See `OrderStore.sees`."""
        try:
            self.order(viewer, number)
        except OrderNotFound:
            return False
        return True

    def contact(self, viewer: Viewer, number: str) -> str:
        """See `OrderStore.contact`."""
        return self._api.read(_Contact, f"{_path(number)}/contact", viewer).email

    def order(self, viewer: Viewer, number: str) -> OrderView:
        """See `OrderStore.order`."""
        return _same(self._api.read(OrderView, _path(number), viewer), number)

    def cancel(self, viewer: Viewer, number: str, once: Once = ANYHOW) -> OrderView:
        """See `OrderStore.cancel`."""
        return self._changed(viewer, number, "cancel", {}, once)

    def change_address(
        self, viewer: Viewer, number: str, address: NewAddress, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.change_address`."""
        body = asdict(address)
        return self._changed(viewer, number, "address", body, once)

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
        body = {"line": line, "quantity": quantity, "colour": colour, "size": size}
        return self._changed(viewer, number, "contents", body, once)

    def request_return(
        self,
        viewer: Viewer,
        number: str,
        pieces: Mapping[int, int | None],
        reason: str,
        once: Once = ANYHOW,
    ) -> ReturnView:
        """See `OrderStore.request_return`."""
        lines = [{"line": line, "quantity": quantity} for line, quantity in pieces.items()]
        body = {"pieces": lines, "reason": reason}
        return self._command(ReturnView, viewer, number, "returns", body, once)

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
        body = {"line": line, "quantity": quantity, "colour": colour, "size": size}
        return self._command(ReturnView, viewer, number, "exchanges", body, once)

    def withdraw_return(
        self, viewer: Viewer, number: str, reference: str, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.withdraw_return`."""
        body = {"reference": reference}
        return self._changed(viewer, number, "withdrawn-returns", body, once)

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
        body = {"kind": kind, "details": details, "wish": wish}
        return self._command(ProblemView, viewer, number, "problems", body, once)

    def settle_lost(
        self, viewer: Viewer, number: str, tracking_number: str, remedy: Remedy, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.settle_lost`."""
        body = {"tracking_number": tracking_number, "remedy": remedy}
        return self._changed(viewer, number, "lost-parcels", body, once)

    def invoice(self, viewer: Viewer, number: str) -> InvoiceView:
        """See `OrderStore.invoice`."""
        invoice = self._api.read(InvoiceView, f"{_path(number)}/invoice", viewer)
        _same(invoice.order, number)
        return invoice

    def _changed(
        self, viewer: Viewer, number: str, command: str, body: Mapping[str, Any], once: Once
    ) -> OrderView:
        order = self._command(OrderView, viewer, number, command, body, once)
        return _same(order, number, changed=True)

    def _command(
        self,
        kind: type[Done],
        viewer: Viewer,
        number: str,
        command: str,
        body: Mapping[str, Any],
        once: Once,
    ) -> Done:
        return self._api.command(kind, f"{_path(number)}/{command}", viewer, body, once)


def _path(number: str) -> str:
    """Where an order stands; what is no number need not be asked about."""
    plain = order_number(number)
    if plain is None:
        raise OrderNotFound
    return f"orders/{plain}"


def _same(order: OrderView, number: str, *, changed: bool = False) -> OrderView:
    """The order that was asked for, and never another one."""
    if order.number != order_number(number):
        raise OrdersUnavailable("the API answered another order than was asked for", unsure=changed)
    return order

"""An order store that reads nothing twice while one message is thought about."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from dialogue.orders.addresses import NewAddress
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.protocol import OrderStore
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

Result = TypeVar("Result")
_NOT_FOUND = object()
_KNOWN: ContextVar[dict[Hashable, Any] | None] = ContextVar("what was read", default=None)


@contextmanager
def orders_read_once() -> Iterator[None]:
    """Within it, every `ReadOnce` keeps what it read, until it changes something.

    Dozens of questions are put to the same order to find out what a message means. One such block
    within another keeps to the outer one.
    """
    known = _KNOWN.get()
    token = _KNOWN.set({} if known is None else known)
    try:
        yield
    finally:
        _KNOWN.reset(token)


class ReadOnce:
    """`OrderStore` over another; what is read within `orders_read_once` is asked for once.

    A change is passed on at once, and everything is read anew after it, also after one that failed.
    """

    def __init__(self, store: OrderStore) -> None:
        self._store = store

    def customer(self, viewer: Viewer) -> CustomerView:
        """See `OrderStore.customer`."""
        return self._read(("customer", viewer), lambda: self._store.customer(viewer))

    def prove(self, number: str, email: str) -> bool:
        """See `OrderStore.prove`; every try is one."""
        return self._store.prove(number, email)

    def recent_orders(self, viewer: Viewer, limit: int = 5) -> tuple[OrderView, ...]:
        """See `OrderStore.recent_orders`."""
        key = ("recent_orders", viewer, limit)
        return self._read(key, lambda: self._store.recent_orders(viewer, limit))

    def sees(self, viewer: Viewer, number: str) -> bool:
        """See `OrderStore.sees`."""
        return self._read(("sees", viewer, number), lambda: self._store.sees(viewer, number))

    def contact(self, viewer: Viewer, number: str) -> str:
        """See `OrderStore.contact`."""
        return self._read(("contact", viewer, number), lambda: self._store.contact(viewer, number))

    def order(self, viewer: Viewer, number: str) -> OrderView:
        """See `OrderStore.order`."""
        return self._read(("order", viewer, number), lambda: self._store.order(viewer, number))

    def invoice(self, viewer: Viewer, number: str) -> InvoiceView:
        """See `OrderStore.invoice`."""
        return self._read(("invoice", viewer, number), lambda: self._store.invoice(viewer, number))

    def cancel(self, viewer: Viewer, number: str, once: Once = ANYHOW) -> OrderView:
        """See `OrderStore.cancel`."""
        return self._change(lambda: self._store.cancel(viewer, number, once))

    def change_address(
        self, viewer: Viewer, number: str, address: NewAddress, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.change_address`."""
        return self._change(lambda: self._store.change_address(viewer, number, address, once))

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
        return self._change(
            lambda: self._store.change_contents(viewer, number, line, quantity, colour, size, once)
        )

    def request_return(
        self,
        viewer: Viewer,
        number: str,
        pieces: Mapping[int, int | None],
        reason: str,
        once: Once = ANYHOW,
    ) -> ReturnView:
        """See `OrderStore.request_return`."""
        return self._change(
            lambda: self._store.request_return(viewer, number, pieces, reason, once)
        )

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
        return self._change(
            lambda: self._store.request_exchange(viewer, number, line, colour, size, quantity, once)
        )

    def withdraw_return(
        self, viewer: Viewer, number: str, reference: str, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.withdraw_return`."""
        return self._change(lambda: self._store.withdraw_return(viewer, number, reference, once))

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
        return self._change(
            lambda: self._store.report_problem(viewer, number, kind, details, wish, once)
        )

    def settle_lost(
        self, viewer: Viewer, number: str, tracking_number: str, remedy: Remedy, once: Once = ANYHOW
    ) -> OrderView:
        """See `OrderStore.settle_lost`."""
        return self._change(
            lambda: self._store.settle_lost(viewer, number, tracking_number, remedy, once)
        )

    def _read(self, key: Hashable, read: Callable[[], Result]) -> Result:
        """What was read before within the block, an order that is not there included."""
        known = _KNOWN.get()
        if known is None:
            return read()
        key = (id(self), key)
        if key not in known:
            try:
                known[key] = read()
            except OrderNotFound:
                known[key] = _NOT_FOUND
        if known[key] is _NOT_FOUND:
            raise OrderNotFound
        found: Result = known[key]
        return found

    def _change(self, change: Callable[[], Result]) -> Result:
        try:
            return change()
        finally:
            (_KNOWN.get() or {}).clear()

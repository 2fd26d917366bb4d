"""The shop's rules of business: plain functions of plain facts, with no database and no clock.

Each `check_…` returns nothing when the thing is allowed and raises the error that says why not.
"""

from __future__ import annotations

from datetime import date, timedelta

from dialogue.orders.errors import (
    AddressLocked,
    NotReturnable,
    NotReturnableReason,
    OrderAlreadyCancelled,
    OrderAlreadyShipped,
    ProblemNotPossible,
)
from dialogue.orders.states import OrderStatus, ProblemKind

MAX_ORDER_NUMBER = 2**31 - 1
RETURN_DAYS = 30
REFUND_WORKING_DAYS = 5
VAT_PERCENT = 19

IN_WAREHOUSE = frozenset({OrderStatus.PROCESSING, OrderStatus.PACKED})
ON_ITS_WAY = frozenset(
    {OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY}
)
OPEN = IN_WAREHOUSE | ON_ITS_WAY


def check_cancel(number: str, status: OrderStatus) -> None:
    """An order may be cancelled until the first of its parcels leaves the warehouse.

    Raises OrderAlreadyCancelled or OrderAlreadyShipped.
    """
    if status is OrderStatus.CANCELLED:
        raise OrderAlreadyCancelled(number)
    if status not in IN_WAREHOUSE:
        raise OrderAlreadyShipped(number, status)


def check_address_change(number: str, status: OrderStatus) -> None:
    """The address may change until the parcel is packed and its label is printed.

    Raises OrderAlreadyCancelled, OrderAlreadyShipped or AddressLocked.
    """
    check_cancel(number, status)
    if status is OrderStatus.PACKED:
        raise AddressLocked(number)


def check_return(
    number: str, status: OrderStatus, delivered_on: date | None, left: int, today: date
) -> None:
    """Delivered items may be returned or exchanged for 30 days, each piece once.

    `left` is how many pieces are not in a return yet. Raises NotReturnable.
    """
    if status is OrderStatus.CANCELLED:
        raise NotReturnable(number, NotReturnableReason.CANCELLED)
    if delivered_on is None:
        raise NotReturnable(number, NotReturnableReason.NOT_DELIVERED)
    if left < 1:
        raise NotReturnable(number, NotReturnableReason.ALREADY_RETURNED)
    last_day = last_return_day(delivered_on)
    if today > last_day:
        raise NotReturnable(number, NotReturnableReason.TOO_LATE, last_day)


def check_problem(number: str, status: OrderStatus, kind: ProblemKind) -> None:
    """A parcel can be lost once it has left, and its contents be wrong once one has arrived.

    Raises OrderAlreadyCancelled or ProblemNotPossible.
    """
    if status is OrderStatus.CANCELLED:
        raise OrderAlreadyCancelled(number)
    if kind is ProblemKind.DELIVERY_NOT_RECEIVED:
        possible = status not in IN_WAREHOUSE
    else:
        possible = status not in IN_WAREHOUSE | {OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY}
    if not possible:
        raise ProblemNotPossible(number, kind, status)


def order_number(text: str) -> str | None:
    """``1042`` from ``#1042``, `` 01042`` and the like; None for what cannot be a number."""
    digits = text.strip().removeprefix("#").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        return None
    number = int(digits)
    return str(number) if 0 < number <= MAX_ORDER_NUMBER else None


def last_return_day(delivered_on: date) -> date:
    """The last day on which a return may be asked for."""
    return delivered_on + timedelta(days=RETURN_DAYS)


def refund_expected_by(requested_on: date) -> date:
    """When a refund should have arrived: five working days after it was requested."""
    day, left = requested_on, REFUND_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def item_refund_cents(
    unit_cents: int, quantity: int, subtotal_cents: int, discount_cents: int
) -> int:
    """What comes back for some pieces: their price less their share of the order's discount."""
    gross = unit_cents * quantity
    if subtotal_cents == 0:
        return 0
    return gross - discount_cents * gross // subtotal_cents


def vat_cents(total_cents: int) -> int:
    """The value-added tax contained in a gross amount, rounded to the cent."""
    rate = VAT_PERCENT
    return (total_cents * rate * 2 + 100 + rate) // (2 * (100 + rate))

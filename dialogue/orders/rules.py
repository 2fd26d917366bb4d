"""The shop's rules of business: plain functions of plain facts, with no database and no clock.

Every number and choice in them is the shop's own, from its `ShopPolicies`. Each `check_…` returns
nothing when the thing is allowed and raises the error that says why not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dialogue.orders.errors import (
    AddressLocked,
    ContentsLocked,
    NotReturnable,
    NotReturnableReason,
    OrderAlreadyCancelled,
    OrderAlreadyShipped,
    ProblemNotPossible,
    ProblemTooLate,
    WrongQuantity,
)
from dialogue.orders.policies import Condition, ShopPolicies, Stage
from dialogue.orders.states import Lateness, OrderStatus, ProblemKind, ReturnReason

MAX_ORDER_NUMBER = 2**31 - 1
SUNDAY = 6

IN_WAREHOUSE = frozenset({OrderStatus.PROCESSING, OrderStatus.PACKED})
ON_ITS_WAY = frozenset(
    {OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY}
)
OPEN = IN_WAREHOUSE | ON_ITS_WAY


_STAGES = (OrderStatus.PROCESSING, OrderStatus.PACKED)


@dataclass(frozen=True, slots=True)
class Article:
    """What the rules want to know of an article: its number, its kind, and if it was reduced."""

    sku: str = ""
    category: str = ""
    reduced: bool = False


def check_cancel(number: str, status: OrderStatus, policies: ShopPolicies) -> None:
    """An order may be cancelled up to a stage in the warehouse, and never once it has left it.

    Raises OrderAlreadyCancelled or OrderAlreadyShipped.
    """
    _check_in_warehouse(number, status)
    if not _up_to(status, policies.changes.cancel_until):
        raise OrderAlreadyShipped(number, status)


def check_address_change(number: str, status: OrderStatus, policies: ShopPolicies) -> None:
    """The address may change up to a stage; most shops print the label when they pack.

    Raises OrderAlreadyCancelled, OrderAlreadyShipped or AddressLocked.
    """
    _check_in_warehouse(number, status)
    if not _up_to(status, policies.changes.address_until):
        raise AddressLocked(number)


def check_contents_change(number: str, status: OrderStatus, policies: ShopPolicies) -> None:
    """What is in an order may change up to a stage.

    Raises OrderAlreadyCancelled, OrderAlreadyShipped or ContentsLocked.
    """
    _check_in_warehouse(number, status)
    if not _up_to(status, policies.changes.contents_until):
        raise ContentsLocked(number)


def check_return(
    number: str,
    status: OrderStatus,
    delivered_on: date | None,
    left: int,
    today: date,
    policies: ShopPolicies,
    article: Article = Article(),
) -> None:
    """Delivered pieces may be returned or exchanged for some days, each of them once.

    `left` is how many pieces are not in a return yet. Raises NotReturnable.
    """
    if status is OrderStatus.CANCELLED:
        raise NotReturnable(number, NotReturnableReason.CANCELLED)
    if delivered_on is None:
        raise NotReturnable(number, NotReturnableReason.NOT_DELIVERED)
    if left < 1:
        raise NotReturnable(number, NotReturnableReason.ALREADY_RETURNED)
    days = return_days(article, policies)
    if days is None:
        raise NotReturnable(number, NotReturnableReason.EXCLUDED)
    last_day = delivered_on + timedelta(days=days)
    if today > last_day:
        raise NotReturnable(number, NotReturnableReason.TOO_LATE, last_day)


def check_quantity(number: str, line: int, quantity: int, left: int) -> None:
    """Of a line at least one piece and at most those left. Raises WrongQuantity."""
    if not 1 <= quantity <= left:
        raise WrongQuantity(number, line, left)


def check_problem(
    number: str,
    status: OrderStatus,
    kind: ProblemKind,
    delivered_on: date | None,
    today: date,
    policies: ShopPolicies,
) -> None:
    """A parcel can be lost once it has left, and its contents be wrong once one has arrived.

    What is wrong with the contents is told within some days after the last parcel arrived, on
    `delivered_on`. Raises OrderAlreadyCancelled, ProblemNotPossible or ProblemTooLate.
    """
    if status is OrderStatus.CANCELLED:
        raise OrderAlreadyCancelled(number)
    if kind is ProblemKind.DELIVERY_NOT_RECEIVED:
        possible = status not in IN_WAREHOUSE
    else:
        possible = status not in IN_WAREHOUSE | {OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY}
    if not possible:
        raise ProblemNotPossible(number, kind, status)
    if kind is not ProblemKind.DELIVERY_NOT_RECEIVED and delivered_on is not None:
        last_day = delivered_on + timedelta(days=policies.damages.report_within_days)
        if today > last_day:
            raise ProblemTooLate(number, kind, last_day)


def order_number(text: str) -> str | None:
    """``1042`` from ``#1042``, `` 01042``, ``１０４２``; None for what cannot be a number."""
    digits = plain_digits(text).strip().removeprefix("#").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        return None
    number = int(digits)
    return str(number) if 0 < number <= MAX_ORDER_NUMBER else None


def plain_digits(text: str) -> str:
    """The text with digits of other scripts as ours: a Chinese keyboard writes full-width ones."""
    digits = (unicodedata.decimal(sign, None) for sign in text)
    return "".join(
        sign if digit is None else str(digit) for sign, digit in zip(text, digits, strict=True)
    )


def return_days(article: Article, policies: ShopPolicies) -> int | None:
    """For how many days an article may come back; None for what never does."""
    terms = policies.returns
    usual = terms.reduced_days if article.reduced else terms.days
    for goods in terms.goods:
        if article.sku in goods.articles or article.category in goods.categories:
            if not goods.returnable:
                return None
            return usual if goods.days is None else goods.days
    return usual


def return_condition(article: Article, policies: ShopPolicies) -> Condition | None:
    """In what state an article must come back, if there is a rule for its kind."""
    for goods in policies.returns.goods:
        if article.sku in goods.articles or article.category in goods.categories:
            return goods.only
    return None


def last_return_day(
    delivered_on: date,
    policies: ShopPolicies,
    article: Article = Article(),
) -> date:
    """The last day on which a return may be asked for."""
    return delivered_on + timedelta(days=return_days(article, policies) or 0)


def stays_when_broken(prices: Sequence[int], policies: ShopPolicies) -> bool:
    """Whether broken goods at these prices, in cents, need not come back: each costs too little."""
    return bool(prices) and max(prices) < policies.damages.kept_below


def postage_cents(
    reason: ReturnReason, goods_cents: int, member: bool, policies: ShopPolicies
) -> int:
    """What the way back costs the customer; never more than the goods are worth."""
    postage = policies.returns.postage
    free = (
        reason in policies.returns.shop_pays_for
        or (member and postage.free_for_members)
        or (postage.free_from is not None and goods_cents >= postage.free_from)
    )
    return 0 if free else min(postage.amount, goods_cents)


def refund_expected_by(due_on: date, method: str, policies: ShopPolicies) -> date:
    """When a refund that is due on a day should have arrived, by the method of payment."""
    return working_days_after(due_on, policies.refunds.days_for(method))


def working_days_after(day: date, count: int) -> date:
    """`count` working days later; Monday to Friday are working days, holidays are not known."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def delivery_day(day: date, today: date) -> date:
    """A day for which a parcel may be promised: on Sundays nobody delivers.

    A Sunday to come becomes the Monday after it, one that is over the Saturday before it.
    """
    if day.weekday() != SUNDAY or day == today:
        return day
    return day + timedelta(days=1 if day > today else -1)


def lateness(expected_on: date, today: date, policies: ShopPolicies) -> Lateness:
    """How late a parcel is that was promised for a day and has not come."""
    if today >= working_days_after(expected_on, policies.deliveries.lost_after):
        return Lateness.LOST
    delayed_from = working_days_after(expected_on, policies.deliveries.delayed_after)
    delayed = today > expected_on and today >= delayed_from
    return Lateness.DELAYED if delayed else Lateness.ON_TIME


def item_refund_cents(
    unit_cents: int, quantity: int, subtotal_cents: int, discount_cents: int
) -> int:
    """What comes back for some pieces: their price less their share of the order's discount."""
    gross = unit_cents * quantity
    if subtotal_cents == 0:
        return 0
    return gross - discount_cents * gross // subtotal_cents


def lost_refund_cents(
    lines: Sequence[tuple[int, int]],
    everything: bool,
    total_cents: int,
    subtotal_cents: int,
    discount_cents: int,
) -> int:
    """What comes back for a lost parcel: its lines, each a price and how many pieces.

    Of a parcel with `everything` in it the delivery is paid back, too.
    """
    if everything:
        return total_cents
    return sum(
        item_refund_cents(unit_cents, quantity, subtotal_cents, discount_cents)
        for unit_cents, quantity in lines
    )


def vat_cents(total_cents: int, policies: ShopPolicies) -> int:
    """The value-added tax contained in a gross amount, rounded to the cent."""
    rate = policies.vat_percent
    return (total_cents * rate * 2 + 100 + rate) // (2 * (100 + rate))


def _check_in_warehouse(number: str, status: OrderStatus) -> None:
    if status is OrderStatus.CANCELLED:
        raise OrderAlreadyCancelled(number)
    if status not in IN_WAREHOUSE:
        raise OrderAlreadyShipped(number, status)


def _up_to(status: OrderStatus, last: Stage) -> bool:
    return _STAGES.index(status) <= _STAGES.index(OrderStatus(last))

"""The shop's rules, without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.orders import rules
from dialogue.orders.errors import (
    AddressLocked,
    NotReturnable,
    NotReturnableReason,
    OrderAlreadyCancelled,
    OrderAlreadyShipped,
    OrderError,
    ProblemNotPossible,
)
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.states import OrderStatus as S
from dialogue.orders.states import ProblemKind as P

DAY = date(2026, 3, 16)
POLICIES = ShopPolicies()


@pytest.mark.parametrize(
    ("status", "cancel", "change_address"),
    [
        (S.PROCESSING, None, None),
        (S.PACKED, None, AddressLocked),
        (S.PARTIALLY_SHIPPED, OrderAlreadyShipped, OrderAlreadyShipped),
        (S.SHIPPED, OrderAlreadyShipped, OrderAlreadyShipped),
        (S.OUT_FOR_DELIVERY, OrderAlreadyShipped, OrderAlreadyShipped),
        (S.DELIVERED, OrderAlreadyShipped, OrderAlreadyShipped),
        (S.CANCELLED, OrderAlreadyCancelled, OrderAlreadyCancelled),
        (S.RETURNED, OrderAlreadyShipped, OrderAlreadyShipped),
    ],
)
def test_what_may_be_changed_in_which_state(
    status: S, cancel: type[OrderError] | None, change_address: type[OrderError] | None
) -> None:
    for check, expected in (
        (rules.check_cancel, cancel),
        (rules.check_address_change, change_address),
    ):
        if expected is None:
            check("1042", status, POLICIES)
        else:
            with pytest.raises(expected):
                check("1042", status, POLICIES)


@pytest.mark.parametrize(
    ("status", "delivered_on", "left", "today", "reason"),
    [
        (S.DELIVERED, DAY, 1, DAY, None),
        (S.DELIVERED, DAY, 1, date(2026, 4, 15), None),
        (S.DELIVERED, DAY, 1, date(2026, 4, 16), NotReturnableReason.TOO_LATE),
        (S.DELIVERED, DAY, 0, DAY, NotReturnableReason.ALREADY_RETURNED),
        (S.PARTIALLY_SHIPPED, DAY, 2, DAY, None),
        (S.SHIPPED, None, 1, DAY, NotReturnableReason.NOT_DELIVERED),
        (S.PROCESSING, None, 1, DAY, NotReturnableReason.NOT_DELIVERED),
        (S.CANCELLED, None, 1, DAY, NotReturnableReason.CANCELLED),
        (S.RETURNED, DAY, 0, date(2027, 1, 1), NotReturnableReason.ALREADY_RETURNED),
    ],
)
def test_what_may_be_sent_back_and_until_when(
    status: S,
    delivered_on: date | None,
    left: int,
    today: date,
    reason: NotReturnableReason | None,
) -> None:
    if reason is None:
        rules.check_return("1042", status, delivered_on, left, today, POLICIES)
        return
    with pytest.raises(NotReturnable) as caught:
        rules.check_return("1042", status, delivered_on, left, today, POLICIES)
    assert caught.value.reason is reason
    assert (caught.value.last_day is not None) == (reason is NotReturnableReason.TOO_LATE)


@pytest.mark.parametrize(
    ("status", "lost", "contents"),
    [
        (S.PROCESSING, False, False),
        (S.PACKED, False, False),
        (S.SHIPPED, True, False),
        (S.OUT_FOR_DELIVERY, True, False),
        (S.PARTIALLY_SHIPPED, True, True),
        (S.DELIVERED, True, True),
        (S.RETURNED, True, True),
    ],
)
def test_which_problems_can_exist_in_which_state(status: S, lost: bool, contents: bool) -> None:
    for kind in P:
        possible = lost if kind is P.DELIVERY_NOT_RECEIVED else contents
        if possible:
            rules.check_problem("1042", status, kind, DAY, DAY, POLICIES)
        else:
            with pytest.raises(ProblemNotPossible):
                rules.check_problem("1042", status, kind, DAY, DAY, POLICIES)


def test_a_cancelled_order_has_no_delivery_to_complain_about() -> None:
    with pytest.raises(OrderAlreadyCancelled):
        rules.check_problem("1042", S.CANCELLED, P.MISSING_ITEM, None, DAY, POLICIES)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (date(2026, 3, 16), date(2026, 3, 23)),  # Monday to Monday
        (date(2026, 3, 20), date(2026, 3, 27)),
        (date(2026, 3, 21), date(2026, 3, 27)),  # a Saturday
    ],
)
def test_a_refund_takes_five_working_days(asked: date, expected: date) -> None:
    assert rules.refund_expected_by(asked, "card", POLICIES) == expected


@given(
    prices=st.lists(st.tuples(st.integers(1, 50_000), st.integers(1, 5)), min_size=1),
    percent=st.integers(0, 100),
)
def test_refunding_every_line_never_gives_back_more_than_was_paid(
    prices: list[tuple[int, int]], percent: int
) -> None:
    subtotal = sum(unit * pieces for unit, pieces in prices)
    discount = subtotal * percent // 100
    refunds = [rules.item_refund_cents(u, n, subtotal, discount) for u, n in prices]
    paid = subtotal - discount
    assert all(refund >= 0 for refund in refunds)
    assert paid <= sum(refunds) <= paid + len(prices)


@pytest.mark.parametrize(("gross", "tax"), [(11900, 1900), (0, 0), (1, 0), (4990, 797)])
def test_the_tax_in_a_gross_amount(gross: int, tax: int) -> None:
    assert rules.vat_cents(gross, POLICIES) == tax


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1042", "1042"),
        (" #1042 ", "1042"),
        ("# 01042", "1042"),
        ("１０４２", "1042"),
        ("", None),
        ("abc", None),
        ("10.42", None),
        ("-5", None),
        ("0", None),
        ("²", None),
        ("99999999999", None),
        ("1042; DROP TABLE shop_orders", None),
    ],
)
def test_how_an_order_number_may_be_typed(typed: str, number: str | None) -> None:
    assert rules.order_number(typed) == number

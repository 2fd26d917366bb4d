"""A yes counts for the order that it was said to, and for no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer
from sqlalchemy import func, select

from dialogue.orders.database import reading
from dialogue.orders.models import Order
from dialogue.orders.states import OrderStatus as S

NewCustomer = Callable[..., Customer]


def two_orders(guest: Customer) -> tuple[str, str, str]:
    """An e-mail address, and two orders placed with it that may be cancelled."""
    query = (
        select(Order.email, func.min(Order.number), func.max(Order.number))
        .where(Order.status == S.PROCESSING)
        .group_by(Order.email)
        .having(func.count() > 1)
    )
    with reading(guest.engine) as session:
        email, one, other = session.execute(query).first() or pytest.fail("no such orders")
        return str(email), str(one), str(other)


@pytest.mark.parametrize("change", ['/inform{{"order_number": "{n}"}}', "no, order {n}"])
def test_a_yes_to_one_order_cancels_no_other(customer: NewCustomer, change: str) -> None:
    guest = customer()
    email, one, other = two_orders(guest)
    before = guest.order(other)
    guest.says(f"cancel order {one}").says(email).says("/affirm")
    assert guest.slot("requested_slot") == "order_code"
    guest.says(change.format(n=other))
    assert guest.slot("confirmed") is None
    assert f"Shall I cancel order {other}" in guest.text
    guest.types_the_code()
    assert guest.order(other) == before

"""Until when something may come back, told of the order that is spoken of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from retail_stories import Customer

NewCustomer = Callable[..., Customer]
SHIRTS = "90001"  # of data/shop/cases.yml: arrived


def test_until_when_is_the_day_of_the_order_spoken_of(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"where is order {SHIRTS}?").says("until when can I return it?")
    arrived = robin.order(SHIRTS).items[0].delivered_on
    assert isinstance(arrived, date)
    assert f"can come back until {day(arrived + timedelta(days=30))}" in robin.text
    assert "within 30 days" in robin.text


def test_an_announced_parcel_has_its_own_day(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"return the linen shirt of order {SHIRTS}")
    robin.presses("I don't like it").presses("Yes")
    parcel = robin.order(SHIRTS).returns[0]
    last_day = day(parcel.created_at.date() + timedelta(days=14))
    assert f"any parcel shop by {last_day};" in robin.text
    robin.says("until when must I send the return?")
    assert f"hand in {parcel.reference} with" in robin.text and f"by {last_day}." in robin.text


def test_without_an_order_the_terms_are_general(customer: NewCustomer) -> None:
    robin = customer("Robin").says("until when can I send things back?")
    assert "within 30 days" in robin.text and "can come back" not in robin.text


def day(when: date) -> str:
    """``Tue 24 Nov``, as the bot writes it."""
    return f"{when:%a} {when.day} {when:%b}"

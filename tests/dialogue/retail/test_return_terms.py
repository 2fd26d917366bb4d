"""How an announced parcel goes, and until when something may come back of the order spoken of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
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
    assert f"write {parcel.reference} on" in robin.text and f"by {last_day}." in robin.text


@pytest.mark.parametrize(
    "question",
    [
        "how do I send it",
        "where do I bring the parcel?",
        "who pays the postage",
        "what do I write on it",
    ],
)
def test_of_an_announced_parcel_its_way_is_told(customer: NewCustomer, question: str) -> None:
    robin = customer("Robin").says(f"return the linen shirt of order {SHIRTS}")
    robin.presses("I don't like it").presses("Yes").says(question)
    parcel = robin.order(SHIRTS).returns[0]
    assert len(robin.heard) == 1 and f"write {parcel.reference} on the parcel" in robin.text
    assert "any parcel shop" in robin.text and "It is free" in robin.text
    assert "goes back by card within 5 working days" in robin.text
    assert robin.offered == ["Keep it after all"]
    assert "no label" in robin.says("where is the label").text
    robin.says("hello").says("until when can I return other things?")
    assert "can come back until" in robin.text and "Mug" in robin.text


def test_of_an_exchange_the_new_one_waits(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"exchange the t-shirt of order {SHIRTS}").says("one")
    robin.says("size L, white").presses("Yes")
    parcel = robin.order(SHIRTS).returns[0]
    robin.says("how do I send the old one?")
    last_day = day(parcel.created_at.date() + timedelta(days=21))
    assert parcel.reference in robin.text and f"by {last_day}" in robin.text
    assert "leaves as soon as yours is with us" in robin.text


def test_the_only_parcel_needs_no_order_spoken_of(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"return the linen shirt of order {SHIRTS}")
    robin.presses("I don't like it").presses("Yes").says("all my orders").says("怎么寄？")
    assert "write R-" in robin.text and "within 30 days" not in robin.text


def test_without_an_order_the_terms_are_general(customer: NewCustomer) -> None:
    robin = customer("Robin").says("until when can I send things back?")
    assert "within 30 days" in robin.text and "can come back" not in robin.text


def day(when: date) -> str:
    """``Tue 24 Nov``, as the bot writes it."""
    return f"{when:%a} {when.day} {when:%b}"


@pytest.mark.parametrize("asked", ["the first, can i still return that?", "第一个还能退吗"])
def test_whether_one_of_a_list_may_still_come_back(customer: NewCustomer, asked: str) -> None:
    robin = customer("Robin").says("all my orders").says_as("withdraw_return", asked)
    assert "hasn't left yet" in robin.text or "还没有发出" in robin.text
    robin.says_as("correct_that", "no, i meant the fifth")
    assert f"{SHIRTS}" in robin.text and robin.form is None


def test_another_size_of_what_is_on_its_way(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is order 90003?")
    robin.says_as("modify_order", "the leggings are not sent yet, change them to L")
    assert "Tempo Leggings (black, M) can't be changed any more" in robin.text
    assert "exchange" in robin.says_as("faq", "how do i do that when they are here?").text
    assert robin.form is None

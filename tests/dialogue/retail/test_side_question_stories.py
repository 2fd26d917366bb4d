"""Short questions beside what was told or is asked: what it costs, until when, how, by mail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.orders.states import OrderStatus

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize(
    ("before", "asked", "told"),
    [
        ("gift voucher balance", "does it cost anything?", "asking me what is left costs nothing"),
        ("gift voucher balance", "why do you need that?", "show that the card is yours"),
        ("gift voucher", "until when?", "valid for 3 years"),
        ("remind me to call mum", "by mail?", "here in this chat"),
        ("remind me to call mum", "要钱吗", "reminders are free"),
        ("remind me to call mum tomorrow at 9", "can I change it later?", "move it to nine"),
        ("keep me posted", "does that cost anything?", "these messages cost nothing"),
        ("do you take paypal?", "when is it charged?", "charged when you order"),
    ],
)
def test_it_is_answered_for_the_matter_at_hand(
    customer: NewCustomer, before: str, asked: str, told: str
) -> None:
    robin = customer("Robin") if "posted" in before else customer()
    robin.says(before)
    form, asks = robin.form, robin.slot("requested_slot")
    assert told in robin.says(asked).text
    assert (robin.form, robin.slot("requested_slot")) == (form, asks)  # and is asked on


def test_a_question_of_its_own_is_none_of_them(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher").says("how long does a return take?")
    assert "valid for" not in guest.text


def test_who_drops_the_card_is_answered_and_not_asked_on(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher balance")
    guest.says("forget the code, can she swap it for money?")
    assert "can't be paid out" in guest.text and guest.form is None


def test_what_is_set_is_listed_and_the_one_that_went_off_is_meant_again(
    customer: NewCustomer,
) -> None:
    guest = customer().says("what did I ask you to remind me of?")
    assert "no reminder set" in guest.text and guest.form is None
    guest.says("remind me to call mum tomorrow at 9").says("do I still have any?")
    assert "“call mum”" in guest.text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I bought a pan for 40", "€10.00 more"),
        ("我买了40块的锅", "€10.00 more"),
    ],
)
def test_a_code_is_told_for_what_is_bought(customer: NewCustomer, said: str, told: str) -> None:
    assert told in customer().says("my code COSY15 does not work").says(said).text


def test_the_hours_of_a_day_and_two_ways_of_paying(customer: NewCustomer) -> None:
    guest = customer().says("opening hours today?")
    assert "our stores" in guest.text and "Saturday" not in guest.text
    guest.says("do you take cards, and wechat?")
    assert "“cards”: yes" in guest.text and "“wechat”: I'm sorry, no" in guest.text


def test_an_end_of_messages_beside_the_reason_of_a_return(customer: NewCustomer) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", OrderStatus.SHIPPED)
    maya.says(f"keep me posted about {number}")
    maya.says(f"return {maya.number('Maya', OrderStatus.DELIVERED)}")
    assert maya.slot("requested_slot") == "return_reason"
    maya.says("I don't like it. And stop keep me posted")
    assert f"no more messages about {number}" in maya.text
    assert maya.slot("return_reason") == "I don't like it"
    assert maya.slot("requested_slot") == "confirmed"

"""What is asked of an order that has left, and of which order it is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from retail_stories import Customer, hears_entities

NewCustomer = Callable[..., Customer]
# Said first, then what each is mostly taken for, and words of its answer.
ASKED = {
    "where is 2023": (
        ("faq", "could i refuse only the flask and keep the jacket?", "send back Food Flask"),
        ("nlu_fallback", "how much would i get back for the flask", "€29.61 comes back"),
        ("nlu_fallback", "do i have to pay anything if i refuse it?", "costs you nothing"),
        ("refund_status", "when do i get the money then", "back with us"),
        ("nlu_fallback", "and whats in that parcel again?", "In order 2023 of"),
        ("order_status", "is it really only coming monday? not tomorrow?", "can't make it faster"),
        ("faq", "who brings it?", "brings order 2023"),
    ),
    "where is 2073": (
        ("order_status", "and the jacket? has it been sent yet", "order 2023 has left"),
        ("order_status", "and the gloves, have they left?", "order 2073 is being prepared"),
    ),
}


@pytest.mark.parametrize("wish", ASKED)
def test_what_is_asked_of_an_order(customer: NewCustomer, wish: str) -> None:
    maya = customer("Maya").says(wish)
    for intent, question, told in ASKED[wish]:
        assert told in maya.says_as(intent, question).text, question


def test_what_may_come_back_is_asked_and_nothing_is_taken_back(customer: NewCustomer) -> None:
    maya = customer("Maya").says_as("withdraw_return", "can i still return 1926")
    assert "can come back until" in maya.text
    assert "No return is announced" in maya.says("cancel the return of 1926").text


def test_all_of_it_after_a_part(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says("cancel 2055").says_as("nlu_fallback", "only the slippers")
    assert aisha.form == "modify_order_form"
    aisha.says_as("refund_status", "no, cancel the whole order. how soon is the money back?")
    assert aisha.form == "cancel_order_form" and "€222.50 goes back" in aisha.text


def test_an_order_that_is_named_by_its_goods_is_no_part(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says("cancel 2055")
    aisha.says_as("nlu_fallback", "the order with the slippers")
    assert aisha.form == "cancel_order_form" and "€222.50" in aisha.text


def test_a_part_of_an_address_is_kept(customer: NewCustomer) -> None:
    text = "the new address for my order 2073, its Ring 44 in Berlin"
    maya = hears_entities(customer("Maya"), address="Ring 44", city="Berlin").says(text)
    assert "missing: postcode" in maya.text
    assert "to Ring 44, 10961 Berlin, Germany?" in maya.says("10961").text


def test_a_town_may_be_named_in_chinese(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says("new address for 2055")
    assert "22303 Hamburg" in aisha.says_as("inform", "Gartenstr. 8, 22303 汉堡").text


# What was said before, what is asked then, and words of the answer.
OF_PARCELS = (
    ("where is 2023", "can it still come to a pickup point instead?", "on its page"),
    ("where is 2023", "is the food flask in the same parcel?", "Yes, it is one parcel"),
    ("where is 2023", "are the gloves in the same parcel?", "No, that is order 2073"),
    ("where is 1926", "but when exactly did it arrive?", "I only know the day"),
    ("cancel 2023", "thats annoying. so what can i do with it?", "refuse the parcel"),
    ("cancel 2023", "ok then I do that. Does it cost me sth?", "No. Refusing the parcel"),
    ("why was 2041 cancelled", "can you undo the cancellation?", "that can't be undone"),
)


@pytest.mark.parametrize(("before", "asked", "told"), OF_PARCELS)
def test_what_is_asked_of_the_parcels(
    customer: NewCustomer, before: str, asked: str, told: str
) -> None:
    maya = customer("Maya").says(before).says_as("nlu_fallback", asked)
    assert told in maya.text


def test_whether_it_comes_by_a_day_is_yes_or_no(customer: NewCustomer) -> None:
    maya = customer("Maya").says("where is 2023")
    expected = maya.order("2023").expected_on
    for days, told in ((1, "Yes, if all goes to plan"), (0, "Probably not")):
        day = f"{expected + timedelta(days=days):%d %B}"
        assert told in maya.says_as("order_status", f"will it be here before {day}?").text


def test_the_address_of_what_is_on_its_way(customer: NewCustomer) -> None:
    maya = customer("Maya").says("change the address of 2023")
    assert "can't send it to another address" in maya.text
    assert "refuse" not in maya.text


def test_some_of_the_orders(customer: NewCustomer) -> None:
    maya = customer("Maya").says_as("list_orders", "which of my orders are not sent yet?")
    assert maya.offered == ["2073 · Garden Gloves"]
    maya.says_as("nlu_fallback", "only the cancelled ones")
    assert maya.offered == ["2041 · Stovetop Espresso Maker"]

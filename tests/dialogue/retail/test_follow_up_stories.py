"""Short messages that go on with what was just told or done, whatever they were taken for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize("intent", ["inform", "promo_code_problem", "nlu_fallback"])
def test_the_code_that_was_asked_for_is_looked_up(customer: NewCustomer, intent: str) -> None:
    guest = customer().says("my code does not work")
    assert "Tell me the code" in guest.text
    guest.says_as(intent, "its WELCOME10")
    assert "under these conditions: WELCOME10: 10 %" in guest.text


@pytest.mark.parametrize("asks", ["why? what are the conditions", "为什么？有什么条件"])
def test_why_is_about_the_code_that_was_told(customer: NewCustomer, asks: str) -> None:
    guest = customer().says("the code WELCOME10").says_as("return_policy", asks)
    assert "WELCOME10" in guest.text and "€30" in guest.text
    other = customer(name="another").says("any offers?").says("hello")
    other.says_as("return_policy", "what are the conditions for a return")
    assert "30 days" in other.text


def test_who_has_ordered_before_hears_why_a_first_order_code_fails(customer: NewCustomer) -> None:
    guest = customer().says("the code WELCOME10").says_as("inform", "i ordered before once")
    assert "that is why it isn't accepted" in guest.text
    other = customer(name="another").says("the code TRAIL20").says_as("inform", "i ordered before")
    assert "first order" not in other.text


@pytest.mark.parametrize("intent", ["return_policy", "inform", "gift_card"])
@pytest.mark.parametrize("asks", ["can i use two codes together", "两个优惠码可以一起用吗"])
def test_two_codes_at_once(customer: NewCustomer, intent: str, asks: str) -> None:
    assert "can't be combined" in customer().says_as(intent, asks).text


@pytest.mark.parametrize(
    ("asks", "named", "not_named"),
    [
        ("which code fits for a basket with a tent for 189 euro", "TRAIL20", "COSY15"),
        ("what code can i use for a tent for 60 euros", "WELCOME10", "TRAIL20"),
        ("is there a code for a kettle for 20 euro", "None of today's codes fits", "use:"),
    ],
)
@pytest.mark.parametrize("intent", ["ask_promotions", "product_search", "promo_code_problem"])
def test_the_codes_that_fit_goods_and_amount(
    customer: NewCustomer, intent: str, asks: str, named: str, not_named: str
) -> None:
    guest = customer().says_as(intent, asks)
    assert named in guest.text and not_named not in guest.text


def test_what_fits_is_asked_after_codes_were_told(customer: NewCustomer) -> None:
    guest = customer().says("any offers?")
    guest.says_as("product_search", "what can i use for a tent for 150 euros")
    assert "TRAIL20" in guest.text and "COSY15" not in guest.text
    robin = customer("Robin").says_as("ask_promotions", "which code for a tent for 150 euros?")
    assert "TRAIL20" in robin.text and "WELCOME10" not in robin.text  # not a first order

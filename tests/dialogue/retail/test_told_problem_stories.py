"""What the first words about a delivery tell is not asked again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.retail.problems.problem_words import problem_told, wish_told
from dialogue.retail.services import RetailServices

NewCustomer = Callable[..., Customer]
HERE = "90001"  # of data/shop/cases.yml: arrived


def test_what_is_wrong_with_what_is_not_asked_again(customer: NewCustomer) -> None:
    told = f"the linen shirt of {HERE} arrived broken, it has a hole"
    robin = customer("Robin").says(told)
    assert "What would you prefer" in robin.text and "sorry" in robin.text
    assert robin.slot("problem_details") == told


def test_what_is_wished_is_not_asked_again(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"a mug of {HERE} is cracked, I want a replacement")
    assert "T-" in robin.text and "replacement" in robin.text
    assert robin.form is None


def test_of_what_is_only_broken_it_is_asked_what_is(
    customer: NewCustomer, services: RetailServices
) -> None:
    robin = customer("Robin").says(f"the linen shirt of {HERE} arrived broken")
    assert "What exactly is wrong with it (Linen Shirt (sky, L))" in robin.text
    assert "For Linen Shirt (sky, L) that is" in robin.says("what would the money be?").text
    number = re.search(r"T-\d+", robin.says("a button came off").says("a refund please").text)
    assert number and services.extras is not None
    told = services.extras.tickets.shown(number[0]).text
    assert told == "Linen Shirt (sky, L): a button came off"


@pytest.mark.parametrize("intent", ["modify_order", "return_item", "exchange_item"])
def test_what_is_missing_is_reported_and_not_swapped(customer: NewCustomer, intent: str) -> None:
    text = f"one mug is missing from my order {HERE}, please send a new one"
    robin = customer("Robin").says_as(intent, text)
    assert "T-" in robin.text and "replacement" in robin.text


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_own_goods_that_are_torn_are_a_report(customer: NewCustomer, intent: str) -> None:
    robin = customer("Robin").says_as(intent, "the zip of my windbreaker is torn")
    assert robin.form == "problem_form"
    assert robin.slot("order_number") == "90003" and "Tern Windbreaker" in robin.text


@pytest.mark.parametrize(
    "text",
    [
        "I want to return the mug, it is cracked",
        "exchange the shirt, it has a hole",
        "what if it tears?",
        "do you have shirts with holes",
        "where is my order",
        "the shirt is too small",
    ],
)
def test_what_goes_back_or_is_only_asked_is_no_report(text: str) -> None:
    assert problem_told(text) is None


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("the mug is cracked, I want my money back", "refund"),
        ("a mug is missing, please send a new one", "replacement"),
        ("I got another set of mugs", None),
        ("the mug is cracked", None),
    ],
)
def test_the_wish_of_a_report(text: str, wish: str | None) -> None:
    assert wish_told(text) == wish

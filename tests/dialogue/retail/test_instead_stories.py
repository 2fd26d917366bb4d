"""What the words leave open is decided by the order: swapped or changed, a year or a number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa_sdk import Tracker
from retail_stories import Customer

from dialogue.retail.identity import own_numbers

NewCustomer = Callable[..., Customer]
SHIRTS, OPEN = "90001", "90006"  # of data/shop/cases.yml: arrived; still in the warehouse


def test_what_has_not_left_is_changed_instead_of_swapped(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the shirt of {OPEN}")
    assert robin.form == "modify_order_form"
    assert f"Order {OPEN} hasn't left us yet" in robin.text


def test_what_has_arrived_is_swapped_as_it_was_said(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the shirt of {SHIRTS}")
    assert robin.form == "exchange_form"
    assert "hasn't left" not in robin.text


def test_what_has_arrived_is_swapped_instead_of_changed(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"add a size to my order {SHIRTS}")
    assert robin.form == "exchange_form"
    assert f"Order {SHIRTS} has reached you already" in robin.text


@pytest.mark.parametrize("order", [SHIRTS, OPEN, "999999"])
@pytest.mark.parametrize("words", ["swap the shirt of {}", "add a size to my order {}"])
def test_a_stranger_does_not_learn_where_an_order_is(
    customer: NewCustomer, order: str, words: str
) -> None:
    for stranger in (customer(), customer("Maya")):
        stranger.says(words.format(order))
        assert "reached you" not in stranger.text
        assert "hasn't left" not in stranger.text


@pytest.mark.parametrize(
    ("text", "known", "found"),
    [
        ("my towel of 1952 has holes", ["1952", "2023"], ("1952",)),
        ("my towel of 1952 has holes", ["2023"], ()),
        ("where are 1952 and 2023", ["1952", "2023"], ("1952", "2023")),
        ("cancel 1952, not 2023", ["1952", "2023"], ("1952",)),
    ],
)
def test_a_number_like_a_year_is_an_order_if_the_customer_has_it(
    text: str, known: list[str], found: tuple[str, ...]
) -> None:
    heard = {"text": text, "entities": [], "intent": {"name": "order_status"}}
    tracker = Tracker("somebody", {}, heard, [], False, None, {}, "action_listen")
    assert own_numbers(tracker, known) == found

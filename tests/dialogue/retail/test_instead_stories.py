"""What the words leave open is decided by the order: swapped or changed, a year or a number."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from rasa_sdk import Tracker
from retail_stories import Customer

from dialogue.retail.which_order.orders_named import own_numbers

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
    assert own_numbers(_heard(text), known) == found


@pytest.mark.parametrize(
    ("text", "known", "found"),
    [
        ("cancel 1042, not 1043", ["1042", "1043"], ("1042",)),
        ("cancel 1042, not 1043", [], ("1042",)),  # a guest
        ("cancel 1042 and 1044, not 1043", ["1042", "1043", "1044"], ("1042", "1044")),
        ("send 1042 to 10115 Berlin", ["1042"], ()),  # for the form to see
        ("cancel 1042", ["1042"], ()),
    ],
)
def test_of_several_numbers_those_that_are_meant_count(
    text: str, known: list[str], found: tuple[str, ...]
) -> None:
    assert own_numbers(_heard(text, *re.findall(r"\d+", text)), known) == found


def test_a_guests_correction_within_the_wish_is_heard(customer: NewCustomer) -> None:
    guest = customer().says(f"cancel order {OPEN}, not {SHIRTS}")
    assert guest.slot("order_number") == OPEN


def _heard(text: str, *numbers: str) -> Tracker:
    entities = [{"entity": "order_number", "value": number} for number in numbers]
    heard = {"text": text, "entities": entities, "intent": {"name": "order_status"}}
    return Tracker("somebody", {}, heard, [], False, None, {}, "action_listen")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("swap the linen shirt of order 90001, M instead of L", "(sky, L) for sky, M"),
        ("exchange the linen shirt of order 90001 for white in L", "(sky, L) for white, L"),
        ("exchange the linen shirt of order 90001, it's too small", None),
        ("swap my sky linen shirt L from order 90001", None),
        ("I'm done, swap the linen shirt of order 90001", None),
    ],
)
def test_a_wish_that_names_what_it_wants_is_not_asked_for_it(
    customer: NewCustomer, words: str, shown: str | None
) -> None:
    robin = customer("Robin").says(words)
    if shown is None:
        assert "What would you like instead of" in robin.text
    else:
        assert f"swap Linen Shirt {shown}" in robin.text


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("swap the flannel shirt of order 90006 to L instead of M", "red, L"),
        ("I want to swap the flannel shirt of order 90006 for green, please", "green, M"),
        ("swap this in order 90006: I need only 2 t-shirts instead of 3", "only 2 instead"),
    ],
)
def test_a_change_that_names_what_it_wants_is_not_asked_for_it(
    customer: NewCustomer, words: str, shown: str
) -> None:
    robin = customer("Robin").says(words)
    assert robin.tracker.slots["requested_slot"] == "confirmed", robin.text
    assert shown in robin.text


def test_to_cancel_one_of_the_goods_takes_it_out(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"cancel the flannel shirt from {OPEN}")
    assert robin.form == "modify_order_form"
    assert "take Flannel Check Shirt (red, M) out" in robin.text
    robin.says("yes")
    assert [item.name for item in robin.order(OPEN).items] == ["Everyday T-Shirt"]
    robin = customer("Robin", name="whole").says(f"cancel my order {OPEN} with the t-shirts")
    assert f"Shall I cancel order {OPEN}" in robin.text


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (f"return order {OPEN} please", "cancel_order_form"),
        (f"can I return {OPEN} if it doesn't fit?", None),
        (f"return the flannel shirt of {OPEN}", "modify_order_form"),
        (f"return the shirt of {SHIRTS}", "return_form"),
    ],
)
def test_what_has_not_left_is_cancelled_instead_of_sent_back(
    customer: NewCustomer, words: str, form: str | None
) -> None:
    assert customer("Robin").says(words).form == form


def test_one_size_up_is_the_next_size(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the flannel shirt of {OPEN} one size up")
    assert "red, L instead of" in robin.text

"""Short questions after something was done or told: true answers about that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.orders.states import OrderStatus

NewCustomer = Callable[..., Customer]
CANCEL = '/cancel_order{"order_number": "90006"}'
INTENTS = ["nlu_fallback", "repeat_that", "order_status"]


@pytest.mark.parametrize("intent", INTENTS)
def test_after_a_cancellation(customer: NewCustomer, intent: str) -> None:
    robin = customer("Robin").says(CANCEL).says("yes")
    for asks, told in (
        ("did it work?", "I have just looked: order 90006 is cancelled"),
        ("are you sure", "I have just looked: order 90006 is cancelled"),
        ("and now?", "You need not do anything: order 90006 won't be sent"),
        ("what does that mean", "order 90006 won't be sent"),
        ("can you do that for me?", "I have done my part of it already"),
    ):
        robin.says_as(intent, asks)
        assert told in robin.text, asks
    robin.says_as(intent, "what happens next?")
    assert "Your refund of" in robin.text


def test_after_something_that_was_left_as_it_was(customer: NewCustomer) -> None:
    robin = customer("Robin").says(CANCEL).says("no").says_as("nlu_fallback", "are you sure?")
    assert robin.text == "Yes: nothing has been changed."


def test_after_a_return_it_is_the_customers_turn(customer: NewCustomer) -> None:
    robin = customer("Robin").says('/return_item{"order_number": "90001"}').says("the linen shirt")
    robin.says("too small").says("yes")
    assert "is announced" in robin.text
    robin.says_as("nlu_fallback", "did it work?")
    assert "is announced for order 90001" in robin.text and "R-" in robin.text
    robin.says_as("order_status", "what do I do now?")
    assert "Now it is your turn: pack it, write R-" in robin.text


def test_an_answer_in_between_is_what_is_spoken_of(customer: NewCustomer) -> None:
    robin = customer("Robin").says(CANCEL).says("yes").says("your opening hours?")
    robin.says_as("repeat_that", "I don't understand that")
    assert "10:00" in robin.text and "90006" not in robin.text


@pytest.mark.parametrize("intent", ["opening_hours", "order_status", "nlu_fallback"])
def test_after_the_state_of_an_order(customer: NewCustomer, intent: str) -> None:
    robin = customer("Robin").says("where is order 90006")
    for asks, told in (
        ("what does that mean?", "still in our warehouse"),
        ("and until when?", "I only know the day: order 90006"),
        ("what time?", "I only know the day"),
        ("几点到", "I only know the day"),
        ("why so long?", "What takes its time with it in particular I can't see"),
        ("who brings it?", "no carrier has it yet"),
        ("can I have the tracking number", "There is no tracking number yet"),
        ("can it come tomorrow instead?", "I can't choose the day"),
        ("whos the carrier again?", "no carrier has it yet"),
        ("when will it be here exactly?", "I only know the day"),
        ("has it left already or not", "No, not yet: order 90006"),
        ("发货了吗", "No, not yet: order 90006"),
        ("is there something else in the parcel", "In order 90006 of"),
        ("is it the one with the t-shirts?", "Yes: in order 90006"),
        ("is it the one with the candle?", "No, that is order 90007"),
    ):
        robin.says_as(intent, asks)
        assert told in robin.text, asks


def test_of_a_parcel_that_is_under_way_carrier_and_page_are_known(customer: NewCustomer) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", OrderStatus.SHIPPED)
    maya.says(f"where is order {number}").says_as("nlu_fallback", "who brings it?")
    assert f"brings order {number}" in maya.text and "https://" in maya.text


@pytest.mark.parametrize("says", ["when are you open?", "what time do your stores open", "谢谢"])
def test_other_questions_stay_what_they_are(customer: NewCustomer, says: str) -> None:
    robin = customer("Robin").says("where is order 90006").says_as("opening_hours", says)
    assert "I only know the day" not in robin.text


@pytest.mark.parametrize("intent", ["nlu_fallback", "product_search", "order_status"])
def test_goods_in_another_order_are_found_there(customer: NewCustomer, intent: str) -> None:
    robin = customer("Robin").says("where is order 90006").says_as(intent, "and the candle?")
    assert "Order 90007 is packed" in robin.text
    robin.says_as(intent, "where are the mugs?")
    assert "Order 90004 left us" in robin.text


@pytest.mark.parametrize(
    ("intent", "says"), [("order_status", "and the lamp?"), ("cancel_order", "cancel the lamp")]
)
def test_goods_in_no_order_are_asked_about(customer: NewCustomer, intent: str, says: str) -> None:
    robin = customer("Robin").says("where is order 90006").says_as(intent, says)
    assert "in which of your orders “lamp” is" in robin.text
    assert "Which order is it about?" in robin.text


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("move it to friday", "I'll remind you here on Fri 20 Mar"),
        ("改到周五", "Fri 20 Mar"),
        ("delete it", "Deleted: I won't remind you"),
        ("删掉它", "Deleted: I won't remind you"),
        ("不用提醒了", "Deleted: I won't remind you"),
    ],
)
@pytest.mark.parametrize("intent", ["change_address", "nlu_fallback"])
def test_a_reminder_is_moved_and_deleted(
    customer: NewCustomer, intent: str, says: str, told: str
) -> None:
    robin = customer("Robin").says("remind me on wednesday to call the bank")
    robin.says("what reminders do I have?").says_as(intent, says)
    assert told in robin.text

"""Questions back to what the bot asks, a question that rests, and anger in the middle of a task."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize("intent", ["inform", "repeat_that", "nlu_fallback"])
def test_a_guest_hears_why_and_is_asked_once_more(customer: NewCustomer, intent: str) -> None:
    guest = customer().says("where is my order")
    for asks, told in (
        ("why do you need that?", "I find your order"),
        ("what for", "I find your order"),
        ("is that safe?", "code by mail before anything is changed"),
        ("where do I find it", "confirmation mail"),
        ("i dont have it here", "confirmation mail"),
        ("为什么要这个", "I find your order"),
        ("在哪里找", "confirmation mail"),
    ):
        guest.says_as(intent, asks)
        assert told in guest.text and guest.text.endswith("for example 1042."), asks
        assert guest.slot("requested_slot") == "order_number"


@pytest.mark.parametrize("says", ["what happens if i dont say?", "不给会怎么样"])
def test_what_comes_of_silence_is_said(customer: NewCustomer, says: str) -> None:
    guest = customer().says("where is my order 90006").says_as("repeat_that", says)
    assert "I can't show you the order here" in guest.text
    assert guest.slot("requested_slot") == "order_email"
    guest.says_as("repeat_that", "do i need the email too?")
    assert "so that nobody else can look at it" in guest.text


def test_of_the_code_is_said_why_and_how_long(customer: NewCustomer) -> None:
    guest = customer().says("cancel order 90006").says("robin@example.com")
    guest.says_as("nlu_fallback", "why do i need a code?")
    assert "the mailbox of the order is yours" in guest.text
    assert guest.slot("requested_slot") == "confirmed"
    guest.says("yes").says_as("repeat_that", "how long is it valid")
    assert "good for ten minutes" in guest.text and "I'm sending" not in guest.text


def test_what_is_asked_for_later_has_its_own_reason(customer: NewCustomer) -> None:
    guest = customer().says("new address of order 90006")
    guest.says_as("repeat_that", "who sees that?")
    assert "so that nobody else can look at it" in guest.text
    guest.says("robin@example.com").says_as("repeat_that", "why do you need my address?")
    assert "for this order only" in guest.text and guest.slot("new_address") is None
    guest.says("Lindenallee 5, 20357 Hamburg").says_as("repeat_that", "why do you ask?")
    assert "nothing is done without your yes" in guest.text
    guest.says("yes").says_as("repeat_that", "what do you need the code for?")
    assert "the mailbox of the order is yours" in guest.text
    guest.types_the_code()
    assert "now goes to Lindenallee 5" in guest.text


@pytest.mark.parametrize("intent", ["inform", "repeat_that"])
def test_a_counter_question_is_no_answer_of_many_words(customer: NewCustomer, intent: str) -> None:
    robin = customer("Robin").says('/return_item{"order_number": "90001"}').says("the linen shirt")
    robin.says_as(intent, "why do you want to know?")
    assert "It only helps us to do better" in robin.text and robin.slot("return_reason") is None
    robin.says("too small")
    assert "Shall I announce the return" in robin.text


def test_a_customer_who_is_signed_in_need_not_look_for_the_number(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is my order").says_as("inform", "where do I find it?")
    assert "You need not look for it" in robin.text and len(robin.offered) > 1


def test_a_story_is_no_counter_question(customer: NewCustomer) -> None:
    guest = customer("Robin").says("where is my order")
    guest.says_as("inform", "why is it always me who waits for weeks until somebody writes to me")
    assert "You have more than one order" not in guest.text


def test_after_three_other_questions_the_one_for_the_order_rests(customer: NewCustomer) -> None:
    guest = customer().says("where is my order").says("what does shipping cost")
    guest.says("do you sell mugs")
    assert "Just the number" in guest.text
    guest.says("your opening hours?")
    assert "until you come back to it" in guest.text and "Just the number" not in guest.text
    guest.says("what does shipping cost")
    assert "order is it about" not in guest.text and guest.form is None
    guest.says("your opening hours?").says("90006")
    assert "e-mail address was order 90006" in guest.text


def test_a_question_that_rests_is_taken_up_by_its_button(customer: NewCustomer) -> None:
    robin = customer("Robin").says("cancel my order").says("what does shipping cost")
    robin.says("do you sell mugs").says("your opening hours?").presses("Back to my order")
    assert "Which order is it about?" in robin.text and robin.form == "cancel_order_form"


@pytest.mark.parametrize("says", ["this is bullshit", "what a fucking joke!", "你们真是垃圾"])
def test_an_outburst_opens_no_ticket_unless_it_is_wished(customer: NewCustomer, says: str) -> None:
    robin = customer("Robin").says('/cancel_order{"order_number": "90006"}')
    robin.says_as("complaint", says)
    assert "so annoying" in robin.text and "Shall I cancel order 90006" in robin.text
    assert "noted it" not in robin.text
    robin.presses("Note it as a complaint")
    assert "I have noted it as T-" in robin.text and "Shall I cancel order 90006" in robin.text


def test_what_tells_something_is_noted_at_once(customer: NewCustomer) -> None:
    robin = customer("Robin").says('/cancel_order{"order_number": "90006"}')
    robin.says_as("complaint", "your driver threw my damn parcel over the fence")
    assert "I have noted it as T-" in robin.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("which mailbox", "m•••@e•••.com, the address of the order"),
        ("can i do it without the code", "the mailbox of the order is yours"),
    ],
)
def test_who_asks_of_the_code_is_sent_no_other(customer: NewCustomer, text: str, told: str) -> None:
    guest = customer().says("cancel 2073").says("maya@example.com").says("yes")
    guest.says_as("code_not_received", text)
    assert told in guest.text and "new code" not in guest.text
    assert len(guest.letterbox.letters) == 1

"""Out of a queue, of messages and of a report, in the words that customers find for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.orders.states import Remedy
from dialogue.retail.later.notice_words import Wanted, only_asks, wanted_in
from dialogue.retail.problems.remedies import or_else, wish_in
from dialogue.retail.services import RetailServices

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("that's too long. forget it, take me out of the queue", "taken you out of the queue"),
        ("please leave the queue", "taken you out of the queue"),
        ("am i still in the queue? i dont want to wait any more", "taken you out of the queue"),
        ("what happens if i leave the queue?", "you are in the queue"),
        ("i cant wait, its urgent", "you are in the queue"),
    ],
)
def test_the_queue_is_left_by_who_wants_to(customer: NewCustomer, said: str, told: str) -> None:
    guest = customer().says("a real person please")
    guest.trusted |= {"in_queue": True}
    assert told in guest.says(said).text


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("i mean the shipping updates, are they really off?", Wanted.STATE),
        ("so i wont get anything now right?", Wanted.STATE),
        ("no!! i wanted them OFF", Wanted.STOP),
        ("tell me when it moves, ok?", None),
    ],
)
def test_a_question_turns_no_messages_on(said: str, wanted: Wanted | None) -> None:
    assert wanted_in(said, spoken_of=True) is wanted
    assert only_asks("are they really off?") and not only_asks("can you text me when it moves?")


def test_a_conditional_question_is_no_wish() -> None:
    assert wish_in("if you send it again, when would it arrive?") is None
    assert wish_in("a new mug pls, 1") is Remedy.REPLACEMENT
    assert or_else("if it is in stock send it again, otherwise money back")


@pytest.mark.parametrize("said", ["no, it's not missing, i have it!", "算了 都不要"])
def test_a_report_can_be_left(customer: NewCustomer, said: str) -> None:
    robin = customer("Robin").says_as(
        "delivery_not_received", "order 90002 was delivered but nothing is here"
    )
    assert robin.form == "problem_form"
    assert robin.says_as("inform", said).form is None


@pytest.fixture
def reported(customer: NewCustomer) -> Customer:
    """Robin, whose torn shirt is noted under T-20001, to be sent again."""
    robin = customer("Robin").says("the linen shirt of 90001 arrived broken, it has a hole")
    assert "T-20001" in robin.says("send it again").text
    return robin


def test_what_shall_be_sent_is_noted_in_the_customers_words(
    reported: Customer, services: RetailServices
) -> None:
    said = "can't you just send me the buttons?"
    assert f"added to T-20001: “{said}”" in reported.says_as("product_search", said).text
    assert services.extras is not None
    assert said in services.extras.tickets.shown("T-20001").text
    reported.says_as("faq", "could you give me my money back instead?")
    assert "rather have a refund" in reported.text
    reported.says_as("faq", "can you send me an email when it is decided?")
    assert "added" not in reported.text and "No mail is sent by itself" in reported.text


@pytest.mark.parametrize("said", ["can i bin it?", "may I throw the broken one away"])
def test_nothing_is_thrown_away_unless_it_may_stay(
    customer: NewCustomer, reported: Customer, said: str
) -> None:
    assert "don't throw it away yet" in reported.says_as("faq", said).text
    lost = customer("Robin").says("where is order 90004").presses("Send it again")
    assert "simply refuse it" in lost.says_as("faq", said).text


def test_in_the_queue_a_question_of_today_turns_no_messages_on(customer: NewCustomer) -> None:
    tom = customer("Tom").says("a real person please")
    tom.trusted |= {"in_queue": True}
    tom.says_as("shipping_updates", "just tell me when my mixer comes today")
    assert "expected on" in tom.text and "whenever" not in tom.text

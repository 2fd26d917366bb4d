"""Questions about the shop that want a yes or a no get one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("what are your opening hours", "Our stores in Hamburg and Copenhagen are open"),
        ("are you open on Sunday?", "No, on Sundays"),
        ("are you open on Christmas Eve?", "For public holidays I have no hours"),
        (
            "what are your opening hours, are you open now?",
            "Yes, our stores in Hamburg and Copenhagen are open now",
        ),
        ("do you take klarna", "I'm sorry, no."),
        ("do you take apple pay", "I'm sorry, no."),
        ("do you take PayPal", "Yes. You can pay by"),
        ("do you take amex", "We take cards, but I can't say for certain whether “amex”"),
        ("deliver to the uk?", "No, I'm sorry, we don't deliver to the United Kingdom:"),
        ("do you take money", "You can pay by card"),
    ],
)
def test_a_question_for_a_yes_or_no_gets_one(customer: NewCustomer, asked: str, told: str) -> None:
    assert customer().says(asked).text.startswith(told)


@pytest.mark.parametrize(
    ("before", "intent", "asks", "told"),
    [
        ("return_policy", "ask_more", "and for sale items", "Reduced articles"),
        ("return_policy", "return_policy", "who pays the postage", "we pay"),
        ("return_policy", "ask_more", "do i need the receipt", "no receipt"),
        ("return_policy", "warranty", "what if it's damaged", "within 14 days"),
        ("return_policy", "return_item", "i wore it, take it back", "Which order"),
        ("shipping_options", "nlu_fallback", "by which company", "Europarcel"),
        ("shipping_options", "shipping_options", "can i choose the day", "Neither day"),
        ("opening_hours", "return_policy", "can i return it there", "Gladly: bring"),
        ("opening_hours", "opening_hours", "on december 24?", "public holidays"),
        ("greet", "out_of_scope", "can you speak german", "English and Chinese"),
        ("greet", "bot_challenge", "is this chat recorded", "is kept"),
    ],
)
def test_a_short_question_goes_on_with_the_answer(
    customer: NewCustomer, before: str, intent: str, asks: str, told: str
) -> None:
    guest = customer().says_as(before, "tell me").says_as(intent, asks)
    assert told in guest.text

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
        ("shipping_options", "ask_more", "and to austria", "Yes, we deliver to Austria"),
        ("shipping_options", "ask_more", "so from 50 euros it's free there?", "Yes: from €50"),
        ("shipping_options", "ask_more", "and free for 30 euros?", "No: shipping is free"),
        ("opening_hours", "opening_hours", "and on saturdays?", "On Saturdays our stores"),
        ("contact_details", "opening_hours", "is it open now?", "my colleagues are there now"),
        ("greet", "contact_details", "the number, can i order by phone", "take orders by tele"),
        ("greet", "store_location", "do you have a shop in berlin", "No, I'm sorry, not there"),
        ("return_policy", "return_policy", "what if i opened the box", "look and try is fine"),
        ("return_policy", "return_policy", "till when can i bring it", "30 days from the day"),
        ("return_policy", "product_search", "earbuds for example, i tried them", "seal unbroken"),
        ("return_policy", "shipping_options", "and money, also the shipping cost?", "a colleague"),
        ("greet", "nlu_fallback", "how long do you keep the chat", "I don't know"),
        ("greet", "nlu_fallback", "can i get a copy of this chat", "copy the text"),
        ("greet", "out_of_scope", "who can i write to about data protection", "Larkspur GmbH"),
    ],
)
def test_a_short_question_goes_on_with_the_answer(
    customer: NewCustomer, before: str, intent: str, asks: str, told: str
) -> None:
    guest = customer().says_as(before, "tell me").says_as(intent, asks)
    assert told in guest.text

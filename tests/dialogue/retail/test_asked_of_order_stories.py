"""What is asked of an order beside where it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize(
    ("intent", "question", "told"),
    [
        ("update_account", "and can i still change the adress?", "on its way already"),
        ("faq", "then i'd like it brought to a different day, tuesday", "seven days later"),
        ("nlu_fallback", "how can i change the day of order 2023 to tuesday?", "seven days later"),
        ("out_of_scope", "can you ask the carrier to deliver to my neighbour", "on the carrier's"),
        ("faq", "我周日不在家怎么办", "on the carrier's page"),
        ("order_status", "具体哪天几点能到？", "I only know the day"),
        ("shipping_options", "why does it come in two parcels?", "separate parcels"),
    ],
)
def test_after_the_status(customer: NewCustomer, intent: str, question: str, told: str) -> None:
    maya = customer("Maya").says("where is 2023").says_as(intent, question)
    assert told in maya.text


def test_of_the_list_that_was_shown(customer: NewCustomer) -> None:
    maya = customer("Maya").says("all my orders")
    maya.says_as("nlu_fallback", "the second one, why was it cancelled")
    assert maya.text.startswith("Order 2041 is cancelled, but I can't see why")
    maya.says("all my orders").says_as("repeat_that", "more please")
    assert "2073" not in maya.text
    assert "once more" not in maya.text


def test_where_the_code_stands_sends_no_other(customer: NewCustomer) -> None:
    guest = customer().says("cancel 2073").says("maya@example.com").says("yes")
    code = guest.letterbox.code
    guest.says_as("code_not_received", "where do i find that code")
    assert (guest.letterbox.code, "new code" in guest.text) == (code, False)


def test_in_the_middle_of_a_part_all_of_it_may_go(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says("cancel 2055").says_as("cancel_order", "能只取消别的吗")
    assert "shall I take out" in aisha.text
    aisha.says_as("deny", "算了全部取消吧")
    assert "Shall I cancel order 2055" in aisha.text


@pytest.mark.parametrize(
    ("intent", "text", "told"),
    [
        ("cancel_order", "cancel the top one", "cancel order 2055"),
        ("order_status", "both when", "Order 2014 travels"),
        ("order_status", "whats the total of 2055", "€222.50 in all"),
        ("order_status", "how much longer for 2055", "being prepared"),
    ],
)
def test_of_several_orders_those_that_are_meant(
    customer: NewCustomer, intent: str, text: str, told: str
) -> None:
    aisha = customer("Aisha").says_as("list_orders", "my orders").says_as(intent, text)
    assert told in aisha.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the shirts from today make it 2 not 3", "only 2 instead of 3 × Everyday"),
        ("can i still drop something from the order i made this morning", "Which item shall I"),
        ("我今天下的单能改尺码吗", "Which item is it"),
    ],
)
def test_the_order_placed_today(customer: NewCustomer, text: str, told: str) -> None:
    assert told in customer("Robin").says_as("modify_order", text).text


def test_a_guest_without_the_number_hears_where_it_stands(customer: NewCustomer) -> None:
    guest = customer().says_as("order_status", "my order number is lost and i have no mail")
    assert "by name and postcode" in guest.text
    guest = customer().says_as("order_status", "where is my order, i lost the parcel slip")
    assert "give me its number" in guest.text


@pytest.mark.parametrize(
    ("intent", "text", "told"),
    [
        ("inform", "the second one", "Order 2014 travels"),
        ("check_stock", "the bathrobe isn't in it?", "Order 2014 travels"),
        ("nlu_fallback", "whats the total of 2055", "€222.50 in all"),
        ("order_status", "where are all my things", "These are still to come"),
    ],
)
def test_after_the_list(customer: NewCustomer, intent: str, text: str, told: str) -> None:
    aisha = customer("Aisha").says_as("list_orders", "my orders").says_as(intent, text)
    assert told in aisha.text


@pytest.mark.parametrize(
    ("intent", "text", "told"),
    [
        ("product_details", "so the robe comes extra?", "Yes, in more than one parcel"),
        ("nlu_fallback", "can you put it all in one box", "That I can't arrange"),
        ("nlu_fallback", "and the other order", "Order 2055 is being prepared"),
        ("nlu_fallback", "can i stop the bathrobe then", "hasn't left us yet, but"),
        ("deny", "nah i dont want it any more", "can't change or cancel"),
        ("shipping_options", "can you speed it up, its a present", "can't make it faster"),
        ("nlu_fallback", "talk to the carrier for me", "can't reach the carrier"),
        ("deny", "ok then tell the driver to leave it", "you choose on the carrier's page"),
    ],
)
def test_after_the_way_was_told(customer: NewCustomer, intent: str, text: str, told: str) -> None:
    aisha = customer("Aisha").says("where is 2014").says_as(intent, text)
    assert told in aisha.text


def test_a_day_that_is_doubted_is_told_again(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says("where is 2014").says_as("faq", "are u sure its wednesday")
    assert "if all goes to plan: order 2014" in aisha.text

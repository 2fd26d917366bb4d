"""A question that goes on with the last answer is answered with the sentence that tells it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.excerpt import part_of

NewCustomer = Callable[..., Customer]
COLLECT = (
    "Yes, and it is free: choose “Collect in store” at the checkout. We send you a message when it "
    "is there, mostly after two to three working days; we keep it for 14 days. Bring the order "
    "number and something with your name on it."
)
DOWN = "Wash it at 30 °C. Then tumble dry on low until no lumps are left; that takes several hours."
GIFT = "可以，每件 €3.90，用再生纸包好。在购物车里勾选“包装成礼物”。大约需要两天。"


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        ("how long do you keep it there?", COLLECT, "We keep it for 14 days."),
        ("is it free?", COLLECT, "Yes, and it is free: choose"),
        ("do i need my id?", COLLECT, "Bring the order number"),
        ("how do i do that", COLLECT, "choose “Collect in store”"),
        ("and dry it?", DOWN, "Then tumble dry on low until no lumps are left."),
        ("多少钱", GIFT, "每件 €3.90"),
        ("要多久", GIFT, "大约需要两天。"),
        ("why not?", COLLECT, ""),
        ("and cats?", COLLECT, ""),
        ("", COLLECT, ""),
    ],
)
def test_the_sentence_that_tells_it(question: str, answer: str, told: str) -> None:
    found = part_of(answer, question)
    assert told in found if told else found == ""
    assert found.count(".") + found.count("。") < answer.count(".") + answer.count("。")


def test_once_told_it_is_all_that_is_known(customer: NewCustomer) -> None:
    guest = customer().says_as("delete_account", "can I delete my account?")
    guest.says_as("ask_more", "how long does it take?")
    assert (
        guest.text
        == "We erase your data within 30 days, except invoices, which the law makes us keep."
    )
    guest.says_as("ask_more", "and how long does it take?")
    assert "all I know" in guest.text and guest.offered == ["Talk to a person"]
    guest.says_as("ask_more", "why?")
    assert "all I know" in guest.text


def test_where_nothing_was_asked_nothing_is_known(customer: NewCustomer) -> None:
    assert "all I know" in customer().says_as("ask_more", "how long?").text


def test_earlier_answers_about_the_same_are_looked_through(customer: NewCustomer) -> None:
    guest = customer().says_as("shipping_options", "how much is shipping?")
    guest.says_as("shipping_options", "and to Norway?").says_as("ask_more", "is it ever free?")
    assert "from €50 it is free" in guest.text

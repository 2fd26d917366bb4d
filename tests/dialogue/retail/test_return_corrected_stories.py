"""Returns and exchanges whose wish is changed on the way: other goods, fewer, the money instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.retail.returning.own_questions import opens_inside, own_question
from dialogue.retail.returning.side_questions import asked_at_once
from dialogue.retail.returning.side_replies import Matter
from dialogue.retail.talk.correcting import meant_in

NewCustomer = Callable[..., Customer]
HERE = "90001"  # of data/shop


def test_what_is_not_wanted_is_not_meant() -> None:
    said = "no, I dont want to return the herb kit, I want to return a flannel shirt"
    assert meant_in(said) == "I want to return a flannel shirt"
    assert meant_in("我不想退灯罩，我想退咖啡壶") == "我想退咖啡壶"
    assert meant_in("I don't want it any more, please return it") != "please return it"


def test_what_lies_inside_is_open() -> None:
    assert opens_inside("i opened the seeds bag already, is that a problem?")
    assert opens_inside("the seal is broken") and opens_inside("封条我已经撕了")
    for text in ("i opened the parcel", "the box is open", "is the bag sealed?", "我打开了包裹"):
        assert not opens_inside(text)


@pytest.mark.parametrize(
    ("text", "responses"),
    [
        (
            "I want to return the kit. Who pays and until when?",
            ["utter_aside_return_free", "utter_aside_return_until"],
        ),
        ("I'd like to return the mugs, is it free?", ["utter_aside_return_free"]),
        ("return the mugs please", []),
        ("I return it. Where is my jacket?", []),
    ],
)
def test_what_a_wish_asks_as_well(text: str, responses: list[str]) -> None:
    assert [one.response for one in asked_at_once(text, Matter.RETURN)] == responses


def test_days_and_other_ways_of_paying_are_no_question_of_the_sum() -> None:
    known = ("periods", "other_way", "delivery_fee")
    for text, name in {
        "you said 30 days, why only until 11 Dec now?": "periods",
        "你说30天，怎么只到12月11日": "periods",
        "can the money go on a gift card instead?": "other_way",
        "退款能退到礼品卡吗": "other_way",
        "do i get the shipping costs back too?": "delivery_fee",
    }.items():
        assert own_question(text, True, known) == name, text
    for text in ("how much money do i get?", "is the delivery free?", "until when?"):
        assert own_question(text, True, known) is None, text


def test_the_money_instead_of_the_swap(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the linen shirt of {HERE} for M")
    robin.says_as("inform", "hmm no, i want the money back after all, it was too large")
    assert "Shall I announce the return of Linen Shirt" in robin.text
    robin.says_as("inform", "i'd rather swap it for one size up")
    assert "for sky, XL?" in robin.text
    robin.says_as("nlu_fallback", "no, one size down")
    assert "for sky, M?" in robin.text


def test_pieces_that_become_different_variants(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"exchange both t-shirts of {HERE}")
    robin.says_as("inform", "one white L and one black L")
    assert "first 1 × white, L, then 1 × black, L" in robin.text
    assert "swap 1 × Everyday T-Shirt (white, M) for white, L?" in robin.text
    robin.says("yes")
    assert "is set aside" in robin.text and "for black, L?" in robin.text


def test_one_of_them_otherwise(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"exchange both t-shirts of {HERE}")
    robin.says_as("inform", "white, L")
    assert "swap 2 × Everyday T-Shirt (white, M) for white, L?" in robin.text
    robin.says_as("correct_that", "no, one of them should be black L")
    assert "swap 1 × Everyday T-Shirt (white, M) for black, L?" in robin.text


def test_all_but_what_stays_and_another_number(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"return everything of order {HERE}").says("too small")
    robin.says_as("deny", "wait, i keep the mugs")
    assert "2 × Everyday T-Shirt (white, M) and Linen Shirt (sky, L)" in robin.text
    robin.says_as("deny", "no, the linen shirt stays")
    assert "the return of 2 × Everyday T-Shirt (white, M) from" in robin.text
    robin.says_as("deny", "no, only one")
    assert "the return of 1 × Everyday T-Shirt (white, M) from" in robin.text


def test_a_number_beside_a_question_counts(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"return the mugs of {HERE}")
    robin.says_as("nlu_fallback", "2 of them. can i get the refund on a gift card?")
    assert "rather have a gift card" in robin.text and robin.slot("pieces") == "2"


def test_returns_from_another_country(customer: NewCustomer) -> None:
    guest = customer()
    guest.says_as("return_policy", "return from austria, who pays that?")
    assert "From Austria it is the same" in guest.text and "is free" in guest.text
    assert "Switzerland" in guest.says_as("shipping_options", "and from switzerland?").text


def test_what_goes_and_that_the_rest_stays_is_a_correction(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"return both t-shirts and the mugs of {HERE}")
    robin.says_as("inform", "too small")
    assert "84.50" in robin.text
    robin.says_as("deny", "no, only the two white t-shirts, I keep the rest")
    assert "2 × Everyday T-Shirt (white, M) from order" in robin.text and "39.80" in robin.text


@pytest.mark.parametrize("words", ["no, none of them", "none", "neither", "都不退了"])
def test_none_of_the_goods_is_a_no_whatever_it_was_taken_for(
    customer: NewCustomer, words: str
) -> None:
    robin = customer("Robin").says("send something of order 90001 back")
    assert robin.slot("requested_slot") == "item"
    assert robin.says_as("inform", words).form is None
    assert not robin.order("90001").returns

"""Cancelling only a part of an order, what goes with it, what is paid back, and thinking again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.orders.states import OrderStatus
from dialogue.retail.changing.cancelling import cancels_all

NewCustomer = Callable[..., Customer]
PACKED = "2043"


@pytest.mark.parametrize(
    "words",
    [
        f"from order {PACKED} i only want to keep the pan, cancel the rest pls",
        f"cancel just the rice cooker from order {PACKED}",
        f"{PACKED}: cancel one item, the rice cooker. the pan should still be sent",
    ],
)
def test_of_a_packed_order_nothing_is_taken_out(customer: NewCustomer, words: str) -> None:
    tom = customer("Tom").says(words)
    assert tom.text.startswith(f"Order {PACKED} is packed already")
    assert "Shall I cancel" in tom.text
    tom.says_as("cancel_order", "is it not possible to cancel only one?")
    assert tom.text.startswith(f"Order {PACKED} is packed already")
    tom.says_as("check_stock", "do i still get the pan?")
    assert "all of it goes" in tom.text
    assert tom.says("no, cancel all of it").text.startswith("Done")
    assert tom.order(PACKED).status is OrderStatus.CANCELLED


def test_what_is_paid_back_is_told_and_the_yes_asked_for(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"cancel {PACKED} and tell how long the money takes")
    assert "goes back by bank transfer within" in tom.text
    assert "Shall I cancel" in tom.text
    tom.says_as("nlu_fallback", "how much back?")
    assert tom.text.startswith("If you cancel, €99.80 goes back")


@pytest.mark.parametrize(
    ("intent", "words"),
    [
        ("affirm", "ok, is that free?"),
        ("affirm", "好的，那要付钱吗"),
        ("product_search", "hold on, do you have a bigger rice cooker?"),
        ("check_stock", "is the pan also there in blue?"),
    ],
)
def test_a_question_is_no_yes_and_about_no_part(
    customer: NewCustomer, intent: str, words: str
) -> None:
    tom = customer("Tom").says(f"cancel {PACKED}").says_as(intent, words)
    assert tom.order(PACKED).status is OrderStatus.PACKED
    assert tom.slot("requested_slot") == "confirmed"
    assert "all of it goes" not in tom.text


def test_who_takes_note_and_has_another_wish_has_not_said_yes(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"cancel {PACKED}").says("ok, and where is order 2009?")
    assert tom.order(PACKED).status is OrderStatus.PACKED
    assert "2009" in tom.text
    assert "Shall we go on with the cancellation" in tom.text


def test_who_keeps_it_all_said_no(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"cancel {PACKED}").says_as("withdraw_return", "算了都留着吧")
    assert tom.form is None
    assert tom.order(PACKED).status is OrderStatus.PACKED


def test_a_cancellation_cannot_be_undone(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"cancel {PACKED}").says("yes")
    tom.says_as("nlu_fallback", "能恢复吗，我后悔了")
    assert "can't be undone" in tom.text
    assert "Rice Cooker" in tom.offered


@pytest.mark.parametrize(
    ("text", "all_of_it"),
    [
        ("no, cancel all of it", True),
        ("不用了，还是全取消吧", True),
        ("no, don't cancel everything", False),
        ("不要全部取消", False),
        ("cancel everything except the mug", False),
        ("cancel it", False),
    ],
)
def test_all_of_it_is_said_plainly(text: str, all_of_it: bool) -> None:
    assert cancels_all(text) is all_of_it


def test_the_stated_order_counts_and_two_things_are_two(customer: NewCustomer) -> None:
    tom = customer("Tom").says("send the towel and the scale from my last order back")
    assert "order 1952" in tom.text
    tom = customer("Tom").says("return the rice cooker")
    tom.says("i want to return 2 things from order 1952: the scale and the towel")
    assert tom.slot("order_number") == "1952"
    assert tom.slot("item") == "2,3"


def test_who_returns_instead_of_swapping_speaks_of_the_same_goods(customer: NewCustomer) -> None:
    tom = customer("Tom").says("swap the socks of 1952")
    tom.says_as("return_item", "算了不换了，直接退掉吧")
    assert (tom.form, tom.slot("item")) == ("return_form", "1")


def test_another_day_is_no_other_address(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"where is {PACKED}").says_as("change_address", "能改送货日期吗")
    assert "I can't choose the day" in tom.text


def test_a_question_is_no_address(customer: NewCustomer) -> None:
    maya = customer("Maya").says("new address for 2073")
    maya.says_as("nlu_fallback", "那2023呢")
    assert maya.slot("new_address") is None
    assert maya.form == "change_address_form"


def test_after_the_refusal_it_is_told_why(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"new address for {PACKED}").says_as("affirm", "why not?")
    assert "The label with the address is on the parcel" in tom.text
    assert "Cancel it" in tom.offered


def test_what_was_offered_instead_of_another_address_is_done(customer: NewCustomer) -> None:
    tom = customer("Tom").says('/change_address{"order_number": "2043"}')
    assert "can't change the address any more" in tom.text
    tom.says_as("cancel_order", "right, call it off please, I'll place a new order myself")
    assert "Shall I cancel order 2043" in tom.text


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("return 1926", "wait no, not the herb kit. one of the two flannel shirts"),
        ("return 1926", "no, I dont want to return the kit, i want to return a shirt"),
        ("return 1926", "oh no, i mean one of the shirts"),
        ("cancel 2073", "no not the gloves, i meant the jacket"),
        ("change the address of 2073", "no not the gloves, the jacket"),
    ],
)
def test_another_order_is_named_by_its_goods(customer: NewCustomer, wish: str, words: str) -> None:
    maya = customer("Maya").says(wish).says_as("inform", words)
    other = "1520" if "1926" in wish else "2023"
    assert maya.text.startswith(f"I take it you mean order {other}")
    assert maya.form is None


def test_the_other_order_is_not_the_one_spoken_of(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"cancel {PACKED}")
    tom.says_as("order_status", "ok. and where is my other order?")
    assert tom.text.startswith("I take it you mean order 2009")


@pytest.mark.parametrize(
    "said",
    [
        "ah no, i need those slippers. leave it, dont cancel",
        "not the slippers, leave everything",
        "拖鞋我还要，先别取消了",
    ],
)
def test_all_of_it_stays_whatever_is_named_beside(customer: NewCustomer, said: str) -> None:
    aisha = customer("Aisha").says("cancel 2055").says_as("deny", said)
    assert "stays as it is" in aisha.text or "保持不变" in aisha.text


@pytest.mark.parametrize(
    ("first", "intent", "words", "told"),
    [
        ("yes", "gift_card", "card? i dont remember which one i used", "back by card"),
        ("yes", "refund_status", "on which card do i get it back?", "can't see"),
        ("yes", "refund_status", "退到哪张卡？", "very way"),
        (None, "correct_that", "no i mean the whole order", "Shall I cancel order 2055"),
        (None, "return_item", "oh. leave it then, and how do i return the vase?", "stays"),
        (None, "return_item", "should i leave it?", "Shall I cancel order 2055"),
    ],
)
def test_what_is_said_beside_a_cancellation(
    customer: NewCustomer, first: str | None, intent: str, words: str, told: str
) -> None:
    person = customer("Aisha").says("cancel 2055")
    person = person.says(first) if first else person
    assert told in person.says_as(intent, words).text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("I want to cancel my t-shirts order", "cancel order 90006 with"),
        ("cancel the flannel shirt in my t-shirt order", "take Flannel Check Shirt (red, M) out"),
    ],
)
def test_an_order_that_is_called_by_its_goods(customer: NewCustomer, words: str, told: str) -> None:
    assert told in customer("Robin").says_as("cancel_order", words).text


@pytest.mark.parametrize(
    ("first", "intent", "text", "told"),
    [
        ("cancel 2055", "return_policy", "are you sure i get it all back", "All that was paid"),
        ("cancel 2055", "inform", "the one w/ the slippers", "Shall I cancel order 2055"),
        ("cancel 2055", "deny", "no, change where it goes", "Where shall it go?"),
        ("cancel 2055", "deny", "no, dont cancel it", "stays as it is"),
        ("send it somewhere else, order 2055", "deny", "forget that, cancel it", "Shall I cancel"),
        ("where is 2055", "deny", "nah i dont want it any more", "Shall I cancel"),
    ],
)
def test_what_is_wished_instead_is_begun(
    customer: NewCustomer, first: str, intent: str, text: str, told: str
) -> None:
    aisha = customer("Aisha").says(first).says_as(intent, text)
    assert told in aisha.text
    assert aisha.order("2055").status is OrderStatus.PROCESSING


@pytest.mark.parametrize(
    ("intent", "text", "told"),
    [
        ("return_item", "thats wrong bring it back", "can't be undone"),
        ("modify_order", "i need the gloves in L instead", "order anew"),
    ],
)
def test_what_is_cancelled_stays_cancelled(
    customer: NewCustomer, intent: str, text: str, told: str
) -> None:
    maya = customer("Maya").says("cancel 2073").says("yes")
    assert told in maya.says_as(intent, text).text

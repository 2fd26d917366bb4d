"""Short questions on the side of a change to an order, and right after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer, hears_entities

NewCustomer = Callable[..., Customer]
ORDER = "2073"
# What each is mostly taken for, and a word of its answer.
ASKED = {
    "cancel": (
        ("return_policy", "is there a fee for it?", "costs you nothing"),
        ("opening_hours", "until when can i cancel", "in our warehouse"),
        ("faq", "can i undo that later", "can't be undone"),
        ("contact_details", "will i get a mail?", "Whether a mail comes"),
        ("refund_status", "how do i get my money back", "goes back by card"),
        ("refund_status", "how long does it take till I have the money back?", "goes back by card"),
        ("shipping_options", "how long would it take to arrive if i leave it?", "If you keep it"),
        ("check_stock", "and do you have them in M?", "Garden Gloves in M"),
        ("charged_twice", "why so little?", "All that was paid"),
        ("payment_methods", "要收手续费吗", "costs you nothing"),
        ("return_policy", "is the shipping also refunded?", "€4.95 for the delivery"),
    ),
    "new address for": (
        ("nlu_fallback", "does it cost anything?", "costs you nothing"),
        ("inform", "i asked if changing it costs money", "costs you nothing"),
        ("order_status", "what happens if it already left?", "not been packed"),
        ("change_address", "改地址要加钱吗", "costs you nothing"),
        ("nlu_fallback", "until when can i change it", "not been packed"),
        ("faq", "can i change it again later", "change it here again"),
        ("shipping_options", "how long does it take", "changed at once"),
        ("order_status", "will it be late because of that?", "day stays as planned"),
        ("change_address", "改地址会影响送货时间吗？", "day stays as planned"),
        ("faq", "does my account get that address too?", "only this one order"),
    ),
    "swap the gloves in": (
        ("shipping_options", "does it cost more?", "costs you nothing"),
        ("contact_details", "do i get a mail", "Whether a mail comes"),
    ),
}
AFTER = (
    ("faq", "can i undo that?", "can't be undone"),
    ("return_policy", "how much do i get back", "goes back by card"),
    ("nlu_fallback", "did it cost anything?", "costs you nothing"),
    ("return_policy", "how long does it take", "goes back by card"),
)


@pytest.mark.parametrize("wish", ASKED)
def test_a_side_question_is_answered_and_the_form_asks_again(
    customer: NewCustomer, wish: str
) -> None:
    maya = customer("Maya").says(f"{wish} {ORDER}")
    form, asked = maya.form, maya.slot("requested_slot")
    for intent, question, told in ASKED[wish]:
        maya.says_as(intent, question)
        assert told in maya.text, question
        assert (maya.form, maya.slot("requested_slot")) == (form, asked), question
    assert maya.slot("new_address") is None


def test_so_it_is_once_it_is_done(customer: NewCustomer) -> None:
    maya = customer("Maya").says(f"cancel {ORDER}").says("yes")
    for intent, question, told in AFTER:
        assert told in maya.says_as(intent, question).text, question


YES = ("yes cancel it, i dont want it", "ok cancel it then please", "嗯取消吧，不想要了")
NO_YES = (
    "cancel",
    "取消",
    "cancel it only if it is free",
    "cancel the other one",
    "can you cancel it?",
)


@pytest.mark.parametrize("text", YES)
def test_the_wish_said_once_more_is_a_yes(customer: NewCustomer, text: str) -> None:
    maya = customer("Maya").says(f"cancel {ORDER}").says_as("cancel_order", text)
    assert f"order {ORDER} is cancelled" in maya.text


def test_what_is_no_yes_is_asked_again(customer: NewCustomer) -> None:
    maya = customer("Maya").says(f"cancel {ORDER}")
    for text in NO_YES:
        assert "cancelled" not in maya.says_as("cancel_order", text).text, text


def test_goods_of_another_order_are_not_of_the_cancelled_one(customer: NewCustomer) -> None:
    robin = customer("Robin").says("cancel 90006").says("yes")
    robin.says_as("change_address", "and the soy candle, can i still change it?")
    assert "can't be undone" not in robin.text


def test_an_address_that_was_changed_stays_changed(customer: NewCustomer) -> None:
    maya = customer("Maya").says(f"new address for {ORDER}").says("Lindenstraße 12, 10969 Berlin")
    maya.says("yes").says_as("order_status", "will it be late because of that?")
    assert "day stays as planned" in maya.text
    maya.says(f"new address for {ORDER}").says_as("deny", "no thanks, leave it")
    assert "goes to Lindenstraße 12" in maya.text


def test_a_yes_and_another_change(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("modify_order", "take the t-shirts out of 90006")
    robin.says_as("modify_order", "yes, and can the flannel shirt be L instead of M?")
    assert "Done. Order 90006 is now" in robin.text
    assert "Shall I send red, L instead of Flannel Check Shirt (red, M)" in robin.text


def test_what_a_response_answers_may_go_on_with_something(customer: NewCustomer) -> None:
    maya = customer("Maya").says("where is 2023").says_as("faq", "ok thanks. who brings it?")
    assert "brings order 2023" in maya.text
    assert "gift" not in maya.text


def test_an_address_and_a_question_are_both_heard(customer: NewCustomer) -> None:
    maya = customer("Maya").says(f"new address for {ORDER}").says_as("inform", "why so slow?")
    assert "can't answer" in maya.text
    maya.says_as("inform", "Ring 10, 10827 Berlin. does that cost anything?")
    assert "costs you nothing" in maya.text
    assert "to Ring 10, 10827 Berlin, Germany?" in maya.text


@pytest.mark.parametrize("words", ["10829", "不对，邮编我写错了，应该是10829"])
def test_a_postcode_alone_corrects_the_address(customer: NewCustomer, words: str) -> None:
    maya = customer("Maya").says(f"new address for {ORDER}").says("Ring 10, 10827 Berlin")
    maya.says("yes").says_as("change_address", words)
    assert "Ring 10, 10829 Berlin" in maya.text


def test_an_address_answers_the_wish_that_was_left_open(customer: NewCustomer) -> None:
    maya = customer("Maya").says(f"new address for {ORDER}").says(f"where is {ORDER}")
    hears_entities(maya, postcode="10827")
    maya.says("就寄到 Ring 10, 10827 Berlin 吧")
    assert "Ring 10, 10827 Berlin" in maya.text
    assert maya.form == "change_address_form"


BESIDE = {
    "cancel 2073": (
        ("faq", "can i order it again later", "as a new order"),
        ("list_orders", "hmm what size did i order?", "Garden Gloves (S); €21.85"),
        ("shipping_options", "would it come before the weekend otherwise?", "If you keep it"),
        ("order_status", "is it really not sent yet?", "still with us"),
        ("affirm", "yes but only if i get all the money back", "All that was paid"),
    ),
    "new address for 2073": (
        ("list_orders", "do you change it for all orders?", "each order is changed by itself"),
        ("faq", "can it go to a packstation?", "only be chosen at the checkout"),
        ("repeat_that", "what was the old address?", "Order 2073 goes to"),
        ("inform", "my girlfriends place", "please write it out"),
    ),
}


@pytest.mark.parametrize("wish", BESIDE)
def test_what_is_asked_beside_a_change_is_answered_by_its_words(
    customer: NewCustomer, wish: str
) -> None:
    maya = customer("Maya").says(wish)
    form, asked = maya.form, maya.slot("requested_slot")
    for intent, question, told in BESIDE[wish]:
        maya.says_as(intent, question)
        assert told in maya.text, question
        assert (maya.form, maya.slot("requested_slot")) == (form, asked), question


def test_a_part_of_the_present_address_and_a_name_are_put_right(customer: NewCustomer) -> None:
    maya = customer("Maya").says("new address for 2073")
    maya.says_as("inform", "the same street but number 14")
    assert " 14, " in str(maya.slot("new_address"))
    maya.says_as("correct_that", 'can you add "second floor"')
    assert " 14, second floor, " in str(maya.slot("new_address"))


def test_a_yes_for_another_order_too_is_a_yes_and_a_wish(customer: NewCustomer) -> None:
    maya = customer("Maya").says("cancel 2073").says_as("affirm", "yes, and the down jacket too")
    assert "order 2073 is cancelled" in maya.text
    assert "Order 2023 is already on its way" in maya.text

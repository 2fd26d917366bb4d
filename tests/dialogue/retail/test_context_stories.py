"""Pointing, correcting, going back, asking again, and several wishes in one message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from retail_stories import PROJECT, Customer, hears_entities

from dialogue.orders.states import OrderStatus as S
from dialogue.project import Project
from dialogue.retail.task_slots import FORM_OF_INTENT
from nlu.source import read_yaml

NewCustomer = Callable[..., Customer]
SHIRTS, SEALED, OPEN, PACKED = "90001", "90002", "90006", "90007"  # of data/shop/cases.yml


# --- what was shown, and what was spoken of


def test_an_order_that_was_mentioned_is_it(customer: NewCustomer) -> None:
    maya = customer("Maya")
    shipped = maya.number("Maya", S.SHIPPED)
    maya.says(f"order {shipped}").says("where is it?")
    assert f"Order {shipped} is on its way" in maya.text
    maya.says("can I still cancel it?")
    assert f"Order {shipped} is already on its way" in maya.text
    assert maya.form is None


def test_one_of_the_listed_orders_is_meant_by_its_place(customer: NewCustomer) -> None:
    maya = customer("Maya").says("all my orders")
    listed = maya.slot("shown_orders")
    assert len(listed) == 5
    for words, place in (("second one", 1), ("last one", 4), ("number 3", 2)):
        maya.says(f"where is the {words}?")
        assert f"{listed[place]} " in maya.text
    maya.says("all my orders").says("cancel the first one")
    assert f"order {listed[0]}" in maya.text


def test_an_offered_order_is_meant_by_its_place_or_by_what_is_in_it(customer: NewCustomer) -> None:
    maya = customer("Maya").says("where is my parcel?")
    second = maya.slot("shown_orders")[1]
    maya.says("the second one")
    assert f"Order {second} " in maya.text
    robin = customer("Robin").says("send something back")
    assert robin.form == "return_form"
    robin.says("the one with the earbuds")
    assert robin.slot("order_number") == SEALED


def test_the_other_of_two(customer: NewCustomer) -> None:
    maya = customer("Maya").says("where is my parcel?")
    first, second = maya.slot("shown_orders")
    maya.says("the first one")
    assert f"Order {first} " in maya.text
    maya.says("and where is the other one?")
    assert f"Order {second} " in maya.text


def test_both_orders_are_answered_one_after_the_other(customer: NewCustomer) -> None:
    maya = customer("Maya")
    numbers = maya.number("Maya", S.SHIPPED), maya.number("Maya", S.PROCESSING)
    maya.says(f"where are {numbers[0]} and {numbers[1]}? track both")
    assert all(f"Order {number} is" in maya.text for number in numbers)
    assert maya.form is None
    maya.says(f"cancel order {numbers[1]}, not {numbers[0]}")
    assert maya.slot("order_number") == numbers[1]
    assert maya.slot("waiting_wishes") is None


@pytest.mark.parametrize("words", ["the other one, the candle", "no, the other one", "the candle"])
def test_another_order_may_be_meant_where_a_yes_is_asked_for(
    customer: NewCustomer, words: str
) -> None:
    robin = customer("Robin").says(f"cancel order {OPEN}").says(words)
    assert robin.slot("order_number") == PACKED
    assert f"Shall I cancel order {PACKED}" in robin.text
    robin.says("yes")
    assert robin.order(PACKED).status is S.CANCELLED and robin.order(OPEN).status is S.PROCESSING


def test_both_may_be_meant_where_a_yes_is_asked_for(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"cancel order {PACKED}").says("both")
    assert f"first order {PACKED}" in robin.text and f"Shall I cancel order {PACKED}" in robin.text
    robin.says("yes")
    assert f"Shall I cancel order {OPEN}" in robin.text
    robin.says("yes")
    assert {robin.order(n).status for n in (PACKED, OPEN)} == {S.CANCELLED}


def test_there_may_be_no_other_one(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"cancel order {PACKED}").says("yes")
    robin.says(f"cancel order {OPEN}").says("both of them")
    assert f"only possible for {OPEN}" in robin.text
    assert robin.slot("requested_slot") == "confirmed"


def test_goods_in_no_order_let_no_order_be_assumed(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"cancel order {PACKED}").says("yes")
    hears_entities(robin, product="tent").says("cancel the tent")
    assert "which of your orders “tent” is" in robin.text
    assert robin.slot("requested_slot") == "order_number"
    hears_entities(robin, product="shirt").says("never mind").says("cancel the shirt")
    assert f"Shirt (red, M) out of order {OPEN}" in robin.text


@pytest.mark.parametrize("answer", ["both", "the first and the second", "{0} and {1}"])
def test_both_may_be_the_answer_to_which_order(customer: NewCustomer, answer: str) -> None:
    maya = customer("Maya").says("where is my parcel?")
    assert maya.form == "order_status_form"
    shown = maya.slot("shown_orders")
    assert len(shown) == 2
    maya.says(answer.format(*shown))
    assert maya.text.index(f"Order {shown[0]} is") < maya.text.index(f"Order {shown[1]} is")
    assert maya.form is None
    assert maya.slot("waiting_wishes") is None


def test_a_fourth_order_is_answered_too(customer: NewCustomer) -> None:
    maya = customer("Maya").says("all my orders")
    numbers = maya.slot("shown_orders")[:4]
    maya.says(f"where are {' and '.join(numbers)}? track all")
    assert all(f"Order {number} " in maya.text for number in numbers)


def test_a_card_is_meant_by_its_place(customer: NewCustomer) -> None:
    guest = customer().says("do you sell waterproof hiking boots?")
    shown = guest.slot("shown_products")
    guest.says("is the last one in stock?")
    assert guest.slot("product") == shown[-1]


# --- corrections


def asked_to_confirm_a_return(customer: NewCustomer) -> Customer:
    robin = customer("Robin").says(f"send {SHIRTS} back")
    robin.says("the mugs").says("2").presses("Not as described")
    assert "2 × " in robin.text
    assert "Speckled Mug" in robin.text
    return robin


def test_another_item_before_the_yes(customer: NewCustomer) -> None:
    robin = asked_to_confirm_a_return(customer)
    before = len(robin.order(SHIRTS).returns)
    robin.says("not the mugs, the blue one")  # nothing is blue
    assert robin.form == "return_form"
    robin.says("I meant the sky one")
    assert robin.form == "return_form"
    assert "sky" in robin.text
    assert robin.slot("return_reason") == "not as described"
    robin.says("yes")
    assert "sky" in robin.text
    assert len(robin.order(SHIRTS).returns) == before + 1


def test_another_number_of_pieces_before_the_yes(customer: NewCustomer) -> None:
    robin = asked_to_confirm_a_return(customer)
    robin.says("make that three, not two")
    assert "3 × " in robin.text
    assert robin.slot("confirmed") is None


def test_another_order_before_the_yes_asks_for_the_item_anew(customer: NewCustomer) -> None:
    robin = asked_to_confirm_a_return(customer)
    robin.says(f"I meant {SEALED}, not {SHIRTS}")
    assert robin.slot("order_number") == SEALED
    assert robin.slot("item") is None
    assert "item" in robin.text


def test_what_is_no_answer_but_a_correction_is_not_taken_for_a_reason(
    customer: NewCustomer,
) -> None:
    robin = customer("Robin").says(f"send {SHIRTS} back").says("the mugs").says("2")
    assert "Why do you send it back?" in robin.text
    robin.says(f"I meant {SEALED}")
    assert robin.slot("order_number") == SEALED
    assert robin.slot("return_reason") is None


def test_another_size_before_the_yes(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap something of {SHIRTS}").says("the sky one")
    robin.presses(robin.offered[0])
    first = robin.slot("replacement")
    assert first in robin.text
    other = next(o for o in ("sky, M", "sky, S", "white, L", "sky, XL") if o != first)
    robin.says(f"actually the {other}")
    assert robin.form == "exchange_form"
    assert robin.slot("confirmed") is None


def test_another_address_before_the_yes(customer: NewCustomer) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", S.PROCESSING)
    maya.says(f"send it to somewhere else, order {number}")
    maya.says("Lindenstraße 12, 10969 Berlin")
    assert "Lindenstraße 12" in maya.text
    maya.says("no, the other address")
    assert maya.slot("new_address") is None
    assert maya.form == "change_address_form"
    maya.says("Parkweg 8, 20099 Hamburg").says("yes")
    assert "now goes to Parkweg 8" in maya.text


def test_a_guests_address_is_not_asked_for_again_after_the_proof(customer: NewCustomer) -> None:
    guest = customer()
    hears_entities(guest, address="Lindenstraße 12", postcode="10969", city="Berlin")
    guest.says(f"send it to Lindenstraße 12, 10969 Berlin please, order {OPEN}")
    assert guest.slot("requested_slot") == "order_email"
    guest.says("robin@example.com")
    assert "Lindenstraße 12, 10969 Berlin" in guest.text
    assert guest.slot("requested_slot") == "confirmed"


def test_what_shall_be_different_is_asked_when_it_is_not_said(customer: NewCustomer) -> None:
    robin = asked_to_confirm_a_return(customer)
    robin.says("I meant something else entirely")
    assert "What shall be different?" in robin.text
    assert "The item" in robin.offered
    robin.presses("The item")
    assert robin.slot("item") is None
    assert robin.form == "return_form"
    assert "item" in robin.text


def test_after_the_answer_the_same_is_done_for_the_order_that_was_meant(
    customer: NewCustomer,
) -> None:
    maya = customer("Maya")
    shipped, new = maya.number("Maya", S.SHIPPED), maya.number("Maya", S.PROCESSING)
    maya.says(f"where is {shipped}").says(f"I meant {new}")
    assert f"Order {new} is being prepared" in maya.text
    maya.says(f"cancel {new}").says("yes")
    maya.says("I meant the other order")
    assert maya.order(shipped).status is S.SHIPPED


def test_a_strangers_number_tells_nothing_as_a_correction_either(customer: NewCustomer) -> None:
    answers = set()
    for number in (customer().number("Maya", S.SHIPPED), "999999"):
        guest = customer().says("where is 1001").says(f"I meant {number}")
        answers.add(guest.text.replace(number, "N"))
    assert len(answers) == 1


# --- several wishes in one message


def test_two_wishes_are_handled_in_turn(customer: NewCustomer) -> None:
    maya = customer("Maya")
    shipped, new = maya.number("Maya", S.SHIPPED), maya.number("Maya", S.PROCESSING)
    maya.says(f"cancel {new} and tell me when {shipped} comes")
    assert f"Shall I cancel order {new}" in maya.text
    assert shipped not in maya.text
    maya.says("yes")
    assert f"order {new} is cancelled" in maya.text
    assert "other" in maya.heard[1].text
    assert f"Order {shipped} is on its way" in maya.text
    assert maya.slot("waiting_wishes") is None


def test_two_questions_are_answered_in_one_turn(customer: NewCustomer) -> None:
    maya = customer("Maya")
    shipped = maya.number("Maya", S.SHIPPED)
    maya.says(f"where is {shipped}? And what are your opening hours?")
    assert f"Order {shipped} is on its way" in maya.text
    assert "Monday to Saturday" in maya.text


def test_who_drops_the_first_wish_is_asked_about_the_second(customer: NewCustomer) -> None:
    maya = customer("Maya")
    shipped, new = maya.number("Maya", S.SHIPPED), maya.number("Maya", S.PROCESSING)
    for answer in ("Yes, please", "No, leave it"):
        maya.says(f"cancel {new} and tell me when {shipped} comes").says("never mind")
        assert (
            f"Shall I go on with the question where your order is (order {shipped})?" in maya.text
        )
        assert maya.order(new).status is S.PROCESSING
        maya.presses(answer)
        assert (f"Order {shipped} is on its way" in maya.text) == (answer == "Yes, please")
        assert maya.slot("left_wishes") is None
    assert maya.form is None


@pytest.mark.parametrize(
    "message",
    [
        f"send the mugs and the shirts of {SHIRTS} back",
        f"cancel and refund {PACKED}",
        f"cancel {PACKED} and give me my refund",
        f"cancel {PACKED} please. I do not need it and it was dear.",
        f"swap the shirt of {SHIRTS} and send it back",
        "/cancel_order and where is it",
    ],
)
def test_one_wish_is_not_taken_apart(customer: NewCustomer, message: str) -> None:
    robin = customer("Robin").says(message)
    assert not robin.slot("waiting_wishes")
    assert "other question" not in robin.text


def test_what_answers_a_question_is_not_taken_apart(customer: NewCustomer) -> None:
    robin = customer("Robin").says("it arrived broken, " + SHIRTS)
    robin.says("cancel what I said. Where is the glue? Everything is in pieces")
    assert robin.slot("problem_details") or robin.form is None or not robin.slot("waiting_wishes")


def test_a_person_takes_over_everything(customer: NewCustomer) -> None:
    maya = customer("Maya")
    new = maya.number("Maya", S.PROCESSING)
    maya.says(f"cancel {new} and what are your opening hours").says("a person please")
    assert maya.slot("waiting_wishes") is None
    assert "Monday to Saturday" not in maya.text


# --- leaving a wish for another, and coming back


def test_the_first_wish_goes_on_after_the_second_with_what_was_said(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send {SHIRTS} back").says("the mugs").says("2")
    robin.says(f"where is {PACKED}?")
    assert f"Order {PACKED} is packed" in robin.text
    assert f"Shall we go on with the return (order {SHIRTS})?" in robin.text
    robin.says("yes")
    assert robin.form == "return_form"
    assert robin.slot("order_number") == SHIRTS
    assert robin.slot("pieces") == "2"
    assert "Why do you send it back?" in robin.text


def test_a_no_leaves_it(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send {SHIRTS} back").says(f"where is {PACKED}?").says("no")
    assert robin.slot("left_wishes") is None
    assert robin.form is None
    robin.says("go back")
    assert "nothing unfinished" in robin.text


def test_back_to_the_return_by_its_name(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send {SHIRTS} back").says("the mugs")
    robin.says(f"send it to a new address, {OPEN}")
    assert robin.form == "change_address_form"
    robin.says("back to the return")
    assert robin.form == "return_form"
    assert robin.slot("order_number") == SHIRTS
    robin.says("so back to the address")
    assert robin.form == "change_address_form"
    assert robin.slot("order_number") == OPEN


def test_one_step_back_in_a_form(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send {SHIRTS} back").says("the mugs").says("2")
    robin.says("go back")
    assert robin.slot("pieces") is None
    assert robin.form == "return_form"
    assert "How many" in robin.text


def test_who_thinks_again_is_not_asked_to_go_on(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the shirt of {SHIRTS}").says(f"send {SHIRTS} back")
    assert robin.form == "return_form"
    assert robin.slot("left_wishes") is None


def test_a_yes_is_never_brought_back(customer: NewCustomer) -> None:
    maya = customer("Maya")
    new, shipped = maya.number("Maya", S.PROCESSING), maya.number("Maya", S.SHIPPED)
    maya.says(f"cancel {new}").says(f"where is {shipped}?").says("yes")
    assert maya.form == "cancel_order_form"
    assert maya.order(new).status is S.PROCESSING


# --- once more, and again


def test_the_last_answer_is_said_again(customer: NewCustomer) -> None:
    guest = customer().says("what are your opening hours?")
    buttons = guest.offered
    guest.says("what did you say?")
    assert "Monday to Saturday" in guest.text
    assert guest.offered == buttons
    guest.says("say that again")
    assert "Monday to Saturday" in guest.text
    assert "haven't said anything" in customer().says("what did you say?").text


def test_inside_a_form_its_question_is_said_again_once(customer: NewCustomer) -> None:
    guest = customer().says("where is my order").says("say that again")
    assert guest.text.count("Which order is it about?") == 1
    assert guest.form == "order_status_form"


def test_the_same_words_over_other_goods_are_no_repetition(customer: NewCustomer) -> None:
    guest = customer().says("looking for a soy candle").says("looking for a milk frother")
    assert "That is all I know about it" not in guest.text
    guest.says("looking for a milk frother")
    assert "That is all I know about it" in guest.text


def test_the_same_question_gets_another_answer_the_second_time(customer: NewCustomer) -> None:
    guest = customer().says("what are your opening hours?")
    guest.says("so when are you open on monday")
    assert "That is all I know about it" not in guest.text  # another question
    guest.says("what are the opening hours?")
    assert "That is all I know about it" in guest.text
    assert "Talk to a person" in guest.offered


def test_a_form_asks_in_fewer_words_and_then_offers_a_person(customer: NewCustomer) -> None:
    guest = customer().says("where is my order")
    first = guest.text
    guest.says("mumble")
    assert first not in guest.text
    assert "Just the number" in guest.text
    guest.says("mumble mumble")
    assert "Talk to a person" in guest.offered
    assert guest.heard[-1].text == first
    guest.presses("Talk to a person")
    assert guest.form is None


def test_an_answered_side_question_is_no_failure(customer: NewCustomer) -> None:
    guest = customer().says("where is my order")
    for question in ("what are your opening hours?", "do you gift wrap?"):
        assert "goes nowhere" not in guest.says(question).text
        assert guest.form == "order_status_form"
    assert "goes nowhere" in guest.says("mumble").text


def test_the_person_stands_beside_the_buttons_of_the_question(customer: NewCustomer) -> None:
    maya = customer("Maya")
    maya.says(f"cancel {maya.number('Maya', S.PROCESSING)}")
    answers = maya.offered
    maya.says("mumble").says("mumble mumble")
    assert [button["title"] for button in maya.heard[-1].buttons] == [*answers, "Talk to a person"]
    assert maya.offered.count("Talk to a person") == 1
    maya.presses("Talk to a person")
    assert maya.heard[-1].custom == {"handoff": True, "reason": "asked_often"}


def test_who_answers_every_question_with_a_question_is_served(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send {SHIRTS} back")
    asked = 0
    for question in (
        "what are your opening hours?",
        "do you gift wrap?",
        "what's the weather like?",
        "any discount?",
        "say that again",
    ):
        robin.says(question)
        assert robin.form == "return_form"
        assert "item" in robin.text
        asked += "Talk to a person" in robin.offered
    assert asked >= 1
    robin.says("the mugs").says("2").presses("Not as described").says("yes")
    assert "is announced" in robin.text


def test_in_chinese(customer: NewCustomer) -> None:
    robin = customer("Robin")
    robin.trusted["language"] = "zh"
    robin.says(f"send {SHIRTS} back").says(f"where is {PACKED}?")
    assert f"要继续刚才的退货（订单 {SHIRTS}）吗？" in robin.text
    assert "好的，继续" in robin.offered


@pytest.mark.parametrize(
    ("language", "owned_up"), [(None, "I gave you this answer before."), ("zh", "这个我刚才回答过")]
)
def test_a_general_question_asked_again_is_owned_up_to(
    customer: NewCustomer, language: str | None, owned_up: str
) -> None:
    guest = customer()
    guest.trusted["language"] = language
    guest.says("do you gift wrap?")
    answer = guest.text
    assert owned_up not in answer
    guest.says("what are your opening hours?").says("and gift wrapping?")
    before, again = guest.heard
    assert (before.text or "").startswith(owned_up)
    assert again.text == answer
    guest.says("say that again")
    assert answer in guest.text
    assert owned_up not in guest.text
    guest.says("gift wrapping please").says(guest.heard[0].buttons[0]["payload"])
    assert any((said.custom or {}).get("reason") == "asked_again" for said in guest.heard)


def test_a_colour_names_an_item_in_chinese(customer: NewCustomer) -> None:
    robin = customer("Robin")
    robin.trusted["language"] = "zh"
    robin.says(f"return order {SHIRTS}").says("白色的那件")
    assert robin.slot("item") == "1"


def test_a_chinese_no_that_goes_on_is_a_correction(customer: NewCustomer) -> None:
    robin = customer("Robin")
    robin.trusted["language"] = "zh"
    robin.says(f"exchange order {SHIRTS}").says("one of the t-shirts")
    robin.says("不，我要黑色L码的")
    assert robin.slot("replacement") == "black, L"
    robin.says("不，我要白色L码的")
    assert (robin.form, robin.slot("replacement")) == ("exchange_form", "white, L")
    robin.says("不用了，谢谢")
    assert robin.form is None


# --- a side question inside any form


def informing(project: Project) -> list[str]:
    """The intents that one answer serves, and no form."""
    rules = read_yaml(PROJECT / "rules.yml")["rules"]
    single = {
        str(rule["steps"][0]["intent"])
        for rule in rules
        if "condition" not in rule and len(rule["steps"]) == 2 and "intent" in rule["steps"][0]
    }
    words = {"affirm", "deny", "inform", "out_of_scope", "nlu_fallback", "correct_that", "stop"}
    return sorted(single - set(FORM_OF_INTENT) - words - {"human_agent"})


# What may be the very answer to a question of the form, told by its words: a thing in the
# order ("the boots, are they sold out?"), what happened to it, a saved or a shop's address.
MAY_ANSWER: dict[str, set[str]] = {
    "change_address_form": {"update_account", "contact_details", "store_location"},
    "modify_order_form": {"product_search", "check_stock", "recommend_product", "product_details"},
    "return_form": {"product_search", "check_stock", "product_details", "back_in_stock"},
    "exchange_form": {"product_search", "check_stock", "recommend_product", "product_details"},
    "problem_form": {
        "product_search",
        "check_stock",
        "product_details",
        "back_in_stock",
        "EXTERNAL_photo",
    },
    "gift_card_form": {"gift_card"},
    "reminder_form": {"remind_me"},
}
ABOUT_ANYTHING = {"complaint_form"}
FREE = {"complaint", "praise", "warranty"}


def test_no_side_question_is_taken_for_an_answer(project: Project) -> None:
    """Every form that takes free words ignores every intent that only informs."""
    forgotten: dict[str, Any] = {}
    for name, form in project.domain.forms.items():
        mappings = [
            mapping
            for slot in form.required_slots
            for mapping in project.domain.slots[slot].mappings
            if mapping.type.value == "from_text"
        ]
        left = set(informing(project)) - set(form.ignored_intents) - FREE
        left -= MAY_ANSWER.get(name, set())
        left -= set.intersection(*(set(one.not_intents) for one in mappings)) if mappings else left
        if left and name not in ABOUT_ANYTHING:
            forgotten[name] = sorted(left)
    assert forgotten == {}


def test_the_order_before_is_the_one_placed_before_it(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is my latest order?").says("where is the one before?")
    assert robin.slot("order_number") == "90007" and "Soy Candle" in robin.text
    robin.says("where is the previous one")
    assert "Order 90008 was cancelled" in robin.text
    robin.says("of all my orders, what was in the one before that")
    assert "In order 90009 of" in robin.text and "First Aid Kit" in robin.text
    robin.says("where is order 90013?").says("where is 再上一个")
    assert "none before it" in robin.text


def test_what_is_in_the_order_spoken_of_is_told(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is order 90003?")
    robin.says("track it: what did it contain?")
    assert "In order 90003 of" not in robin.text  # also where it is
    robin.says("all my orders, what was in it?")
    assert "2 × Running Tee (navy, M)" in robin.text and "Your latest" not in robin.text


def test_the_orders_are_not_said_to_be_all_while_older_ones_are_left(customer: NewCustomer) -> None:
    robin = customer("Robin").says("return something").says("never mind")
    robin.says("all my orders, the older ones")
    assert "90010 · " in robin.text  # after the oldest of those it was asked for
    robin.says("all my orders, the older ones")
    assert "90013 · " in robin.text
    robin.says("all my orders, the older ones")
    assert "Those were all" in robin.text


@pytest.mark.parametrize(
    "words", ["where is the late one?", "track the one that is late", "track 晚到的那个"]
)
def test_an_order_is_called_by_how_it_stands(customer: NewCustomer, words: str) -> None:
    robin = customer("Robin").says(words)
    assert robin.slot("order_number") == "90003"
    assert "90003" in robin.text


def test_which_order_it_is_may_be_said_by_how_it_stands(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is my order")
    assert robin.slot("requested_slot") == "order_number"
    assert robin.says("the delayed one").slot("order_number") == "90003"


def test_of_two_that_are_not_sent_it_is_asked_which(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is the one that was not sent?")
    assert robin.slot("order_number") is None
    assert robin.slot("requested_slot") == "order_number"


def test_and_these_too_means_the_same_of_another_order(customer: NewCustomer) -> None:
    maya = customer("Maya").says_as("shipping_updates", "keep me posted about 2023")
    assert "whenever order 2073 moves" in maya.says_as("nlu_fallback", "and the gloves too").text
    robin = customer("Robin").says("send it somewhere else, order 90006")
    robin.says_as("inform", "Lindenstraße 12, 10969 Berlin").says("yes")
    assert "Order 90007 is packed" in robin.says_as("nlu_fallback", "and for the candle too").text


def test_a_name_that_goes_on_the_parcel(customer: NewCustomer) -> None:
    robin = customer("Robin").says("send it somewhere else, order 90006")
    robin.says_as("inform", "Lindenstraße 12, 10969 Berlin")
    hears_entities(robin, person="Anna Klein").says("yes and put Anna Klein on it")
    assert "Anna Klein, Lindenstraße 12" in robin.text and "Shall I send" in robin.text

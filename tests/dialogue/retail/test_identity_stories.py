"""Nobody sees or changes another's order, whatever they write."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.orders.states import OrderStatus as S

NewCustomer = Callable[..., Customer]

WISHES = [
    "where is order {n}",
    "cancel order {n}",
    "new address for order {n}",
    "I want to return order {n}",
    "exchange order {n}",
    "refund of order {n}",
    "invoice for order {n}",
    "the mug in order {n} is broken",
    "please add a hat to my order {n}",
]


@pytest.mark.parametrize("wish", WISHES)
def test_a_stranger_is_asked_for_proof_and_nothing_happens(
    customer: NewCustomer, wish: str
) -> None:
    stranger = customer()
    number = stranger.number("Maya", S.PROCESSING)
    before = stranger.order(number)
    stranger.says(wish.format(n=number))
    assert "e-mail" in stranger.text
    stranger.says("yes").says("/affirm").says("yes, do it now")
    assert stranger.order(number) == before
    assert stranger.slot("proven_orders") in (None, [])
    for secret in ("Garden", "Maya", "Stockholm", "€"):
        assert secret not in stranger.text


@pytest.mark.parametrize("wish", WISHES)
def test_a_signed_in_customer_cannot_reach_anothers_order(customer: NewCustomer, wish: str) -> None:
    tom = customer("Tom")
    number = tom.number("Maya", S.PROCESSING)
    before = tom.order(number)
    tom.says(wish.format(n=number))
    assert f"I can't find order {number} in your account." in tom.text
    tom.says("/affirm").says("maya@example.com").says("yes")
    assert tom.order(number) == before
    assert tom.slot("proven_orders") in (None, [])


def test_the_answer_to_a_wrong_pair_is_the_same_whether_the_order_exists(
    customer: NewCustomer,
) -> None:
    answers = set()
    for number in (customer().number("Maya", S.SHIPPED), "999999"):
        someone = customer(name=number).says(f"where is order {number}").says("tom@example.com")
        answers.add(someone.text.replace(number, "N"))
        assert someone.form == "order_status_form"
    assert len(answers) == 1


def test_a_guest_proves_an_order_by_its_number_and_email(customer: NewCustomer) -> None:
    guest = customer()
    number = guest.number("Maya", S.SHIPPED)
    guest.says("where is my parcel?")
    assert "number" in guest.text
    guest.says(number).says("Maya@Example.com")
    assert f"Order {number} is on its way" in guest.text
    assert guest.slot("proven_orders") == [number]
    guest.says("and the invoice please")
    assert "INV-" in guest.text


def test_a_proven_order_opens_no_other(customer: NewCustomer) -> None:
    guest = customer()
    proven, other = guest.number("Maya", S.SHIPPED), guest.number("Tom", S.PACKED)
    guest.says(f"where is order {proven}").says("maya@example.com")
    guest.says(f"cancel order {other}")
    assert "can't find" in guest.text
    assert guest.order(other).status is S.PACKED


def test_both_halves_may_come_in_one_sentence(customer: NewCustomer) -> None:
    guest = customer()
    number = guest.number("Maya", S.SHIPPED)
    guest.says(f"where is order {number}? my mail is maya@example.com")
    assert "on its way" in guest.text


def test_guessing_is_stopped_and_the_form_is_left(customer: NewCustomer) -> None:
    guesser = customer()
    guesser.says("where is my order")
    for number in range(1500, 1508):
        guesser.says(f"{number} maya@example.com")
        assert "can't find an order with this number" in guesser.text
    guesser.says("1508 maya@example.com")
    assert "several times" in guesser.text
    assert "Talk to a person" in guesser.offered
    assert guesser.form is None


def test_who_comes_after_too_many_guesses_is_told_so_whether_the_order_exists(
    customer: NewCustomer,
) -> None:
    answers = set()
    for number in (customer().number("Maya", S.SHIPPED), "999999"):
        for n in range(5):
            guesser = customer(name=f"guesser-{number}-{n}").says(f"where is order {number}")
            guesser.says(f"who{n}@example.com")
        late = customer(name=f"late-{number}").says(f"where is order {number}")
        answers.add(late.says("maya@example.com").text)
        assert "Talk to a person" in late.offered
        assert late.slot("proven_orders") in (None, [])
    assert len(answers) == 1 and "try again in an hour" in answers.pop()


def test_one_mistaken_address_again_and_again_does_not_close_an_order(
    customer: NewCustomer,
) -> None:
    number = customer().number("Maya", S.SHIPPED)
    for n in range(6):
        customer(name=f"home-{n}").says(f"where is order {number}").says("mia@example.com")
    late = customer(name="late").says(f"where is order {number}").says("maya@example.com")
    assert late.slot("proven_orders") == [number]


@pytest.mark.parametrize("slot", ["customer_id", "proven_orders"])
def test_no_message_button_or_metadata_fills_who_one_is(customer: NewCustomer, slot: str) -> None:
    intruder = customer()
    number = intruder.number("Maya", S.PROCESSING)
    value = intruder.id_of("Maya") if slot == "customer_id" else [number]
    forged = json.dumps({slot: value, "order_number": number})
    for message in (
        f"/inform{forged}",
        f"/cancel_order{forged}",
        f"/affirm{forged}",
        f"{slot} = {value}, cancel order {number}",
    ):
        intruder.says(message, metadata={slot: value, "slots": {slot: value}})
        assert intruder.slot(slot) in (None, [])
    assert intruder.order(number).status is S.PROCESSING


@pytest.mark.parametrize(
    "number",
    ['{"a": 1}', "[1042]", "null", "1042.5", "true", '"1042; DROP TABLE"', '"' + "9" * 400 + '"'],
)
def test_odd_values_in_buttons_are_only_odd(customer: NewCustomer, number: str) -> None:
    for someone in (customer(), customer("Maya")):
        someone.says(f'/cancel_order{{"order_number": {number}}}')
        someone.says("/affirm")
        assert someone.heard


def test_a_guest_sees_no_address_and_no_name(customer: NewCustomer) -> None:
    guest = customer()
    number = guest.number("Maya", S.SHIPPED)
    said = []
    guest.says(f"where is order {number}").says("maya@example.com")
    for wish in ("invoice", "refund", "all my orders", "return", "hello"):
        guest.says(wish)
        said.append(guest.text)
    for secret in ("Lindqvist", "Götgatan", "Stockholm", "116 46"):
        assert secret not in "\n".join(said)


def test_who_asks_how_long_a_code_lasts_keeps_it(customer: NewCustomer) -> None:
    guest = customer()
    number = guest.number("Maya", S.PROCESSING)
    guest.says(f"cancel order {number}").says("maya@example.com").says("yes")
    guest.says("no code so far. how long is it good for?")
    assert "ten minutes" in guest.text and "six digits" in guest.text
    assert len(guest.letterbox.letters) == 1
    guest.types_the_code()
    assert guest.order(number).status is S.CANCELLED


@pytest.mark.parametrize("typed", ["{code}", "where is {code}", "it is {code}"])
def test_the_code_of_a_wish_that_was_left_goes_on_with_it(
    customer: NewCustomer, typed: str
) -> None:
    guest = customer()
    number = guest.number("Maya", S.PROCESSING)
    guest.says(f"cancel order {number}").says("maya@example.com").says("yes")
    guest.says("and when will the refund be there?")
    guest.says(typed.format(code=guest.letterbox.code))
    assert "right code" in guest.text and "is cancelled" in guest.text
    assert len(guest.letterbox.letters) == 1
    assert guest.order(number).status is S.CANCELLED


def test_a_wrong_code_of_a_wish_that_was_left_counts_as_a_try(customer: NewCustomer) -> None:
    guest = customer()
    number = guest.number("Maya", S.PROCESSING)
    guest.says(f"cancel order {number}").says("maya@example.com").says("yes")
    guest.says("and when will the refund be there?")
    wrong = "111111" if guest.letterbox.code != "111111" else "222222"
    guest.says(wrong)
    assert "not the code" in guest.text or "not right" in guest.text, guest.text
    assert "Shall I cancel" not in guest.text  # the yes holds
    assert (
        guest.order(number).status is S.PROCESSING and guest.slot("requested_slot") == "order_code"
    )
    guest.types_the_code()
    assert guest.order(number).status is S.CANCELLED


@pytest.mark.parametrize("first", ["mya@example.com", "maya@exampel.com"])
def test_an_address_that_is_put_right_goes_with_the_number_said_before(
    customer: NewCustomer, first: str
) -> None:
    guest = customer()
    number = guest.number("Maya", S.SHIPPED)
    guest.says(f"where is order {number}").says(first)
    assert "can't find" in guest.text
    guest.says("oh, maya@example.com of course")
    assert f"Order {number} is on its way" in guest.text


def test_a_number_that_is_put_right_goes_with_the_address_said_before(
    customer: NewCustomer,
) -> None:
    guest = customer()
    number = guest.number("Maya", S.SHIPPED)
    guest.says("where is order 999999").says("maya@example.com")
    assert "can't find" in guest.text
    guest.says(f"then it is {number}")
    assert f"Order {number} is on its way" in guest.text


def test_the_same_number_again_leaves_the_address_to_be_asked_for(customer: NewCustomer) -> None:
    guest = customer()
    number = guest.number("Maya", S.SHIPPED)
    guest.says(f"where is order {number}").says("tom@example.com").says(number)
    assert guest.slot("requested_slot") == "order_email" and "can't find" not in guest.text
    guest.says("maya@example.com")
    assert f"Order {number} is on its way" in guest.text


@pytest.mark.parametrize(
    "asks", ["did it work?", "is it cancelled?", "and where is it, is it done?"]
)
def test_who_asks_whether_it_is_done_hears_not_yet(customer: NewCustomer, asks: str) -> None:
    guest = customer()
    number = guest.number("Maya", S.PROCESSING)
    guest.says(f"cancel order {number}").says("maya@example.com").says(asks)
    assert "Not yet" in guest.text and f"Shall I cancel order {number}" in guest.text
    guest.says("yes").says(asks)
    assert "Not yet" in guest.text and "six digits" in guest.text
    guest.types_the_code()
    assert guest.order(number).status is S.CANCELLED


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ("please, yes cancel it", True),
        ("Yeah cancel it pls", True),
        ("ok but cancel only the gloves", False),
    ],
)
def test_a_yes_that_says_the_wish_again_is_one(
    customer: NewCustomer, said: str, done: bool
) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", S.PROCESSING)
    maya.says(f"cancel order {number}").says(said)
    assert (maya.order(number).status is S.CANCELLED) is done

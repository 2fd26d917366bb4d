"""Parcels under way, and what is asked beside a problem: by data/shop/cases.yml."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.retail.problems.problem_words import wish_alone
from dialogue.retail.problems.remedies import wish_in
from dialogue.retail.problems.still_to_come import speaks_of_rest
from dialogue.retail.services import RetailServices

NewCustomer = Callable[..., Customer]
SPLIT, LOST = "90003", "90005"  # one of three parcels is late; one of two is lost


@pytest.mark.parametrize(
    ("intent", "text", "told"),
    [
        ("missing_item", f"only half of {SPLIT} came, where is the rest?", "Parcel 3, Tempo"),
        ("return_item", f"the tees of {SPLIT} are late, what can I do?", "carrier search"),
        ("modify_order", f"can you resend the tees of {SPLIT}, the parcel is late", "T-20001"),
        ("nlu_fallback", "no return! I never got the tees. where are they", "Parcel 2, 2 × Run"),
    ],
)
def test_what_is_under_way_is_neither_returned_nor_missing(
    customer: NewCustomer, intent: str, text: str, told: str
) -> None:
    robin = customer("Robin").says_as(intent, text)
    assert told in robin.text
    assert robin.form in (None, "problem_form")
    assert robin.slot("problem_kind") in (None, "delivery_not_received")


def test_each_parcel_has_its_own_day(customer: NewCustomer) -> None:
    guest = customer().says_as("missing_item", "only half came, where is the rest?")
    guest.says(f"{SPLIT} robin@example.com")
    assert "is late" in guest.text and "Parcel 3, Tempo Leggings (black, M): not sent" in guest.text
    guest.says_as("inform", "so nothing is missing? which things are in the second parcel")
    assert "Running Tee" in guest.text and "Leggings" not in guest.text
    assert guest.form is None


def test_a_return_makes_room_for_what_never_came(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"I want to send the windbreaker of {SPLIT} back")
    robin.says_as("return_item", "I don't want to send anything back, the tees never arrived")
    assert "carrier search" in robin.text
    assert robin.form == "problem_form" and robin.slot("return_reason") is None


def test_of_what_has_arrived_something_may_be_missing(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"something is missing from {SPLIT}")
    assert "what has arrived (Tern Windbreaker (yellow, M))" in robin.text
    assert "What would you prefer" in robin.says("the hood of it").text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("and the roll neck I keep of course", "only about Oxford Shirt (white, M)"),
        ("my address changed, can it go to another one?", "address of the order"),
        ("what if it turns up after all?", "refuse it"),
        ("whats quicker?", "3 working days"),
        ("what do I get for the trouble?", "can't promise"),
        ("will I get an e-mail?", "whenever the order moves"),
    ],
)
def test_a_side_remark_drops_no_question_of_money(
    customer: NewCustomer, text: str, told: str
) -> None:
    robin = customer("Robin").says_as(
        "nlu_fallback", f"parcel lost, {LOST}, I want my money back for it"
    )
    assert "Shall I pay you back for Oxford Shirt" in robin.text
    robin.says_as("inform", text)
    assert told in robin.text and "Shall I pay you back for Oxford Shirt" in robin.text
    assert "we refund" in robin.says("yes").text


def test_a_guest_is_told_how_one_hears_and_may_give_an_address(
    customer: NewCustomer, services: RetailServices
) -> None:
    guest = customer().says("what terrible service, he threw it over the fence")
    guest.says_as("nlu_fallback", "how will I hear from you, by mail or here?")
    assert "comes here in this chat" in guest.text and "same browser" in guest.text
    guest.says_as("shipping_updates", "please mail me at robin@example.com")
    assert "robin@example.com on T-20001" in guest.text
    assert services.extras is not None
    assert "robin@example.com" in services.extras.tickets.shown("T-20001").text


def test_a_double_charge_goes_on(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("charged_twice", "you charged me twice")
    robin.says_as("inform", "it is 5 days ago and both are booked")
    assert "a colleague has to look" in robin.text
    assert "order 90001" in robin.says("90001").text
    assert "reservation" in robin.says_as("refund_status", "how long till I get it back?").text
    assert "passing you on" in robin.says("yes").text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("where is the rest of my order", True),
        ("the tees havent arrived", True),
        ("剩下的在哪", True),
        ("is it too late to cancel", False),
        ("I want to return the shirt", False),
    ],
)
def test_what_speaks_of_the_rest(text: str, rest: bool) -> None:
    assert speaks_of_rest(text) is rest


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("how do you contact me? by mail?", None),
        ("one more thing, a cable is missing", None),
        ("I wanted money, not the new mug", "refund"),
        ("mail me a new one", "replacement"),
    ],
)
def test_what_is_wished(text: str, wish: str | None) -> None:
    assert wish_in(text) == wish


def test_a_wish_alone_tells_of_no_problem() -> None:
    assert wish_alone("my money back please") and not wish_alone("the handle broke off")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("when was it delivered exactly?", "By the carrier's word it was delivered on"),
        ("什么时候送达的", "By the carrier's word it was delivered on"),
        ("what happens if you report it?", "asks the carrier to look for it"),
    ],
)
def test_beside_a_parcel_that_is_said_to_be_delivered(
    customer: NewCustomer, asked: str, told: str
) -> None:
    robin = customer("Robin").says_as("delivery_not_received", "order 90001 never came")
    assert told in robin.says_as("order_status", asked).text
    assert robin.slot("requested_slot") == "problem_details"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("are they still available to send again?", "is in stock, so it can be sent again"),
        ("who lost it", "The carrier has told us nothing since"),
        ("what if the old parcel still comes", "simply refuse it at the door"),
        ("do i have to go to the police", "You need not see to that"),
        ("which one is better?", "If you still want it, have it sent again"),
        ("yes send it again", "Shall I send 2 × Speckled Mug (sage)"),
        ("the money. how long does that take", "which takes up to 3 working days"),
    ],
)
def test_a_lost_parcel_that_was_told_of_is_spoken_of(
    customer: NewCustomer, asked: str, told: str
) -> None:
    robin = customer("Robin").says("where is order 90004")
    intent = "affirm" if asked.startswith("yes") else "nlu_fallback"
    assert told in robin.says_as(intent, asked).text


@pytest.mark.parametrize(
    ("intent", "asked", "told"),
    [
        ("inform", "i'd like the white one", "with your wish for a replacement"),
        ("inform", "the left one has no sound", "I put that down with it"),
        ("warranty", "what if the new one breaks too", "Then just tell me again"),
        ("faq", "do you want the broken one back?", "You need not send anything back"),
        ("faq", "can you repair it?", "What arrives broken isn't repaired"),
        ("inform", "to which address would it go", "goes to the address of order 90002"),
        ("inform", "is it a known fault of this model?", "That I can't tell"),
        ("ask_promotions", "i want a discount for this", "Something for the trouble I can't"),
    ],
)
def test_beside_what_arrived_broken(
    customer: NewCustomer, intent: str, asked: str, told: str
) -> None:
    robin = customer("Robin").says_as("damaged_item", "the earbuds of order 90002 are broken")
    robin.says_as("inform", "they do not charge")
    assert told in robin.says_as(intent, asked).text


def test_what_only_people_know_is_noted_for_them(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("complaint", "your driver threw my parcel over the fence")
    robin.says_as("out_of_scope", "does the driver get in trouble?")
    assert "I have noted your question on T-" in robin.text
    robin.says_as("ask_promotions", "i want a discount for this")
    assert "reads your wish there" in robin.text
    robin.says_as("ticket_status", "what is written there?")
    assert "does the driver" in robin.text and "discount" in robin.text


def test_before_the_order_is_known_nothing_is_lost(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("missing_item", "something was missing in my parcel")
    robin.says_as("order_status", "when do i get it?")
    assert "Once I know the order and it is noted" in robin.text
    assert robin.says_as("return_policy", "do i have to pay again?").text.startswith("It costs you")
    assert robin.slot("requested_slot") == "order_number"


@pytest.mark.parametrize(
    ("number", "intent", "asked", "told"),
    [
        ("90009", "order_status", "why is it taking so long", "It left us on"),
        ("90009", "delivery_not_received", "my bank says nothing came", "until"),
        ("90008", "order_status", "is it already sent", "It was started on"),
        ("90010", "delete_account", "my account was closed", "that may well be the reason"),
        ("90010", "repeat_that", "what do you need from me then?", "IBAN and its holder"),
        ("90010", "repeat_that", "can you try again", "would refuse it once more"),
        ("90010", "delivery_not_received", "and the card game? nothing came", "order 90011"),
        ("90009", "missing_item", "and I had also one for the card game", "order 90011"),
        ("90010", "product_search", "do you have wool socks", "This is what I found"),
    ],
)
def test_beside_a_refund_that_was_told(
    customer: NewCustomer, number: str, intent: str, asked: str, told: str
) -> None:
    robin = customer("Robin").says_as("refund_status", f"refund of order {number}")
    assert told in robin.says_as(intent, asked).text


@pytest.mark.parametrize(
    ("intent", "asked", "told"),
    [
        ("faq", "can i keep it and get some money off instead", "only a colleague can decide"),
        ("faq", "what happens next if I take the money?", "writes to you within one working day"),
        ("nlu_fallback", "can i throw the broken ones away?", "out of reach of children"),
        ("damaged_item", "碎片可以扔掉吗，怕割伤孩子", "out of reach of children"),
    ],
)
def test_beside_the_wish_for_what_came_broken(
    customer: NewCustomer, intent: str, asked: str, told: str
) -> None:
    robin = customer("Robin").says_as("damaged_item", "a mug of order 90001 arrived broken")
    robin.says_as("inform", "the handle is off")
    assert told in robin.says_as(intent, asked).text


def test_an_answer_and_two_questions_are_all_heard(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("delivery_not_received", "order 90001 never came")
    robin.says_as(
        "inform", "next door has nothing. what happens if you report it, and do I have to pay?"
    )
    assert "asks the carrier" in robin.text and "costs you nothing" in robin.text
    assert robin.slot("requested_slot") == "wish"
    robin.says("send it again")
    for asked, told in {
        "what did I ask for again, new one or money?": "You asked for a replacement",
        "do I have to send a picture or so?": "no photograph is needed",
        "no, the day the tracking says it was delivered": "it was delivered on",
        "I'd like my money back, how long does it take?": "would rather have a refund",
        "did I ask for money?": "You asked for a refund",
    }.items():
        assert told in robin.says_as("delivery_not_received", asked).text


@pytest.mark.parametrize(
    ("intent", "text", "told"),
    [
        ("order_status", "the windbreaker is late", "Windbreaker (yellow, M) arrived on"),
        ("delivery_not_received", "my windbreaker is late", "Windbreaker (yellow, M) arrived on"),
        ("order_status", "is the windbreaker late?", "arrived on"),
        ("nlu_fallback", "the windbreaker came late", "arrived on"),
    ],
)
def test_of_what_the_carrier_says_arrived_that_is_said(
    customer: NewCustomer, intent: str, text: str, told: str
) -> None:
    robin = customer("Robin").says_as(intent, text)
    reports = "is late" in text
    assert (told in robin.text) is (reports or intent == "order_status")
    assert ("report the parcel of order 90003" in robin.text) is reports

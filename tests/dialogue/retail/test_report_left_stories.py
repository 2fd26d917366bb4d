"""Out of a queue, of messages and of a report, in the words that customers find for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.orders.states import Remedy
from dialogue.retail.later.notice_words import Wanted, only_asks, wanted_in
from dialogue.retail.problems.remedies import or_else, wish_in
from dialogue.retail.services import RetailServices

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("that's too long. forget it, take me out of the queue", "taken you out of the queue"),
        ("please leave the queue", "taken you out of the queue"),
        ("am i still in the queue? i dont want to wait any more", "taken you out of the queue"),
        ("what happens if i leave the queue?", "you are in the queue"),
        ("i cant wait, its urgent", "you are in the queue"),
    ],
)
def test_the_queue_is_left_by_who_wants_to(customer: NewCustomer, said: str, told: str) -> None:
    guest = customer().says("a real person please")
    guest.trusted |= {"in_queue": True}
    assert told in guest.says(said).text


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("i mean the shipping updates, are they really off?", Wanted.STATE),
        ("so i wont get anything now right?", Wanted.STATE),
        ("no!! i wanted them OFF", Wanted.STOP),
        ("tell me when it moves, ok?", None),
    ],
)
def test_a_question_turns_no_messages_on(said: str, wanted: Wanted | None) -> None:
    assert wanted_in(said, spoken_of=True) is wanted
    assert only_asks("are they really off?") and not only_asks("can you text me when it moves?")


def test_a_conditional_question_is_no_wish() -> None:
    assert wish_in("if you send it again, when would it arrive?") is None
    assert wish_in("a new mug pls, 1") is Remedy.REPLACEMENT
    assert or_else("if it is in stock send it again, otherwise money back")


@pytest.mark.parametrize("said", ["no, it's not missing, i have it!", "算了 都不要"])
def test_a_report_can_be_left(customer: NewCustomer, said: str) -> None:
    robin = customer("Robin").says_as(
        "delivery_not_received", "order 90002 was delivered but nothing is here"
    )
    assert robin.form == "problem_form"
    assert robin.says_as("inform", said).form is None


@pytest.fixture
def reported(customer: NewCustomer) -> Customer:
    """Robin, whose torn shirt is noted under T-20001, to be sent again."""
    robin = customer("Robin").says("the linen shirt of 90001 arrived broken, it has a hole")
    assert "T-20001" in robin.says("send it again").text
    return robin


def test_what_shall_be_sent_is_noted_in_the_customers_words(
    reported: Customer, services: RetailServices
) -> None:
    said = "can't you just send me the buttons?"
    assert f"added to T-20001: “{said}”" in reported.says_as("product_search", said).text
    assert services.extras is not None
    assert said in services.extras.tickets.shown("T-20001").text
    reported.says_as("faq", "could you give me my money back instead?")
    assert "rather have a refund" in reported.text
    reported.says_as("faq", "can you send me an email when it is decided?")
    assert "added" not in reported.text and "No mail is sent by itself" in reported.text


@pytest.mark.parametrize("said", ["can i bin it?", "may I throw the broken one away"])
def test_nothing_is_thrown_away_unless_it_may_stay(
    customer: NewCustomer, reported: Customer, said: str
) -> None:
    assert "don't throw it away yet" in reported.says_as("faq", said).text
    lost = customer("Robin").says("where is order 90004").presses("Send it again")
    assert "simply refuse it" in lost.says_as("faq", said).text


def test_in_the_queue_a_question_of_today_turns_no_messages_on(customer: NewCustomer) -> None:
    tom = customer("Tom").says("a real person please")
    tom.trusted |= {"in_queue": True}
    tom.says_as("shipping_updates", "just tell me when my mixer comes today")
    assert "expected on" in tom.text and "whenever" not in tom.text


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        ("stop", "please cancel that, i sewed it and its fine"),
        ("deny", "found it, sorry"),
        ("ticket_status", "ok its fine now, you can close that"),
        ("withdraw_return", "修好了，不用处理了"),
    ],
)
def test_what_is_settled_is_noted_and_not_forgotten(
    reported: Customer, services: RetailServices, intent: str, said: str
) -> None:
    assert "T-20001 that it is settled" in reported.says_as(intent, said).text
    assert services.extras is not None
    assert said in services.extras.tickets.shown("T-20001").text


@pytest.mark.parametrize(
    ("intent", "said", "told"),
    [
        ("damaged_item", "forgot to say a button is loose as well", "added to T-20001"),
        ("nlu_fallback", "are you sure someone will read this", "Yes: it stands under T-20001"),
        ("human_agent", "will somebody call me?", "Write me your number"),
        ("human_agent", "call me on +49 170 5551234", "noted +49 170 5551234 on T-20001"),
        ("stop", "is it cancelled or not fixed yet", ""),
    ],
)
def test_what_is_said_after_a_report_stands_with_it(
    reported: Customer, intent: str, said: str, told: str
) -> None:
    assert told in reported.says_as(intent, said).text
    assert "is settled" not in reported.text


def test_other_goods_are_a_report_of_their_own(reported: Customer) -> None:
    reported.says_as("damaged_item", "the earbuds came broken as well")
    assert "added" not in reported.text and reported.slot("order_number") == "90002"


def test_another_remedy_than_what_was_done_at_once(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is order 90004").presses("Send it again")
    robin.says_as("inform", "hm changed my mind, give me the money")
    assert "Shall I cancel order 90004" in robin.text  # nothing without a yes
    assert "We refund" in robin.says("yes").text


def test_what_is_paid_back_is_not_sent_again(customer: NewCustomer) -> None:
    other = customer("Robin").says("where is order 90004")
    other.says_as("nlu_fallback", "is it really lost?")
    assert "The carrier has told us nothing since" in other.text
    other.says_as("inform", "money, and something on top for the waiting").says("yes")
    assert "we refund" in other.text
    assert "on its way already" in other.says_as("inform", "send it again please").text


@pytest.mark.parametrize(
    ("intent", "said", "told"),
    [
        ("cancel_order", "can i cancel the late one", "can't be cancelled any more"),
        ("complaint", "third time now. im so fed up", "your complaint is noted as T-20001"),
        ("faq", "if it comes tomorrow after all, what then", "If it comes after all"),
    ],
)
def test_beside_the_choice_for_a_late_parcel(
    customer: NewCustomer, intent: str, said: str, told: str
) -> None:
    robin = customer("Robin").says("the tees of 90003 are late, what can I do?")
    assert told in robin.says_as(intent, said).text
    assert robin.slot("requested_slot") == "wish"


def test_who_goes_and_looks_is_waited_for(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("delivery_not_received", "90002 says delivered, it isn't")
    assert "Take your time" in robin.says_as("inform", "wait i'll go check the shed").text
    assert robin.slot("requested_slot") == "problem_details"
    robin.says_as("deny", "no neighbours, i live alone on a farm")
    assert "What would you prefer" in robin.text


def test_what_is_told_to_the_question_of_the_warranty_is_the_fault(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("damaged_item", "something of 90012 came wrong")
    robin.presses("Warranty").says_as("damaged_item", "it is coming apart at the seam")
    assert "case for the warranty" in robin.text and "apart at the seam" in robin.text


@pytest.mark.parametrize(
    ("intent", "said", "told"),
    [
        ("stop", "never mind i sorted it", "taken you out of the queue"),
        ("complaint", "is this going to take all night", "are in the queue"),
        ("opening_hours", "why is nobody working now", "you are in the queue"),
        ("human_agent", "ok then call me 0170 5551234", "wish to be called stands here"),
    ],
)
def test_what_is_said_in_the_queue(
    customer: NewCustomer, intent: str, said: str, told: str
) -> None:
    guest = customer().says("a real person please")
    guest.trusted |= {"in_queue": True}
    assert told in guest.says_as(intent, said).text


def test_what_shall_stand_on_an_invoice_can_be_dropped(customer: NewCustomer) -> None:
    robin = customer("Robin").says("invoice for 90001").presses("I need other details")
    assert "dropped" in robin.says_as("deny", "nah forget it").text
    robin.says("invoice for 90001").says_as("get_invoice", "send it to books@castell.example pls")
    assert "books@castell.example" in robin.text and "Pass it on, please" in robin.offered
    robin.says("invoice for 90001").says_as("faq", "why does it say 19%")
    assert "stands on the invoice" in robin.text


def test_another_order_or_another_kind_is_meant_after_all(customer: NewCustomer) -> None:
    robin = customer("Robin").says('/damaged_item{"order_number": "90001"}')
    robin.says_as("correct_that", "oh hang on, its the other order, the earbuds")
    assert robin.slot("order_number") == "90002" and robin.form == "problem_form"
    robin.says_as("inform", "a piece was missing actually, not broken")
    assert robin.slot("problem_kind") == "missing_item"


@pytest.mark.parametrize(
    ("intent", "said", "told"),
    [
        ("warranty", "my own fault, i dropped it. still covered?", "Thank you for saying so"),
        ("return_policy", "is there a time limit for this?", "for 14 days"),
    ],
)
def test_beside_what_is_wrong(customer: NewCustomer, intent: str, said: str, told: str) -> None:
    robin = customer("Robin").says('/damaged_item{"order_number": "90001"}')
    assert told in robin.says_as(intent, said).text


def test_of_a_lost_parcel_only_the_same_is_sent_again(customer: NewCustomer) -> None:
    robin = customer("Robin").says('/delivery_not_received{"order_number": "90004"}')
    robin.says_as("inform", "mugs again please. but sand instead of sage")
    assert "only send the same again" in robin.text and robin.slot("requested_slot") == "wish"
    robin.says_as("inform", "send it again rather than the money")
    assert robin.slot("requested_slot") == "confirmed"


@pytest.mark.parametrize("intent", ["praise", "out_of_scope", "complaint"])
def test_anger_opens_no_ticket_and_a_sorry_is_taken(customer: NewCustomer, intent: str) -> None:
    guest = customer().says_as(intent, "you are the dumbest bot ever")
    assert "so annoying" in guest.text and "T-" not in guest.text
    assert "No harm done" in guest.says_as("correct_that", "sorry, i was just angry").text
    guest.says_as(intent, "you are the dumbest bot ever").presses("Note it as a complaint")
    assert "noted it as T-" in guest.text


@pytest.mark.parametrize(
    ("intent", "said", "told"),
    [
        ("return_policy", "do i post it to you?", "Please keep it until"),
        ("nlu_fallback", "do i get a new one or what", "repaired, replaced or paid back"),
    ],
)
def test_what_is_asked_of_a_case(customer: NewCustomer, intent: str, said: str, told: str) -> None:
    robin = customer("Robin").says_as("damaged_item", "something of 90012 came wrong")
    robin.presses("Warranty").says_as("damaged_item", "it is coming apart at the seam")
    assert told in robin.presses("Pass it on").says_as(intent, said).text

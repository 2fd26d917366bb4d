"""Complaints and problems that become tickets with a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from retail_stories import NOW, Customer, Words, hears
from sqlalchemy import Engine

from dialogue.actions.runner import InProcessRunner
from dialogue.agent import Agent
from dialogue.orders.states import OrderStatus
from dialogue.project import Project
from dialogue.retail import RetailServices, action_executor

NewCustomer = Callable[..., Customer]


def test_a_complaint_becomes_a_ticket_that_one_can_ask_for(customer: NewCustomer) -> None:
    tom = customer("Tom").says("what terrible service, two parcels lost")
    assert "T-20001" in tom.text and "Yes, please" in tom.offered
    tom.says("and terrible service on the telephone")
    assert "T-20001" in tom.text  # the same matter
    tom.says("my ticket?")
    assert "T-20001 of Mon 16 Mar is open" in tom.text
    other = customer("Maya").says("what about my ticket T-20001")
    assert "I find no T-20001 of yours" in other.text
    assert customer("Maya").says("ticket T-29999").text == other.text.replace("20001", "29999")
    guest = customer(name="a stranger").says("ticket T-20001")
    assert guest.text == other.text
    assert "no complaint or report" in customer("Maya").says("my tickets").text
    again = customer(name="Tom, elsewhere").sign_in("Tom").says("ticket 20001?")
    assert "is open" in again.text


def test_a_ticket_that_was_closed_tells_the_answer(
    customer: NewCustomer, services: RetailServices
) -> None:
    tom = customer("Tom").says("what terrible service, two parcels lost")
    assert services.extras.tickets.close("T-20001", "We send them again.", "anna")
    assert "“We send them again.”" in tom.says("my ticket T-20001").text
    hears(tom, kind="ticket", ticket="T-20001", closed="2026-03-16", answer="")
    assert "T-20001 was dealt with" in tom.text
    tom.says("now again terrible service, no answer")
    assert "T-20002" in tom.text


def test_who_only_says_that_they_complain_is_asked(customer: NewCustomer) -> None:
    guest = customer().says("/complaint")
    assert guest.form == "complaint_form"
    guest.says("the courier threw it over the fence")
    assert "T-20001" in guest.text and guest.form is None


def test_a_ticket_knows_the_order_only_if_it_is_ones_own(
    customer: NewCustomer, services: RetailServices
) -> None:
    robin = customer("Robin").says("where is order 90003").says("terrible service, always late")
    assert services.extras.tickets.shown("T-20001").order == "90003"
    assert robin.text
    guest = customer().says("where is order 90003").says("never mind")
    guest.says("terrible service, always late")
    assert services.extras.tickets.shown("T-20002").order is None


def test_a_reported_problem_has_a_number_too(customer: NewCustomer) -> None:
    tom = customer("Tom")
    number = tom.number("Tom", OrderStatus.DELIVERED)
    tom.says(f"order {number} came broken").says("the lid is cracked").says("a new one please")
    assert "T-20001" in tom.text
    tom.says(f"order {number} came broken")
    assert "T-20001" in tom.text
    assert "is open" in tom.says("my ticket T-20001").text


def test_a_shop_without_all_that_says_so(
    project: Project, services: RetailServices, engine: Engine
) -> None:
    runner = InProcessRunner(action_executor(replace(services, extras=None)))
    guest = Customer(Agent(project, Words(), runner, clock=NOW.timestamp), engine)
    guest.says("gift voucher balance")
    assert "done by my colleagues" in guest.text
    guest.says("terrible service, always late")
    assert "T-2" not in guest.text and "Yes, please" in guest.offered


def test_more_is_added_to_a_ticket(customer: NewCustomer, services: RetailServices) -> None:
    tom = customer("Tom").says("what terrible service, two parcels lost")
    tom.says("and add that the neighbour saw it too")
    assert "I have added to T-20001: “the neighbour saw it too”" in tom.text
    assert "“the neighbour saw it too”" in tom.says("is it added?").text
    tom.says("the cashier also laughed at me, please add that")
    assert "“the cashier also laughed at me”" in tom.text
    noted = services.extras.tickets.shown("T-20001").text
    assert noted.endswith("the neighbour saw it too\nthe cashier also laughed at me")
    tom.says("can you add something to my complaint?")
    assert "What shall I add to T-20001?" in tom.text
    assert "“he shouted”" in tom.says("he shouted").text


def test_only_to_ones_own_open_ticket_is_added(
    customer: NewCustomer, services: RetailServices
) -> None:
    customer("Tom").says("what terrible service, two parcels lost")
    maya = customer("Maya").says("please add to my complaint T-20001: the box was open")
    assert "I find no T-20001 of yours" in maya.text
    assert "box" not in services.extras.tickets.shown("T-20001").text
    maya.says("please add to my complaint that the box was open")
    assert "T-20002" in maya.text  # there was none of hers
    tom = customer(name="Tom, elsewhere").sign_in("Tom")
    assert "added to T-20001" in tom.says("补充到投诉：箱子是开着的").text
    services.extras.tickets.close("T-20001", "", "anna")
    tom.says("add to my complaint T-20001: he lied")
    assert "nothing can be added" in tom.text


def test_what_is_told_right_after_a_complaint_is_added_to_it(customer: NewCustomer) -> None:
    maya = customer("Maya").says("terrible service at your store, the cashier shouted at me")
    maya.says("it was on tuesday, the man at the till")
    assert "I have added to T-" in maya.text and "the man at the till" in maya.text
    maya.says("no thanks. but please add that the box got wet too")
    assert "the box got wet too" in maya.text


def test_more_goes_to_the_ticket_of_this_chat(
    customer: NewCustomer, services: RetailServices
) -> None:
    customer("Tom").says("what terrible service, the courier shouted")
    tom = customer(name="Tom, elsewhere").sign_in("Tom")
    number = tom.number("Tom", OrderStatus.DELIVERED)
    tom.says(f"order {number} came broken").says("the lid is cracked").says("a new one please")
    assert "T-20002" in tom.text
    tom.says("add to it: this was the second time")
    assert "added to T-20002: “this was the second time”" in tom.text
    tom.says("I meant the courier complaint, T-20001, add that he was rude")
    assert "added to T-20001: “he was rude”" in tom.text
    tom.says("add to my report T-20002: the box was wet too")
    assert "added to T-20001: “the box was wet too”" in tom.says("no, I meant the courier one").text
    assert "courier" not in services.extras.tickets.shown("T-20002").text


def test_where_it_is_open_to_which_it_is_asked_once(customer: NewCustomer) -> None:
    customer("Tom").says("what terrible service, the courier shouted")
    other = customer(name="Tom, elsewhere").sign_in("Tom")
    number = other.number("Tom", OrderStatus.DELIVERED)
    other.says(f"order {number} came broken").says("the lid is cracked").says("a new one please")
    for answer in ("T-20001", "the courier one", "the second"):
        tom = customer(name=f"Tom, {answer}").sign_in("Tom")
        tom.says("please add to my complaint: he came late")
        assert "To which of yours: T-20002 or T-20001?" in tom.text
        assert "added to T-20001: “he came late”" in tom.says(answer).text


def test_another_wish_is_noted_on_the_ticket(
    customer: NewCustomer, services: RetailServices
) -> None:
    tom = customer("Tom")
    number = tom.number("Tom", OrderStatus.DELIVERED)
    tom.says(f"order {number} came broken").says("the lid is cracked").says("a new one please")
    said = "wait actually the money rather"
    assert "T-20001 that you would rather have a refund" in tom.says(said).text
    assert services.extras.tickets.shown("T-20001").text.endswith(said)
    said = "还是换新的吧"
    assert "T-20001" in tom.says_as("exchange_item", said).text
    assert services.extras.tickets.shown("T-20001").text.endswith(said)
    assert "within one working day" in tom.says_as("faq", "how long will that take").text
    assert "rather have" not in tom.says("where is my refund").text


def test_what_stands_on_a_ticket_is_told(customer: NewCustomer) -> None:
    tom = customer("Tom").says("what terrible service, two parcels lost")
    for asked in ("whats the number of my complaint and who has it now?", "whats noted there?"):
        tom.says_as("nlu_fallback", asked)
        assert "says: “what terrible service, two parcels lost”" in tom.text
    tom.says_as("nlu_fallback", "just tell me what YOU are going to do about it")
    assert "looks into it" in tom.text and "Something is broken" in tom.offered
    tom.says_as("nlu_fallback", "can you tell them the parcels are both mugs")
    assert "added to T-20001: “the parcels are both mugs”" in tom.text


def test_who_waits_is_told_that_it_reaches_the_colleague(customer: NewCustomer) -> None:
    guest = customer().says("I want to talk to a person")
    guest.says_as("ticket_status", "I want to talk about the fee, did your colleague get it?")
    assert "sees everything that we have written" in guest.text

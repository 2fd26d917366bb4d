"""Conversations about orders, with what they do to the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.orders.states import OrderStatus as S
from dialogue.orders.states import PaymentStatus, ReturnKind

NewCustomer = Callable[..., Customer]


def test_a_customer_with_several_open_orders_chooses_one(customer: NewCustomer) -> None:
    maya = customer("Maya").says("where is my parcel?")
    assert maya.form == "order_status_form"
    assert maya.text == "Which order is it about?"
    assert len(maya.offered) == 2
    maya.presses(maya.number("Maya", S.SHIPPED))
    assert "on its way" in maya.text
    assert "tracking number" in maya.text
    assert maya.form is None


def test_the_only_order_that_fits_is_assumed_and_named(customer: NewCustomer) -> None:
    maya = customer("Maya").says("please cancel")
    number = maya.number("Maya", S.PROCESSING)
    assert f"I take it you mean order {number}" in maya.text
    assert f"Shall I cancel order {number}" in maya.text
    assert maya.order(number).status is S.PROCESSING


def test_an_order_is_cancelled_after_a_yes_and_once(customer: NewCustomer) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", S.PROCESSING)
    maya.says(f"cancel order {number}").presses("Yes, cancel it")
    assert f"order {number} is cancelled" in maya.text
    refund = maya.order(number).refunds[0]
    assert refund.status is PaymentStatus.PENDING
    maya.says(f"cancel order {number}")
    assert "already cancelled" in maya.text
    maya.presses("Where is my refund?")
    assert "Your refund of €" in maya.text
    assert len(maya.order(number).refunds) == 1


def test_a_no_keeps_the_order(customer: NewCustomer) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", S.PROCESSING)
    maya.says(f"cancel order {number}").says("no, better not")
    assert "stays as it is" in maya.text
    assert maya.order(number).status is S.PROCESSING
    assert maya.form is None


def test_a_yes_for_one_order_does_not_cancel_another(customer: NewCustomer) -> None:
    maya = customer("Maya")
    first, second = maya.number("Maya", S.PROCESSING), maya.number("Maya", S.SHIPPED)
    maya.says(f"cancel order {second}")
    maya.says(f"cancel order {first}")
    maya.says(f"yes but I meant order {second}")
    assert maya.order(first).status is S.PROCESSING
    tom = customer("Tom")
    packed = tom.number("Tom", S.PACKED)
    tom.says(f"cancel order {packed}").says(f'/affirm{{"order_number": "{first}"}}')
    assert tom.order(packed).status is S.PACKED


@pytest.mark.parametrize(
    ("name", "status", "told", "offered"),
    [
        ("Maya", S.SHIPPED, "refuse the parcel", "How returns work"),
        ("Tom", S.OUT_FOR_DELIVERY, "refuse the parcel", "Where is it now?"),
        ("Aisha", S.PARTIALLY_SHIPPED, "refuse a parcel", "Talk to a person"),
        ("Tom", S.DELIVERED, "send things back until", "Return something"),
        ("Tom", S.RETURNED, "already come back", "Where is my refund?"),
    ],
)
def test_what_has_shipped_is_not_cancelled_and_the_customer_hears_what_can_be_done(
    customer: NewCustomer, name: str, status: S, told: str, offered: str
) -> None:
    someone = customer(name)
    number = someone.number(name, status)
    someone.says(f"cancel order {number}")
    assert told in someone.text
    assert offered in someone.offered
    assert someone.form is None
    assert someone.order(number).status is status


def test_the_buttons_of_an_answer_lead_on(customer: NewCustomer) -> None:
    tom = customer("Tom")
    number = tom.number("Tom", S.DELIVERED)
    tom.says(f"cancel order {number}").presses("Return something")
    assert tom.form == "return_form"
    assert "Which item" in tom.text


def test_a_guest_cancels_with_proof(customer: NewCustomer) -> None:
    guest = customer()
    number = guest.number("Maya", S.PROCESSING)
    guest.says(f"cancel order {number}").says("maya@example.com")
    assert f"Shall I cancel order {number}" in guest.text
    guest.says("yes").types_the_code()
    assert guest.order(number).status is S.CANCELLED


def test_what_may_be_a_yes_is_asked_for_again(customer: NewCustomer) -> None:
    """An order that is changed stays changed."""
    maya = customer("Maya")
    number = maya.number("Maya", S.PROCESSING)
    maya.says(f"cancel order {number}").says("/affirm@0.5")
    assert number in maya.text and maya.form == "cancel_order_form"
    assert maya.order(number).status is S.PROCESSING
    maya.says("/affirm@0.7")
    assert maya.order(number).status is S.CANCELLED


def test_an_address_is_read_checked_and_changed_after_a_yes(customer: NewCustomer) -> None:
    aisha = customer("Aisha")
    number = aisha.number("Aisha", S.PROCESSING)
    aisha.says("please send it somewhere else")
    aisha.says("Schanzenstraße, Hamburg")
    assert "missing: postcode" in aisha.text
    aisha.says("Schanzenstraße 7, 20357 Hamburg, Germany")
    assert f"order {number} to Schanzenstraße 7, 20357 Hamburg, Germany?" in aisha.text
    aisha.presses("Yes, change it")
    assert "now goes to" in aisha.text
    aisha.says(f"where is order {number}")
    with_owner = aisha.order(number).address
    assert with_owner.country == "DE"
    assert with_owner.city == "H•••"


def test_another_address_instead_of_a_yes_is_asked_about_again(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says("new address please")
    aisha.says("Overtoom 3, 1054 HB Amsterdam").says("Overtoom 30, 1054 HB Amsterdam")
    assert "to Overtoom 30, 1054 HB Amsterdam, Netherlands?" in aisha.text
    aisha.says("yes")
    assert "now goes to Overtoom 30" in aisha.text


def test_a_town_in_another_country_needs_its_country(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says("new address please").says("Schanzenstraße 7, 20357 Barendorf")
    assert "missing: country" in aisha.text


def test_where_we_deliver_is_told_who_names_another_country(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says("new address please")
    aisha.says("Karl Johans gate 1, 0154 Oslo, Norway")
    assert "don't deliver to that country" in aisha.text
    assert "Austria, Belgium, Czechia, Denmark" in aisha.text
    assert "missing" not in aisha.text
    assert aisha.form == "change_address_form"
    aisha.says("Gate 9")  # belongs to no address in Norway any more
    assert "missing: postcode" in aisha.text
    aisha.says("Overtoom 3, 1054 HB Amsterdam")
    assert "to Overtoom 3, 1054 HB Amsterdam, Netherlands?" in aisha.text


def test_the_address_of_a_packed_order_stays(customer: NewCustomer) -> None:
    tom = customer("Tom")
    tom.says(f"new address for order {tom.number('Tom', S.PACKED)}")
    assert "label is printed" in tom.text
    assert "Cancel it" in tom.offered


def test_a_return_is_announced_item_by_item(customer: NewCustomer) -> None:
    tom = customer("Tom")
    number = tom.number("Tom", S.DELIVERED)
    tom.says(f"I want to send something of order {number} back")
    assert len(tom.offered) == 4
    tom.says("the waffle towel").presses("I don't like it")
    assert "Waffle Towel" in tom.text
    tom.presses("Yes, please")
    assert "R-0" in tom.text
    parcel = tom.order(number).returns[0]
    assert parcel.kind is ReturnKind.RETURN
    assert parcel.items == ("Waffle Towel (sage, hand)",)
    tom.presses("Return something else")
    assert len(tom.offered) == 3
    tom.presses("All of it").says("they are all too small for us").says("yes")
    assert all(item.returnable == 0 for item in tom.order(number).items)
    tom.says(f"return order {number}")
    assert "already announced" in tom.text


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("Maya", S.SHIPPED, "not been delivered yet"),
        ("Maya", S.CANCELLED, "was cancelled"),
        ("Tom", S.RETURNED, "already announced"),
    ],
)
def test_what_cannot_come_back_says_why(
    customer: NewCustomer, name: str, status: S, told: str
) -> None:
    someone = customer(name)
    someone.says(f"return order {someone.number(name, status)}")
    assert told in someone.text
    assert someone.form is None


def test_after_thirty_days_it_is_too_late_but_there_is_the_warranty(customer: NewCustomer) -> None:
    maya = customer("Maya")
    old = next(title for title in maya.says("all my orders").offered if "Flannel" in title)
    maya.says(f"return order {old.split()[0]}")
    assert "could be sent back until" in maya.text
    assert "Warranty" in maya.offered


def test_an_item_is_swapped_for_another_size(customer: NewCustomer) -> None:
    tom = customer("Tom")
    number = tom.number("Tom", S.DELIVERED)
    tom.says(f"exchange order {number}").says("the socks")
    assert "instead of Bamboo Socks" in tom.text
    choice = next(title for title in tom.offered if title.startswith("black"))
    tom.says(f"{choice} please")
    assert f"for {choice}" in tom.text
    tom.presses("Yes, please")
    assert "set aside" in tom.text
    parcel = tom.order(number).returns[0]
    assert parcel.kind is ReturnKind.EXCHANGE
    assert parcel.replacements == (f"Bamboo Socks Five-Pack ({choice})",)


def test_what_has_no_other_variant_can_be_returned_instead(customer: NewCustomer) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", S.DELIVERED)
    maya.says(f"exchange order {number}")
    assert "no other size or colour" in maya.text
    maya.presses("Return it")
    assert maya.form == "return_form"


def test_refunds_in_every_state(customer: NewCustomer) -> None:
    maya = customer("Maya").says("where is my refund")
    assert "should arrive by" in maya.text
    maya.says(f"refund of order {maya.number('Maya', S.SHIPPED)}")
    assert "There is no refund" in maya.text
    tom = customer("Tom").says("refund")
    assert "We refunded €" in tom.text


def test_an_invoice_is_shown_line_by_line(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"invoice for order {customer().number('Tom', S.DELIVERED)}")
    assert "INV-2026-" in tom.text
    assert "including 19 % VAT of €" in tom.text


def test_changing_the_contents_is_for_people_while_it_is_in_the_warehouse(
    customer: NewCustomer,
) -> None:
    tom = customer("Tom").says("add a mug to my order")
    assert "a colleague can" in tom.text
    assert {"Cancel it", "Talk to a person"} <= set(tom.offered)
    tom.says(f"add a mug to my order {tom.number('Tom', S.OUT_FOR_DELIVERY)}")
    assert "can't be changed any more" in tom.text


@pytest.mark.parametrize(
    ("complaint", "asked"),
    [
        ("it never arrived", "neighbour"),
        ("something is missing", "missing"),
        ("it came broken", "what is wrong"),
        ("you sent the wrong thing", "mix-up"),
    ],
)
def test_a_delivery_that_went_wrong_is_noted(
    customer: NewCustomer, complaint: str, asked: str
) -> None:
    tom = customer("Tom")
    number = tom.number("Tom", S.DELIVERED)
    tom.says(f"order {number}: {complaint}")
    assert asked in tom.text
    tom.says("it is the kitchen scale, I wanted it since 2019").presses("My money back")
    assert "T-2000" in tom.text
    assert len(tom.order(number).problems) == 1
    tom.says(f"order {number}: {complaint}")
    assert "T-2000" in tom.text
    assert len(tom.order(number).problems) == 1


def test_what_is_still_on_its_way_cannot_have_arrived_broken(customer: NewCustomer) -> None:
    maya = customer("Maya")
    maya.says(f"order {maya.number('Maya', S.SHIPPED)} came broken")
    assert "has not been delivered yet" in maya.text
    maya.says(f"order {maya.number('Maya', S.PROCESSING)} never arrived")
    assert "not left our warehouse" in maya.text


def test_a_missing_item_may_be_in_the_second_parcel(customer: NewCustomer) -> None:
    aisha = customer("Aisha")
    aisha.says(f"order {aisha.number('Aisha', S.PARTIALLY_SHIPPED)}: a thing is missing")
    assert "Parcel 2, Terry Bathrobe" in aisha.text


def test_a_list_of_orders_for_the_customer_and_the_way_there_for_a_guest(
    customer: NewCustomer,
) -> None:
    maya = customer("Maya").says("all my orders")
    assert len(maya.offered) == 5
    maya.presses(maya.number("Maya", S.SHIPPED))
    assert "on its way" in maya.text
    guest = customer().says("all my orders")
    assert "Sign in" in guest.text


@pytest.mark.parametrize("intent", ["gift_card", "list_orders", "out_of_scope"])
def test_what_was_spent_in_all_is_added_up(customer: NewCustomer, intent: str) -> None:
    asked = "how much did I spend with you altogether?"
    robin = customer("Robin").says_as(intent, asked)
    assert "€872.90 for 13 orders" in robin.text and "which leaves €763.50" in robin.text
    assert "Sign in" in customer().says_as(intent, asked).text


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("Maya", S.PROCESSING, "being prepared"),
        ("Tom", S.PACKED, "packed"),
        ("Aisha", S.PARTIALLY_SHIPPED, "2 parcels"),
        ("Maya", S.SHIPPED, "on its way"),
        ("Tom", S.OUT_FOR_DELIVERY, "out for delivery today"),
        ("Tom", S.DELIVERED, "was delivered on"),
        ("Maya", S.CANCELLED, "was cancelled"),
        ("Tom", S.RETURNED, "came back"),
    ],
)
def test_every_state_has_its_words(customer: NewCustomer, name: str, status: S, told: str) -> None:
    someone = customer(name)
    someone.says(f"where is order {someone.number(name, status)}")
    assert told in someone.text
    assert "{" not in someone.text

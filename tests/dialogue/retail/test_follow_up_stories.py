"""Short messages that go on with what was just told or done, whatever they were taken for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.retail.people.briefing import briefing

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize("intent", ["inform", "promo_code_problem", "nlu_fallback"])
def test_the_code_that_was_asked_for_is_looked_up(customer: NewCustomer, intent: str) -> None:
    guest = customer().says("my code does not work")
    assert "Tell me the code" in guest.text
    guest.says_as(intent, "its WELCOME10")
    assert "under these conditions: WELCOME10: 10 %" in guest.text


@pytest.mark.parametrize("asks", ["why? what are the conditions", "为什么？有什么条件"])
def test_why_is_about_the_code_that_was_told(customer: NewCustomer, asks: str) -> None:
    guest = customer().says("the code WELCOME10").says_as("return_policy", asks)
    assert "WELCOME10" in guest.text and "€30" in guest.text
    other = customer(name="another").says("any offers?").says("hello")
    other.says_as("return_policy", "what are the conditions for a return")
    assert "30 days" in other.text


def test_who_has_ordered_before_hears_why_a_first_order_code_fails(customer: NewCustomer) -> None:
    guest = customer().says("the code WELCOME10").says_as("inform", "i ordered before once")
    assert "that is why it isn't accepted" in guest.text
    other = customer(name="another").says("the code TRAIL20").says_as("inform", "i ordered before")
    assert "first order" not in other.text


@pytest.mark.parametrize("intent", ["return_policy", "inform", "gift_card"])
@pytest.mark.parametrize("asks", ["can i use two codes together", "两个优惠码可以一起用吗"])
def test_two_codes_at_once(customer: NewCustomer, intent: str, asks: str) -> None:
    assert "can't be combined" in customer().says_as(intent, asks).text


@pytest.mark.parametrize(
    ("asks", "named", "not_named"),
    [
        ("which code fits for a basket with a tent for 189 euro", "TRAIL20", "COSY15"),
        ("what code can i use for a tent for 60 euros", "WELCOME10", "TRAIL20"),
        ("is there a code for a kettle for 20 euro", "None of today's codes fits", "use:"),
    ],
)
@pytest.mark.parametrize("intent", ["ask_promotions", "product_search", "promo_code_problem"])
def test_the_codes_that_fit_goods_and_amount(
    customer: NewCustomer, intent: str, asks: str, named: str, not_named: str
) -> None:
    guest = customer().says_as(intent, asks)
    assert named in guest.text and not_named not in guest.text


def test_what_fits_is_asked_after_codes_were_told(customer: NewCustomer) -> None:
    guest = customer().says("any offers?")
    guest.says_as("product_search", "what can i use for a tent for 150 euros")
    assert "TRAIL20" in guest.text and "COSY15" not in guest.text
    robin = customer("Robin").says_as("ask_promotions", "which code for a tent for 150 euros?")
    assert "TRAIL20" in robin.text and "WELCOME10" not in robin.text  # not a first order


CHANGED = '/change_address{"order_number": "90006"}'
NEW = "Lindenstr 12, 20357 Hamburg"


@pytest.mark.parametrize(
    ("intent", "says", "told"),
    [
        ("correct_that", "oh sorry typo, its Lindenallee 12", "Lindenallee 12, 20357 Hamburg"),
        ("inform", "oh sorry typo, its Lindenallee 12", "Lindenallee 12, 20357 Hamburg"),
        ("deny", "number 19, not 12", "Lindenstr 19, 20357 Hamburg"),
        ("correct_that", "the number is wrong its 19 not 12", "Lindenstr 19, 20357 Hamburg"),
        ("correct_that", "20359 is the postcode", "Lindenstr 12, 20359 Hamburg"),
        ("inform", "邮编是20359", "Lindenstr 12, 20359 Hamburg"),
        ("nlu_fallback", "不是12号，是19号", "Lindenstr 19, 20357 Hamburg"),
    ],
)
def test_a_part_of_the_new_address_is_put_right(
    customer: NewCustomer, intent: str, says: str, told: str
) -> None:
    robin = customer("Robin").says(CHANGED).says(NEW).says_as(intent, says)
    assert f"Shall I send order 90006 to {told}" in robin.text
    robin.says("yes")
    assert f"now goes to {told}" in robin.text


@pytest.mark.parametrize("intent", ["change_address", "correct_that", "deny", "inform"])
def test_after_the_change_a_part_is_put_right_and_the_old_address_comes_back(
    customer: NewCustomer, intent: str
) -> None:
    robin = customer("Robin").says(CHANGED).says(NEW).says("yes")
    robin.says_as(intent, "no wait, make it number 19")
    assert "Shall I send order 90006 to Lindenstr 19, 20357 Hamburg" in robin.text
    robin.says("yes").says_as("order_status", "where is it going now?")
    assert "Order 90006 goes to Lindenstr 19, 20357 Hamburg, Germany" in robin.text
    robin.says_as(intent, "hmm no, send it to the old address again")
    assert f"Shall I send order 90006 to {NEW}" in robin.text


def test_the_first_address_comes_back_for_its_owner_only(customer: NewCustomer) -> None:
    robin = customer("Robin").says(CHANGED).says(NEW).says("yes")
    robin.says_as("change_address", "send it to the old address again")
    assert "Shall I send order 90006 to Kastanienallee 7, 10435 Berlin" in robin.text
    guest = customer().says("new address of order 90006").says("robin@example.com")
    guest.says("Lindenallee 5, 20357 Hamburg").says("yes").types_the_code()
    assert "now goes to Lindenallee 5" in guest.text
    guest.says_as("order_status", "where is it going now?")
    assert "goes to L•••" in guest.text
    guest.says_as("change_address", "send it to the old address again")
    assert "never written here" in guest.text and guest.slot("requested_slot") == "new_address"
    assert "Kastanienallee" not in guest.text


@pytest.mark.parametrize("intent", ["inform", "modify_order", "nlu_fallback"])
def test_details_for_an_invoice_are_noted_and_handed_over(
    customer: NewCustomer, intent: str
) -> None:
    robin = customer("Robin").says("invoice for order 90001")
    robin.says_as(intent, "Hale Studio Ltd, VAT DE987654321")
    assert "Noted for the invoice of order 90001: “Hale Studio Ltd, VAT DE" in robin.text
    robin.says("yes")
    told = briefing(event.to_json() for event in robin.tracker.events).done
    assert "the invoice of order 90001 is to say" in told[-1]


def test_the_button_for_other_details_asks_which(customer: NewCustomer) -> None:
    robin = customer("Robin").says("invoice for order 90001").presses("I need other details on it")
    assert "what should stand on the invoice" in robin.text
    robin.says_as("inform", "Jana Berg")
    assert "“Jana Berg”" in robin.text
    robin.presses("Pass it on, please")
    assert "passing you on" in robin.text


def test_another_name_on_the_invoice_is_noted_with_it(customer: NewCustomer) -> None:
    robin = customer("Robin").says("invoice for 90004, wrong name on it, should be Jana Berg")
    assert "INV-2026-" in robin.text and "Noted for the invoice of order 90004" in robin.text
    other = customer(name="Robin, elsewhere").sign_in("Robin")
    other.says("invoice for 90004 pls but on my wifes name")
    assert "Please write the full name" in other.text
    assert "“Jana Berg”" in other.says("Jana Berg").text
    assert "can't give you the hour" in other.says_as("order_status", "when will I get it?").text
    said = other.says_as("repeat_that", "and to which mail does it go").text
    assert "e-mail address of the order, here of order 90004" in said
    assert "not passed on yet" in other.says_as("repeat_that", "did that work?").text
    other.presses("Pass it on")
    assert "it is passed on" in other.says_as("repeat_that", "did that work?").text


# Intent and message after details were noted, then pieces of the answer.
NOTED_FOR_INVOICE = (
    (
        "get_invoice",
        "yes please. and can I have the invoice for 90002?",
        ("passing", "INV-2026-90002"),
    ),
    (
        "get_invoice",
        "how long will that take? and the invoice for 90002?",
        ("the hour", "not passed on"),
    ),
    ("affirm", "great. and yes pass the company thing on please", ("passing you on",)),
    (
        "ticket_status",
        "is the company request passed on now?",
        ("order 90001 (“Hale", "not passed on"),
    ),
    ("human_agent", "那公司的信息转给同事吧", ("passing you on",)),
    ("deny", "don't pass it on yet", ("All right",)),
    ("order_status", "when does my shirt arrive?", ("90006",)),
)


@pytest.mark.parametrize(("intent", "text", "answer"), NOTED_FOR_INVOICE)
def test_what_was_noted_for_an_invoice_stays_with_its_order(
    customer: NewCustomer, intent: str, text: str, answer: tuple[str, ...]
) -> None:
    robin = customer("Robin").says("invoice for order 90001")
    robin.says_as("inform", "Hale Studio Ltd, VAT DE987654321")
    said = robin.says_as(intent, text).text
    assert all(one in said for one in answer), said
    if "INV-2026-90002" in said and "not passed on" in said:
        assert "passing you on" in robin.says("yes").text
        said = robin.says_as("ticket_status", "is the company request passed on now?").text
        assert "it is passed on" in said and "order 90001" in said


def test_no_vat_id_is_an_answer_and_a_delivery_address_is_none(customer: NewCustomer) -> None:
    robin = customer("Robin").says("invoice for order 90001").says("put Berg GmbH on it")
    assert "VAT id (or that there is none)" in robin.text
    said = robin.says_as("inform", "there is no vat id").text
    assert "Berg GmbH" in said and "there is no vat id”" in said
    robin.says_as("change_address", "change the address of order 90006")
    assert "invoice" not in robin.text


def test_details_that_are_missing_are_asked_for_once(customer: NewCustomer) -> None:
    robin = customer("Robin").says("invoice for order 90001")
    robin.says_as("modify_order", "our company name must be on it")
    assert "the company's name and the VAT id" in robin.text
    robin.says_as("inform", "Hale Studio")
    assert "Noted for the invoice of order 90001: “Hale Studio”" in robin.text
    assert robin.offered == ["Pass it on, please"]
    robin.says_as("shipping_options", "which company delivers?")
    assert "Noted" not in robin.text


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("I want fewer t-shirts in order 90006: 2 instead of 3", "only 2 instead"),
        ("change the t-shirts of order 90006 from 3 to 2", "only 2 instead"),
        ("two t-shirts not three in order 90006", "only 2 instead"),
        ("订单90006的 Everyday T-Shirt 从3件改成2件", "only 2 instead"),
    ],
)
def test_a_wish_for_fewer_is_taken_at_once(customer: NewCustomer, says: str, told: str) -> None:
    robin = customer("Robin").says_as("modify_order", says)
    assert robin.slot("requested_slot") == "confirmed" and told in robin.text, robin.text


@pytest.mark.parametrize(
    ("begins", "says", "told"),
    [
        ("flannel shirt", "and actually only 2 of the t-shirts pls", "T-Shirt"),
        ("t-shirts", "take the flannel shirt out completely", "Flannel"),
        ("flannel shirt", "the red one in L please", "red, L"),
    ],
)
def test_another_item_in_the_middle_of_a_change_is_gone_on_with(
    customer: NewCustomer, begins: str, says: str, told: str
) -> None:
    robin = customer("Robin").says_as("modify_order", f"change the {begins} of order 90006")
    assert robin.slot("requested_slot") == "change", robin.text
    robin.says_as("inform", says)
    assert robin.slot("requested_slot") == "confirmed" and told in robin.text, robin.text


def test_the_red_one_is_an_item_and_its_size_a_change(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("modify_order", "change something in order 90006")
    robin.says_as("inform", "the red one in L please")
    assert robin.slot("requested_slot") == "confirmed" and "red, L" in robin.text, robin.text


@pytest.mark.parametrize("intent", ["modify_order", "exchange_item", "check_stock"])
@pytest.mark.parametrize(
    ("says", "told"),
    [("and the flannel shirt green in M", "green, M"), ("now the flannel shirt in L", "red, L")],
)
def test_the_next_item_is_changed_in_the_same_order(
    customer: NewCustomer, intent: str, says: str, told: str
) -> None:
    robin = customer("Robin").says_as("modify_order", "order 90006: 2 t-shirts instead of 3")
    robin.says("yes").says_as(intent, says)
    assert robin.slot("order_number") == "90006" and told in robin.text, robin.text
    assert robin.slot("requested_slot") == "confirmed"


def test_the_address_before_is_the_owners_alone(customer: NewCustomer) -> None:
    robin = customer("Robin").says("new address for order 90006").says("Birkenweg 3, 20257 Hamburg")
    robin.says("yes")
    assert robin.slot("sent_to")["before"]
    robin.trusted["customer_id"] = None
    robin.says("no wait, the old address again")
    assert "Kastanienallee" not in robin.text and robin.slot("new_address") is None

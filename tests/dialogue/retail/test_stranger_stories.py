"""What people said who had never seen the bot, and what it should have answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer
from sqlalchemy import Engine, text

from dialogue.orders.states import OrderStatus as S
from dialogue.retail.problems.remedies import asks_what_waiting_brings
from dialogue.retail.returning.picking import Picked, pick

NewCustomer = Callable[..., Customer]
SHIRTS, DELAYED, LOST, OPEN, PACKED = "90001", "90003", "90004", "90006", "90007"  # of cases.yml


def asked_for_the_code(customer: NewCustomer) -> tuple[Customer, str]:
    guest = customer()
    number = guest.number("Maya", S.PROCESSING)
    guest.says(f"cancel order {number}").says("maya@example.com").says("yes")
    assert guest.slot("requested_slot") == "order_code"
    return guest, number


def test_the_money_of_a_cancellation_is_told_before_it_is_done(customer: NewCustomer) -> None:
    guest, number = asked_for_the_code(customer)
    guest.says("and when will the refund be there?")
    assert f"Once order {number} is cancelled" in guest.text and "working days" in guest.text
    assert "Shall we go on with the cancellation" in guest.text


def test_a_code_counts_where_the_yes_is_asked_for_again(customer: NewCustomer) -> None:
    guest, number = asked_for_the_code(customer)
    code = guest.letterbox.code
    guest.says("and when will the refund be there?").says("yes")
    assert "the six digits" in guest.text, "the yes of before holds"
    assert "other question" not in guest.text
    guest.says(code)
    assert "can't find" not in guest.text
    assert guest.order(number).status is S.CANCELLED


def test_a_yes_takes_the_offer_though_something_was_said_after_it(customer: NewCustomer) -> None:
    guest, number = asked_for_the_code(customer)
    for _ in range(2):
        guest.says("and when will the refund be there?")
    guest.says("yes")
    assert f"on with the cancellation (order {number})" in guest.text


@pytest.mark.parametrize("words", ["what number?", "I don't have it", "where do I see that?"])
def test_a_guest_who_asks_hears_where_the_number_stands(customer: NewCustomer, words: str) -> None:
    guest = customer().says("where is my order").says(words)
    assert "stands in the confirmation mail" in guest.text
    assert guest.form == "order_status_form"


def test_a_guest_who_gives_number_and_address_is_told_where_it_is(customer: NewCustomer) -> None:
    guest = customer()
    number = guest.number("Maya", S.SHIPPED)
    guest.says(f"{number} maya@example.com")
    assert f"Order {number} is on its way" in guest.text
    guest = customer(name="another")
    guest.says(f"it is {number}").says("maya@example.com")
    assert f"Order {number} is on its way" in guest.text


def test_what_is_told_after_asking_for_a_person_is_for_that_person(customer: NewCustomer) -> None:
    maya = customer("Maya").says("a person please").says("Brandt Design, and it is urgent")
    assert "my colleague reads it" in maya.text


def test_send_it_again_is_no_return(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"order {LOST}")
    robin.says("/return_item")
    assert robin.form != "problem_form"
    robin.says("never mind")
    robin = customer("Robin").says(f"please send the return parcel of {LOST} again")
    assert robin.form == "problem_form"
    assert robin.slot("problem_kind") == "delivery_not_received"


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("what happens if I just wait?", True),
        ("and what if it doesn't come?", True),
        ("what if it never comes", True),
        ("I'll wait", False),
        ("ok let's wait then", False),
    ],
)
def test_who_asks_what_waiting_brings_has_not_decided(words: str, asks: bool) -> None:
    assert asks_what_waiting_brings(words) is asks


def test_what_waiting_brings_is_told(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"{DELAYED} never arrived").says("what if it doesn't come?")
    assert "counts as lost" in robin.text
    assert robin.slot("wish") is None and robin.form == "problem_form"


def test_what_is_in_an_order_is_told(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"all my orders, what is in {SHIRTS}?")
    assert "Linen Shirt" in robin.text and "Your latest orders" not in robin.text


def test_the_older_orders_follow(customer: NewCustomer) -> None:
    robin = customer("Robin").says("all my orders")
    first = robin.slot("shown_orders")
    robin.says("all my orders, the older ones")
    # What is pointed at from now on is of this page: "the first of these".
    assert robin.slot("shown_orders")[0] in robin.text
    assert not any(number in robin.text for number in first)
    robin.says("all my orders, the older ones").says("all my orders, the older ones")
    assert "Those were all" in robin.text


def test_some_of_the_orders_are_of_all_pages(customer: NewCustomer) -> None:
    robin = (
        customer("Robin").says("all my orders").says_as("order_status", "is anything on its way?")
    )
    assert "These are still to come" in robin.text and "90005" in robin.text
    robin.says_as("nlu_fallback", "only the delivered ones")
    assert "90012" in robin.text and "90006" not in robin.text


def test_a_wrong_pin_is_put_right(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher GC-7H2K-9QPM-4TRA pin 4771")
    assert "no card with this code" in guest.text
    guest.says("sorry, 4711")
    assert "€32.50" in guest.text


def test_a_wrong_code_is_put_right(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher GC-7H2K-9QPM-4TRB pin 4711")
    guest.says("oh sorry, it is GC-7H2K-9QPM-4TRA").says("4711")
    assert "€32.50" in guest.text


def test_codes_are_not_combined(customer: NewCustomer) -> None:
    guest = customer().says("can I use my code COSY15 and WELCOME10 together?")
    assert "one code an order" in guest.text


def test_an_amount_goes_on_about_the_code_before(customer: NewCustomer) -> None:
    guest = customer().says("the code COSY15 for 25 euros")
    assert "COSY15" in guest.text
    guest.says("the code for 60 euros then?")
    assert "works today" in guest.text or "COSY15" in guest.text


def test_goods_that_are_on_their_way_come_with_their_parcel(customer: NewCustomer) -> None:
    robin = customer("Robin").says("tell me when the flannel shirt will arrive")
    assert f"rder {OPEN}" in robin.text
    assert "in stock" not in robin.text


@pytest.mark.parametrize("words", ["I don't want that anymore", "forget it", "stop it"])
def test_news_of_an_order_end_in_plain_words(customer: NewCustomer, words: str) -> None:
    robin = customer("Robin").says(f"keep me posted on {OPEN}")
    robin.says(f"keep me posted: {words}")
    assert "no more messages" in robin.text


@pytest.mark.parametrize("words", ["the t-shirt, just one of them", "1 tshirt", "one of the tees"])
def test_one_of_two_pieces_in_other_words(robin_items: tuple, words: str) -> None:
    found = pick(words, robin_items)
    assert isinstance(found, Picked) and found.pieces == {1: 1}


@pytest.fixture
def robin_items(customer: NewCustomer) -> tuple:
    return customer("Robin").order(SHIRTS).items


def test_of_two_pieces_one_is_announced(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"return one t-shirt of order {SHIRTS}")
    robin.presses("I don't like it").presses("Yes")
    robin.says(f"return both t-shirts of order {SHIRTS}").presses("I don't like it")
    assert "Of the 2 × Everyday T-Shirt, 1 is in a return or exchange already" in robin.text


def test_two_orders_that_hold_what_is_named_are_asked_about(customer: NewCustomer) -> None:
    robin = (
        customer("Robin")
        .says(f"where is order {DELAYED}")
        .says("cancel the candle and the flannel shirt")
    )
    assert robin.slot("requested_slot") == "order_number"
    assert {title[:5] for title in robin.offered} == {OPEN, PACKED}


def test_a_company_on_an_invoice_is_a_colleagues(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"invoice of {SHIRTS} with my company name on it")
    assert "filled in by a colleague" in robin.text and "INV-" in robin.text


def test_whether_a_country_is_delivered_to_is_a_yes_or_a_no(customer: NewCustomer) -> None:
    guest = customer().says("do you deliver to Norway?")
    assert guest.text.startswith("No, I'm sorry, we don't deliver to Norway")
    guest.says("and do you deliver to austria?")
    assert guest.text.startswith("Yes, we deliver to Austria")
    guest.says("how long does shipping take?")
    assert guest.text == "Two to five working days after we send it."
    assert "We deliver to Austria" in customer(name="other").says("shipping?").text


def test_what_is_begun_anew_is_not_offered_again(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"cancel order {OPEN}")
    robin.says(f"where is the refund of {OPEN}?").says("cancel it after all")
    assert f"Shall I cancel order {OPEN}" in robin.text
    robin.says("yes")
    assert robin.slot("left_wishes") is None and "Shall we go on" not in robin.text


def test_a_yes_and_a_wish_are_both_heard(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"cancel order {OPEN}")
    robin.says(f"yes please, and send me the invoice of {SHIRTS}")
    assert robin.order(OPEN).status is S.CANCELLED
    assert "INV-" in robin.text
    robin = customer("Robin", name="again").says(f"cancel order {PACKED}")
    robin.says(f"no, and send me the invoice of {SHIRTS}")
    assert robin.order(PACKED).status is not S.CANCELLED and "INV-" in robin.text


def test_a_refund_of_long_ago_is_traced(customer: NewCustomer) -> None:
    robin = customer("Robin").says("refund of order 90011")
    assert "has the payment traced" in robin.text and "It is not there" in robin.offered
    robin.presses("It is not there")
    assert "€21.85 for order 90011, refunded by PayPal" in robin.text


def test_a_code_typed_early_is_said_to_be_right_or_wrong(customer: NewCustomer) -> None:
    guest, number = asked_for_the_code(customer)
    code = guest.letterbox.code
    guest.says("and when will the refund be there?").says("yes")
    guest.says("111111" if code != "111111" else "222222")
    assert "not right" in guest.text and "the six digits" in guest.text
    guest.says(code)
    assert guest.order(number).status is S.CANCELLED


def test_what_else_is_asked_of_a_card_is_answered_while_its_code_is_asked_for(
    customer: NewCustomer,
) -> None:
    guest = customer().says("gift voucher: what is the balance?")
    guest.says("can I use it in the hamburg store too?")
    assert "online shop only" in guest.text and guest.form == "gift_card_form"
    guest.says("how long is it valid, opening hours aside?")
    assert "valid for 3 years" in guest.text and guest.form == "gift_card_form"


def test_who_asks_when_it_is_back_is_not_put_on_a_list(
    customer: NewCustomer, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 0"))
    maya = customer("Maya").says("when is the Linen Shirt back again in white, L?")
    assert "sold out" in maya.text and "list" not in maya.text
    assert "Tell me when it is back" in maya.offered, maya.offered


def test_a_limit_once_said_holds_for_what_is_suggested(customer: NewCustomer) -> None:
    guest = customer().says("suggest a gift under 40 euros")
    guest.says("he likes hiking, recommend something")
    prices = [card.get("subtitle") or "" for one in guest.heard for card in one.elements or ()]
    assert prices and "159" not in str(prices) and "229" not in str(prices), prices


def test_who_is_angry_hears_one_answer(customer: NewCustomer) -> None:
    guest = customer().says("worst shop, what a weather")
    assert "I'm sorry that this went so badly" in guest.text
    assert "outside of what I can help with" not in guest.text


def test_a_yes_is_for_the_order_as_it_was(customer: NewCustomer, engine: Engine) -> None:
    guest, number = asked_for_the_code(customer)
    code = guest.letterbox.code
    guest.says("and when will the refund be there?")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE shop_orders SET version = version + 1 WHERE number = :n"), {"n": number}
        )
    guest.says("yes").says(code)
    assert guest.order(number).status is not S.CANCELLED
    assert f"Shall I cancel order {number}" in guest.text

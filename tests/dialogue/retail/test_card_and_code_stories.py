"""Gift cards and promotion codes, as customers ask for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer, hears_entities

NewCustomer = Callable[..., Customer]
CARD, PIN = "GC-7H2K-9QPM-4TRA", "4711"


def test_a_card_is_told_to_who_has_code_and_pin(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher: what is the balance?")
    assert guest.form == "gift_card_form"
    guest.says("how should I know").says("gc 7h2k 9qpm 4tra")
    assert guest.slot("requested_slot") == "gift_pin"
    guest.says("eleven").says("it is 4711")
    assert "€32.50 of €50.00 left on the card ending in 4TRA" in guest.text
    assert guest.form is None and guest.slot("gift_pin") is None


def test_the_last_day_of_the_card_just_told(customer: NewCustomer) -> None:
    guest = customer().says(f"gift voucher {CARD}, pin {PIN}, how much is left?")
    last_day = guest.text.split("until ")[1].strip(".")
    guest.says_as("gift_card", "when does it run out")
    assert guest.text.startswith(f"Until {last_day}")


def test_everything_in_one_message(customer: NewCustomer) -> None:
    guest = customer().says(f"gift voucher {CARD}, pin {PIN}, how much is left?")
    assert "€32.50" in guest.text
    guest.says(f"gift voucher {CARD}")
    assert guest.slot("requested_slot") == "gift_pin"
    guest.says("never mind")
    assert guest.form is None


def test_the_owner_sees_their_cards_and_no_others(customer: NewCustomer) -> None:
    robin = customer("Robin").says("what is left on my gift voucher?")
    assert "€25.00" in robin.text and "€0.00" in robin.text
    assert "€12.15" not in robin.text
    assert "€25.00" in robin.says_as("gift_card", "which cards do i have").text


def test_a_card_that_has_ended(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher GC-P9AZ-T4GQ-8WND pin 1379")
    assert "ended on" in guest.text and "€40.00" in guest.text
    assert "Ask a colleague" in guest.offered


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("how do I use a gift voucher", "at the checkout, as your way to pay"),
        ("where can I buy a gift voucher", "in the online shop"),
        ("gift voucher", "valid for three years"),
        ("can I buy a gift voucher in this chat?", "in this chat"),
        ("can I pay with a gift voucher in the store?", "online shop only"),
        ("I lost my gift voucher", "sends you a new one"),
        ("can I get the rest of the gift voucher in cash?", "can't be paid out"),
        ("what if it costs more than the gift voucher", "pay the rest another way"),
        ("can the gift voucher be sent by post?", "by e-mail only"),
        ("can I use the gift voucher for shipping too?", "shipping included"),
        ("what if the gift voucher expires?", "can't be used any more"),
        ("can you put 20 euros on my gift voucher", "several cards pay for one order"),
        ("if i buy something for 50 with the gift voucher", "pay the rest another way"),
    ],
)
def test_how_cards_work(customer: NewCustomer, asked: str, told: str) -> None:
    assert told in customer().says(asked).text


def test_guesses_are_counted_and_all_answered_alike(customer: NewCustomer) -> None:
    """A wrong PIN, a card that does not exist, and a right PIN after too many guesses."""
    heard = set()
    for number in range(5):
        guest = customer(name=f"guest {number}")
        heard.add(guest.says(f"gift voucher {CARD} pin 000{number}").text)
    heard.add(customer(name="seventh").says("gift voucher GC-AAAA-BBBB-CCCC pin 1234").text)
    assert len(heard) == 1 and "no card with this code and this PIN" in heard.pop()
    sixth = customer(name="sixth").says(f"gift voucher {CARD} pin {PIN}")
    assert "€" not in sixth.text and "hour" in sixth.text
    guest = customer(name="one")
    for number in range(9):
        guest.says(f"gift voucher GC-AAAA-BBBB-CCC{number} pin 1234")
    assert "no card" not in guest.text and "hour" in guest.text


@pytest.mark.parametrize("said", ["where do I find it?", "I have no PIN", "礼品卡号在哪里"])
def test_who_asks_inside_the_form_hears_where_it_stands(customer: NewCustomer, said: str) -> None:
    guest = customer().says("gift voucher balance").says(said)
    assert "stand in the e-mail" in guest.text or "邮件里" in guest.text
    assert "Never mind" in guest.offered
    assert guest.form == "gift_card_form"


@pytest.mark.parametrize("said", ["GC-" * 1600, "9" * 5000, "' OR 1=1 --", "/etc/passwd", "🎁"])
def test_no_code_is_none(customer: NewCustomer, said: str) -> None:
    guest = customer().says("gift voucher balance").says(said)
    assert guest.form == "gift_card_form"
    assert guest.slot("gift_code") is None


@pytest.mark.parametrize(
    ("who", "said", "told"),
    [
        (None, "the code COSY15 fails", "15 % off everything for home & kitchen (until"),
        (None, "the code summer25 fails", "SUMMER25 ended on Thu 15 Jan"),
        (None, "the code LASTCALL5 fails", "LASTCALL5 only begins on"),
        (None, "the code TRALI20 fails", "Did you mean TRAIL20?"),
        (None, "the code COSY51 fails", "Did you mean COSY15?"),
        (None, "the code SORY5 fails", "no code “SORY5”. Please check"),
        (None, "the code XQ77ZZ fails", "no code “XQ77ZZ”"),
        (None, "the code COSY15 fails, I buy for 35 euros", "€15.00 more and it works"),
        (None, "the code COSY15 fails, I buy for €55", "COSY15: 15 %"),
        (None, "the code COSY15 fails for the Alder Rain Jacket", "for goods from home & kitchen"),
        (None, "the code SORRY5 fails", "once for each customer"),
        (None, "THE CODE DOES NOT WORK", "Tell me the code"),
        ("Robin", "the code SORRY5 fails", "you have used it for order 90013"),
        ("Robin", "the code WELCOME10 fails", "is for a customer's first order"),
        (None, "the code WELCOME10 fails", "first order only"),
        (None, f"the code {'A1' * 2500} fails", "32 letters and figures at most"),
        (None, f"the code {'9' * 5000} fails", "32 letters and figures at most"),
        (None, "the code '; DROP TABLE shop_promotions;-- fails", "Tell me the code"),
    ],
)
def test_why_a_code_does_not_work(
    customer: NewCustomer, who: str | None, said: str, told: str
) -> None:
    assert told in customer(who).says(said).text


def test_a_misspelt_code_is_tried_by_a_button(customer: NewCustomer) -> None:
    guest = customer().says("the code TRALI20 fails").presses("Try TRAIL20")
    assert "works today under these conditions" in guest.text


def test_codes_cannot_be_guessed_for_ever(customer: NewCustomer) -> None:
    guest = customer()
    for n in range(4):
        guest.says("the code fails: " + " ".join(f"QX{n}{word}ZZ" for word in range(5)))
        assert "There is no code" in guest.text
    guest.says("the code SORRY5 fails")
    assert "SORRY5" not in guest.text and "try again in an hour" in guest.text
    assert "Talk to a person" in guest.offered
    assert "once for each customer" in customer(name="another").says("the code SORRY5 fails").text


def test_what_is_not_public_is_not_listed(customer: NewCustomer) -> None:
    assert "SORRY5" not in customer().says("any offers?").text


def test_what_is_asked_of_a_code_that_was_told(customer: NewCustomer) -> None:
    guest = customer().says("my code WELCOME10 does not work")
    assert "can be used until" in guest.says("until when?").text
    assert (
        "the Two-Person Tent costs €206.10 instead"
        in guest.says("how much would the tent be then?").text
    )
    assert "one code an order" in guest.says("can I use two?").text
    assert "for the first order only" in guest.says("for my next order too?").text
    guest.says("my code TRAIL20 does not work").says("for my next order too?")
    assert "for every order until" in guest.text
    assert "more and it works" in guest.says("how much is the headlamp with it?").text


def test_the_list_of_what_is_waited_for(customer: NewCustomer) -> None:
    maya = customer("Maya").says("am I on the list?")
    assert "on no list at the moment" in maya.text
    maya.says("tell me when the food flask is back again").says("which things do I wait for?")
    assert maya.text.startswith("You are on the list for Food Flask.")
    assert "in this chat" in maya.says("how will you tell me?").text
    maya.says("take me off the list for the speckled mug")
    assert "but for Food Flask you are" in maya.text
    assert "Food Flask" in maya.says("i take the speckled mug. take me off the list").text
    assert "signed in" in customer().says("am I on the list?").text


def test_two_things_asked_of_a_gift_card_are_both_told(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher")
    guest.says("how long is it valid and can she use it in the store too?")
    assert "valid for 3 years" in guest.text and "online shop only" in guest.text


def test_who_has_ordered_before_hears_that_the_code_is_not_theirs(customer: NewCustomer) -> None:
    guest = customer().says("does the code WELCOME10 still work?")
    guest.says("i've ordered once before. Is there another code I can use?")
    assert "WELCOME10 is for a customer's first order" in guest.text and "COSY15" in guest.text


def test_what_goods_cost_with_a_code(customer: NewCustomer) -> None:
    guest = hears_entities(customer(), quantity="4")
    guest.says("what would 4 speckled mugs cost with the code COSY15?")
    assert "4 × Speckled Mug cost €50.66 instead of €59.60" in guest.text
    guest.says("what would the speckled mug cost with the code COSY15")
    assert "Speckled Mug: €14.90, so €35.10 more and it works" in guest.text
    guest.says("would COSY15 work on the ceramic frying pan and the desk lamp arc?")
    assert "together cost €93.33 instead of €109.80" in guest.text
    guest.says("does COSY15 work for the ceramic frying pan and the summit down jacket?")
    assert "not for this: Summit Down Jacket" in guest.text and "€10.10 more" in guest.text
    assert "€67.91" in guest.says("and the wool throw blanket with COSY15?").text
    assert "used together" in guest.says("does the code go together with a gift card?").text
    assert "at the checkout" in guest.says("where do I enter the code, it does not work").text


@pytest.mark.parametrize(
    ("intent", "asked", "told"),
    [
        ("payment_problem", "my order was 25 euro and it was refused, why?", "€5.00 more"),
        ("shipping_options", "does shipping count towards it?", "without shipping"),
        ("nlu_fallback", "运费算进去吗", "without shipping"),
        ("gift_card", "how long can i use it and is it for sale stuff", "already reduced"),
    ],
)
def test_what_a_told_code_asks_for(
    customer: NewCustomer, intent: str, asked: str, told: str
) -> None:
    guest = customer().says("does the code WELCOME10 work?")
    assert told in guest.says_as(intent, asked).text


def test_codes_that_were_listed(customer: NewCustomer) -> None:
    guest = customer().says("any discount codes today?")
    guest.says("what would the linen shirt cost with it")
    assert "With WELCOME10, the Linen Shirt costs €53.91 instead of €59.90" in guest.text
    guest.says("how long is the first one valid")
    assert guest.text.startswith("TRAIL20 can be used until")


@pytest.mark.parametrize(
    ("intent", "asks", "told"),
    [
        ("product_details", "does it work on jackets", "For that you can use:\nWELCOME10"),
        ("opening_hours", "until when?", "TRAIL20: "),
        ("nlu_fallback", "is it for new customers only", "WELCOME10: first order only"),
        ("faq", "where do i put it in", "at the checkout before you pay"),
        ("faq", "can i use it on the order from yesterday", "order that is placed"),
    ],
)
def test_a_short_question_is_of_the_codes_listed(
    customer: NewCustomer, intent: str, asks: str, told: str
) -> None:
    assert told in customer().says("any discount codes today?").says_as(intent, asks).text


@pytest.mark.parametrize(
    ("intent", "asks", "told"),
    [
        ("nlu_fallback", "for 75 euro?", "any amount from"),
        ("nlu_fallback", "for 500 euro?", "no: a card is from"),
        ("shipping_options", "how fast does it come", "by e-mail"),
        ("faq", "what if i lose it", "sends you a new one"),
        ("gift_card", "can i use two of them", "several gift cards"),
        ("shipping_options", "how long does delivery of my order take", "two to five"),
    ],
)
def test_a_short_question_is_of_the_card_spoken_of(
    customer: NewCustomer, intent: str, asks: str, told: str
) -> None:
    guest = customer().says("where can I buy a gift voucher").says_as(intent, asks)
    assert told in guest.text


def test_a_guest_is_told_that_a_code_is_for_first_orders(customer: NewCustomer) -> None:
    guest = customer().says("the code WELCOME10 isnt working for me why?")
    assert "only for a customer's first order" in guest.text


def test_a_code_for_first_orders_and_who_has_ordered(customer: NewCustomer) -> None:
    asked = "i have a code WELCOME10 but i ordered once before, years ago as a guest. will it work"
    guest = customer().says_as("promo_code_problem", asked)
    assert guest.text.startswith("WELCOME10 is for a customer's first order")
    assert "other thing" not in guest.text


def test_what_is_asked_after_a_code(customer: NewCustomer) -> None:
    guest = customer().says_as("promo_code_problem", "does COSY15 work")
    guest.says_as("promo_code_problem", "together with WELCOME10?")
    assert "one code an order" in guest.text
    guest.says_as("cancel_order", "i bought yesterday can you still take it off")
    assert "onto an order that is placed I can't put it" in guest.text and guest.form is None
    robin = customer("Robin").says_as("promo_code_problem", "i have the code SORRY5")
    robin.says_as("promo_code_problem", "are you sure? i never used it")
    assert robin.text.startswith("As our records have it")
    robin.says_as("ask_promotions", "do you have another code for me")
    assert robin.text.startswith("These codes work today")


def test_goods_after_a_code(customer: NewCustomer) -> None:
    guest = customer().says_as("promo_code_problem", "does COSY15 work")
    hears_entities(guest, product="jute rug")
    guest.says("what if i buy the jute rug")
    assert "the Jute Rug costs €101.15" in guest.text


def test_which_of_ones_cards_is_empty(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("gift_card", "what gift cards do i have")
    assert "€0.00" in robin.says_as("product_details", "which one is empty").text
    robin.says_as("gift_card", "i want to buy a 300 euro voucher")
    assert robin.text.startswith("I'm sorry, no: a card is from")

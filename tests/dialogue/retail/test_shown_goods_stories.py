"""Short questions about goods that were just shown: which, the cheapest, another, how to buy it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]

# What was said before, the question and what it may be taken for; what is answered, and what not.
ASKED = (
    ("do you have backpacks", "recommend_product", "which is the cheapest?", "City Backpack", ""),
    ("do you have backpacks", "correct_that", "no, the cheapest of those", "City Backpack", ""),
    ("do you have backpacks", "product_details", "the cheaper one, how big?", "18 L", "35 L"),
    ("do you have backpacks", "recommend_product", "which of them come in rust?", "Trail", "City"),
    ("do you have backpacks", "recommend_product", "the second one, tell me more", "1.1 kg", ""),
    ("do you have backpacks", "recommend_product", "compare them please", "Side by side", ""),
    ("do you have backpacks", "recommend_product", "which of those would u take", "good ch", ""),
    ("any jackets under 90", "inform", "is that in my budget?", "for €90.00 or less", ""),
    ("do you have backpacks", "product_details", "and lighter?", "of “light”", ""),
    ("do you have backpacks", "deny", "I'll take the second one", "page of the Trail Backpack", ""),
    ("do you have backpacks", "affirm", "可以，买一个", "Open the page", ""),
    ("do you have jackets", "check_stock", "in black then", "Fenn", "Alder"),
    ("do you have tents", "inform", "i want two of them", "page of the Two-Person Tent", ""),
    ("do you have tents", "order_status", "when would i get it?", "two to five", "Which order"),
    ("do you have tents", "nlu_fallback", "能礼品包装吗，多久到", "€3.90", ""),
    ("do you have tents", "check_stock", "有 M 码吗，什么颜色", "one size only", ""),
    ("do you have tents", "check_stock", "and with TRAIL20?", "costs €183.20", "from €120"),
    (
        "do you have tents",
        "order_status",
        "will it come before friday?",
        "possible, but not certain",
        "Which order",
    ),
    (
        "do you have jackets",
        "return_item",
        "ok, i'll take the fenn",
        "page of the Fenn",
        "",
    ),
    ("the springform", "product_details", "colours of the springform?", "comes", "not say that"),
    ("the springform", "product_details", "does it come in blue as well?", "not come", "not say"),
    ("the springform", "product_details", "is it nonstick?", "About the Springform", "not say"),
    (
        "do you have tents",
        "shipping_options",
        "how much with shipping",
        "Delivery is free",
        "Denmark",
    ),
    ("do you have backpacks", "recommend_product", "which would you take?", "good choices", "Lamp"),
    ("do you have backpacks", "product_details", "headlamp or flask?", "Side by side", "Which of"),
    ("do you have backpacks", "product_search", "bigger please", "of “size”", "nothing like"),
    ("do you have tents", "nlu_fallback", "can i see it in the store", "Collect in store", ""),
    ("do you have tents", "nlu_fallback", "any reviews", "product's own page", ""),
    ("a desk lamp", "back_in_stock", "which t-shirts are sold out?", "Everyday", "Linen"),
    ("a desk lamp", "product_search", "desk lamp under 50 euro", "Table Lantern", "None of"),
    (
        "a desk lamp",
        "product_details",
        "what's the difference between the table lantern and the paper shade? better in bed?",
        "Paper Pendant Shade",
        "Bed Sheet",
    ),
)


@pytest.mark.parametrize(("before", "intent", "asks", "answer", "not_said"), ASKED)
def test_a_short_question_is_of_what_was_shown(
    customer: NewCustomer, before: str, intent: str, asks: str, answer: str, not_said: str
) -> None:
    guest = customer().says_as("product_search", before).says_as(intent, asks)
    shown = [card for message in guest.heard for card in message.elements or ()]
    said = guest.text + str(shown)
    assert answer in said
    assert not not_said or not_said not in said


@pytest.mark.parametrize(
    ("seeks", "answer", "shown", "not_shown"),
    [
        ("a blue rug under 100 euros", "Jute Rug (€119.00) does not fit", "Picnic", "Cushion"),
        ("jackets in purple", "none of these comes in purple", "not in purple", ""),
        ("a red jumper, max 80", "in red for €80.00 or less", "Cotton Roll Neck", "Merino"),
        ("backpacks for 100 to 150 euros", "for €100.00 to €150.00", "Trail", "City"),
        ("the difference between your two table lamps", "Side by side", "Lantern", "Pan"),
        ("bread knife or chef's knife, which should i take", "Side by side", "22 cm", "Loaf"),
        ("compare the trail backpack and the daypack", "Side by side", "City Backpack", ""),
        ("a present for my girlfriend who runs, up to 60 euro", "", "Running Cap", "Gardener"),
        ("送男朋友的礼物，他喜欢露营，预算30-50", "", "Hammock", "Card Game"),
    ],
)
def test_conditions_are_kept_or_said_to_be_broken(
    customer: NewCustomer, seeks: str, answer: str, shown: str, not_shown: str
) -> None:
    gift = "present" in seeks or "礼物" in seeks
    guest = customer().says_as("recommend_product" if gift else "product_search", seeks)
    cards = str([card for message in guest.heard for card in message.elements or ()])
    assert answer in guest.text and shown in cards
    assert not not_shown or not_shown not in cards


def test_what_the_one_for_whom_it_is_has_is_left_out(customer: NewCustomer) -> None:
    guest = customer().says_as("recommend_product", "a present for my wife who runs, max 60 euro")
    guest.says_as("recommend_product", "anything else? she has a headlamp already")
    cards = str([card for message in guest.heard for card in message.elements or ()])
    assert cards and "Headlamp" not in cards and "Running Cap" not in cards
    guest.says_as("recommend_product", "she likes plants too")
    assert "plant" in str([card for message in guest.heard for card in message.elements or ()])


def test_the_waiting_list_is_explained(customer: NewCustomer) -> None:
    tom = customer("Tom").says_as("product_search", "tempo running shoes")
    tom.says_as("check_stock", "coral 40 please, tell me when it's there")
    assert "on the list for Tempo Running Shoes (coral, 40)" in tom.text
    assert "costs nothing" in tom.says_as("nlu_fallback", "does it cost anything?").text
    assert "here, in this chat" in tom.says_as("ticket_status", "how will i hear of it?").text
    assert "Travel Adapter" in str(
        [
            card
            for message in tom.says_as("nlu_fallback", "what is sold out right now").heard
            for card in message.elements or ()
        ]
    )


def test_the_colour_just_told_of_is_kept(customer: NewCustomer) -> None:
    guest = customer().says("is the everyday t-shirt in rust size XS in stock")
    guest.says_as("check_stock", "ok and M")
    assert guest.text.startswith("Everyday T-Shirt in rust, M is sold out")
    guest.says_as("check_stock", "and in white?")
    assert guest.text.startswith("Yes, Everyday T-Shirt in white, M")
    assert "moss" in guest.says_as("check_stock", "which colours in L").text


def test_back_on_the_shelf_is_no_parcel(customer: NewCustomer) -> None:
    maya = customer("Maya")
    maya.says_as("back_in_stock", "tell me when the summit down jacket in rust M is back")
    assert "Summit Down Jacket is in stock" in maya.text


def test_an_order_is_bought_again(customer: NewCustomer) -> None:
    maya = customer("Maya").says_as("order_status", "where is order 1520")
    maya.says_as("return_item", "can i order that again?")
    assert "page of the Flannel Check Shirt" in maya.text

"""What customers ask before they buy: what goods are and cost together, codes, cards, the day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.domain import LANGUAGE_SLOT

NewCustomer = Callable[..., Customer]
GOODS, CODES, CARDS = "product_search", "ask_promotions", "gift_card"

# What was said before and as what, the question and what it may be taken for; the answer, and what
# is not said.
ASKED = (
    (GOODS, "linen shirt and flannel shirt", "faq", "both together, how much?", "€109.80", ""),
    (GOODS, "毯子", "shipping_options", "不是问运费，最便宜的是哪个", "Picnic Blanket", "4.95"),
    (GOODS, "保温瓶", "warranty", "750的那个能保温多久", "12 hours hot", "两年"),
    (GOODS, "the desk lamp", "faq", "does it come with a bulb?", "Dimmable LED", "Smart Bulb"),
    (GOODS, "the desk lamp", "product_details", "cool, how many stars has it?", "stars", "Bag"),
    (GOODS, "the soy candle", "shipping_options", "how much are 4 of them?", "€91.60", ""),
    (GOODS, "the desk lamp", "product_search", "50块以内的台灯", "以欧元计价", ""),
    (GOODS, "rain jacket", "check_stock", "which sizes are sold out?", "sold out", "comes in"),
    (GOODS, "the ceramic table lamp", "check_stock", "is it there in white?", "not come in", "Yes"),
    (GOODS, "hello", "nlu_fallback", "Paper Pendant Shade 60厘米的价格是多少", "€39.90", "不太"),
    (CODES, "any codes?", "faq", "which saves more on 60 euro?", "COSY15: €9.00 less", ""),
    (CODES, "COSY15?", "return_policy", "also on sale items?", "can't say yes or no", "30 days"),
    (CARDS, "gift voucher", "store_location", "where can I buy one?", "+49 341", "stands in"),
    (CARDS, "gift voucher", "faq", "is the rest lost then?", "Nothing is lost", "blocks"),
    (CARDS, "gift voucher", "faq", "can it be sent on 12 december?", "I don't know", "order is"),
    (CARDS, "gift voucher", "help", "it does not work", "both needed", ""),
    ("faq", "hello", "faq", "payment failed but the money is gone", "only a reservation", ""),
    ("faq", "hello", "faq", "can you wrap it and add a card with some words?", "€3.90", ""),
    ("faq", "hello", "out_of_scope", "asdf lkjq", "didn't understand", "outside"),
    ("faq", "hello", "faq", "when do i have to order for christmas?", "order by", "30 days"),
)


@pytest.mark.parametrize(("about", "before", "intent", "asks", "answer", "not_said"), ASKED)
def test_a_question_before_buying(
    customer: NewCustomer,
    about: str,
    before: str,
    intent: str,
    asks: str,
    answer: str,
    not_said: str,
) -> None:
    guest = customer()
    if not asks.isascii():
        guest.trusted[LANGUAGE_SLOT] = "zh"
    guest.says_as(about, before).says_as(intent, asks)
    cards = [card for message in guest.heard for card in message.elements or ()]
    said = guest.text + str(cards)
    assert answer in said
    assert not not_said or not_said not in said


def test_goods_of_one_list_are_each_told(customer: NewCustomer) -> None:
    guest = customer().says_as("check_stock", "linen shirt in L or the flannel shirt in M?")
    cards = [card for message in guest.heard for card in message.elements or ()]
    assert [card["title"] for card in cards] == ["Linen Shirt", "Flannel Check Shirt"]
    assert "in L" in cards[0]["subtitle"] and "in M" in cards[1]["subtitle"]

"""Goods without a name, things that no shop like this has, and goods that were just shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer
from test_search_stories import Meaning, Talk

NewCustomer = Callable[..., Customer]
LOST = "nlu_fallback"


@pytest.fixture
def guest(customer: NewCustomer) -> Talk:
    someone, meaning = customer(), Meaning()
    someone.agent.interpreter = meaning
    return Talk(someone, meaning)


@pytest.mark.parametrize("intent", ["product_search", "recommend_product", LOST])
def test_a_thing_is_found_by_what_it_is_for(guest: Talk, intent: str) -> None:
    assert list(guest.says("something to sit on in the garden", intent).cards) == [
        "Folding Camp Chair"
    ]
    assert list(guest.says("a thing for boiling water", intent).cards) == ["Gooseneck Kettle"]
    assert len(guest.says("something against the cold", intent).cards) == 5


@pytest.mark.parametrize("intent", ["product_search", "out_of_scope"])
def test_what_no_article_is_is_said(guest: Talk, intent: str) -> None:
    guest.says("do you sell washing machines?", intent)
    assert guest.text == "We have no washing machines, I'm afraid." and not guest.cards
    guest.says("do you sell perfume", intent)
    assert guest.text.startswith("I found no perfume with us") and not guest.cards


def test_a_thing_for_somebody(guest: Talk) -> None:
    guest.says("a bike for my kid")
    assert guest.text.startswith("We have no bike") and "City Bike Helmet" in guest.cards


def test_where_else_the_shop_sells_is_no_thing(guest: Talk) -> None:
    assert "found no" not in guest.says("do you sell online?", LOST).text


def test_goods_that_were_shown_are_pointed_at(guest: Talk) -> None:
    guest.says("show me backpacks").says("the second one", LOST)
    assert guest.text.startswith("Trail Backpack 35 L, €119.00.")
    guest.says("and the other one?", "order_status")
    assert guest.text.startswith("City Backpack 18 L, €79.90.")
    guest.says("which holds more?", "recommend_product")
    assert "descriptions say of “hold”" in guest.text and len(guest.cards) == 2


def test_the_first_two_of_more(guest: Talk) -> None:
    guest.says("show me jackets").says("compare the first two", "product_details")
    assert guest.text == "Side by side:" and len(guest.cards) == 2
    assert len(guest.says("what other colours are there", "check_stock").cards) == 2
    assert guest.text.startswith("These are the colours of each")


def test_about_so_much(guest: Talk) -> None:
    guest.says("show me backpacks").says("something cheaper, like 25")
    assert "None of these costs €25.00 or less" in guest.text


def test_two_words_that_the_catalogue_writes_as_one(guest: Talk) -> None:
    guest.says("the french press or the pour over, which is better?", "recommend_product")
    assert list(guest.cards) == ["French Press 1 L", "Pour-Over Coffee Set"]


def test_chinese_goes_on(guest: Talk) -> None:
    guest.customer.trusted["language"] = "zh"
    guest.says("有帐篷吗").says("200以内有吗")
    assert "没有 €200.00 以内的" in guest.text and list(guest.cards) == ["Two-Person Tent"]
    assert "Three-Season Sleeping Bag" in guest.says("那睡袋呢", LOST).cards
    assert "€" in guest.says("第一个多少钱", LOST).text


def test_stock_of_what_was_shown(guest: Talk) -> None:
    guest.says("show me backpacks").says("how many are left?", "check_stock")
    assert guest.text == "Which of these do you mean?" and len(guest.cards) == 2
    guest.says("the first one", LOST).says("how many are left?", "check_stock")
    assert guest.text.startswith("This is what is left of City Backpack 18 L, at €79.90:")
    guest.says("the fenn quilted jacket in XXL", "check_stock")
    assert "does not come in size XXL" in guest.customer.heard[0].text


def test_a_gift_below_a_limit(guest: Talk) -> None:
    guest.says("a gift up to 40 euros for my dad", "recommend_product")
    assert guest.cards and max(guest.cards.values()) <= 40
    assert "Baby Blanket Organic" not in guest.cards
    guest.says("a 20 euro gift for my dad", "recommend_product")
    assert guest.cards and max(guest.cards.values()) <= 20


@pytest.mark.parametrize("intent", ["recommend_product", "modify_order", LOST])
def test_what_may_be_added_up_to_a_budget(guest: Talk, intent: str) -> None:
    guest.says("a present for my mum, about 40 euros", "recommend_product")
    guest.says("what could I add so it comes to about 40?", intent)
    assert "two of these" in guest.text  # nothing small was shown
    assert len(guest.cards) > 1 and max(guest.cards.values()) <= 22
    first, price = next(iter(guest.cards.items()))
    guest.says("what could I add so it comes to about 40?", intent)
    assert guest.text.startswith(f"With the {first}") and first not in guest.cards
    assert all(price + other <= 44 for other in guest.cards.values())


def test_what_was_declined_is_not_added(guest: Talk) -> None:
    guest.says("a present for my mum, about 40 euros", "recommend_product")
    guest.says("she has enough candles", "recommend_product").says("and the last one?", LOST)
    name = guest.text.split(",")[0]
    guest.says("could i throw in something small to get to 60?")
    assert guest.text.startswith(f"The {name} is €") and guest.cards
    assert not any("Candle" in one for one in guest.cards)


def test_what_may_be_added_up_to_free_delivery(guest: Talk) -> None:
    guest.says("what is the running tee made of", "product_details")
    guest.says("what can i add to get free shipping")
    assert guest.text.startswith("The Running Tee is €29.90; with €20.10 more, delivery is free")
    assert min(guest.cards.values()) >= 20.1
    guest.says("拿什么凑单包邮", LOST)
    assert "more, delivery is free" in guest.text
    guest.says("what is the summit down jacket made of", "product_details")
    assert "Nothing need be added" in guest.says("what can i add to get free delivery").text
    assert "nothing fits" in guest.says("what could i add to make it 20 euros?").text


def test_what_is_sought_by_a_superlative_and_for_a_new_home(guest: Talk) -> None:
    guest.says("my sister moved in to her first flat, what do you bring her", "recommend_product")
    assert "much liked" not in guest.text and guest.cards
    first = next(iter(guest.says("whats the warmest jacket u have", "recommend_product").cards))
    assert first in ("Summit Down Jacket", "Harbour Wool Coat")
    assert guest.says("do you sell dog beds?").text.startswith("We have no dog beds")


def test_adding_up_is_no_addition(guest: Talk) -> None:
    guest.says("a present for my mum, about 40 euros", "recommend_product")
    for said in ("can you add them up", "can you add a note with something nice"):
        assert "left to" not in guest.says(said, LOST).text


def test_how_long_until_it_is_back(guest: Talk) -> None:
    guest.says("is the everyday t-shirt in rust size M in stock", "check_stock")
    assert "no delivery is planned" in guest.says("how long til its back", LOST).text

"""Goods in the stores, goods that are left out, not had, or compared, and what is asked of one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer
from test_search_stories import INTENTS, Meaning, Talk

NewCustomer = Callable[..., Customer]
EVERY = (*INTENTS, "product_details")


@pytest.fixture
def guest(customer: NewCustomer) -> Talk:
    someone, meaning = customer(), Meaning()
    someone.agent.interpreter = meaning
    return Talk(someone, meaning)


@pytest.fixture
def chinese(guest: Talk) -> Talk:
    guest.customer.trusted["language"] = "zh"
    return guest


@pytest.mark.parametrize("intent", EVERY)
@pytest.mark.parametrize(
    "text",
    [
        "do you have the rolling pin in the Hamburg shop?",
        "is the rolling pin in the hamburg store right now",
        "rolling pin, at hamburg?",
    ],
)
def test_nobody_sees_the_shelves_of_a_store(guest: Talk, text: str, intent: str) -> None:
    guest.says(text, intent)
    assert guest.text.startswith("I can't see what is on the shelves of our store in Hamburg;")
    assert "Online, Rolling Pin is in stock at €18.90" in guest.text
    assert "Collect in store" in guest.text and "Yes" not in guest.text
    assert guest.customer.offered == ["The store's address and hours", "Talk to a person"]


@pytest.mark.parametrize("intent", EVERY)
def test_in_the_store_goes_on_with_the_product(guest: Talk, intent: str) -> None:
    guest.says("the oak chopping board", "check_stock").says("and in the hamburg store?", intent)
    assert "Online, Oak Chopping Board is in stock" in guest.text
    guest.says("and in copenhagen", intent)
    assert "our store in Copenhagen" in guest.text and "Oak Chopping Board" in guest.text


def test_goods_in_a_store_that_are_not_one(guest: Talk) -> None:
    guest.says("what lamps do you have in the Hamburg store")
    assert "What is in stock online can be sent to a store" in guest.text
    assert "Desk Lamp Arc" in guest.cards
    guest.says("i live in hamburg, do you have tents")
    assert list(guest.cards) == ["Two-Person Tent"] and "shelves" not in guest.text


def test_in_a_store_in_chinese(chinese: Talk) -> None:
    chinese.says("有帐篷吗").says("汉堡店里有吗", "check_stock")
    assert "我看不到汉堡门店货架上有什么" in chinese.text and "Two-Person Tent" in chinese.text


def test_what_is_left_out_of_a_search(guest: Talk) -> None:
    guest.says("something for the kitchen under 40 euros", "product_search")
    for intent in ("product_search", "recommend_product"):
        guest.says("nothing electric pls, and not a knife", intent)
        assert "I left out what speaks of electric or knife" in guest.text
        assert guest.cards and max(guest.cards.values()) <= 40
        assert not any("Knife" in name or "Scale" in name for name in guest.cards)
    guest.says("under 30 i said")
    assert guest.cards and max(guest.cards.values()) <= 30 and "Bread Knife" not in guest.cards


def test_what_the_shop_has_not_is_said_first(guest: Talk) -> None:
    for intent in INTENTS:
        guest.says("do you have floor lamps", intent)
        assert guest.text.startswith("We have no floor lamps") and "Desk Lamp Arc" in guest.cards
    guest.says("and laptops?")
    assert guest.text.startswith("We have no laptops") and "Aluminium Laptop Stand" in guest.cards
    guest.says("no i want a lamp that stands on the floor")
    assert guest.text.startswith("We have no floor lamp") and "Stand Mixer 5 L" not in guest.cards
    guest.says("do you have coffee tables")
    assert guest.text.startswith("We have no coffee tables") and not guest.cards


def test_two_goods_side_by_side(guest: Talk) -> None:
    guest.says("difference between the merino sweater and the flannel shirt", "product_details")
    assert guest.cards == {"Merino Crew Sweater": 79.9, "Flannel Check Shirt": 49.9}
    guest.says("which is warmer", "recommend_product")
    assert "descriptions say of “warm”" in guest.text and len(guest.cards) == 2
    guest.says("and which is cheaper")
    assert "The Flannel Check Shirt costs less: €49.90." in guest.text
    guest.says("compare the rain boots and the ridge hiking boots")
    assert guest.cards == {"Rain Boots": 54.9, "Ridge Hiking Boots": 159.0}
    guest.says("compare the rolling pin and the fine grater")
    guest.says("which of those is made of wood", "product_details")
    assert "Only the description of the Rolling Pin speaks of “wood”" in guest.text
    assert len(guest.cards) == 2


def test_what_is_asked_of_one(guest: Talk) -> None:
    guest.says("do the ridge hiking boots run small?", "product_details")
    assert guest.text == "About the Ridge Hiking Boots: Allow half a size more."
    guest.says("How long is the waranty on a mixer", "product_details")
    assert "two-year warranty" in guest.text
    guest.says("the rolling pin", "check_stock").says("does it come in another colour")
    assert guest.text.startswith("There is just this one Rolling Pin")
    guest.says("does the hand blender have a guarantee", "product_details")
    assert "Two-year guarantee." in guest.text


def test_an_offer_is_stopped_where_nothing_is_set(guest: Talk) -> None:
    guest.says("the rolling pin", "check_stock").says("stop that", "back_in_stock")
    assert guest.text.startswith("You are on no list for that")


def test_goods_in_chinese(chinese: Talk) -> None:
    chinese.says("有没有200欧元以下的帐篷", "product_search")
    assert chinese.cards == {"Two-Person Tent": 229.0} and "€200" in chinese.text
    chinese.says("便宜的帐篷有吗", "product_search")
    assert any("Tent" in name for name in chinese.cards)
    chinese.says("厨房用的礼物", "product_search").says("不要电的")
    assert "去掉提到" in chinese.text and chinese.cards
    chinese.says("merino sweater 和 flannel shirt 有什么区别", "product_details")
    chinese.says("这两个有什么区别", "product_details")
    assert "放在一起看" in chinese.text and len(chinese.cards) == 2

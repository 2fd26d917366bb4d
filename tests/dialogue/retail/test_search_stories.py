"""Talk about goods: a search and what goes on with it, one product's stock and details."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from redis import Redis
from retail_stories import Customer
from sqlalchemy import Engine
from word_vectors import WordVectors, recommender_of

from dialogue.actions.runner import InProcessRunner
from dialogue.agent import Agent
from dialogue.project import Project
from dialogue.retail import RetailServices, action_executor
from nlu.types import IntentScore, Understanding
from tests.conftest import RedisServer

NewCustomer = Callable[..., Customer]
INTENTS = ("product_search", "recommend_product", "check_stock")


@dataclass
class Meaning:
    """An interpreter that takes every message for what the test says."""

    intent: str = "product_search"

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        return Understanding(text, (IntentScore(self.intent, 0.9),), message_id=message_id)

    def parse_batch(self, texts: list[str]) -> list[Understanding]:
        return [self.parse(text) for text in texts]


class Talk:
    """A guest whose messages mean what the test says."""

    def __init__(self, customer: Customer, meaning: Meaning) -> None:
        self.customer, self.meaning = customer, meaning

    def says(self, text: str, intent: str = "product_search") -> Talk:
        self.meaning.intent = intent
        self.customer.says(text)
        return self

    @property
    def text(self) -> str:
        return self.customer.text

    @property
    def cards(self) -> dict[str, float]:
        """The names of the shown goods with their prices."""
        shown = [card for message in self.customer.heard for card in message.elements or ()]
        return {card["title"]: _price(card) for card in shown}


def _price(card: dict[str, Any]) -> float:
    return float(card["subtitle"].split(" ")[0].strip("€"))


@pytest.fixture
def guest(customer: NewCustomer) -> Talk:
    someone, meaning = customer(), Meaning()
    someone.agent.interpreter = meaning
    return Talk(someone, meaning)


@pytest.mark.parametrize("intent", INTENTS)
def test_cheaper_goes_on_with_the_search(guest: Talk, intent: str) -> None:
    first = guest.says("do you have jackets").cards
    assert len(first) == 5
    guest.says("and cheaper?", intent)
    assert "For less than €84.90" in guest.text
    assert guest.cards == {"Tern Windbreaker": 69.9}
    assert "None of these costs less" in guest.says("even cheaper?", intent).text
    assert guest.cards == {"Tern Windbreaker": 69.9}


def test_dearer_than_what_is_shown(guest: Talk) -> None:
    guest.says("do you have backpacks")
    first = guest.cards
    assert first == {"City Backpack 18 L": 79.9, "Trail Backpack 35 L": 119.0}
    guest.says("more expensive ones?", "recommend_product")
    assert "None of these costs more: the Trail Backpack" in guest.text


@pytest.mark.parametrize("intent", INTENTS)
def test_a_limit_goes_on_with_the_search(guest: Talk, intent: str) -> None:
    guest.says("do you have backpacks").says("under 40 euros", intent)
    assert "None of these costs €40.00 or less. The cheapest is the City Backpack" in guest.text
    guest.says("and up to 100 euros?", intent)
    assert "For €100.00 or less" in guest.text
    assert list(guest.cards) == ["City Backpack 18 L"]


@pytest.mark.parametrize("intent", INTENTS)
def test_a_colour_goes_on_with_the_search(guest: Talk, intent: str) -> None:
    guest.says("do you have backpacks").says("in moss?", intent)
    assert "In moss" in guest.text and list(guest.cards) == ["Trail Backpack 35 L"]
    guest.says("do you have backpacks").says("in blue?", intent)
    assert "None of these comes in blue" in guest.text and not guest.cards


@pytest.mark.parametrize("intent", INTENTS)
def test_others_are_those_not_yet_shown(guest: Talk, intent: str) -> None:
    seen = guest.says("do you have jackets").cards
    more = guest.says("show me others", intent).cards
    assert more and not set(more) & set(seen)
    for _ in range(9):
        if not guest.says("anything else?", intent).cards:
            break
    assert "all we have of this kind" in guest.text


def test_the_cheapest(guest: Talk) -> None:
    guest.says("do you have jackets").says("which is the cheapest?")
    assert "The cheapest of these is the Dune Denim Jacket" in guest.text
    assert "For less than €84.90" in guest.text and "Tern Windbreaker" in guest.cards


def test_a_gift_may_cost_less_or_be_another(guest: Talk) -> None:
    first = guest.says("a gift for my mother", "recommend_product").cards
    within = guest.says("under 30 euros", "product_search").cards
    assert within and max(within.values()) <= 30
    cheaper = guest.says("cheaper", "recommend_product").cards
    assert "less" in guest.text and max(cheaper.values()) <= min(within.values())
    others = guest.says("a gift for my mother", "recommend_product").says(
        "something else", "recommend_product"
    )
    assert others.cards and not set(others.cards) & set(first)


def test_words_of_its_own_begin_a_new_search(guest: Talk) -> None:
    assert "mug" in str(guest.says("do you have mugs under 20 euros").cards).casefold()
    guest.says("and bowls?")
    assert "None of these costs €20.00 or less" in guest.text
    assert "Bowl" in str(guest.cards) and max(guest.cards.values()) > 20
    guest.says("do you have tents")
    assert list(guest.cards) == ["Two-Person Tent"]


@pytest.mark.parametrize("intent", INTENTS)
def test_a_colour_is_that_of_the_one_product(guest: Talk, intent: str) -> None:
    guest.says("do you have tents").says("in orange?", intent)
    assert "Two-Person Tent in orange" in guest.text


def test_of_one_product_others_like_it_are_meant(guest: Talk) -> None:
    guest.says("the alder rain jacket").says("under 100 euros", "product_search")
    assert "Like the Alder Rain Jacket (€129.90), for €100.00 or less" in guest.text
    assert guest.cards and max(guest.cards.values()) <= 100
    least = min(guest.cards.values())
    guest.says("even cheaper?", "recommend_product")
    assert all(price < least for price in guest.cards.values()) or "None" in guest.text


@pytest.mark.parametrize(
    ("text", "some"),
    [
        (
            "do you have lamps",
            {"Desk Lamp Arc", "Ceramic Table Lamp", "Rechargeable Table Lantern"},
        ),
        ("something for the garden", {"Garden Gloves", "Watering Can 5 L"}),
        ("anything for camping", {"Two-Person Tent", "Gas Camping Stove"}),
        ("something for running", {"Running Tee", "Tempo Running Shoes", "Running Cap"}),
        ("something for a toddler", {"Wooden Building Blocks", "Baby Blanket Organic"}),
        ("do you have a flashlight", {"Rechargeable Headlamp"}),
        ("sneakers please", {"Court Leather Trainers", "Tempo Running Shoes"}),
        ("a rucksack", {"City Backpack 18 L", "Trail Backpack 35 L"}),
        ("i need a cup", {"Speckled Mug", "Travel Mug 350 ml"}),
    ],
)
def test_goods_are_found_by_what_they_are_also_called(
    guest: Talk, text: str, some: set[str]
) -> None:
    assert some <= set(guest.says(text).cards)


def test_what_the_shop_has_not_is_not_made_up(guest: Talk) -> None:
    assert "nothing like that" in guest.says("something for my dog").text and not guest.cards
    assert "no motorbikes" in guest.says("do you have motorbikes").text and not guest.cards


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "is the tent waterproof?",
            "About the Two-Person Tent: 3,000 mm water column",
        ),
        (
            "can the cast iron skillet go in the dishwasher",
            "About the Cast Iron Skillet 26 cm: Wipe clean, no dishwasher.",
        ),
        ("how do I wash the linen shirt", "About the Linen Shirt: Machine wash at 40 °C."),
        ("what is the linen shirt made of", "About the Linen Shirt: Pre-washed European linen"),
        ("how heavy is the enamel casserole", "About the Enamel Casserole 4 L: 4.8 kg."),
        ("how big is the jute rug", "The description of the Jute Rug does not say that. What it"),
        ("tell me about the jute rug", "Jute Rug, €119.00. Hand-braided jute"),
    ],
)
def test_what_is_asked_of_a_product_is_told(guest: Talk, text: str, answer: str) -> None:
    assert guest.says(text, "product_details").text.startswith(answer)


def test_what_is_not_described_a_person_may_know(guest: Talk) -> None:
    guest.says("how big is the jute rug", "product_details")
    assert "Talk to a person" in guest.customer.offered


def test_it_is_the_product_spoken_of(guest: Talk) -> None:
    guest.says("do you have tents").says("is it good for the kitchen?", "product_details")
    assert "Two-Person Tent" in guest.text
    guest.says("do you have lamps").says("how big is it?", "product_details")
    assert "of each" in guest.text and "Desk Lamp Arc" in guest.cards


@pytest.mark.parametrize("intent", [*INTENTS, "product_details"])
def test_the_one_of_a_colour_is_meant_among_the_cards(guest: Talk, intent: str) -> None:
    guest.says("do you have backpacks").says("what about the moss one?", intent)
    assert "Trail Backpack 35 L" in guest.text and "City" not in guest.text


def test_a_colour_that_it_has_not_is_said(guest: Talk) -> None:
    guest.says("do you have tents").says("in pink?", "check_stock")
    assert "Two-Person Tent does not come in pink." in guest.text
    assert "is in stock: moss" in guest.text


def test_advice_for_what_the_shop_has_nothing_for(
    project: Project, services: RetailServices, engine: Engine, redis_server: RedisServer
) -> None:
    by_words = WordVectors()
    by_words.away = True  # words at random are near to some goods
    recommender = recommender_of(engine, Redis.from_url(redis_server.url), by_words)
    runner = InProcessRunner(action_executor(replace(services, recommender=recommender)))
    meaning = Meaning()
    guest = Talk(Customer(Agent(project, meaning, runner), engine), meaning)
    guest.says("recommend something for my dog", "recommend_product")
    assert "nothing for that in our shop" in guest.text and guest.cards
    guest.says("what would you recommend", "recommend_product")
    assert "nothing for that" not in guest.text


@pytest.mark.parametrize("intent", ["product_search", "recommend_product"])
def test_goods_in_chinese(guest: Talk, intent: str) -> None:
    guest.customer.trusted["language"] = "zh"
    guest.says("有台灯吗", intent)
    assert "Desk Lamp Arc" in guest.cards
    guest.says("有没有30元以下的杯子", intent)
    assert {"Speckled Mug", "Travel Mug 350 ml"} <= set(guest.cards)
    assert max(guest.cards.values()) <= 30
    guest.says("不超过20欧的呢", intent)
    assert list(guest.cards) == ["Speckled Mug"]
    guest.says("有什么背包", intent)
    assert "City Backpack 18 L" in guest.cards
    guest.says("便宜一点的", intent)
    assert guest.cards == {"City Backpack 18 L": 79.9} or max(guest.cards.values()) < 79.9


def test_nothing_is_made_up_in_chinese(guest: Talk) -> None:
    guest.customer.trusted["language"] = "zh"
    guest.says("给狗用的东西")
    assert "没有找到" in guest.text and not guest.cards


def test_what_goes_on_in_chinese(guest: Talk) -> None:
    guest.customer.trusted["language"] = "zh"
    guest.says("有背包吗").says("还有别的吗")
    assert "就是这些了" in guest.text
    guest.says("蓝色的呢", "check_stock")
    assert "没有蓝色的" in guest.text
    guest.says("最便宜的是哪个")
    assert list(guest.cards) == ["City Backpack 18 L"] and "最便宜" in guest.text


def test_a_gift_stays_within_what_was_said(guest: Talk) -> None:
    guest.says("a gift for a teacher around 20", "recommend_product")
    assert guest.cards and max(guest.cards.values()) <= 20
    guest.says("she likes cooking", "recommend_product")
    assert guest.cards and max(guest.cards.values()) <= 20
    guest.says("and for my boss?", "recommend_product")
    assert guest.cards and max(guest.cards.values()) <= 20
    guest.customer.trusted["language"] = "zh"
    guest.says("再给一个同事选一个，40块左右", "recommend_product")
    assert guest.cards and 20 < max(guest.cards.values()) <= 40


def test_what_a_person_does_not_like_is_left_out(guest: Talk) -> None:
    first = guest.says("a gift for my dad", "recommend_product").cards
    guest.says("he doesnt drink coffee", "recommend_product")
    assert guest.cards and "speaks of coffee:" in guest.text
    others = guest.says("hmm not that one, something else", "correct_that").cards
    assert others and not {*others} & {*first}
    assert not guest.says("no thanks, nothing else", "deny").cards
    guest.customer.trusted["language"] = "zh"
    guest.says("给我的同事选个礼物", "recommend_product").says("他已经有杯子了", "nlu_fallback")
    assert "“马克杯”" in guest.text


def test_a_gift_for_a_child(guest: Talk) -> None:
    guest.says("a gift for my niece, she is 5", "recommend_product")
    assert {"Watercolour Set", "Wooden Building Blocks"} <= {*guest.cards}
    assert "Fountain Pen" not in guest.cards
    guest.customer.trusted["language"] = "zh"
    guest.says("给6岁男孩呢", "recommend_product")
    assert "Wooden Building Blocks" in guest.cards


def test_the_cheapest_of_those_shown(guest: Talk) -> None:
    shown = guest.says("a gift for my dad", "recommend_product").cards
    guest.says("whats the cheapest of these", "recommend_product")
    assert list(guest.cards.values()) == [min(shown.values())]


@pytest.mark.parametrize(
    ("text", "intent", "found"),
    [
        ("有杯子吗", "nlu_fallback", "Speckled Mug"),
        ("slippers, 有 42 码吗", "nlu_fallback", "Felt Slippers"),
        ("Oxford衬衫有M码吗", "nlu_fallback", "Oxford Shirt"),
        ("你们卖微波炉吗", "product_details", "没有找到微波炉"),
        ("有沙发卖吗", "product_search", "没有沙发"),
        ("想看看落地灯", "product_search", "没有落地灯"),
        ("你们卖乐器吗", "nlu_fallback", "没有找到乐器"),
    ],
)
def test_things_asked_for_in_chinese(guest: Talk, text: str, intent: str, found: str) -> None:
    guest.customer.trusted["language"] = "zh"
    guest.says(text, intent)
    assert found in guest.text or found in guest.cards


def test_more_things_in_chinese_go_on(guest: Talk) -> None:
    guest.customer.trusted["language"] = "zh"
    guest.says("想买件毛衣").says("那手套呢", "missing_item")
    assert "Touchscreen Gloves" in guest.cards
    assert "Terracotta Pot Set" in guest.says("那花盆呢", "nlu_fallback").cards
    guest.says("有杯子吗").says("太贵了，有便宜的吗", "ask_promotions")
    assert "Speckled Mug" in guest.cards
    assert "没有找到" not in guest.says("那运费呢", "nlu_fallback").text


def test_the_price_of_the_one_spoken_of(guest: Talk) -> None:
    guest.says("do you have the espresso maker?", "check_stock").says("price?", "shipping_options")
    assert "€34.90" in guest.text
    guest.customer.trusted["language"] = "zh"
    guest.says("hiking boots").says("有L码吗", "check_stock")
    assert "没有 L 码" in guest.text

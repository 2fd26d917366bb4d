"""How things are written and read: amounts, days, items, wishes."""

from __future__ import annotations

from datetime import date

import pytest
from retail_stories import PROJECT

from dialogue.orders.views import ItemView, VariantView
from dialogue.retail.goods.variants import narrow
from dialogue.retail.phrases import project_phrases
from dialogue.retail.problems.remedies import wish_in
from dialogue.retail.wording import button, money, wording

PHRASES = project_phrases(PROJECT)
ENGLISH, CHINESE = wording(PHRASES, None), wording(PHRASES, "zh")

ITEMS = (
    ItemView(1, "A", "Linen Shirt", "white, M", 1, 5990, None, 1),
    ItemView(2, "B", "Speckled Mug", "sand", 2, 1490, None, 2),
    ItemView(3, "C", "Speckled Mug", "sage", 1, 1490, None, 1),
)
SHIRTS = tuple(VariantView(c, s, 4) for c in ("white", "sky") for s in ("S", "M", "L"))[:5]


@pytest.mark.parametrize(
    ("cents", "currency", "written"),
    [
        (4990, "EUR", "€49.90"),
        (5, "EUR", "€0.05"),
        (123456, "GBP", "£1,234.56"),
        (700, "SEK", "SEK 7.00"),
    ],
)
def test_money(cents: int, currency: str, written: str) -> None:
    assert money(cents, currency) == written


def test_days_and_lists() -> None:
    assert ENGLISH.day(date(2026, 11, 24)) == "Tue 24 Nov"
    assert [ENGLISH.listing(words) for words in ("", "a", "ab", "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_button_says_its_intent_and_entities() -> None:
    assert button("Yes", "affirm") == {"title": "Yes", "payload": "/affirm"}
    assert button("x", "inform", item='2"')["payload"] == '/inform{"item": "2\\""}'


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ("in sky, size S please", ["sky, S"]),
        ("one size larger: L", ["white, L"]),
        ("the sky one", ["sky, M"]),
        ("another one", []),
    ],
)
def test_what_is_not_said_stays_as_it_is(said: str, labels: list[str]) -> None:
    others = [variant for variant in SHIRTS if variant.label != "white, M"]
    assert [variant.label for variant in narrow(said, others, ITEMS[0])] == labels


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("replacement", "replacement"),
        ("I want my money back", "refund"),
        ("please send a new one", "replacement"),
        ("send one more please", "replacement"),
        ("a refund or a replacement, I don't mind", None),
        ("hm", None),
        ("i dont want to wait", None),
        ("I don’t want to wait any longer, give me my money back", "refund"),
        ("no refund, I'd like another parcel", "replacement"),
        ("I'll never buy here again", None),
        ("what was that again?", None),
        ("another question: is there a new address?", None),
        ("wait, what?", None),
        ("how long do I have to wait", None),
        ("when do I get my money back?", None),
        ("can't you just post it again", "replacement"),
        ("I do not mind waiting", "wait"),
        ("ok I'll wait, thanks", "wait"),
        ("不用重发了", None),
        ("等了一个月", None),
        ("能不能给我退款", "refund"),
        ("我不想等，重新寄一个", "replacement"),
        ("我再等等吧", "wait"),
    ],
)
def test_wishes(said: str, wish: str | None) -> None:
    assert wish_in(said) == wish

"""A customer asks for advice and gets goods as cards, each with its reason."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Picture, ShopVisitor

pytestmark = pytest.mark.e2e


def cards(visitor: ShopVisitor) -> Locator:
    return visitor.page.locator(".cards").last.locator(".card")


def test_something_like_this_but_cheaper(visitor: ShopVisitor, picture: Picture) -> None:
    visitor.page.goto(f"{visitor.url}/shop/products/CL-JA-01")
    visitor.open_chat()
    visitor.say("something like this but cheaper")
    expect(cards(visitor).first).to_be_visible()
    texts = cards(visitor).all_inner_texts()
    assert 1 <= len(texts) <= 5
    for text in texts:
        assert float(re.search(r"€(\d+\.\d\d)", text)[1]) < 129.90
        assert re.search(r"Like the Alder Rain Jacket, and €\d+\.\d\d less", text)
    picture(visitor.page, "recommendations")
    title = cards(visitor).last.locator(".title").inner_text()
    visitor.press("More like this")
    expect(visitor.page.get_by_role("log")).to_contain_text(f"These are like the {title}")
    assert title not in [card.split("\n")[0] for card in cards(visitor).all_inner_texts()]


@pytest.mark.parametrize(("who", "why"), [(None, "best-sellers"), ("Maya", "you bought|who buy")])
def test_purchases_count_for_the_customer_alone(
    visitor: ShopVisitor, who: str | None, why: str
) -> None:
    visitor.open_shop(sign_in_as=who)
    visitor.open_chat()
    visitor.say("what would you recommend?")
    expect(cards(visitor)).to_have_count(5)
    assert all(re.search(f"{why}|Like the", text) for text in cards(visitor).all_inner_texts())


def test_a_wish_in_words(visitor: ShopVisitor) -> None:
    visitor.open_shop()
    visitor.open_chat()
    visitor.say("anything for my dad who loves cooking")
    assert any("Fits “cooking”" in text for text in cards(visitor).all_inner_texts())

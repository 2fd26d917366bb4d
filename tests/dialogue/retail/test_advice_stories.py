"""Asking for advice: cards with their reasons, or honest words why there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from retail_stories import Customer
from sqlalchemy import Engine, text

NewCustomer = Callable[..., Customer]
ON_THE_JACKETS_PAGE = {"product": "CL-JA-01"}


def cards(customer: Customer) -> list[dict[str, Any]]:
    return [card for message in customer.heard for card in message.elements or ()]


def reasons(customer: Customer) -> list[str]:
    return [card["subtitle"].split("\n")[1] for card in cards(customer)]


def test_something_like_this_but_cheaper(customer: NewCustomer) -> None:
    guest = customer().says("something like this but cheaper", ON_THE_JACKETS_PAGE)
    assert "Like the Alder Rain Jacket (€129.90), for less" in guest.text
    assert 1 <= len(cards(guest)) <= 5
    assert all(why.startswith("Like the Alder Rain Jacket, and €") for why in reasons(guest))
    assert all(why.endswith(" less") for why in reasons(guest))
    assert guest.slot("product") == "CL-JA-01"


def test_without_a_product_in_view_it_is_asked_for(customer: NewCustomer) -> None:
    guest = customer().says("something like this but cheaper")
    assert "Which product" in guest.text and not cards(guest)
    for odd in ({"product": 7}, {"product": "x" * 99}, {"product": None}, {"other": "CL-JA-01"}):
        assert "Which product" in guest.says("something like this but cheaper", odd).text


def test_the_product_spoken_of_is_this_one(customer: NewCustomer) -> None:
    guest = customer().says("what is the cast iron skillet made of")
    guest.says("is there something like this but cheaper")
    assert "Like the Cast Iron Skillet" in guest.text


def test_what_goes_with_my_tent(customer: NewCustomer) -> None:
    guest = customer().says("what goes with my tent?")
    assert "go with the Two-Person Tent" in guest.text
    assert "Often bought with the Two-Person Tent" in reasons(guest)


def test_a_card_leads_on_to_more_like_it(customer: NewCustomer) -> None:
    guest = customer().says("suggest something")
    assert "much liked" in guest.text and set(reasons(guest)) == {"One of our best-sellers"}
    first = cards(guest)[0]["title"]
    guest.presses("More like this")
    assert first in guest.text and first not in [card["title"] for card in cards(guest)]


def test_a_wish_for_somebody_else(customer: NewCustomer) -> None:
    maya = customer("Maya").says("can you recommend anything for my dad who loves cooking")
    assert "one of these" in maya.text
    assert set(reasons(maya)) == {"Fits “cooking”"}


def test_purchases_count_only_for_whom_they_are(customer: NewCustomer) -> None:
    guest = customer().says("what would you recommend")
    maya = customer("Maya").says("what would you recommend")
    tom = customer("Tom").says("what would you recommend")
    titles = [tuple(card["title"] for card in cards(who)) for who in (guest, maya, tom)]
    assert len(set(titles)) == 3
    assert any("you bought" in why or "people who buy" in why for why in reasons(maya))
    assert not any("you bought" in why for why in reasons(guest))


def test_nothing_cheaper_is_said_as_it_is(customer: NewCustomer, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_products SET price_cents = 1 WHERE sku = 'CL-JA-01'"))
    guest = customer().says("something like this but cheaper", ON_THE_JACKETS_PAGE)
    assert "nothing like the Alder Rain Jacket" in guest.text and not cards(guest)


def test_an_empty_warehouse_is_said_as_it_is(customer: NewCustomer, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 0"))
    guest = customer().says("what would you recommend")
    assert "nothing like that" in guest.text and not cards(guest)
    guest.says("suggest something like this", ON_THE_JACKETS_PAGE)
    assert "nothing like the Alder Rain Jacket in stock" in guest.text
    guest.says("what goes with it", ON_THE_JACKETS_PAGE)
    assert "nothing in stock that goes with" in guest.text

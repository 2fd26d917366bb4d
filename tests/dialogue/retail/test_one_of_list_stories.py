"""One of a list that was shown stays that one, in every question that follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]
PRESENT = "i need a present for my dad, he likes cooking, around 40 euros"


def _shown(guest: Customer) -> list[str]:
    return [str(card["title"]) for message in guest.heard for card in message.elements or ()]


@pytest.mark.parametrize(
    "says",
    [
        "he has a lot of knives already, sth else maybe",
        "he's got enough knives",
        "he already has plenty of knives, something else?",
        "he owns so many knives",
        "no knives please",
        "刀他有很多，不要刀",
    ],
)
def test_what_they_have_is_no_wish(customer: NewCustomer, says: str) -> None:
    guest = customer().says_as("recommend_product", PRESENT)
    shown = _shown(guest.says_as("recommend_product", says))
    assert shown
    assert not any("Knife" in title or "Cutlery" in title for title in shown)
    assert not any("89.00" in title or "69.90" in title for title in shown)


@pytest.mark.parametrize(
    "says",
    [
        "lol no, i said no knives. the mortar, what is it made of?",
        "no the mortar, what is it made of",
        "the mortar, what is it made of?",
    ],
)
def test_the_one_that_is_named_is_told_of(customer: NewCustomer, says: str) -> None:
    guest = customer().says_as("product_search", "knives and a mortar")
    guest.says_as("product_details", says)
    assert "About the Mortar and Pestle: Solid granite" in guest.text


def test_the_one_that_is_taken(customer: NewCustomer) -> None:
    guest = customer().says_as("product_search", "knives and a mortar")
    says = "great i take the mortar. can you send it straight to him, without a bill in it"
    guest.says_as("faq", says)
    assert "page of the Mortar and Pestle" in guest.text
    assert "enter whom it should go to" in guest.text
    assert "never any prices in our parcels" in guest.text


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("how much is it all together with the wrapping and shipping", "€43.75"),
        ("what does it cost with shipping", "€39.85"),
        ("how much is it with gift wrapping", "€43.75"),
        ("加上运费和包装一共多少钱", "€43.75"),
    ],
)
def test_the_sum_of_the_one_with_all_services(customer: NewCustomer, says: str, told: str) -> None:
    guest = customer().says_as("product_details", "the mortar, what is it made of?")
    assert told in guest.says_as("faq", says).text


def test_one_attribute_is_answered_with_it(customer: NewCustomer) -> None:
    guest = customer().says_as("product_search", "do you have tents")
    guest.says_as("product_details", "how heavy is the tent, and is it waterproof")
    assert guest.text.startswith("About the Two-Person Tent: 2.1 kg, 3,000 mm water column.")
    guest.says_as("product_details", "how do i clean it")
    assert "Freestanding" not in guest.text
    assert "says nothing about that" in guest.text


@pytest.mark.parametrize(
    "says", ["can i use the trail code for it?", "does TRAIL20 work on this one", "它能用TRAIL20吗"]
)
def test_a_code_for_the_one_spoken_of(customer: NewCustomer, says: str) -> None:
    guest = customer().says_as("product_search", "do you have tents")
    assert "costs €183.20 instead of €229.00" in guest.says_as("promo_code_problem", says).text


def test_a_size_that_is_not_made_never_comes_back(customer: NewCustomer) -> None:
    guest = customer().says_as("check_stock", "do you have the alder rain jacket in navy, L")
    guest.says_as("back_in_stock", "or when does XXL come")
    assert "Alder Rain Jacket does not come in size XXL" in guest.text


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("so nothing for me then. do you have a sale coming, black friday or so?", "sales to come"),
        ("when is the next sale?", "sales to come"),
        ("什么时候打折", "sales to come"),
        ("what if i get a newsletter, do i get a code", "no code for subscribing"),
        ("is there a discount if i sign up", "no code for subscribing"),
    ],
)
def test_offers_that_nobody_has_told_of(customer: NewCustomer, says: str, told: str) -> None:
    guest = customer().says_as("ask_promotions", "is there a code for the alder rain jacket?")
    assert told in guest.says_as("ask_promotions", says).text

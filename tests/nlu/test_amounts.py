"""Money, quantities, ordinals, parcel numbers, postcodes and products in messages."""

from __future__ import annotations

from typing import Any

import pytest

from nlu.entities import EntityFinder, Patterns

PRODUCTS = {
    "Alder Rain Jacket": "JA-1",
    "Fenn Quilted Jacket": "JA-2",
    "Linen Shirt": "SH-1",
    "Touchscreen Gloves": "GL-1",
    "Cereal Bowl Set of 4": "BO-1",
    "Natural Rubber Yoga Mat": "YO-1",
    "Speckled Mug": "MU-1",
}
FINDER = EntityFinder(Patterns(products=PRODUCTS))


def found(name: str, text: str) -> dict[str, Any]:
    return {text[e.start : e.end]: e.value for e in FINDER.find(text) if e.name == name}


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("49,90 € or €49", {"49,90 €": "49.90 EUR", "€49": "49.00 EUR"}),
        ("refund49.90eur", {"49.90eur": "49.90 EUR"}),
        ("1.049,- € too much", {"1.049,- €": "1049.00 EUR"}),
        ("a ten euro coupon", {"ten euro": "10.00 EUR"}),
        ("four pounds ninety", {"four pounds ninety": "4.90 GBP"}),
        ("5 bucks and 50 cents", {"5 bucks": "5.00 USD", "50 cents": "0.50 EUR"}),
        ("a pound of flour, 100% cotton, 5 stars", {}),
    ],
)
def test_money(text: str, amounts: dict[str, str]) -> None:
    found_amounts = found("amount-of-money", text)
    assert found_amounts == amounts


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("two shirts and 3 of the mugs", {"two": 2, "3": 3}),
        ("2x mug, mug x3", {"2x": 2, "x3": 3}),
        ("a dozen mugs, a pair of gloves", {"dozen": 12, "pair": 2}),
        ("make it 3, instead of 5", {"3": 3, "5": 5}),
        ("qty 4", {"4": 4}),
        ("two black and one white in L", {"two": 2, "one": 1}),
        ("my shelf is 60 x 30 cm", {}),
        ("one of you said step 4 of the manual", {}),
        ("the black one is 38", {}),
    ],
)
def test_quantities(text: str, quantities: dict[str, int]) -> None:
    assert found("quantity", text) == quantities


@pytest.mark.parametrize(
    ("text", "ordinals"),
    [
        ("cancel the second one", {"second": 2}),
        ("the 2nd order and the last", {"2nd": 2, "last": -1}),
        ("first and third please", {"first": 1, "third": 3}),
        ("number three on your list", {"number three": 3}),
        ("the first time, at first, second-hand, last week", {}),
        ("it came on the 3rd", {}),
    ],
)
def test_ordinals(text: str, ordinals: dict[str, int]) -> None:
    assert found("ordinal", text) == ordinals


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("the alder jaket", {"alder jaket": "JA-1"}),
        ("2xlinen shirts", {"linen shirts": "SH-1"}),
        ("touch screen gloves", {"touch screen gloves": "GL-1"}),
        ("a cereal bowl set", {"cereal bowl set": "BO-1"}),
        ("my yoga mat", {"yoga mat": "YO-1"}),
        ("a jacket, a shirt, a mug", {}),
    ],
)
def test_products(text: str, products: dict[str, str]) -> None:
    assert found("product", text) == products


@pytest.mark.parametrize(
    ("name", "text", "numbers"),
    [
        ("tracking_number", "UPS 1Z 999 AA1 01 2345 6784", ["1Z999AA10123456784"]),
        ("tracking_number", "DHL 0034 0434 2917 5538 1046, lost", ["00340434291755381046"]),
        ("tracking_number", "my parcel AB123456785GB", ["AB123456785GB"]),
        ("tracking_number", "card 4000 0000 0000 0002 for the parcel", []),
        ("tracking_number", "deliver it, or call 030 23125 663", []),
        ("postcode", "10115 Berlin or sw1a 1aa", ["10115", "SW1A 1AA"]),
        ("postcode", "my postcode is 1012 ab", ["1012 AB"]),
        ("postcode", "01067 dresden", ["01067"]),
        ("postcode", "Hornsgatan 12, 118 20 Stockholm", ["118 20"]),
        ("postcode", "order 10115 please", []),
        (
            "phone-number",
            "call 07400 123456 or (+45) 20 12 88 41",
            ["+447400123456", "+4520128841"],
        ),
    ],
)
def test_numbers_of_parcels_places_and_telephones(name: str, text: str, numbers: list[str]) -> None:
    assert list(found(name, text).values()) == numbers

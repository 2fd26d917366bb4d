"""What the demonstration shop has, by its own names and tags, and what it has not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from dialogue.orders.lacking import lacking

FILE = Path(__file__).parents[3] / "data" / "shop" / "catalogue.yml"


def _goods() -> list[Any]:
    return [
        SimpleNamespace(
            sku=each["sku"],
            name=each["name"],
            category=category["name"],
            tags=(*each.get("tags", ()), *category["words"]),
            description=each["description"],
            variants=[SimpleNamespace(colour=colour) for colour in each.get("colours", ())],
        )
        for category in yaml.safe_load(FILE.read_text("utf-8"))["categories"]
        for each in category["products"]
    ]


GOODS = _goods()
SAID = {tag for each in GOODS for tag in (each.name, *each.tags)}
USES = {tag.removeprefix("for ") for tag in SAID if tag.startswith("for ")}


def test_all_that_the_catalogue_names_is_had() -> None:
    ones = {use.rstrip("s") for use in USES} | USES
    for said in sorted(said for said in SAID if not said.startswith("for ") and said not in ones):
        assert lacking(f"do you have {said}", GOODS) is None, said
        assert lacking(f"i'm looking for a {said} please", GOODS) is None, said


@pytest.mark.parametrize(
    "text",
    [
        "rain jackets",
        "do you have a warm jacket",
        "bike lights",
        "laptop bags",
        "wine glasses",
        "do you have lamps that are dimmable",
        "do you have cheap tents",
        "leather boots",
        "tea pots",
        "coffee accessories",
        "raised beds",
        "what about the moss one",
        "something for my laptop",
        "is there a discount",
        "do you have gift cards",
        "i want a full refund",
        "do you have camping chairs",
        "a bowl that closes",
        "and a bag perhaps",
        "something against moths",
        "blender for soup",
        "hmm not books",
    ],
)
def test_good_hits_are_no_refusals(text: str) -> None:
    assert lacking(text, GOODS) is None


@pytest.mark.parametrize(
    ("text", "sought", "near"),
    [
        ("do you have floor lamps", "floor lamps", "Ceramic Table Lamp"),
        ("no i want a lamp that stands on the floor", "floor lamp", "Desk Lamp Arc"),
        ("and laptops?", "laptops", "Aluminium Laptop Stand"),
        ("do you sell bicycles", "bicycles", "City Bike Helmet"),
        ("any leather sofas", "leather sofas", None),
        ("do you have office chairs", "office chairs", "Folding Camp Chair"),
        ("do you have coffee tables", "coffee tables", None),
        ("i'm looking for a phone case", "phone case", "E-Reader Sleeve"),
        ("leather jackets", "leather jackets", "Alder Rain Jacket"),
        ("有 floor lamp 吗", "floor lamp", "Desk Lamp Arc"),
    ],
)
def test_what_no_article_is(text: str, sought: str, near: str | None) -> None:
    found = lacking(text, GOODS)
    assert found is not None and found.sought == sought
    names = [product.name for product in found.near]
    assert near in names if near else not names

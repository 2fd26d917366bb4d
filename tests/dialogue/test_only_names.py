"""Addresses, companies and signatures in other languages are no sentences in these."""

from __future__ import annotations

import pytest

from dialogue.heard import only_names
from dialogue.orders.addresses import complete_address
from nlu.types import Entity, Understanding


def meaning(text: str, **named: str) -> Understanding:
    """A message of which parts were found to be names."""
    entities = [
        Entity(name, value, text.index(value), text.index(value) + len(value))
        for name, value in named.items()
    ]
    return Understanding(text, entities=tuple(entities))


@pytest.mark.parametrize(
    "said",
    [
        meaning(
            "Kontor ApS, Vesterbrogade 12, 1620 København V",
            address="Vesterbrogade 12",
            postcode="1620",
        ),
        meaning("Königstraße 5, 70173 Stuttgart", address="Königstraße 5", city="Stuttgart"),
        meaning("Mit freundlichen Grüßen, Hans Schmidt", person="Hans Schmidt"),
        meaning("Grafisches Kontor Hansen und Söhne GmbH"),
    ],
)
def test_names_are_no_sentence(said: Understanding) -> None:
    assert only_names(said)


@pytest.mark.parametrize(
    "said",
    [
        meaning("Ich heiße Hans Müller und wohne in Stuttgart", person="Hans Müller"),
        meaning("Wo ist meine Bestellung?"),
        meaning("jeg vil gerne sende den til Vesterbrogade 12", address="Vesterbrogade 12"),
    ],
)
def test_a_sentence_with_names_is_one(said: Understanding) -> None:
    assert not only_names(said)


def test_a_large_town_with_its_district_tells_the_country() -> None:
    assert complete_address("Vesterbrogade 12, 1620 København V", "DE").country == "DK"

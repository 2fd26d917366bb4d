"""Addresses that are told in the middle of a sentence, or bit by bit."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from dialogue.orders.errors import InvalidAddress, NotDeliveredThere
from dialogue.retail.changing.told_address import address_in, read_address, told_in


def entities_of(text: str, **parts: str) -> list[dict[str, Any]]:
    """`address="Overtoom 3"` and the like, at their places; several by `|`."""
    return [
        {"entity": name, "value": value, "start": (at := text.index(value)), "end": at + len(value)}
        for name, values in parts.items()
        for value in values.split("|")
    ]


def user(text: str, intent: str = "inform", **parts: str) -> dict[str, Any]:
    parsed = {"text": text, "intent": {"name": intent}, "entities": entities_of(text, **parts)}
    return {"event": "user", "text": text, "parse_data": parsed}


def asked(slot: str = "new_address") -> dict[str, Any]:
    return {"event": "slot", "name": "requested_slot", "value": slot}


def heard(*events: dict[str, Any]) -> Tracker:
    latest = events[-1]["parse_data"]
    return Tracker("s", {}, latest, list(events), False, None, {"name": "change_address_form"}, "")


@pytest.mark.parametrize(
    ("text", "parts", "read"),
    [
        (
            "please send 2073 to Hornsgatan 12, 118 20 Stockholm instead",
            {"address": "Hornsgatan 12", "postcode": "118 20", "city": "Stockholm"},
            "Hornsgatan 12, 118 20 Stockholm",
        ),
        (
            "sorry, number 30. Overtoom 30, 1054 HB Amsterdam",
            {"address": "Overtoom 30", "postcode": "1054 HB", "city": "Amsterdam"},
            "Overtoom 30, 1054 HB Amsterdam",
        ),
        (
            "to Nora Olsen, Lindenstraße 12, 10969 Berlin in Germany, thanks",
            {
                "person": "Nora Olsen",
                "address": "Lindenstraße 12",
                "postcode": "10969",
                "city": "Berlin",
            },
            "Nora Olsen, Lindenstraße 12, 10969 Berlin, germany",
        ),
        (
            "Lindenstraße 12, 10969 Berlin, DE",
            {"address": "Lindenstraße 12", "postcode": "10969", "city": "Berlin"},
            "Lindenstraße 12, 10969 Berlin, DE",
        ),
        # What is not whole, or not one, is left to the customer's own words.
        ("Overtoom 30", {"address": "Overtoom 30"}, None),
        (
            "not Overtoom 3 but Overtoom 30, 1054 HB Amsterdam",
            {"address": "Overtoom 3 |Overtoom 30", "postcode": "1054 HB", "city": "Amsterdam"},
            None,
        ),
        (
            "c/o Meyer, Hansen, Elbchaussee 1, 22763 Hamburg",
            {
                "person": "Meyer|Hansen",
                "address": "Elbchaussee 1",
                "postcode": "22763",
                "city": "Hamburg",
            },
            None,
        ),
        (
            "Elbchaussee, 22763 Hamburg",
            {"address": "Elbchaussee", "postcode": "22763", "city": "Hamburg"},
            None,
        ),
    ],
)
def test_an_address_without_the_words_around_it(
    text: str, parts: dict[str, str], read: str | None
) -> None:
    assert address_in(heard(user(text, **parts))) == read


def test_what_was_written_counts_where_no_entities_were_found() -> None:
    text = "Overtoom 30, 1054 HB Amsterdam"
    assert read_address(heard(asked(), user(text)), text, "NL") == f"{text}, Netherlands"


@pytest.mark.parametrize(
    "text",
    [
        "my new place is Gate 1, 0154 Oslo in Norway, thanks",
        "my new place is Gate 1, Oslo 0154, Norway",
    ],
)
def test_another_country_is_not_left_out(text: str) -> None:
    tracker = heard(asked(), user(text, address="Gate 1", postcode="0154", city="Oslo"))
    with pytest.raises(NotDeliveredThere):
        read_address(tracker, text, "DK")


def test_two_answers_make_one_address() -> None:
    tracker = heard(asked(), user("Overtoom 30"), user("1054 HB Amsterdam"))
    read = read_address(tracker, "1054 HB Amsterdam", "NL")
    assert read == "Overtoom 30, 1054 HB Amsterdam, Netherlands"


def test_what_both_answers_lack_is_named() -> None:
    tracker = heard(asked(), user("Overtoom"), user("1054 HB Amsterdam"))
    with pytest.raises(InvalidAddress) as error:
        read_address(tracker, "1054 HB Amsterdam", "NL")
    assert error.value.missing == ("house number",)


@pytest.mark.parametrize(
    "before",
    [
        [asked("order_number"), user("Overtoom 30"), asked()],
        [asked(), user("Overtoom 30", "faq")],
        [user("Overtoom 30"), asked()],
        [],
    ],
)
def test_only_an_answer_to_the_same_question_is_gone_back_to(before: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidAddress):
        read_address(heard(*before, user("1054 HB Amsterdam")), "1054 HB Amsterdam", "NL")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("地址写错了，是 Karl-Marx-Straße 88, 12043 Berlin", "Karl-Marx-Straße 88, 12043 Berlin"),
        ("要收税吗 哈哈不是，地址是 Hauptstr. 5, 10827 Berlin", "Hauptstr. 5, 10827 Berlin"),
        ("Hauptstr. 5, 10827 Berlin，我刚写了呀", "Hauptstr. 5, 10827 Berlin"),
        ("寄到 Ring 10, 1060 Wien 奥地利 行吗", "Ring 10, 1060 Wien, Austria"),
        ("Ring 10, 1060 Wien. does that cost anything?", "Ring 10, 1060 Wien"),
        ("sorry, Ring 10, 1060 Wien and when will it come?", "Ring 10, 1060 Wien"),
        ("i moved, so please: Ring 10, 1st floor, 1060 Wien", "Ring 10, 1st floor, 1060 Wien"),
        (
            "Nora Olsen, St. Annae Plads 5, 1250 København",
            "Nora Olsen, St. Annae Plads 5, 1250 København",
        ),
        ("does it cost anything?", None),
    ],
)
def test_what_is_said_around_an_address_is_no_part_of_it(text: str, address: str | None) -> None:
    assert told_in(text) == address

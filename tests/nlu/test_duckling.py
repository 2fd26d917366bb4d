"""Duckling's dimensions, found by us: names, places, values, and Duckling's value objects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.entities.duckling import DIMENSIONS, DucklingFinder
from nlu.pipeline import Duckling
from nlu.types import Entity

BERLIN = ZoneInfo("Europe/Berlin")
Told = list[tuple[str, str, Any]]


def now() -> datetime:
    return datetime(2026, 11, 26, 10, 0, tzinfo=BERLIN)  # a Thursday


def finder(*dimensions: str, locale: str = "en_GB", zone: str = "Europe/Berlin") -> DucklingFinder:
    return DucklingFinder(Duckling(dimensions or None, locale, zone), now)


@pytest.fixture
def told() -> Callable[..., Told]:
    def find(text: str, *dimensions: str) -> Told:
        found = finder(*dimensions).find(text)
        return [(one.name, text[one.start : one.end], one.value) for one in found]

    return find


def test_an_entity_has_ducklings_keys_and_no_others() -> None:
    """entity, start, end, text, value, confidence, additional_info, extractor."""
    (entity,) = finder("time").find("come tomorrow at 5pm please")
    value = {"value": "2026-11-27T17:00:00.000+01:00", "grain": "hour", "type": "value"}
    assert entity.to_rasa() == {
        "entity": "time",
        "start": 5,
        "end": 20,
        "text": "tomorrow at 5pm",
        "value": "2026-11-27T17:00:00.000+01:00",
        "confidence": 1.0,
        "additional_info": {**value, "values": [value]},
        "extractor": "DucklingEntityExtractor",
    }
    assert Entity.from_rasa(entity.to_rasa()) == entity


@pytest.mark.parametrize(
    ("text", "value", "grain"),
    [
        ("today", "2026-11-26T00:00:00.000+01:00", "day"),
        ("tomorrow at 10", "2026-11-27T10:00:00.000+01:00", "hour"),
        ("at 9am", "2026-11-27T09:00:00.000+01:00", "hour"),  # nine is over today
        ("at 5:30 pm", "2026-11-26T17:30:00.000+01:00", "minute"),
        ("in 2 hours", "2026-11-26T12:00:00.000+01:00", "minute"),
        ("on 3 March", "2027-03-03T00:00:00.000+01:00", "day"),
        ("in July", "2027-07-01T00:00:00.000+02:00", "month"),
        ("next week", "2026-11-30T00:00:00.000+01:00", "week"),
        ("next year", "2027-01-01T00:00:00.000+01:00", "year"),
        ("03/04/2027", "2027-04-03T00:00:00.000+02:00", "day"),
        ("it came last monday", "2026-11-23T00:00:00.000+01:00", "day"),
        ("it came on 3 March", "2026-03-03T00:00:00.000+01:00", "day"),
    ],
)
def test_moments(text: str, value: str, grain: str) -> None:
    (entity,) = finder("time").find(text)
    assert entity.details is not None
    assert (entity.value, entity.details["grain"]) == (value, grain)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("between 2 and 4 pm", "2026-11-26T14:00", "2026-11-26T17:00"),
        ("tomorrow morning", "2026-11-27T04:00", "2026-11-27T12:00"),
        ("tonight", "2026-11-26T18:00", "2026-11-27T00:00"),
        ("this weekend", "2026-11-27T18:00", "2026-11-30T00:00"),
        ("from 3 to 5 December", "2026-12-03T00:00", "2026-12-06T00:00"),
    ],
)
def test_intervals_end_after_their_last_moment(text: str, begin: str, end: str) -> None:
    """type interval, from and to with value and grain; the entity's value has both."""
    (entity,) = finder("time").find(text)
    details = entity.details
    assert details is not None and details["type"] == "interval"
    assert entity.value == {"to": details["to"]["value"], "from": details["from"]["value"]}
    assert entity.value["from"] == f"{begin}:00.000+01:00"
    assert entity.value["to"] == f"{end}:00.000+01:00"
    assert details["from"]["grain"] == details["to"]["grain"]


def test_the_month_comes_first_in_america() -> None:
    american = finder("time", locale="en_US", zone="America/New_York")
    assert [one.value[:10] for one in american.find("on 03/25/2027 or 3/4/2027")] == [
        "2027-03-25",
        "2027-03-04",
    ]
    # As Rasa spells the locale of a project that names only its language.
    assert finder("time", locale="en_EN").find("3/4/2027")[0].value.startswith("2027-03-04")


@pytest.mark.parametrize(
    ("text", "dimension", "details"),
    [
        ("five", "number", {"value": 5, "type": "value"}),
        ("1,250.5", "number", {"value": 1250.5, "type": "value"}),
        ("a hundred and five", "number", {"value": 105, "type": "value"}),
        ("the 3rd", "ordinal", {"value": 3, "type": "value"}),
        ("$42.50", "amount-of-money", {"value": 42.5, "type": "value", "unit": "$"}),
        ("20 euros", "amount-of-money", {"value": 20, "type": "value", "unit": "EUR"}),
        ("£3", "amount-of-money", {"value": 3, "type": "value", "unit": "£"}),
        ("50 cents", "amount-of-money", {"value": 50, "type": "value", "unit": "cent"}),
        (
            "3 days",
            "duration",
            {
                **{"value": 3, "type": "value", "day": 3, "unit": "day"},
                "normalized": {"value": 259_200, "unit": "second"},
            },
        ),
        (
            "half an hour",
            "duration",
            {
                **{"value": 30, "type": "value", "minute": 30, "unit": "minute"},
                "normalized": {"value": 1800, "unit": "second"},
            },
        ),
        ("5 km", "distance", {"value": 5, "type": "value", "unit": "kilometre"}),
        ("two litres", "volume", {"value": 2, "type": "value", "unit": "litre"}),
        ("80 °F", "temperature", {"value": 80, "type": "value", "unit": "fahrenheit"}),
        ("-3 degrees celsius", "temperature", {"value": -3, "type": "value", "unit": "celsius"}),
        (
            "3 cups of sugar",
            "quantity",
            {"value": 3, "type": "value", "unit": "cup", "product": "sugar"},
        ),
        ("two kilos", "quantity", {"value": 2000, "type": "value", "unit": "gram"}),
        ("ann@example.org", "email", {"value": "ann@example.org"}),
        ("+49 171 5551234", "phone-number", {"value": "(+49) 1715551234"}),
        ("(650) 701-8887", "phone-number", {"value": "6507018887"}),
        (
            "https://example.com/a?b=c",
            "url",
            {"value": "https://example.com/a?b=c", "domain": "example.com"},
        ),
        (
            "4111 1111 1111 1111",
            "credit-card-number",
            {"value": "4111111111111111", "issuer": "visa"},
        ),
    ],
)
def test_values_of_each_dimension(text: str, dimension: str, details: dict[str, Any]) -> None:
    (entity,) = finder(dimension).find(f"well, {text} it is")
    assert entity.name == dimension
    assert dict(entity.details or {}) == details and entity.value == details["value"]


def test_only_the_listed_dimensions_are_found(told: Callable[..., Told]) -> None:
    text = "two people tomorrow, ann@example.org"
    assert [name for name, _, _ in told(text, "number")] == ["number"]
    assert [name for name, _, _ in told(text, "email", "nonsense")] == ["email"]
    assert {name for name, _, _ in told(text)} == {"number", "time", "email"}


def test_what_stands_inside_a_longer_one_is_not_told(told: Callable[..., Told]) -> None:
    assert [name for name, _, _ in told("for 2 hours at 20 euros")] == [
        "duration",
        "amount-of-money",
    ]


@given(st.text(max_size=60) | st.from_regex(r"[0-9 :./$+()@-]{0,40}", fullmatch=True))
def test_no_text_makes_it_raise(text: str) -> None:
    for entity in finder().find(text):
        assert entity.name in DIMENSIONS
        assert text[entity.start : entity.end] == entity.text != ""

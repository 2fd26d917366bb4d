from __future__ import annotations

import itertools
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.entities import EntityFinder, Patterns
from nlu.errors import ModelRefused

FINDER = EntityFinder(
    Patterns(
        regexes={"voucher": (r"\b[A-Z]{4}-\d{2}\b",)},
        lookups={"colour": ("blue", "navy", "navy blue")},
        synonyms={"Navy Blue": "blue"},
    )
)


def found(text: str) -> list[tuple[str, str]]:
    return [(entity.name, entity.value) for entity in FINDER.find(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("where is my order 1042?", ["1042"]),
        ("#1042", ["1042"]),
        ("1042", ["1042"]),
        ("order no. 20451 and order 1043", ["20451", "1043"]),
        ("orders 1042, 1043 and 1044", ["1042", "1043", "1044"]),
        ("send order 1042 to Lindenweg 7, 10115 Berlin", ["1042"]),
        ("I paid 1042 EUR", []),
        ("it cost €1200 or $ 1200", []),
        ("1042.50 was charged", []),
        ("on 2026-11-23 and 23.11.2026", []),
        ("since May 2025", []),
        ("on March 3rd, 2026", []),
        ("call me: 0664 1234567", []),
        ("+43 1042 104210", []),
        ("1234567", []),
        ("AB1042", []),
        ("card 4111 1111 1111 1111", []),
        ("order 1042 for 1299 euros", ["1042"]),
        ("order7719 pls", ["7719"]),
        ("# 4471, not error 4472", ["4471"]),
        ("numbers 50701/50702", ["50701", "50702"]),
        ("EU regulation 2019/1020", []),
        ("my card ending in 4417, customer number 778812", []),
        ("1200 W or 1800 watts", []),
        ("my parcel 90004 never came", ["90004"]),
        ("the scale from 1952 is cracked", ["1952"]),
        ("I think 2009 got lost", ["2009"]),
        ("I have shopped here since 2009", []),
        ("cancel my hall light 2073", ["2073"]),
        ("Please return the blue jacket 1041.", ["1041"]),
        ("cancel my subscription to model 3000", []),
        ("do you have the lamp 2073", []),
        ("do you have the tracksuit 3000", []),
    ],
)
def test_order_numbers_are_told_from_other_numbers(text: str, numbers: list[str]) -> None:
    assert [value for name, value in found(text) if name == "order_number"] == numbers


def test_addresses_patterns_words_and_synonyms() -> None:
    text = "ABCD-20 on the NAVY BLUE one, I am anna@example.com"
    assert found(text) == [
        ("voucher", "ABCD-20"),
        ("colour", "blue"),
        ("email", "anna@example.com"),
    ]
    colour = FINDER.find(text)[1]
    assert text[colour.start : colour.end] == "NAVY BLUE"


def test_a_shops_own_order_numbers_replace_the_form_and_keep_the_care() -> None:
    finder = EntityFinder(Patterns(regexes={"order_number": (r"L-\d{3}", r"\d{3}")}))
    values = [entity.value for entity in finder.find("orders L-123, 456 for 789 EUR, not 1042")]
    assert values == ["L-123", "456", "789.00 EUR"]


def test_only_what_is_wanted_is_looked_for() -> None:
    text = "order 1042 on Friday for 5 EUR"
    names = [one.name for one in EntityFinder(Patterns(wanted=frozenset({"time"}))).find(text)]
    assert names == ["time"]


def test_patterns_survive_being_written() -> None:
    patterns = Patterns({"a": ("x",)}, {"b": ("y",)}, {"z": "Z"}, {"Mug": "M-1"}, frozenset("t"))
    assert Patterns.from_json(patterns.to_json()) == patterns


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "mon ", "on the 3rd ", "€ 1 ", "two ", "1.", "\u200b1"]
)
def test_a_long_hostile_text_takes_no_long_time(piece: str) -> None:
    FINDER.find((piece * 10_000)[:20_000])


@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet="#0123456789 order.,@€-ab\ud800", max_size=50),
        st.lists(
            st.sampled_from(
                re.findall(
                    r"\S+",
                    "on the 3rd of may 31.2.26 2 x mugs twenty euro € 1,99 friday 5 pm between 8 "
                    "and 10 first one #1042 +49 30 1Z SW1A 1AA 99th half past noon last week feb",
                )
            ),
            max_size=12,
        ).map(" ".join),
    )
)
def test_entities_lie_in_the_text_in_order_and_apart(text: str) -> None:
    entities = FINDER.find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in entities)
    assert all(one.end <= two.start for one, two in itertools.pairwise(entities))


@pytest.mark.parametrize(
    "text",
    [
        "number one and the th\u0131rd one please",  # matches i when case is ignored
        "the \u017fecond order, half past \u017fix",  # matches s
        "wee\u212as ago, in two wee\u212as",  # the Kelvin sign, which matches k
        "\u0661 o'clock, \uff12x \u00b2",
        "between 10.75 and 99:99, from 25 to 30, 0.0.00, 31.2.2026",
    ],
)
def test_letters_that_look_like_ours_and_impossible_times_break_nothing(text: str) -> None:
    for entity in FINDER.find(text):
        if entity.name == "time":
            datetime.fromisoformat(entity.value)


def test_synonyms_hold_for_what_is_known_too() -> None:
    finder = EntityFinder(Patterns(synonyms={"1042": "the first"}))
    assert [one.value for one in finder.find("order 1042")] == ["the first"]


def test_names_that_are_empty_or_stand_twice_do_no_harm() -> None:
    products = {"": "A", "  ": "B", "42": "C", "Linen Shirt": "D", "linen shirts": "E"}
    (found_one,) = EntityFinder(Patterns(products=products)).find("the linen shirt")
    assert (found_one.name, found_one.value) == ("product", "D")


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ModelRefused):
        EntityFinder(Patterns(regexes={"x": ("(",)}))

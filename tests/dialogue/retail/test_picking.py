"""Which pieces a customer means, from words alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.orders.views import ItemView
from dialogue.retail.returning.items import chosen_pieces
from dialogue.retail.returning.picking import (
    Picked,
    WrongNumber,
    all_but,
    count_in,
    decoded,
    mentioned,
    named_in,
    pick,
)

ITEMS = (
    ItemView(1, "A", "Everyday T-Shirt", "white, M", 2, 1_990, None, 2),
    ItemView(2, "B", "Linen Shirt", "sky, L", 1, 5_990, None, 1),
    ItemView(4, "C", "Speckled Mug", "sand", 3, 1_490, None, 3),
    ItemView(5, "D", "1,000-Piece Puzzle", "", 1, 2_290, None, 1),
)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("1", "1"),
        ("1:1,4:2", "1:1,4:2"),
        ("the mugs", "4"),
        ("two mugs", "4:2"),
        ("just one mug", "4:1"),
        ("both t-shirts", "1:2"),
        ("one of the two t-shirts and the linen shirt", "1:1,2"),
        ("mug, puzzle", "4,5"),
        ("the puzzle with 1,000 pieces", "5"),
        ("all", "1:2,2:1,4:3,5:1"),
        ("全部", "1:2,2:1,4:3,5:1"),
    ],
)
def test_what_is_clear(said: str, kept: str) -> None:
    assert str(pick(said, ITEMS)) == kept


@pytest.mark.parametrize(
    "said",
    [
        *("", "the shirt", "a sofa", "9", "1:1,9:1", "why?", "🙂", "x" * 5_000),
        *(
            "I return both",
            "两件都退",
            "no, not after all",
            "nothing at all",
            "they slide down all the time",
            "all right",
        ),
    ],
)
def test_what_is_not_clear(said: str) -> None:
    assert pick(said, ITEMS) is None


@pytest.mark.parametrize("said", ["minus three mugs", "-3 mugs", "4 mugs", "0 of the mugs", "4:7"])
def test_a_number_that_cannot_be(said: str) -> None:
    found = pick(said, ITEMS)
    assert isinstance(found, WrongNumber)
    assert found.item.line == 4


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("I'd like to send two mugs and the puzzle of order 90001 back", "4:2,5"),
        ("return one of the t-shirts please", "1:1"),
        ("I want to return something of order 90001", "None"),
        ("can I send this one back?", "None"),
    ],
)
def test_a_wish_may_name_them_itself(said: str, kept: str) -> None:
    assert str(pick(mentioned(said, ITEMS), ITEMS)) == kept


@pytest.mark.parametrize(
    ("said", "count"),
    [
        *(("two", 2), ("all of them", 3), ("-1", 0), ("minus two", 0), ("3个", 3)),
        *(("第三个", None), ("三百个", None), ("②", None)),
        *(("no", None), ("not after all", None)),
    ],
)
def test_a_number_of_pieces(said: str, count: int | None) -> None:
    assert count_in(said, 3) == count


@given(st.text(max_size=400))
def test_whatever_is_said_is_possible_or_refused(said: str) -> None:
    for text in (said, mentioned(said, ITEMS)):
        found = pick(text, ITEMS)
        count_in(text, 3)
        if isinstance(found, Picked):
            by_line = {item.line: item for item in ITEMS}
            for line, count in decoded(str(found)).items():
                assert count is None or 1 <= count <= by_line[line].returnable


@pytest.mark.parametrize("unchecked", [None, "", "all three", "-1", "9" * 5_000, {"$ne": 0}, [1]])
def test_what_has_not_been_checked_yet_counts_as_the_whole_line(unchecked: Any) -> None:
    """Forms look at their slots before they have checked what was just said."""
    line = (ITEMS[0],)
    assert chosen_pieces(line, unchecked, unchecked) == ((ITEMS[0], ITEMS[0].returnable),)
    assert decoded(unchecked) in ({}, {1: None})


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("only two", 2),
        ("all three", 3),
        ("all three of them", 3),
        ("both", 2),
        ("all", 5),
        ("两个", 2),
        ("十二个", 12),
        ("二十个", 20),
        ("二十五件", 25),
        ("三", 3),
        ("要两", 2),
    ],
)
def test_a_number_beside_all_is_the_number(said: str, count: int) -> None:
    assert count_in(said, 5) == count


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("no t-shirts! I keep the linen shirt, and send back one mug", "4:1"),
        ("I keep the puzzle. the mugs are unused, I'd like to return those", "4"),
        ("I keep the puzzle", "1:2,2:1,4:3"),
        ("I keep the puzzle, the rest goes back, the mugs are too small", "1:2,2:1,4:3"),
        ("I keep the linen shirt and the puzzle, send back the mugs", "4"),
        ("马克杯留下，拼图要退", None),  # of words as they stand in the records only
        ("don't keep the puzzle", None),
    ],
)
def test_what_comes_back_where_something_stays(said: str, back: str | None) -> None:
    found = all_but(said, ITEMS)
    assert (str(found) if found else None) == back


def test_a_chinese_number_after_a_verb() -> None:
    assert str(named_in("退一个Speckled Mug", ITEMS)) == "4:1"

"""Orders named by the day or the month in which they were placed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dialogue.retail.problems.remedies import says_found, says_gone
from dialogue.retail.which_order.order_dates import placed_then

TODAY = date(2026, 11, 23)  # a Monday
ORDERS: Any = [
    SimpleNamespace(number=number, placed_at=datetime(2026, month, day, 9, tzinfo=UTC))
    for number, month, day in (
        ("6", 11, 23),
        ("5", 11, 22),
        ("4", 11, 20),
        ("3", 11, 12),
        ("2", 10, 3),
        ("1", 5, 4),
    )
]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the one from 12 november", "3"),
        ("the one from November 12th", "3"),
        ("the october one", "2"),
        ("the one from october", "2"),
        ("of the october order", "2"),
        ("from last friday", "4"),
        ("上周五的", "4"),
        ("11月12日那个", "3"),
        ("10月份的", "2"),
        ("the one I ordered yesterday", "5"),
        ("the november one", None),  # three of them
        ("I may send it back", None),
        ("the order i made this morning", "6"),
        ("今天下的单", "6"),
        ("when does what I ordered come today", None),
        ("the white one", None),
    ],
)
def test_the_only_order_placed_then(text: str, number: str | None) -> None:
    found = placed_then(text, ORDERS, TODAY)
    assert (cast(Any, found).number if found else None) == number


@pytest.mark.parametrize(
    ("text", "gone", "found"),
    [
        ("no, nobody has it", True, False),
        ("they don't have it either", True, False),
        ("not there", True, False),
        ("i looked", True, False),
        ("没有人收到", True, False),
        ("nothing, never mind", False, False),
        ("I don't have time, forget it", False, False),
        ("found it at the neighbours!", False, True),
        ("the neighbour has it", False, True),
        ("it turned up", False, True),
        ("找到了", False, True),
        ("the tracking says the parcel is with a neighbour but it is not", False, False),
        ("it says it arrived", False, False),
        ("found it, it is order 90001", False, False),
    ],
)
def test_a_parcel_is_gone_or_found(text: str, gone: bool, found: bool) -> None:
    assert (says_gone(text), says_found(text)) == (gone, found)

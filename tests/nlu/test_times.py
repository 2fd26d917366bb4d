"""Times in messages, by Wednesday, 18 March 2026, ten o'clock."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlu.entities import EntityFinder, Patterns

FINDER = EntityFinder(Patterns(wanted=frozenset({"time"})), clock=lambda: datetime(2026, 3, 18, 10))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("is it here tomorrow?", {"tomorrow": "2026-03-19"}),
        ("come tmrw at 5pm", {"tmrw at 5pm": "2026-03-19T17:00"}),
        ("I ordered it last Tuesday", {"last Tuesday": "2026-03-17"}),
        ("it came on friday", {"friday": "2026-03-13"}),
        ("come on friday", {"friday": "2026-03-20"}),
        ("by the 3rd of April.", {"3rd of April": "2026-04-03"}),
        ("on Monday the 23rd", {"Monday the 23rd": "2026-03-23"}),
        ("since 3.4.26 or 14-03-2026", {"3.4.26": "2026-04-03", "14-03-2026": "2026-03-14"}),
        ("two weeks ago", {"two weeks ago": "2026-03-04"}),
        ("half an hour ago", {"half an hour ago": "2026-03-18T09:30"}),
        ("last week, next month", {"last week": "2026-03-09", "next month": "2026-04-01"}),
        ("this weekend", {"this weekend": "2026-03-21"}),
        (
            "at 14h30 or half past six",
            {"14h30": "2026-03-18T14:30", "half past six": "2026-03-18T06:30"},
        ),
        ("on Good Friday", {"Good Friday": "2026-04-03"}),
        ("from 15 to 17 March", {"15": "2026-03-15", "17 March": "2026-03-17"}),
        ("between 2 and 4 pm", {"2": "2026-03-18T14:00", "4 pm": "2026-03-18T16:00"}),
        ("mon to wed", {"mon": "2026-03-23", "wed": "2026-03-18"}),
        ("in 2025", {"2025": "2025-01-01"}),
        ("in May", {"May": "2026-05-01"}),
        ("may I march in and complain 24/7?", {}),
        ("sun cream sat on the shelf, wed the two", {}),
        ("wait a minute, one second", {}),
        ("the black friday sale", {}),
        ("on the 31.2.2026 there is nothing", {}),
        ("deliver to Jan de Vries", {}),
        ("version 2.10.4, 404 errors", {}),
    ],
)
def test_times_are_found_and_read(text: str, times: dict[str, str]) -> None:
    assert {text[one.start : one.end]: one.value for one in FINDER.find(text)} == times

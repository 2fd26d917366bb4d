"""Times as Duckling writes them: moments with a time zone and a grain, or intervals of two.

What is meant as a time, and which, is said by `nlu.entities.times`; the end of an interval is the
first moment after it, as Duckling has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from nlu.entities.duckling.found import Found
from nlu.entities.times import CLOCK, HOLIDAY, MONTH, groups, speaks_of_the_past

_PARTS = {  # hours of the day
    "morning": (4, 12),
    "lunchtime": (12, 14),
    "afternoon": (12, 19),
    "evening": (18, 24),
    "tonight": (18, 24),
    "night": (18, 24),
}
_STEPS = {
    "minute": relativedelta(minutes=1),
    "hour": relativedelta(hours=1),
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "year": relativedelta(years=1),
}
_PART = re.compile(rf"\b({'|'.join(_PARTS)})\b")
_POINTED = re.compile(r"\b(?:last|past|next|this|coming)\s(week|month|year)\b")
_WHOLE_MONTH = re.compile(rf"(?:[^\W\d]+\s)?{MONTH},?(?:\s\d{{4}})?")
_YEAR = re.compile(r"\d{4}")
_MINUTES = re.compile(r"\d[:.h]\d\d|\bhalf past\b|\bmin|\bhour|\bhr")
_YEARLY = re.compile(rf"\b(?:{MONTH})|\d{{1,2}}[./-]\d{{1,2}}\b|{HOLIDAY}")
_ONLY_A_CLOCK = re.compile(rf"(?:{CLOCK})")
_BARE_HOUR = re.compile(r"\s(?:at|@)\s(?P<hour>2[0-3]|1?\d)(?!\w|[:.]\d|\s?[ap]\.?m)")
_FIRST_MONTH = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})(?=\2\d|\b)(?!\2\d{1,2}\2)")


def times(text: str, now: datetime, *, month_first: bool) -> Iterator[Found]:
    """The times in a text, counted from `now`, which has a time zone.

    With `month_first`, ``3/4`` is the fourth of March. What has no year, or only an hour, is the
    next one, unless the text speaks of the past.
    """
    read = _FIRST_MONTH.sub(_day_first, text) if month_first else text
    local = now.replace(tzinfo=None, second=0, microsecond=0)
    past = speaks_of_the_past(text)
    for moments in groups(read, local):
        spans = [
            _span(read[one.start : one.end].lower(), str(one.value), local, past=past)
            for one in moments
        ]
        start, end = moments[0].start, moments[-1].end
        begin, finish, grain = spans[0]
        if len(spans) > 1:
            _, finish, last = spans[-1]
            if finish <= begin:
                continue
            yield Found(start, end, _interval(begin, finish, grain, last, now))
        elif finish is not None and grain in ("part", "weekend"):
            yield Found(start, end, _interval(begin, finish, "hour", "hour", now))
        else:
            bare = _BARE_HOUR.match(text, end) if grain == "day" else None
            if bare:
                begin, grain, end = begin.replace(hour=int(bare["hour"])), "hour", bare.end()
            yield Found(start, end, _moment(begin, grain, now))


def _span(written: str, value: str, now: datetime, *, past: bool) -> tuple[datetime, datetime, str]:
    """When a written time begins, the moment after it, and its grain."""
    begin = datetime.fromisoformat(value)
    timed = "T" in value
    if not past:
        begin = _still_to_come(written, begin, now, timed=timed)
    if timed:
        grain = "minute" if _MINUTES.search(written) else "hour"
    elif part := _PART.search(written):
        first, last = _PARTS[part[1]]
        return begin + timedelta(hours=first), begin + timedelta(hours=last), "part"
    elif "weekend" in written:
        return begin - timedelta(hours=6), begin + timedelta(days=2), "weekend"
    elif pointed := _POINTED.search(written):
        grain = pointed[1]
    elif _WHOLE_MONTH.fullmatch(written):
        grain = "month"
    else:
        grain = "year" if _YEAR.fullmatch(written) else "day"
    return begin, begin + _STEPS[grain], grain


def _still_to_come(written: str, begin: datetime, now: datetime, *, timed: bool) -> datetime:
    """The next such moment, where nothing says which."""
    if timed and _ONLY_A_CLOCK.fullmatch(written):
        return begin if begin >= now else begin + timedelta(days=1)
    over = begin.date() < now.date()
    if over and _YEARLY.search(written) and not re.search(r"\d{4}|last|past|ago", written):
        whole_month = _WHOLE_MONTH.fullmatch(written) and begin.month == now.month
        return begin if whole_month else begin + relativedelta(years=1)
    return begin


def _day_first(match: re.Match[str]) -> str:
    """``3/25`` as ``25/3``, if it can be meant so; as long as it was."""
    month, sign, day = match.groups()
    sound = 1 <= int(month) <= 12 and 1 <= int(day) <= 31
    return f"{day}{sign}{month}" if sound else match.group()


def _moment(at: datetime, grain: str, now: datetime) -> dict[str, Any]:
    told = {"value": _iso(at, now), "grain": grain, "type": "value"}
    return {**told, "values": [told]}


def _interval(
    begin: datetime, end: datetime, first: str, last: str, now: datetime
) -> dict[str, Any]:
    grains = [grain if grain in _STEPS else "hour" for grain in (first, last)]
    told = {
        "type": "interval",
        "from": {"value": _iso(begin, now), "grain": grains[0]},
        "to": {"value": _iso(end, now), "grain": grains[1]},
    }
    return {**told, "values": [told]}


def _iso(at: datetime, now: datetime) -> str:
    """``2026-03-20T17:00:00.000+01:00``, in the zone of `now` as it is at that time."""
    return at.replace(tzinfo=now.tzinfo).isoformat(timespec="milliseconds")

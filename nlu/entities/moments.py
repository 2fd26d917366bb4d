"""What a written time stands for, in ISO 8601: by dateparser, and what that does not read."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from dateparser.date import DateDataParser
from dateutil.easter import easter

_SPELT = {
    **dict.fromkeys(("tmrw", "tmr", "tomorow", "tommorow", "tommorrow", "2morrow"), "tomorrow"),
    "tonite": "tonight",
    "yesterdy": "yesterday",
    "wk": "week",
    "wks": "weeks",
}
_PHRASES = {
    "half an hour": "30 minutes",
    "a fortnight": "2 weeks",
    "a couple of": "2",
    "couple of": "2",
    "a couple": "2",
    "a few": "3",
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_FIXED = {  # month and day
    "boxing": (12, 26),
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "new years eve": (12, 31),
    "new years": (1, 1),
    "valentines": (2, 14),
    "halloween": (10, 31),
}
_STEPS = {"last": -1, "past": -1, "next": 1, "this": 0, "coming": 0}
HOURS = {
    **{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    **{"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12},
}

_PERIOD = re.compile(r"(?:(last|past|next|this|coming)\s)?(\w+)")
_WEEKDAY = re.compile(
    rf"(?:(last|past|next|this|coming)\s)?(?:coming\s)?({'|'.join(_WEEKDAYS)})[a-z]*"
)
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d\d))?")
_MONTH_ALONE = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*,?(?:\s(\d{{4}}))?")
_PART = re.compile(
    r"(?:\bin\sthe\s|\s)?\b(?:morning|afternoon|evening|night|lunchtime)\b|\btonight\b"
)
_HALF = re.compile(r"\bhalf past (?P<past_hour>\w+)")
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?\s?(?:h\b|uhr\b|(?P<half>[ap])\.?m\b\.?)"
    r"|\b(?P<at>\d{1,2})[:h](?P<past>\d\d)"
    r"|\b(?P<word>\w+)\s?o['’]?\s?clock|\b(?P<named>noon|midday|midnight)\b"
)


# "tomorrow" and "on monday" come again and again, and dateparser takes half a millisecond.
@lru_cache(maxsize=4096)
def moment(written: str, now: datetime, *, past: bool) -> str | None:
    """A time in lower case as ISO 8601, counted from `now`; None when nobody can say.

    A date when no hour is said; of a week, month, season or year its first day, of a weekend the
    Saturday. A weekday by itself is the last one if `past`, else the next.
    """
    spelt = (_SPELT.get(word, word) for word in written.replace("’", "'").split())
    plain, clock = _clock(" ".join(spelt))
    if clock and not (clock[0] <= 24 and clock[1] < 60):
        return None
    hour = f"{clock[0] % 24:02d}:{clock[1]:02d}" if clock else None
    for phrase, meaning in _PHRASES.items():
        plain = plain.replace(phrase, meaning)
    plain = re.sub(r"\b(?:the|at|on|around|about)\b|[,.](?=\s|$)", " ", plain)
    plain = " ".join(_PART.sub(" ", plain).split())
    plain = {"": "today", "this": "today", "last": "yesterday"}.get(plain, plain)
    day = (
        _numbers(plain, now)
        or _holiday(plain, now)
        or _period(plain, now)
        or _weekday(plain, now, past=past)
    )
    if day is not None:
        return f"{day.isoformat()}T{hour}" if hour else day.isoformat()
    found = _parser(now).get_date_data(plain).date_obj
    if found is None:
        return None
    if hour:
        return f"{found:%Y-%m-%d}T{hour}"
    exact = re.search(r"hour|\bhr|minute|\bmin", plain)
    return f"{found:%Y-%m-%dT%H:%M}" if exact else f"{found:%Y-%m-%d}"


def _clock(plain: str) -> tuple[str, tuple[int, int] | None]:
    """What is left without the time of day, and that as hour and minute."""
    found = _HALF.search(plain) or _CLOCK.search(plain)
    if not found:
        return plain, None
    said = found.groupdict()
    named = {"noon": 12, "midday": 12, "midnight": 0}
    written = said.get("hour") or said.get("at") or said.get("word") or said.get("past_hour") or ""
    if said.get("named"):
        hour = named[said["named"]]
    else:
        hour = HOURS.get(written) or (int(written) if written.isdecimal() else 99)
    if said.get("half"):
        hour = hour % 12 + 12 * (said["half"] == "p")
    minute = 30 if "past_hour" in said else int(said.get("minute") or said.get("past") or 0)
    return plain.replace(found[0], " "), (hour, minute)


def _numbers(plain: str, now: datetime) -> date | None:
    """``3.4.26``, ``14-03-2026``, ``12.03``: the day before the month."""
    found = _NUMBERS.fullmatch(plain)
    if not found:
        return None
    year = int(found[3] or now.year)
    return _date(year + 2000 if year < 100 else year, int(found[2]), int(found[1]))


def _holiday(plain: str, now: datetime) -> date | None:
    name = plain.replace("'", "").removesuffix(" day")
    apart = {"good friday": -2, "easter": 0, "easter sunday": 0, "easter monday": 1}
    if name in apart:
        sunday: date = easter(now.year)
        return sunday + timedelta(days=apart[name])
    return _date(now.year, *_FIXED[name]) if name in _FIXED else None


def _period(plain: str, now: datetime) -> date | None:
    """``last week``, ``next month``, ``this summer``, ``weekend``, ``2025``, ``may 2026``."""
    if month := _MONTH_ALONE.fullmatch(plain):
        return _date(int(month[2] or now.year), _MONTHS.index(month[1]) + 1, 1)
    found = _PERIOD.fullmatch(plain)
    if not found:
        return None
    said, unit = found.groups()
    step = _STEPS.get(said, 0)
    monday = now.date() + timedelta(days=7 * step - now.weekday())
    starts = {"weekend": monday + timedelta(days=5)}
    if unit.isdecimal() and len(unit) == 4:
        starts[unit] = date(int(unit), 1, 1)
    if said:
        years, number = divmod(now.month - 1 + step, 12)
        starts["week"] = monday
        starts["month"] = date(now.year + years, number + 1, 1)
        starts["year"] = date(now.year + step, 1, 1)
    if said and unit in _SEASONS:
        began = _SEASONS[unit] <= now.month
        year = now.year - (not began) if step < 0 else now.year + began
        starts[unit] = date(year, _SEASONS[unit], 1)
    return starts.get(unit)


def _weekday(plain: str, now: datetime, *, past: bool) -> date | None:
    """``friday``, ``next tue``."""
    found = _WEEKDAY.fullmatch(plain)
    if not found:
        return None
    ahead = (_WEEKDAYS.index(found[2]) - now.weekday()) % 7
    if found[1] in ("last", "past") or (past and found[1] is None):
        return now.date() + timedelta(days=ahead - 7)
    return now.date() + timedelta(days=ahead or (7 if found[1] == "next" else 0))


def _date(year: int, month: int, day: int) -> date | None:
    """The date, if there is such a one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=4)
def _parser(now: datetime) -> DateDataParser:
    """A reader of dates whose today is `now`."""
    settings = {
        "RELATIVE_BASE": now,
        "DATE_ORDER": "DMY",
        "PREFER_DATES_FROM": "current_period",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    return DateDataParser(languages=["en"], settings=settings)

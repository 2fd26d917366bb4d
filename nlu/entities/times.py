"""Dates, times of day and relative moments in English: where they stand in a text.

dateparser's own search finds dates in "may I" and "sun cream"; this grammar leaves to it what is
meant as a time (`nlu.entities.moments`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from nlu.entities.moments import HOURS, moment
from nlu.entities.signs import DIGITS, one_of, words
from nlu.types import Entity

TIME = "time"

_HOUR_WORD = one_of(HOURS)
_NUMBER = rf"(?:\d{{1,3}}|half\san|an?|{_HOUR_WORD}|(?:a\s)?couple(?:\sof)?|(?:a\s)?few)"
_UNIT = r"(?:min(?:ute)?|h(?:ou)?r|day|week|wk|fortnight|month|year)s?"
_FULL_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_SHORT_DAY = r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\b"
MONTH = (
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b(?:\.(?=\s\d))?)"
)
_PART = r"(?:morning|afternoon|evening|night|noon|lunchtime)"
_YEAR = r"(?:(?:19|20)\d\d)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_NTH = rf"{_DAY}(?:st|nd|rd|th)"

CLOCK = (
    r"(?:(?:1[0-2]|0?[1-9])(?:[:.][0-5]\d)?\s?(?:[ap]m\b|[ap]\.m\b\.?)"
    r"|(?:2[0-3]|[01]?\d)[:h][0-5]\d(?:\s?h\b)?"
    r"|(?:2[0-3]|[01]?\d)(?:[.:][0-5]\d)?\s?uhr\b"
    rf"|(?:1[0-2]|0?[1-9]|{_HOUR_WORD})\s?o['’]?\s?clock"
    rf"|half\spast\s(?:\d{{1,2}}|{_HOUR_WORD})"
    r"|noon\b|midday\b|midnight\b)"
)
_CALENDAR = (
    rf"(?:{_YEAR}-(?:1[0-2]|0[1-9])-(?:3[01]|[12]\d|0[1-9])"
    rf"|{_DAY}(?P<sep>[./-])(?:1[0-2]|0?[1-9])(?P=sep)(?:{_YEAR}|\d\d)"
    rf"|{_DAY}\.(?:1[0-2]|0?[1-9])\."
    rf"|{_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}(?:,?\s{_YEAR})?"
    rf"|{MONTH}\s(?:the\s)?{_DAY}(?:st|nd|rd|th)?\b(?:,?\s{_YEAR})?"
    rf"|{MONTH},?\s{_YEAR})"
)
HOLIDAY = (
    r"(?:good\sfriday|easter(?:\s(?:sunday|monday))?|boxing\sday|christmas(?:\s(?:eve|day))?"
    r"|new\syear['’]?s(?:\s(?:eve|day))?|valentine['’]?s(?:\sday)?|halloween)"
)
_RELATIVE = (
    r"(?:day\s(?:before\syesterday|after\stomorrow)|yesterday|today|tonight|tomorrow"
    r"|tonite|tmrw|tmr|tomorow|tommorow|tommorrow|yesterdy|2morrow)"
)
_POINTING = (
    rf"(?:(?:last|next|this|coming|past)\s(?:coming\s)?"
    rf"(?:{_FULL_DAY}|{_SHORT_DAY}|{MONTH}|{_PART}|weekend|week|month|year"
    r"|spring|summer|autumn|fall|winter))"
)
_DISTANCE = rf"(?:{_NUMBER}\s?{_UNIT}\sago|in\s(?:about\s)?{_NUMBER}\s{_UNIT}(?:['’]?s?\stime)?)"
_WEEKDAY = rf"(?:{_FULL_DAY}|{_SHORT_DAY})"
_DATE = (
    rf"(?:(?:{_WEEKDAY},?\s(?:the\s)?)?{_CALENDAR}|{_WEEKDAY}\s(?:the\s)?{_NTH}|{HOLIDAY}"
    rf"|{_RELATIVE}|{_POINTING}|{_DISTANCE}|{_FULL_DAY})"
)
_JOINT = r",?\s(?:at\s|around\s|about\s|in\sthe\s)?"
_EDGE = r"(?![\w/-]|[.:,]\d)"

_FOUND = re.compile(
    rf"(?<![\w.,/:-])(?:{_DATE}(?:{_JOINT}(?:{CLOCK}|{_PART}\b))*|{CLOCK}(?:{_JOINT}(?:on\s)?"
    rf"(?:{_RELATIVE}|{_POINTING}|{_FULL_DAY}))?){_EDGE}",
    re.IGNORECASE,
)
# What is a time only where the word before says so.
_LED = (
    re.compile(
        rf"\b(?:on|by|until|till|til|since|from|before|after|of|between|and|or|to|through)"
        rf"\s(?:the\s)?(?P<time>(?:{_NTH}|{_SHORT_DAY}|{_DAY}/(?:1[0-2]|0?[1-9])|weekend)"
        rf"(?:{_JOINT}(?:{CLOCK}|{_PART}\b))?){_EDGE}",
        re.IGNORECASE,
    ),
    re.compile(
        # "The lamp from 2016" is one of order 2016.
        rf"\b(?:in|by|until|till|since|from(?!\s\d)|before|after|between|during|early|mid|late)"
        rf"\s(?P<time>{MONTH}|{_YEAR}){_EDGE}(?!\sde\s)",
        re.IGNORECASE,
    ),
)
_SHORT_DAY_ALONE = re.compile(
    rf"(?:^|[,;]\s?)(?P<time>{_SHORT_DAY}(?:\s{_PART})?)"
    rf"(?=\s*(?:[,;?!]|$)|\s(?:or|and|to|till)\s{_WEEKDAY})",
    re.IGNORECASE,
)
_BARE = rf"(?:{_DAY}(?:st|nd|rd|th)?|{_HOUR_WORD}|\d{{1,2}}[.:]\d\d)"
_TILL = r"\s?(?:and|to|till|til|until|through|-|–)\s?(?:the\s)?"
_IN_FIGURES = rf"(?:{_DAY}/(?:1[0-2]|0?[1-9])|{_DAY}\.(?:1[0-2]|0?[1-9])\.)"
_UNSAID = rf"(?:{_BARE}(?:\s[ap]m\b)?|{_IN_FIGURES}|{_YEAR}|{MONTH}|{_WEEKDAY})"
# Of two ends, the first is often said short: "from 15 to 17 March", "between 2 and 4 pm".
_RANGES = (
    re.compile(
        rf"\b(?:between|from)\s(?:the\s)?(?P<a>{_UNSAID}){_TILL}"
        rf"(?P<b>{_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}|{CLOCK}|{_UNSAID}){_EDGE}"
        rf"(?!\s?(?:{_UNIT}\b|[€$£%]|euro|cm|kg|people|person|pieces))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w.,/:-])(?P<a>{_IN_FIGURES}|{_SHORT_DAY}"
        rf"|{_DAY}(?=\s?-\s?{_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH})){_TILL}"
        rf"(?P<b>{_IN_FIGURES}|{_SHORT_DAY}"
        rf"|{_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}){_EDGE}",
        re.IGNORECASE,
    ),
)
_NO_TIME = re.compile(r"(?:black friday|sunday best)\b", re.IGNORECASE)
_SIGNS = DIGITS | words(
    """
    yesterday today tonight tomorrow tonite tmrw tmr tomorow tommorow tommorrow yesterdy
    weekend ago clock noon midday midnight half
    monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday
    saturdays sunday sundays mon tue tues wed thu thur thurs fri sat sun
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    easter boxing christmas valentine valentines halloween
    """
)
_LEADS = words("in last next this coming past between from")
_LED_TO = words(
    """
    week month year hour minute minutes hours days weeks months years fortnight morning afternoon
    evening night spring summer autumn fall winter
    """
).union(HOURS)
_PAST = re.compile(
    r"\b(?:ordered|bought|placed|paid|came|arrived|received|got|was|were|sent|since|delivered"
    r"|shipped|happened|had)\b",
    re.IGNORECASE,
)


def may_hold_one(seen: frozenset[str]) -> bool:
    """Whether a text with these signs (`nlu.entities.signs`) can hold a time at all."""
    return bool(seen & _SIGNS or (seen & _LEADS and seen & _LED_TO))


def find(text: str, now: datetime) -> Iterator[Entity]:
    """The times in a text that can be read, with their values as ISO 8601 relative to `now`.

    A date ("2026-03-20") when no hour is said, else date and time ("2026-03-20T17:00"); the first
    day of a week, month or year.
    """
    yield from chain.from_iterable(groups(text, now))


def groups(text: str, now: datetime) -> Iterator[tuple[Entity, ...]]:
    """The same, the two ends of a range together."""
    past = speaks_of_the_past(text)
    ends = [match for pattern in _RANGES for match in pattern.finditer(text)]
    taken = [(match.start("a"), match.end("b")) for match in ends]
    spans = {match.span() for match in _FOUND.finditer(text)}
    for pattern in (*_LED, _SHORT_DAY_ALONE):
        spans |= {match.span("time") for match in pattern.finditer(text)}
    for match in ends:
        if both := tuple(_both(match, now, past=past)):
            yield both
    for start, end in sorted(spans):
        if any(first < end and start < last for first, last in taken):
            continue
        if _NO_TIME.search(text[max(0, start - 6) : end + 5]):
            continue
        value = moment(text[start:end].lower(), now, past=past)
        if value is not None:
            yield (Entity(TIME, value, start, end),)


def speaks_of_the_past(text: str) -> bool:
    """Whether a weekday that is named is likelier to be over."""
    return bool(_PAST.search(text))


def _both(match: re.Match[str], now: datetime, *, past: bool) -> Iterator[Entity]:
    """Both ends of a range: the first takes over what only the second says."""
    first, second = match["a"].lower(), match["b"].lower()
    if first.isdecimal() and (month := re.search(MONTH, second)):
        said = f"{first} {month[0]}"
    elif first.isdecimal() and (half := re.search(r"[ap]\.?m", second)):
        said = f"{first} {half[0]}"
    else:
        said = first
    for name, written in (("a", said), ("b", second)):
        value = moment(_as_hour(written), now, past=past)
        if value is not None:
            yield Entity(TIME, value, *match.span(name))


def _as_hour(written: str) -> str:
    """A bare number at the end of a range is an hour."""
    if re.fullmatch(rf"\d{{1,2}}|{_HOUR_WORD}", written):
        return f"{written} o'clock"
    return re.sub(r"^(\d{1,2})\.(\d\d)$", r"\1:\2", written)

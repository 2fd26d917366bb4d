"""To which moment a reminder is moved: the one that is named, so much later, or another hour."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from dialogue.retail.figures import FIGURE, figure
from dialogue.retail.later.when import moment_in, names_an_hour
from nlu.entities.moments import HOURS

_A_DAY = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)|\bto(?:day|morrow)\b|\b(?:day|week)s?\b|\d(?:st|nd|rd|th)\b"
    r"|[今明后]|[周期拜][一二三四五六日天]|\d[月号日]",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;!?，。；！？]|\.(?=\s)|\bbut\b|\bso\b|\bbecause\b|因为", re.IGNORECASE
)  # ends
# Why it is moved: "make it 11, I sleep in on Saturdays".
_REASON = re.compile(
    r"(?:cause|cos|since|otherwise|(?:i|we)(?! (?:mean|meant|said|want|need|would|['’]d)\b)"
    r"|my|he|she|they|(?:it|that|there)['’]?s)\b|我(?!是说|要|想|说)",
    re.IGNORECASE,
)
_OF_A_DAY = re.compile(
    r"\b(?:to(?:day|night|morrow)|in(?! the)|next|now)\b|[今明后]", re.IGNORECASE
)
_AMOUNT = re.compile(
    rf"(?:(?P<half>half\s(?:an?\s)?)"
    rf"|(?P<count>\d{{1,5}}|an?|{'|'.join(HOURS)}|a couple of|a few)\s?)"
    r"(?P<unit>min(?:ute)?s?|hours?|hrs?|h|days?|weeks?)\b(?P<more>\sand\sa\shalf)?",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:earlier|sooner|forward|ahead)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:later|back|by|postpone|delay)\b", re.IGNORECASE)
_AMOUNT_CHINESE = re.compile(
    rf"(推迟|延后|延迟|往后|晚|提前|往前|早)\S{{0,2}}?(半|\d{{1,3}}|{FIGURE})\s*个?(半)?\s*(分钟|小时|钟头|天|周|星期)"
)
NOON = 12
_BARE_HOUR = re.compile(
    r"\bmake (?:it|that)\s(?:at\s)?(?=\d{1,2}(?:[:.]\d\d)?\b(?! ?(?:min|hour|h\b|day|week)))",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"\b(?:am|pm|a\.m|p\.m|morning|noon|afternoon|evening|night)\b|\dam|\dpm", re.IGNORECASE
)
_UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_UNITS_CHINESE = {"分": "m", "小": "h", "钟": "h", "天": "d", "周": "w", "星": "w"}
_COUNTS = {"a": 1, "an": 1, "a couple of": 2, "a few": 3, **HOURS}


def in_its_half(one: datetime, told: str, when: datetime) -> datetime:
    """A bare hour is of the half of the day in which the reminder was: "6 pm, make it 7"."""
    bare = _BARE_HOUR.search(told) and not _HALF.search(told)
    later = bare and one.hour >= NOON > when.hour
    return when + timedelta(hours=NOON) if later else when


def last_clause(text: str) -> str:
    """What is said at last, after its commas and buts: the reason comes first, then the wish."""
    clauses = [clause.strip() for clause in _CLAUSE.split(text)]
    return next((clause for clause in reversed(clauses) if clause), text)


def without_reason(text: str) -> str:
    """A text up to the clause after a figure or a day that only gives a reason for it."""
    for clause in _CLAUSE.finditer(text):
        told = text[: clause.start()]
        names = re.search(r"\d", told) or _A_DAY.search(told)
        if names and _REASON.match(text[clause.end() :].lstrip()):
            return told
    return text


def moment_named(text: str, now: datetime) -> datetime | None:
    """The moment to which one is moved, the last that is told; "to nine" is at nine."""
    text = without_reason(text)
    at_last = last_clause(text)
    named = _to_moment(at_last, now) if _A_DAY.search(at_last) else None
    return named or _to_moment(text, now)


def _to_moment(text: str, now: datetime) -> datetime | None:
    text = _BARE_HOUR.sub("to at ", text)
    hour = rf"\bto\s(?=(?:\d{{1,2}}|{'|'.join(HOURS)})\b)"
    told = re.sub(hour, "to at ", text, flags=re.IGNORECASE)
    return moment_in(told.rpartition(" to ")[2], now) or moment_in(told, now)


def shift_in(text: str) -> timedelta | None:
    """How far a reminder shall move from where it is: "half an hour later", 推迟三小时."""
    if chinese := _AMOUNT_CHINESE.search(text):
        amount = 0.5 if chinese[2] == "半" else float(figure(chinese[2]))
        amount += 0.5 if chinese[3] else 0
        seconds = amount * _UNITS[_UNITS_CHINESE[chinese[4][0]]]
        return timedelta(seconds=-seconds if chinese[1] in ("提前", "往前", "早") else seconds)
    found = _AMOUNT.search(text)
    earlier = _EARLIER.search(text)
    if found is None or not (earlier or _LATER.search(text)):
        return None
    written = (found["count"] or "").lower()
    amount = 0.5 if found["half"] else float(_COUNTS.get(written) or written)
    seconds = (amount + (0.5 if found["more"] else 0)) * _UNITS[found["unit"][0].lower()]
    return timedelta(seconds=-seconds if earlier else seconds)


def moment_told(told: str, now: datetime) -> datetime | None:
    """The moment that words name, or that a button has in ISO 8601."""
    try:
        when = datetime.fromisoformat(told)
    except ValueError:
        return moment_named(told, now)
    return when if when.tzinfo else moment_named(told, now)


def that_day(at: datetime, told: str) -> datetime | None:
    """The moment on the reminder's own day, where only another hour is told."""
    when = moment_told(told, at.replace(hour=0, minute=0))
    alone = when is not None and when.date() == at.date() and not _OF_A_DAY.search(told)
    return in_its_half(at, told, when) if when is not None and alone else None


def at_its_hour(at: datetime, told: str, when: datetime | None) -> datetime | None:
    """Where only another day is told, it stays at its hour: "push it to Sunday"."""
    if when is None or names_an_hour(told):
        return when
    return when.replace(hour=at.hour, minute=at.minute)

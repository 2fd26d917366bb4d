"""The moment at which a customer wants to be reminded, in the shop's time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from dialogue.retail.figures import FIGURE, figure
from nlu.entities import times
from nlu.entities.moments import HOURS

SHOP_ZONE = ZoneInfo("Europe/Berlin")
READ = 500  # characters that are looked through
USUAL_HOUR = 9
_PARTS = {"morning": 9, "noon": 12, "lunchtime": 12, "afternoon": 15, "evening": 19}
_LATE = {"night": 20, "tonight": 20, "tonite": 20}
_PART = re.compile(rf"\b({'|'.join((*_PARTS, *_LATE))})\b", re.IGNORECASE)
_AT = re.compile(
    rf"\bat\s(?P<half>half\spast\s)?(?P<hour>\d{{1,2}}|{'|'.join(HOURS)})(?:[:.](?P<minute>\d\d))?"
    r"(?!\d|\s?[ap]\.?m\b|\s?o['’]?\s?clock|\s?h\b|\s?uhr\b|[:./]\d)\b",
    re.IGNORECASE,
)
# "Tuesday 8 in the evening" is at eight.
_HOUR_OF_PART = re.compile(
    r"(?<!at )(?<!in )(?<![\d:.])\b\d{1,2}(?:[:.]\d\d)?"
    r"(?= (?:in the (?:morning|afternoon|evening)|at night)\b)",
    re.IGNORECASE,
)
_AFTERNOON = 7  # "at five" is in the afternoon, "at nine" in the morning

_SMALL_HOURS = 5  # "at 12 tonight" and "at one at night" are on the day after
_NIGHT = re.compile(rf"\b(?:{'|'.join(_LATE)})\b", re.IGNORECASE)

_NO_DAY = datetime(2026, 1, 1)  # where it only matters what a text names

_HAS_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CHINESE_NUMBER = rf"((?<!\d)\d{{1,3}}|{FIGURE})"
_IN = re.compile(
    rf"(半|{_CHINESE_NUMBER})\s*个?(半)?\s*(分钟|小时|钟头|天|日|周|星期|礼拜)[之以]?后"
)
# 再过五分钟 is 五分钟后.
_PASSES = re.compile(
    rf"(?:过|再等)了?\s*((?:半|{_CHINESE_NUMBER})\s*个?半?\s*(?:分钟|小时|钟头|天|周|星期|礼拜))(?![之以]?后)"
)
_DAYS = {"大后天": 3, "后天": 2, "明天": 1, "明早": 1, "明晚": 1, "今天": 0, "今晚": 0}
_DATE = re.compile(r"(?:(20\d\d)年)?(?<!\d)(\d{1,2})月(\d{1,2})|(20\d\d)-(\d\d)-(\d\d)")
_WEEKDAY = re.compile(r"(下)?个?(?:周|星期|礼拜)([一二三四五六日天])")
_CLOCK = re.compile(
    rf"(早上|上午|中午|下午|傍晚|晚上|今晚|明晚)?\s*{_CHINESE_NUMBER}\s*[点點时:：]\s*(半|\d{{1,2}})?"
)
_CHINESE_PARTS = {"早": 9, "上午": 9, "中午": 12, "下午": 15, "傍晚": 18, "晚": 19}


def moment_in(text: str, now: datetime) -> datetime | None:
    """The moment that a text names, in UTC's or any zone's time; None when it names none.

    A day without an hour means nine in the morning, a part of the day its usual hour, and a time
    of day that is over today the same tomorrow.
    """
    here = now.astimezone(SHOP_ZONE).replace(tzinfo=None, second=0, microsecond=0)
    text = text[:READ]
    found = _chinese(text, here) if _HAS_CHINESE.search(text) else None
    found = found or _english(text, here)
    return None if found is None else found.replace(tzinfo=SHOP_ZONE)


def names_an_hour(text: str) -> bool:
    """Whether a text names more of a moment than its day."""
    text = text[:READ]
    if _HAS_CHINESE.search(text):
        return bool(
            _CLOCK.search(text) or _IN.search(text) or any(p in text for p in _CHINESE_PARTS)
        )
    at_nine = _AT.sub("at 09:00", _HOUR_OF_PART.sub(r"at \g<0>", text))
    named = (str(found.value) for found in times.find(at_nine, _NO_DAY))
    return _PART.search(text) is not None or any("T" in value for value in named)


def _english(text: str, here: datetime) -> datetime | None:
    text = _HOUR_OF_PART.sub(r"at \g<0>", text)
    written = _AT.sub(lambda found: f"at {_full_hour(found, text)}", text)
    written = re.sub(r"\bat (?=the weekend)", "on ", written, flags=re.IGNORECASE)
    found = next(iter(times.find(written, here)), None)
    if found is None:
        return None
    value = str(found.value)
    if "T" in value:
        when = datetime.fromisoformat(value)
        said = _bare(written[found.start : found.end])
        named_day = re.search(r"[a-z]{4,}|\d[./-]\d", said)
        by_clock = not re.search(r"hour|\bhr|min", said)
        if when <= here and re.match(r"(?:mon|tue|wed|thu|fri|sat|sun)", said):
            return when + timedelta(days=7)
        night = when.hour < _SMALL_HOURS and by_clock and _NIGHT.search(text)
        return when + timedelta(days=1) if night or (when <= here and not named_day) else when
    part = _PART.search(text)
    hour = {**_PARTS, **_LATE}[part[1].lower()] if part else USUAL_HOUR
    when = datetime.combine(date.fromisoformat(value), time(hour))
    said = written[found.start : found.end].lower()
    if when <= here and re.match(r"(?:mon|tue|wed|thu|fri|sat|sun)", said):
        return when + timedelta(days=7)
    if when <= here and re.match(r"\d{1,2}(?:st|nd|rd|th)$", said):
        when += relativedelta(months=1)
    return when


def _bare(written: str) -> str:
    """A written time without its clock: empty when no day is named."""
    return re.sub(r"noon|midday|midnight|clock|half|past", "", written.lower())


def _full_hour(found: re.Match[str], text: str) -> str:
    """``at nine`` → ``09:00``; ``at 7 in the evening`` → ``19:00``."""
    written = found["hour"].lower()
    hour = HOURS.get(written) or int(written)
    minute = 30 if found["half"] else int(found["minute"] or 0)
    part = _PART.search(text)
    late = part is not None and part[1].lower() in {"afternoon", "evening", *_LATE}
    if hour <= 12 and hour % 12 < _SMALL_HOURS and part is not None and part[1].lower() in _LATE:
        hour %= 12
    elif hour <= 12 and late:
        hour = hour % 12 + 12
    elif 1 <= hour < _AFTERNOON and part is None:
        hour += 12
    return f"{hour:02d}:{minute:02d}"


def _chinese(text: str, here: datetime) -> datetime | None:
    if distance := _IN.search(_PASSES.sub(r"\1后", text)):
        return _from_now(distance, here)
    ahead, clock = _days_ahead(text, here), _CLOCK.search(text)
    if ahead is None and clock is None:
        return None
    part = next((hour for word, hour in _CHINESE_PARTS.items() if word in text), None)
    hour, minute = part or USUAL_HOUR, 0
    if clock is not None:
        hour = figure(clock[2])
        minute = 30 if clock[3] == "半" else int(clock[3] or 0)
        if hour > 23 or minute > 59:
            return None
        if part == _CHINESE_PARTS["晚"] and hour <= 12 and hour % 12 < _SMALL_HOURS:
            hour = hour % 12 + 24
        elif hour < 12 and part is not None and part >= 15:
            hour += 12
    when = datetime.combine(here.date() + timedelta(days=ahead or 0), time())
    when += timedelta(hours=hour, minutes=minute)
    return when + timedelta(days=1) if ahead is None and when <= here else when


def _from_now(distance: re.Match[str], here: datetime) -> datetime:
    """``半小时后``, ``三天后``."""
    amount = 0.5 if distance[1] == "半" else float(figure(distance[2] or "1"))
    amount += 0.5 if distance[3] else 0
    if distance[4] == "分钟":
        return here + timedelta(minutes=amount)
    if distance[4] in ("小时", "钟头"):
        return here + timedelta(hours=amount)
    days = amount if distance[4] in ("天", "日") else 7 * amount
    return datetime.combine(here.date() + timedelta(days=days), time(USUAL_HOUR))


def _days_ahead(text: str, here: datetime) -> int | None:
    """How far the day is that is named; a weekday is never today, a date without a year to come."""
    named = next((days for word, days in _DAYS.items() if word in text), None)
    if named is None and (written := _DATE.search(text)):
        return _until(written, here.date())
    weekday = _WEEKDAY.search(text)
    if named is not None or weekday is None:
        return named
    ahead = "一二三四五六日".index(weekday[2].replace("天", "日")) - here.weekday()
    return ahead + 7 if weekday[1] else ahead % 7 or 7


def _until(written: re.Match[str], today: date) -> int | None:
    """``12月1日``, ``2026-12-01``: in how many days; None when there is no such day."""
    year, month, day = (
        int(a or b or 0)
        for a, b in zip(written.group(1, 2, 3), written.group(4, 5, 6), strict=True)
    )
    try:
        when = date(year or today.year, month, day)
    except ValueError:
        return None
    if not year and when < today:
        when += relativedelta(years=1)
    return (when - today).days

"""Which orders were placed on the day, or in the month, that a customer names; which come today."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from dialogue.orders.states import ShipmentStatus
from dialogue.orders.views import OrderView

READ = 200  # characters that are looked through
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MONTH = (
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b"
)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH}", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b", re.IGNORECASE)
# "I may send it back" names no month.
_MONTH_ALONE = re.compile(rf"\b(?:from|in|of|the)\s+{_MONTH}", re.IGNORECASE)
_CHINESE = re.compile(r"(?<!\d)(\d{1,2})月(?:份|(\d{1,2})[日号])?")
_WEEKDAY = re.compile(
    r"\b(?:from|on|of|the|last)\s+(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b",
    re.IGNORECASE,
)
_CHINESE_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_YESTERDAY = re.compile(r"\byesterday\b|昨天", re.IGNORECASE)
_TODAY = re.compile(
    r"\b(?:today|all day|whole day|this (?:morning|afternoon|evening)|tonight)\b"
    r"|今天|今日|今早|今晚|一整?天",
    re.IGNORECASE,
)
# Placed today; not "when does it come today?".
_PLACED_TODAY = re.compile(
    r"\b(?:order(?:ed)?|bought|placed|made)\b"
    r"(?!.{0,25}\b(?:com\w+|arriv\w+|deliver\w*|here|get)\b).{0,25}\b(?:today|tonight"
    r"|this (?:morning|afternoon|evening)|an hour ago|(?:just|right) now)\b"
    r"|\bjust (?:now )?(?:ordered|bought|placed|made)\b"
    r"|\b(?:from|of) (?:today|this (?:morning|afternoon|evening))\b|\btoday['’]?s (?:order|one)\b"
    r"|(?:今[天日早晚]|刚(?:刚|才)?).{0,3}(?:下的?单|买|订)",
    re.IGNORECASE,
)
_WITHIN = timedelta(days=7)  # how long a weekday that has gone by may be ago


def placed_then(text: str, orders: Sequence[OrderView], today: date) -> OrderView | None:
    """The only one of these orders that was placed when the text says; None if it says no time."""
    text = text[:READ]
    placed = {order.number: order.placed_at.date() for order in orders}
    wanted = [order for order in orders if _fits(text, placed[order.number], today)]
    return wanted[0] if len(wanted) == 1 else None


def due_today(text: str, orders: Sequence[OrderView], today: date) -> OrderView | None:
    """The only one that is on its way and due today, if the text speaks of today."""
    if not _TODAY.search(text[:READ]):
        return None
    due = [
        order
        for order in orders
        if any(
            one.expected_on == today and one.status is not ShipmentStatus.DELIVERED
            for one in order.shipments
        )
    ]
    return due[0] if len(due) == 1 else None


def _fits(text: str, placed: date, today: date) -> bool:
    if _YESTERDAY.search(text):
        return placed == today - timedelta(days=1)
    if _PLACED_TODAY.search(text):
        return placed == today
    day, month = _day_and_month(text)
    if month:
        return placed.month == month and day in (0, placed.day)
    weekday = _weekday(text)
    return placed.weekday() == weekday and timedelta() < today - placed <= _WITHIN


def _day_and_month(text: str) -> tuple[int, int]:
    """As figures; 0 for what is not said."""
    if found := _DAY_FIRST.search(text):
        return int(found[1]), _month(found[2])
    if found := _MONTH_FIRST.search(text):
        return int(found[2]), _month(found[1])
    if found := _CHINESE.search(text):
        return int(found[2] or 0), int(found[1])
    found = _MONTH_ALONE.search(text)
    return 0, _month(found[1]) if found else 0


def _weekday(text: str) -> int | None:
    """From 0, a Monday."""
    if found := _WEEKDAY.search(text):
        return _DAYS.index(found[1].casefold())
    found = _CHINESE_WEEKDAY.search(text)
    return "一二三四五六日".index(found[1].replace("天", "日")) if found else None


def _month(name: str) -> int:
    return _MONTHS.index(name.casefold()) + 1

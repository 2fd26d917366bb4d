"""When the shop's people are there, and its stores open, by the hours in its policies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from dialogue.orders.policies import Hours
from dialogue.retail.later.when import SHOP_ZONE

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def back_at(hours: Iterable[Hours], now: datetime) -> datetime | None:
    """When people are there again, in the shop's time; None while they are, or without hours."""
    here = now.astimezone(SHOP_ZONE)
    week = [here.date() + timedelta(days=ahead) for ahead in range(8)]
    shifts = [
        (
            datetime.combine(day, one.opens, SHOP_ZONE),
            datetime.combine(day, one.closes, SHOP_ZONE),
        )
        for one in hours
        for day in week
        if _DAYS[day.weekday()] in one.days
    ]
    opens = min((opens for opens, closes in shifts if closes > here), default=here)
    return opens if opens > here else None


def closing_at(hours: Iterable[Hours], now: datetime) -> time:
    """Until when today's last hours go, for where `back_at` says that people are there."""
    today = _DAYS[now.astimezone(SHOP_ZONE).weekday()]
    return max((one.closes for one in hours if today in one.days), default=time.max)


def hours_of(hours: Iterable[Hours], weekday: int) -> Hours | None:
    """The first hours of a day of the week, as `date.weekday` counts them; None if it has none."""
    return next((one for one in hours if _DAYS[weekday] in one.days), None)

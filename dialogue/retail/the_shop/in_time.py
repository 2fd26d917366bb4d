"""Whether what is not ordered yet would come in time, by a day that is named or without one."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.rules import working_days_after
from dialogue.retail.goods.describing import also_asked
from dialogue.retail.goods.named import spoken_of_goods
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.wording import wording

SHORT = 120  # characters of such a question
SOON = 3  # messages after what it goes on with
_NEAR = frozenset(
    {
        "ask_more",
        "nlu_fallback",
        "out_of_scope",
        "inform",
        "faq",
        "shipping_options",
        "order_status",
    }
)
_IN_TIME = re.compile(
    r"\bif i (?:order|buy|bought|ordered)\b"
    r"|\bi need (?:it|them|this|that|one) (?:by|until|before|on)\b"
    r"|\b(?:would|will|can|does|is) (?:it|they|that|this|the [\w -]{2,30}?) (?:still )?"
    r"(?:be (?:there|here)|arrive|get (?:here|there)|come|make it)\b.{0,20}"
    r"\b(?:before|by|until|for|in time)\b"
    r"|\b(?:it|they|that) (?:would|will|could) (?:still )?(?:be (?:there|here)|arrive|come)\b"
    r".{0,20}\b(?:before|by|until|in time)\b"
    r"|(?:圣诞|生日|周[一二三四五六日]|\d[号日]).{0,6}(?:前|之前).{0,6}(?:到|收)|来得及"
    r"|(?:现在|今天|明天)(?:下单|买|订).{0,12}(?:到|收)",
    re.IGNORECASE,
)
_ORDER_BY = re.compile(
    r"\b(?:until when|by when|when|how late|latest|last day)\b.{0,25}"
    r"\b(?:have to|must|should|need to|can|do) (?:i|we) (?:\w+ ){0,3}order\b"
    r"|\b(?:until when|by when|when|how late|latest)\b.{0,10}"
    r"\bi (?:have to|must|should|need to|can) (?:\w+ )?order\b"
    r"|(?:最晚|最迟|几号前|什么时候).{0,6}(?:下单|买|订)",
    re.IGNORECASE,
)
_ARRIVES = re.compile(
    r"\b(?:arriv\w*|there|here|come|get|make it|need)\b|到|收|来得及", re.IGNORECASE
)
_NOT_ORDERED = re.compile(r"\bif i \b|(?:现在|今天|明天|再)(?:下单|买|订)", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\b((?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|(?:周|星期|礼拜)([一二三四五六日天])",
    re.IGNORECASE,
)
_NEXT_WEEK = re.compile(r"\bnext (?:week|\w+day)\b|下(?:个)?(?:周|星期|礼拜)", re.IGNORECASE)
_CHRISTMAS = re.compile(r"\b(?:christmas|xmas)\b|圣诞", re.IGNORECASE)
_TOMORROW = re.compile(r"\btomorrow\b(?!.{0,10}\border)|明天(?!下单|买|订)", re.IGNORECASE)
_OF_PRESENTS = ("utter_faq/gift", "utter_shipping", "utter_present")


def in_time(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer by the days that a delivery takes; None where it is not asked."""
    text = latest_text(tracker)
    if not text or len(text) > SHORT or latest_entity(tracker, "order_number"):
        return None
    if not (_ORDER_BY.search(text) or _is_of_goods_to_come(tracker, text)):
        return None
    today = services.clock().date()
    if _ORDER_BY.search(text):
        return _say_last_day(services, dispatcher, tracker, today)
    takes = services.policies.deliveries
    early = working_days_after(today, takes.soonest)
    late = working_days_after(today, takes.latest)
    days = [day for day in _days(tracker, today) if day > today]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if not days:
        response, wanted = "utter_shipping_in_time", late
    else:
        wanted = max(days)
        sure = "likely" if wanted >= late else "perhaps" if wanted >= early else "hardly"
        response = f"utter_shipping_in_time_{sure}"
    dispatcher.utter_message(
        response=response,
        day=words.day(wanted),
        early=words.day(early),
        late=words.day(late),
        **_days_taken(services),
    )
    for beside in also_asked(text):  # "can you wrap it, and is it here by Thursday"
        if beside != "utter_shipping_options":
            dispatcher.utter_message(response=beside)
    return []


def _say_last_day(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, today: date
) -> Events | None:
    """The last day on which an order surely comes before the day that is named."""
    days = [day for day in _days(tracker, today) if day > today]
    if not days:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    last, most = max(days) - timedelta(days=1), services.policies.deliveries.latest
    while last > today and working_days_after(last, most) >= max(days):
        last -= timedelta(days=1)
    sure = working_days_after(last, most) < max(days)
    dispatcher.utter_message(
        response="utter_shipping_order_by" if sure else "utter_shipping_in_time",
        day=words.day(max(days)),
        last=words.day(last),
        **_days_taken(services),
    )
    return []


def _days_taken(services: RetailServices) -> dict[str, int]:
    """Working days that a delivery takes, at least and at most, by their names in the responses."""
    takes = services.policies.deliveries
    return {"soonest": takes.soonest, "latest": takes.latest}


def _days(tracker: Tracker, today: date) -> list[date]:
    """The days that the message names; a weekday is the next one, or that of the next week."""
    text = latest_text(tracker)
    weekday = _WEEKDAY.search(text)
    if weekday is not None:
        name = (weekday[1] or "").casefold()
        number = _WEEKDAYS.index(name[:3]) if name else "一二三四五六日天".index(weekday[2])
        number = min(number, len(_WEEKDAYS) - 1)
        if _NEXT_WEEK.search(text):
            return [today + timedelta(days=7 - today.weekday() + number)]
        return [today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)]
    if _CHRISTMAS.search(text):
        return [date(today.year, 12, 25)]
    if _TOMORROW.search(text):
        return [today + timedelta(days=1)]
    found = []
    for value in tracker.get_latest_entity_values("time"):
        try:
            found.append(date.fromisoformat(str(value)[:10]))
        except ValueError:
            continue
    return found


def _is_of_goods_to_come(tracker: Tracker, text: str) -> bool:
    """Whether it is asked if what is not ordered yet would come in time."""
    if latest_intent(tracker) not in _NEAR:
        return False
    if not _IN_TIME.search(text) or not _ARRIVES.search(text):
        return False
    spoken_of = spoken_of_goods(tracker, SOON) or any(
        one.startswith(_OF_PRESENTS) for one in said_within(tracker, SOON)
    )
    not_ordered = _NOT_ORDERED.search(text) is not None
    return not_ordered or (spoken_of and tracker.get_slot("order_number") is None)

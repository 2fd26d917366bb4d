"""Whether what is not ordered yet would come in time, by a day that is named or without one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.rules import working_days_after
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
FIRST, LAST = 2, 5  # working days that a delivery takes
_NEAR = frozenset(
    {"nlu_fallback", "out_of_scope", "inform", "faq", "shipping_options", "order_status"}
)
_IN_TIME = re.compile(
    r"\bif i (?:order|buy|bought|ordered)\b"
    r"|\b(?:would|will|can|does|is) (?:it|they|that|this|the [\w -]{2,30}?) (?:still )?"
    r"(?:be (?:there|here)|arrive|get (?:here|there)|come|make it)\b.{0,20}"
    r"\b(?:before|by|until|for|in time)\b"
    r"|\b(?:it|they|that) (?:would|will|could) (?:still )?(?:be (?:there|here)|arrive|come)\b"
    r".{0,20}\b(?:before|by|until|in time)\b"
    r"|(?:圣诞|生日|周[一二三四五六日]|\d[号日]).{0,6}(?:前|之前).{0,6}(?:到|收)|来得及"
    r"|(?:现在|今天|明天)(?:下单|买|订).{0,12}(?:到|收)",
    re.IGNORECASE,
)
_ARRIVES = re.compile(r"\b(?:arriv\w*|there|here|come|get|make it)\b|到|收|来得及", re.IGNORECASE)
_NOT_ORDERED = re.compile(r"\bif i \b|(?:现在|今天|明天|再)(?:下单|买|订)", re.IGNORECASE)
_OF_PRESENTS = ("utter_faq/gift", "utter_shipping", "utter_present")


def in_time(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer by the days that a delivery takes; None where it is not asked."""
    text = latest_text(tracker)
    if not text or len(text) > SHORT or latest_entity(tracker, "order_number"):
        return None
    if not _is_of_goods_to_come(tracker, text):
        return None
    today = services.clock().date()
    early, late = working_days_after(today, FIRST), working_days_after(today, LAST)
    days = [day for day in _days(tracker) if day > today]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if not days:
        response, wanted = "utter_shipping_in_time", late
    else:
        wanted = max(days)
        sure = "likely" if wanted >= late else "perhaps" if wanted >= early else "hardly"
        response = f"utter_shipping_in_time_{sure}"
    dispatcher.utter_message(
        response=response, day=words.day(wanted), early=words.day(early), late=words.day(late)
    )
    return []


def _days(tracker: Tracker) -> list[date]:
    """The days that the message names."""
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

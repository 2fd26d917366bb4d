"""Wishes for another day of delivery, and what is asked after an address could not be changed."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.states import Lateness
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.task_slots import leave_form
from dialogue.retail.viewing.order_questions import say_other_day
from dialogue.retail.viewing.orders import next_steps
from dialogue.retail.which_order.choice import late_parcels
from dialogue.retail.wording import wording

READ = 100  # who asks so asks shortly
SOON = 3  # messages after it was refused
ADDRESS = "change_address_form"
_MAY_BE = frozenset({None, ADDRESS, "modify_order_form"})  # the forms that it is taken for
_LOCKED = "utter_address_locked"
_DAY = re.compile(
    r"\b(?:change|move|postpone|delay|reschedule|push|shift|pick|choose)\b.{0,25}"
    r"\b(?:delivery (?:date|day|time|slot)|date|arrival)\b"
    r"|\b(?:change|move|pick|choose)\b.{0,15}\bthe day\b|\b(?:brought|get it|have it)\b.{0,25}"
    r"\b(?:another|other|different) day\b"
    r"|\b(?:deliver\w*|arrive|come)\b.{0,25}\b(?:another|other|different|later) (?:day|date|time)\b"
    r"|\b(?:postpone|reschedule) (?:it|the delivery|my (?:delivery|parcel|order))\b"
    r"|(?:改|换|推迟|延后|延期).{0,4}(?:送货|配送|到货|送达|送到)?的?"
    r"(?:时间|日期|周[一二三四五六日]|星期|礼拜|下周|明天|后天|\d{1,2}[号日])"
    r"|(?:送货|配送|到货|送达|送到|收货)的?(?:时间|日期).{0,5}(?:改|换|推迟|提前|调)"
    r"|(?:晚|早|推迟|提前)几?[一两三]?天.{0,2}(?:送|到)",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"^\W*(?:(?:but|and|ok|hm+)\W+)?why\b.{0,25}$|^\W*(?:为什么|为啥|凭什么).{0,8}$", re.IGNORECASE
)
_NOBODY = re.compile(
    r"\b(?:nobody|no one|noone|not (?:there|home|at home)|old address|old adress|wrong address"
    r"|moved (?:out|away))\b|没人|不在家|旧地址|老地址|搬家",
    re.IGNORECASE,
)
_NEXT_TIME = re.compile(
    r"\b(?:next|future|other|later|new) (?:orders?|time|ones?|purchases?)\b|\bfrom now on\b"
    r"|以后|下次|下一单|将来",
    re.IGNORECASE,
)
WHAT_NOW = re.compile(
    r"\bwhat (?:can|could|do|should|shall) (?:i|we|you)\b.{0,20}\b(?:do|then|now|instead)\b"
    r"|\bwhat now\b|\bany (?:other )?(?:way|option|alternative)s?\b|怎么办|咋办|还有.{0,4}办法",
    re.IGNORECASE,
)
_REPLIES = (
    (_NEXT_TIME, "utter_update_account"),
    (_WHY, "utter_address_locked_why"),
    (_NOBODY, "utter_address_locked_nobody"),
    (WHAT_NOW, "utter_address_locked_now"),
)


def another_day(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Who wants an order on another day wants neither another address nor other goods."""
    order, text = current_order(services, tracker), latest_text(tracker)
    form = (tracker.active_loop or {}).get("name")
    if order is None or not text or len(text) > READ or form not in _MAY_BE:
        return None
    late = late_parcels(order, Lateness.DELAYED) or late_parcels(order, Lateness.LOST)
    if order.status not in rules.OPEN or late or not _DAY.search(text):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    say_other_day(words, dispatcher, order)
    return leave_form(tracker) if form else []


def after_refusal(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Why the address stays, what becomes of the parcel there, and what can be done."""
    order, text = current_order(services, tracker), latest_text(tracker)
    if order is None or not text or len(text) > READ or latest_entity(tracker, "order_number"):
        return None
    said = said_within(tracker, SOON)
    if latest_intent(tracker) == "cancel_order":
        return None  # as was offered
    if not any(one.startswith(_LOCKED) for one in said):
        return None
    response = next((name for words, name in _REPLIES if words.search(text)), None)
    if response is None:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    facts: dict[str, Any] = {"number": order.number}
    if response != "utter_update_account":
        facts["buttons"] = [*next_steps(services, words, order), words.person_button()]
    dispatcher.utter_message(response=response, **facts)
    return []

"""What is asked of goods that are left, where a part of their order is announced to come back.

"Does the last mug have to stay in perfect shape if I send that too later?": that takes no return
back, and begins none. Where one was about to be taken back, "no, the two go back" says so.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.own_questions import OPENED
from dialogue.retail.returning.picking import mentioned, with_shirts_apart
from dialogue.retail.returning.return_terms import say_until_when
from dialogue.retail.returning.side_answers import say_on_the_side
from dialogue.retail.returning.side_questions import Asked
from dialogue.retail.returning.side_replies import REPLIES, Matter
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
)
from dialogue.retail.task_slots import leave_form
from dialogue.retail.which_order.choice import announced_returns
from dialogue.retail.wording import wording

READ = 160  # characters
FORM = "withdraw_return_form"
_REST = re.compile(
    r"\b(?:other|second|third|fourth|last|remaining)(?: (?:one|two|ones|piece|\w+))?\b"
    r"(?! (?:day|date|week|orders?|parcel)\b)|\b(?:the )?rest\b|剩下|另|最后[一那]|第[二三四五]",
    re.IGNORECASE,
)
_BACK = re.compile(r"\b(?:send|return|give|bring)\b|\bgoe?s? back\b|退|寄回", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?:later|afterwards|another (?:time|day)|some (?:time|day)|next (?:week|month))\b"
    r"|以后|之后|晚点|过几天|到时",
    re.IGNORECASE,
)
_STILL = re.compile(r"\b(?:still|until)\b|还能|还可以", re.IGNORECASE)
# Of the money, the cost or the way of a parcel others know.
_OF_TIME = frozenset({None, Facet.UNTIL, Facet.UNDO})
_SHAPE = re.compile(
    r"\b(?:shape|condition|unused|used?|unopened|opened?|clean|new|perfect|untouched|try|wear|worn)\b"
    r"|全新|未用|没用|使用|用过|完好|原样|拆|洗|试",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"\bno\b.{0,30}\b(?:goe?s? back|comes? back|(?:stays?|is) announced|stays? as it is)\b"
    r"|\bno\b.{0,12}\bi (?:still )?(?:send|return) (?:it|them|those|the two|both)\b"
    r"|\b(?:don['’]?t|do not) (?:take|cancel|withdraw)\b|(?:都|照|还是)(?:要)?退|不(?:用|要)?撤",
    re.IGNORECASE,
)


def about_left(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Until when what is left may come back, and in what shape; a no to taking back counts."""
    if not means_left(services, tracker):
        return None
    order, text = current_order(services, tracker), latest_text(tracker)[:READ]
    form, goes = (tracker.active_loop or {}).get("name"), _GOES.search(text)
    if form == FORM and goes:
        dispatcher.utter_message(response="utter_return_stays")
    if order is not None and _asks(services, tracker, order, text):
        _say_of_left(services, dispatcher, tracker, order, text)
    return leave_form(tracker) if form == FORM and goes else []


def means_left(services: RetailServices, tracker: Tracker) -> bool:
    """Whether it is asked of what is left, or said that what is announced still goes back."""
    order, form = current_order(services, tracker), (tracker.active_loop or {}).get("name")
    text = latest_text(tracker)[:READ]
    if not text or order is None or form not in (None, FORM) or not announced_returns(order):
        return False
    if latest_entity(tracker, "order_number") not in (None, order.number):
        return False
    says = form == FORM and _GOES.search(text) is not None
    return says or _asks(services, tracker, order, text)


def _asks(services: RetailServices, tracker: Tracker, order: OrderView, text: str) -> bool:
    """Whether it is asked of the rest, or of goods that are named, if they may come back later."""
    if not is_question(text) or not _BACK.search(text) or facet_in(text) not in _OF_TIME:
        return False
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    left, later = returnable(services, order), _LATER.search(text)
    rest = _REST.search(text) and (later or _STILL.search(text))
    return bool(left) and bool(rest or (later and mentioned(words.in_records(text), left)))


def _left(
    services: RetailServices, tracker: Tracker, order: OrderView, text: str
) -> list[ItemView]:
    """What may still come back: what is named of it, else of the announced articles, else all."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said = words.in_records(text)
    left = with_shirts_apart(said, returnable(services, order))
    labels = [label for one in announced_returns(order) for label in one.items]
    return (
        [item for item in left if mentioned(said, [item])]
        or [item for item in left if any(item.name in label for label in labels)]
        or list(left)
    )


def _say_of_left(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, order: OrderView, text: str
) -> None:
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    names = ", ".join(item.name for item in _left(services, tracker, order, text))
    begins = tracker.active_loop is None or not tracker.active_loop.get("name")
    say_until_when(services, words, dispatcher, order, may_begin=begins, said=names)
    if _SHAPE.search(text):
        asked = Asked(Matter.RETURN, REPLIES[Matter.RETURN][OPENED])
        say_on_the_side(services, dispatcher, tracker, asked, order)

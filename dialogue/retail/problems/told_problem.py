"""Goods of one's own that are torn, cracked or missing: a report, whatever it was taken for."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import ProblemKind
from dialogue.questions import is_question
from dialogue.retail.problems.problem_words import problem_told, wrong_told
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    viewer_of,
)
from dialogue.retail.task_slots import forget_task
from dialogue.retail.which_order.choice import fitting
from dialogue.retail.which_order.choosing import say_assumed
from dialogue.retail.wording import wording

FORM = "problem_form"
_UNCLEAR = frozenset({"deny", "greet", "inform", "nlu_fallback", "out_of_scope", "warranty"})
# What goods that are at home and broken are taken for.
_OF_GOODS = frozenset(
    {"check_stock", "correct_that", "faq", "product_details", "product_search", "recommend_product"}
)
_SEEKS = re.compile(
    r"\b(?:looking for|need (?:an?|some|new)|want (?:an?|some|new)|buy|recommend|old one|mine)\b"
    r"|想买|推荐",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\bi (?:ordered|bought|got|have|received)\b|\b(?:my|from you|you sent)\b|我.{0,4}[买订收]",
    re.IGNORECASE,
)
_SURELY = frozenset({"deny", "greet", "nlu_fallback"})  # of a guest, whose goods nobody knows


def told_problem(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Begin the report of the order that is named or holds what is; of several, that is asked."""
    text, viewer = latest_text(tracker), viewer_of(tracker)
    kind, surely = _kind(tracker, text), latest_intent(tracker) in _SURELY | _OF_GOODS
    if kind is not None and not viewer.signed_in and surely:
        number = latest_entity(tracker, "order_number") or tracker.get_slot("order_number")
        begun = [SlotSet("order_number", number), SlotSet("problem_kind", kind)]
        return [*forget_task(tracker), *begun, FollowupAction(FORM)]
    if kind is None:
        return None
    if not viewer.signed_in:  # of whom it is asked which order; goods must be named
        named = latest_entity(tracker, "product") is not None
        begun = [*forget_task(tracker), SlotSet("problem_kind", kind), FollowupAction(FORM)]
        return begun if named else None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    recent = services.store.recent_orders(viewer, limit=10)
    possible = fitting(FORM, recent, services.clock().date(), services.policies)
    said, number = words.in_records(text), latest_entity(tracker, "order_number")
    holding = [
        order
        for order in possible
        if (order.number == number if number else mentioned(said, order.items))
    ]
    if not holding and (number or not (_OWN.search(text) or kind is ProblemKind.WRONG_ITEM)):
        return None
    present = tracker.get_slot("order_number")
    known = [order for order in holding if order.number == present] or holding
    only = known[0] if len(known) == 1 else None
    if only is not None and only.number != present:
        say_assumed(words, dispatcher, only)
    return [
        *forget_task(tracker),
        SlotSet("order_number", only.number if only else None),
        SlotSet("problem_kind", kind),
        FollowupAction(FORM),
    ]


def _kind(tracker: Tracker, text: str) -> ProblemKind | None:
    """The kind of problem that is told, where the message may be meant for that."""
    intent = latest_intent(tracker)
    near = intent in _UNCLEAR or (intent in _OF_GOODS and not is_question(text))
    if not near or _SEEKS.search(text):
        return None
    return problem_told(text) or (wrong_told(text) if intent in _UNCLEAR else None)

"""Questions of a problem that only a colleague can answer: that is said, and where they read it."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.questions import is_question
from dialogue.retail.problems.side_questions import is_other_question, noted_on, state_of
from dialogue.retail.problems.side_words import READ
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_intent,
    latest_text,
)

_UNKNOWN = frozenset({"nlu_fallback", "out_of_scope"})
_UNKNOWN_IN_FORM = _UNKNOWN | {"inform"}
_WORD = re.compile(r"[^\W\d_]+")
_SIGN = re.compile(r"[\u4e00-\u9fff]")
ENOUGH = 3  # different words, or Chinese signs


def left_in_form(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Beside the report that is being made; its question is asked again."""
    form = (tracker.active_loop or {}).get("name")
    if form != "problem_form" or latest_intent(tracker) not in _UNKNOWN_IN_FORM:
        return None
    if not is_other_question(tracker) or not _says_enough(latest_text(tracker)[:READ]):
        return None
    dispatcher.utter_message(response="utter_side_unknown_yet")
    return []


def left_to_people(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """After a problem was told or noted; the question is noted on its ticket, if there is one."""
    text = latest_text(tracker)[:READ]
    if latest_intent(tracker) not in _UNKNOWN | {"deny"} or not is_question(text):
        return None
    if state_of(services, tracker) is None or not _says_enough(text):
        return None
    ticket = noted_on(services, tracker)
    response = "utter_side_unknown_noted" if ticket else "utter_side_unknown"
    dispatcher.utter_message(response=response, ticket=ticket or "")
    return []


def _says_enough(text: str) -> bool:
    words = {word.casefold() for word in _WORD.findall(text)}
    return len(words) >= ENOUGH or len(_SIGN.findall(text)) > ENOUGH

"""A fault that is too old for a report: a case for the warranty, which a colleague takes on.

What is broken is heard once, with its order, and handed over with a yes; who waits for a colleague
already is not told the shop's terms again.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.errors import ProblemTooLate
from dialogue.orders.states import ProblemKind
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.people.waiting import IN_QUEUE, was_asked_for
from dialogue.retail.problems.photographs import WARRANTY
from dialogue.retail.problems.problem_words import problem_told
from dialogue.retail.problems.remedies import why_no_problem
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
from dialogue.retail.wording import wording

READ = 200  # characters of what is told
SOON = 5  # messages after the terms were told
CASE, ASK = "utter_warranty_case", "utter_warranty_ask"
TOLD = WARRANTY | {"utter_warranty", "utter_warranty_photo"}
_REPORTS = re.compile(
    r"\b(?:report|claim|repair(?:ed)?|mend(?:ed)?|fix(?:ed)?)\b|\buse (?:the|my) warranty\b"
    r"|报修|(?:申请|要|走)保修|(?:要|想)(?:维修|修)",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"裂|断|坏|漏|碎|掉了|松了|不(?:能|会|动|亮|转|热)|\b(?:broke|broken|faulty|defective)\b",
    re.IGNORECASE,
)
_TELLS = frozenset(
    {"complaint", "damaged_item", "inform", "nlu_fallback", "warranty", "wrong_item"}
)


def warranty_case(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Take the fault as a case and offer to hand it over; None where none is told or wished."""
    text, order = latest_text(tracker)[:READ], current_order(services, tracker)
    lately = said_within(tracker, SOON)
    if not text or latest_intent(tracker) not in _TELLS or lately.isdisjoint(TOLD):
        return None
    number = latest_entity(tracker, "order_number")
    if order is None or number not in (None, order.number) or not is_too_late(services, order):
        return None
    tells = problem_told(text) is ProblemKind.DAMAGED_ITEM or _FAULT.search(text) is not None
    if is_question(text) or not (tells or _REPORTS.search(text)):
        return None
    if tracker.get_slot(IN_QUEUE) or was_asked_for(tracker):
        dispatcher.utter_message(response="utter_inform_colleague")
    elif tells:
        words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
        dispatcher.utter_message(
            response=CASE,
            number=order.number,
            items=words.contents(order),
            told=text,
            buttons=[words.button("pass_on", "human_agent", reason="warranty")],
        )
    elif CASE in lately:
        return [FollowupAction("action_request_human")]
    else:
        say_ask(services, dispatcher, tracker, order)
    return [SlotSet("order_number", order.number)]


def asks_fault(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> bool:
    """Ask what is wrong where the order is known that is too old for a report."""
    order, lately = current_order(services, tracker), said_within(tracker, SOON)
    if order is None or "utter_problem_too_late" not in lately:
        return False
    say_ask(services, dispatcher, tracker, order)
    return True


def say_ask(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> None:
    """What a colleague needs of the case."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response=ASK,
        number=order.number,
        items=words.contents(order),
        buttons=[words.button("pass_on", "human_agent", reason="warranty")],
    )


def is_too_late(services: RetailServices, order: OrderView) -> bool:
    """Whether what arrived broken can't be reported any more."""
    error = why_no_problem(services, order, ProblemKind.DAMAGED_ITEM)
    return isinstance(error, ProblemTooLate)

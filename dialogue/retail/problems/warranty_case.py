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
from dialogue.retail.problems.problem_words import problem_told, wish_told
from dialogue.retail.problems.remedies import why_no_problem
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    plain_words,
    said_within,
)
from dialogue.retail.wording import wording

READ = 200  # characters of what is told
SOON = 5  # messages after the terms were told
CASE, ASK = "utter_warranty_case", "utter_warranty_ask"
TOLD = WARRANTY | {
    "utter_not_returnable_too_late",
    "utter_refused_plea",
    "utter_refused_too_late",
    "utter_warranty",
    "utter_warranty_photo",
}
_REPORTS = re.compile(
    r"\b(?:report|claim|repair(?:ed)?|mend(?:ed)?|fix(?:ed)?)\b|\buse (?:the|my) warranty\b"
    r"|报修|(?:申请|要|走)保修|(?:要|想)(?:维修|修)|帮我修|修一下",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"裂|断|坏|漏|碎|掉了|松了|不(?:能|会|动|亮|转|热)|缩水|褪色|起球"
    r"|\b(?:broke|broken|faulty|defective|shr[au]nk|faded|(?:fell|came) apart)\b",
    re.IGNORECASE,
)
_TELLS = frozenset(
    {
        "affirm",
        "complaint",
        "damaged_item",
        "deny",
        "exchange_item",
        "faq",
        "human_agent",
        "inform",
        "nlu_fallback",
        "refund_status",
        "return_item",
        "warranty",
        "wrong_item",
    }
)
_PASS_ON = re.compile(
    r"\b(?:pass|hand|send|give) (?:it|that|this|me|them|my \w+) (?:on|over|along)\b"
    r"|(?:转|交)(?:给|吧|过去|告)|帮我转",
    re.IGNORECASE,
)
_NOT = re.compile(r"n['’]?t\b|\bnot\b|\bleave it\b|不|别|算了", re.IGNORECASE)
_WHAT_TO_DO = re.compile(
    r"\bwhat (?:do|must|should|can|shall) i (?:have to |need to )?do\b|\bwhat (?:now|next)\b"
    r"|\bhow (?:do|can) i (?:use|claim|report|start)\b|\bcover(?:s|ed)?\b"
    r"|能保修|怎么(?:办|弄|报修|申请|走)|要做什么",
    re.IGNORECASE,
)
_ANSWERING = frozenset({"damaged_item", "inform", "nlu_fallback", "complaint", "faq", "wrong_item"})
_OF_CASE = (
    (
        "utter_warranty_whither",
        re.compile(r"\b(?:post|send|ship|bring|mail)\b.{0,20}\b(?:it|you|in|back)\b|寄", re.I),
    ),
    (
        "utter_warranty_either",
        re.compile(r"\b(?:new one|replac\w+|repair\w*|money|refund)\b|换新|退款|维修", re.I),
    ),
)
_LONG_AGO = 6  # messages of the customer in which the fault may have been told


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
    asked = not said_within(tracker, 2).isdisjoint({CASE, ASK})
    if asked and _agrees(tracker, text):
        return [FollowupAction("action_request_human")]
    tells = _tells_fault(text) or _answers(tracker)
    if is_question(text) or not (tells or _REPORTS.search(text) or wish_told(text)):
        return None
    if tracker.get_slot(IN_QUEUE) or was_asked_for(tracker):
        dispatcher.utter_message(response="utter_inform_colleague")
    elif CASE in lately and not tells:
        return [FollowupAction("action_request_human")]
    else:
        say_case(services, dispatcher, tracker, order)
    return [SlotSet("order_number", order.number)]


def asked_of_case(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Where the thing of a case goes, and what comes of it; None for all else."""
    text = latest_text(tracker)[:READ]
    if CASE not in said_within(tracker, SOON) or not is_question(text):
        return None
    response = next((told for told, asked in _OF_CASE if asked.search(text)), None)
    if response is None or latest_entity(tracker, "order_number"):
        return None
    dispatcher.utter_message(response=response)
    return []


def asks_fault(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> bool:
    """Go on with the case where the order is known that is too old for a report.

    Not where something is asked of the warranty itself.
    """
    order, lately = current_order(services, tracker), said_within(tracker, SOON)
    text = latest_text(tracker)[:READ]
    if order is None or "utter_problem_too_late" not in lately:
        return False
    if is_question(text) and not (_WHAT_TO_DO.search(text) or wish_told(text)):
        return False
    say_case(services, dispatcher, tracker, order)
    return True


def say_case(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> None:
    """The case as it was told, to be handed over; what a colleague needs where nothing was."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    fault = _fault_told(tracker)
    dispatcher.utter_message(
        response=CASE if fault else ASK,
        number=order.number,
        items=words.contents(order),
        told=fault,
        buttons=[words.button("pass_on", "human_agent", reason="warranty")],
    )


def _agrees(tracker: Tracker, text: str) -> bool:
    """Whether the case shall be handed over, by what is answered to that question."""
    yes = latest_intent(tracker) == "affirm" or _PASS_ON.search(text) is not None
    return yes and not is_question(text) and not _NOT.search(text) and not _tells_fault(text)


def _answers(tracker: Tracker) -> bool:
    """Whether the latest message answers the question what is wrong."""
    asked, told = ASK in said_within(tracker, 1), latest_intent(tracker)
    return asked and told in _ANSWERING and not is_question(latest_text(tracker)[:READ])


def _tells_fault(text: str) -> bool:
    return problem_told(text) is ProblemKind.DAMAGED_ITEM or _FAULT.search(text) is not None


def _fault_told(tracker: Tracker) -> str:
    """What was told of the fault, and what is wished now; empty where none was told."""
    events = [event for event in tracker.events if event.get("event") == "user"][-_LONG_AGO:]
    told = [plain_words(event.get("text") or "")[:READ] for event in events]
    faults = [text for text in told if text and _tells_fault(text) and not is_question(text)][-1:]
    latest = latest_text(tracker)[:READ]
    if not faults and _answers(tracker):
        return latest
    if faults and latest and latest != faults[0] and wish_told(latest) and not is_question(latest):
        return f"{faults[0]} / {latest}"
    return faults[0] if faults else ""


def is_too_late(services: RetailServices, order: OrderView) -> bool:
    """Whether what arrived broken can't be reported any more."""
    error = why_no_problem(services, order, ProblemKind.DAMAGED_ITEM)
    return isinstance(error, ProblemTooLate)

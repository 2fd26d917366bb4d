"""A report that was never meant, or is not wanted any more: "it's not missing, I have it"."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction

from dialogue.orders.states import ProblemKind
from dialogue.questions import is_question
from dialogue.retail.people.ticket_notes import about_ticket, means_ticket
from dialogue.retail.problems.problem_questions import kind_of
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_intent,
    latest_text,
)
from dialogue.retail.task_slots import REQUESTED_SLOT, leave_form

FORM = "problem_form"
READ = 300  # characters that are looked through
FEW, SIGNS = 12, 20  # words, or Chinese signs, of one that gives up
_ASKED = frozenset({"problem_details", "photo", "wish"})
_MISSED = frozenset({ProblemKind.DELIVERY_NOT_RECEIVED, ProblemKind.MISSING_ITEM})
_NOT_MISSING = re.compile(
    r"\b(?:it|that|they|parcel|package)(?:['’]?s|['’]?re| is| are| was)?(?: really| actually)?"
    r"(?: not|n['’]?t) missing\b|\bnothing(?:['’]?s| is| was)? (?:missing|lost)\b"
    r"|没有?(?:少|丢|缺)(?!了|一)|(?:什么|东西)都没有?(?:少|缺)|不是(?:少|丢|缺)|不是没收到",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"\bi(?:['’]?ve| have)? (?:already )?(?:have|got|received) (?:it|them|everything|the parcel)\b"
    r"|\bit (?:is|was) (?:here|delivered|there) (?:already|all along)\b|我?已经?(?:收到|拿到)了?",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"\b(?:but|except|only|besides|without|if|says?|never|not)\b(?! missing)"
    r"|但|除|只|没(?!少|丢)",
    re.IGNORECASE,
)
_GIVES_UP = re.compile(
    r"\W*(?:(?:ok(?:ay)?|oh|no|well|then|actually|sorry|please)\W+){0,3}"
    r"(?:never\s?mind|forget (?:it|that|about it)"
    r"|(?:neither|none)(?: of (?:them|these|those|it))?\W*$"
    r"|(?:leave|drop) (?:it|that)\b|(?:don['’]?t|do not) report\b"
    r"|i (?:don['’]?t|do not|didn['’]?t|did not) (?:want|mean|need)(?: to report| to complain"
    r"| any (?:report|of (?:that|this|it|them))| either| neither|"
    r" a(?:ny)? report)\b)"
    r"|\W*(?:那|还是)?(?:算了|都不[要用是]|不用了|不报了|不弄了|没事了|不需要了)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[\u4e00-\u9fff]")
# Wishes that begin with an order of their own.
_OTHERS = frozenset(
    {
        "cancel_order",
        "change_address",
        "exchange_item",
        "get_invoice",
        "modify_order",
        "order_status",
        "refund_status",
        "return_item",
    }
)


def means_taken_back(_services: RetailServices, tracker: Tracker) -> bool:
    """Whether the form of a report is active, and the latest message says that there is none."""
    text, asked = latest_text(tracker)[:READ], tracker.get_slot(REQUESTED_SLOT)
    if (tracker.active_loop or {}).get("name") != FORM or asked not in _ASKED or not text:
        return False
    if latest_intent(tracker) == "stop" or is_question(text):
        return False
    kind = kind_of(tracker)
    here = kind is ProblemKind.DELIVERY_NOT_RECEIVED and _HERE.search(text)
    if (kind in _MISSED and _NOT_MISSING.search(text)) or (here and not _BUT.search(text)):
        return True
    short = len(text.split()) <= FEW and len(_SIGN.findall(text)) <= SIGNS
    return short and _GIVES_UP.match(text) is not None


def taken_back(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Leave the report, and go on with what is meant instead: a note on a ticket, another wish."""
    if not means_taken_back(services, tracker):
        return None
    left = leave_form(tracker)
    if means_ticket(services, tracker):
        return [*left, *(about_ticket(services, dispatcher, tracker, domain) or [])]
    if latest_intent(tracker) in _OTHERS:
        return [*left, FollowupAction("action_choose_order")]
    dispatcher.utter_message(response="utter_report_dropped")
    return left

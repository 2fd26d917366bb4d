"""What follows on what was noted for an invoice: a yes to pass it on; when it comes, if done."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.questions import is_question
from dialogue.retail.people.handing_over import RequestHumanAction
from dialogue.retail.people.ticket_questions import YES_AND
from dialogue.retail.people.tickets_told import Facts, told
from dialogue.retail.people.waiting import ASKED_FOR_PERSON
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
from dialogue.retail.task_slots import FORM_OF_INTENT
from dialogue.retail.viewing.invoice_details import (
    ASKED,
    NOT_PASSED,
    NOTED,
    REASON,
    is_passed_on,
    noted_last,
    say_not_passed,
)
from dialogue.retail.wording import button, wording

READ = 80  # characters; who asks so asks shortly
LONGEST = 300  # of what is said with a yes
BARE = 6  # of a question without a subject
FEW = 6  # characters that only lead to what is asked
SOON = 5  # messages after it was noted
_ANSWERS = "utter_invoice_details_"
_NOT_IT = re.compile(
    r"\b(?:parcel|package|order|delivery|refund|money|code)\b|包裹|订单|退款", re.IGNORECASE
)
_LEAD = r"^\W*(?:(?:and|so|ok(?:ay)?|but|thanks?|great)\W+){0,3}"
_WHEN = re.compile(
    _LEAD
    + r"(?:(?:by )?when\b|how (?:long|soon|fast)\b|how many days\b|will it take\b|what happens\b)"
    r"|什么时候|多久|几天|何时",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:which|what|where|to|by|via)\b.{0,20}\b(?:e-?mail|mail|address|inbox)\b"
    rf"|{_LEAD}where (?:does|do|will|is)\b.{{0,20}}\b(?:it|that|invoice|pdf)\b"
    r"|(?:哪个|什么|哪里).{0,6}(?:邮箱|邮件|地址)|发到哪",
    re.IGNORECASE,
)
_DONE = re.compile(
    _LEAD + r"(?:did (?:it|that|this) (?:work|go through)|has (?:it|that) (?:worked|gone through)"
    r"|(?:is|was) (?:it|that|this) (?:really |now |all )?(?:done|noted|passed on|sent"
    r"|through|ok(?:ay)?)"
    r"|did you (?:pass|send|note) (?:it|that)|done)\b|(?:好了|成功了|转了|记下了)(?:吗|没)",
    re.IGNORECASE,
)
_OFFERED = frozenset({NOTED, NOT_PASSED, f"{_ANSWERS}when", f"{_ANSWERS}where"})
_THAT = re.compile(r"\b(?:it|that|this|invoice|happens)\b|发票|它", re.IGNORECASE)
_PASS_IT = re.compile(
    r"\b(?:pass|forward|hand)(?:ed|ing)? (?:[\w'’]+ ){1,6}?(?:on|over|along|through)\b"
    r"|\b(?:pass|forward|hand) (?:on|over|along) (?:the|this|that|it|my|our)\b"
    r"|转(?:给|交|过去|吧|一?下)|提交",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^\W*(?:(?:and|so|ok(?:ay)?|yes|great|please)\W+)*(?:can|could|would|will) you\b"
    r"|^.{0,6}(?:可以|能)",
    re.IGNORECASE,
)
# Not to be passed on, or something else is.
_NOT_SO = re.compile(
    r"\b(?:not|n['’]t|don['’]?t|never|without|before|if|when|until|wait|complaint|ticket|parcel"
    r"|package|refund|code)\b|别|不|先|投诉|包裹|退款|如果",
    re.IGNORECASE,
)
_OF_NOTED = re.compile(
    r"\b(?:it|that|this|compan\w*|business|vat|tax|invoice|bill|details?|address|name)\b"
    r"|公司|抬头|税号|发票|信息",
    re.IGNORECASE,
)
_IS_PASSED = re.compile(
    r"\b(?:passed|forwarded|handed|sent) (?:it |that |this )?(?:on|over|along)\b"
    r"|(?:转|提交)(?:给|交|过去)?.{0,6}(?:了|过去)(?:吗|没|么)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.!?;,。！？；，]\s*|\s(?=(?:and|but) )", re.IGNORECASE)
_WISHES = frozenset({"faq", "list_orders", *FORM_OF_INTENT})

_VAT = re.compile(r"\b(?:vat|tax(?:es)?)\b|\d ?%|\bper ?cent(?:age)?\b|税", re.IGNORECASE)
_SHOWN = frozenset({"utter_invoice", "utter_invoice_credited", "utter_invoice_pdf"})


def vat_of_shown(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Whether VAT is in the invoice that was just shown, and how much."""
    text = latest_text(tracker)
    shown = next((one for one in told(tracker) if one.get("utter_action") in _SHOWN), None)
    asks = len(text) <= READ and is_question(text) and _VAT.search(text)
    if not asks or shown is None or said_within(tracker, 2).isdisjoint(_SHOWN):
        return None
    facts = {name: str(shown.get(name)) for name in ("percent", "vat", "total")}
    dispatcher.utter_message(response="utter_invoice_vat", **facts)
    return []


def passed_on(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Pass on what was noted where that is said in words; what else is wished is done as well."""
    text, noted = latest_text(tracker)[:LONGEST], noted_last(tracker)
    if noted is None or is_passed_on(tracker):
        return None
    yes = YES_AND.match(text) if said_within(tracker, 1) & _OFFERED else None
    told = any(_passes(one) for one in _CLAUSE.split(text))
    if yes is None and not told:
        return None
    events = RequestHumanAction(services).run(dispatcher, tracker, domain)
    rest = text[yes.end() :] if yes else text
    return None if latest_intent(tracker) in _WISHES and is_question(rest) else events


def _passes(clause: str) -> bool:
    """Whether a clause says that it shall be passed on, and is of nothing else."""
    asks = is_question(clause) and not _REQUEST.match(clause)
    return bool(_PASS_IT.search(clause)) and not asks and not _NOT_SO.search(clause)


def after_details(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer from what is known; None where nothing was noted or asked for an invoice before."""
    text, order = latest_text(tracker)[:LONGEST], current_order(services, tracker)
    noted = noted_last(tracker)
    if noted and _OF_NOTED.search(text) and _IS_PASSED.search(text) and is_question(text):
        return _say(services, dispatcher, tracker, noted, "passed")
    about = bool(text) and not {ASKED, NOTED}.isdisjoint(said_within(tracker, SOON))
    if order is None or not about or not _still_spoken_of(tracker):
        return None
    facts, kind = noted or {"number": order.number}, _asked(text)
    if kind == "when" and latest_intent(tracker) in _WISHES and not _of_that(text):
        return None
    if latest_intent(tracker) in _WISHES and kind is None:
        first = next((one for one in _CLAUSE.split(text) if len(one) > FEW), "")
        if first != text and _WHEN.search(first) and _of_that(first):
            _say(services, dispatcher, tracker, facts, "when")
        return None  # the other is answered, too
    if latest_entity(tracker, "order_number") or kind is None:
        return None
    return _say(services, dispatcher, tracker, facts, kind) if noted or kind != "passed" else None


def _of_that(text: str) -> bool:
    """Whether it is of the invoice: "when will it come?", not "when does my jacket come?"."""
    return len(text) <= BARE or _THAT.search(text) is not None


def _asked(text: str) -> str | None:
    """What a short message asks, as the answer is called."""
    if len(text) > READ or _NOT_IT.search(text) or len(_CLAUSE.findall(text.strip(" ?!.？！。"))):
        return None
    kinds = (("where", _WHERE), ("when", _WHEN), ("passed", _DONE))
    return next((kind for kind, asked in kinds if asked.search(text)), None)


def _say(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, facts: Facts, kind: str
) -> Events:
    """The answer of its kind; of what is not passed on, with the button for it."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    told = {name: str(facts.get(name) or "") for name in ("number", "told")}
    passed = is_passed_on(tracker)
    if kind == "passed" and not passed:
        say_not_passed(words, dispatcher, facts)
        return []
    on = [button(words.say("button_pass_on"), "human_agent", reason=REASON)]
    dispatcher.utter_message(response=f"{_ANSWERS}{kind}", buttons=[] if passed else on, **told)
    return []


def _still_spoken_of(tracker: Tracker) -> bool:
    """Whether the last answer was of the invoice, or that it was passed on."""
    last = str(next(told(tracker), {}).get("utter_action"))
    return last.startswith(_ANSWERS) or last in ASKED_FOR_PERSON

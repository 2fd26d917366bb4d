"""What is asked after something was noted for an invoice: when and where it comes, if done."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.questions import is_question
from dialogue.retail.people.tickets_told import told
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
    said_within,
)
from dialogue.retail.viewing.invoice_details import ASKED, NOTED
from dialogue.retail.wording import button, wording

READ = 80  # characters; who asks so asks shortly
SOON = 5  # messages after it was noted
_ANSWERS = "utter_invoice_details_"
_HUMAN = frozenset({"utter_human_requested", "utter_human_later"})
_NOT_IT = re.compile(
    r"\b(?:parcel|package|order|delivery|refund|money|code)\b|包裹|订单|退款", re.IGNORECASE
)
_LEAD = r"^\W*(?:(?:and|so|ok(?:ay)?|but|thanks?|great)\W+){0,3}"
_WHEN = re.compile(
    _LEAD + r"(?:(?:by )?when\b|how (?:long|soon|fast)\b|how many days\b|will it take\b)"
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


_VAT = re.compile(r"\b(?:vat|tax(?:es)?)\b|税", re.IGNORECASE)
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


def after_details(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer from what is known; None where nothing was noted or asked for an invoice before."""
    text, order = latest_text(tracker), current_order(services, tracker)
    about = {ASKED, NOTED}.isdisjoint(said_within(tracker, SOON))
    elsewhere = latest_entity(tracker, "order_number") or _NOT_IT.search(text[:READ])
    if order is None or about or elsewhere or not text or len(text) > READ:
        return None
    if not _still_spoken_of(tracker):
        return None
    noted = next((one for one in told(tracker) if one.get("utter_action") == NOTED), None)
    passed = not _HUMAN.isdisjoint(said_within(tracker, SOON))
    facts = {"number": order.number, "told": str((noted or {}).get("told") or "")}
    if _WHERE.search(text):
        kind = "where"
    elif _WHEN.search(text):
        kind = "when"
    elif _DONE.search(text) and noted is not None:
        kind = "passed" if passed else "not_passed"
    else:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    on = [button(words.say("button_pass_on"), "human_agent", reason="invoice_details")]
    dispatcher.utter_message(response=f"{_ANSWERS}{kind}", buttons=[] if passed else on, **facts)
    return []


def _still_spoken_of(tracker: Tracker) -> bool:
    """Whether the last answer was of the invoice, or that it was passed on."""
    last = str(next(told(tracker), {}).get("utter_action"))
    return last.startswith(_ANSWERS) or last in _HUMAN

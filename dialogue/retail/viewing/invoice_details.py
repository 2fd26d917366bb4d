"""What shall stand on an invoice beside what stands there: noted, completed, and handed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_intent,
    latest_text,
    plain_words,
    said_within,
)
from dialogue.retail.wording import button, wording

READ = 500  # characters that are looked through
LONGEST = 200  # of what is said back
SOON = 3  # messages after an invoice in which details are meant for it
LOOKED_BACK = 6  # messages in which details may stand that belong together
DETAILS = re.compile(
    r"\b(?:compan\w*|business\w*|firm\w*|employer\w*)\b"
    r"|\b(?:vat|tax) (?:id|number|no)"
    r"|公司|抬头|税号",
    re.IGNORECASE,
)
_VAT = re.compile(
    r"\b(?:AT|BE|CZ|DE|DK|ES|FI|FR|GB|IE|IT|LU|NL|PL|PT|SE)\s?[A-Z]?\s?"
    r"(?:\d[\s.]?){7,11}[A-Z\d]{0,3}\b"
)
_COMPANY = re.compile(
    r"\b(?:[^\W\d_][\w&.'’-]*\s+){1,5}(?:Ltd|Limited|GmbH|UG|AG|KG|OHG|Inc|LLC|LLP|PLC|B\.?V|N\.?V"
    r"|S\.?A\.?R\.?L|S\.?A|S\.?L|S\.?r\.?l|S\.?p\.?A|ApS|A/S|AB|Oy|Sp\. z o\.o|GbR|e\.?K|e\.?V)\b"
    r"|\b(?:compan\w*|business|firm)(?:['’]?s)?(?: name)?\s*(?:is|:|=|called)\s*\S.{2,}"
    r"|(?:公司|抬头)(?:名称|名)?\s*(?:是|为|叫|：|:)\s*\S{2,}|[\u4e00-\u9fff]{2,20}(?:有限)?公司",
    re.IGNORECASE,
)
_NO_VAT = re.compile(
    r"\b(?:no|without(?: an?)?|don['’]?t have(?: an?)?|haven['’]?t(?: got)?(?: an?)?)\s+(?:vat|tax)"
    r"|(?:没有|无)税号",
    re.IGNORECASE,
)
ASKED, NOTED = "utter_invoice_details_missing", "utter_invoice_details_noted"
_ABOUT_INVOICES = frozenset(
    {
        "utter_invoice",
        "utter_invoice_credited",
        "utter_invoice_details",
        "utter_invoice_pdf",
        ASKED,
        NOTED,
    }
)
_ANSWERS = frozenset({"affirm", "correct_that", "deny", "inform", "nlu_fallback", "out_of_scope"})
_WANTS = _ANSWERS | {"change_address", "faq", "get_invoice", "modify_order", "update_account"}


def more_details(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Note what is typed for the invoice that was just spoken of; ask for what is still missing."""
    text, order = latest_text(tracker)[:READ], current_order(services, tracker)
    if order is None or said_within(tracker, SOON).isdisjoint(_ABOUT_INVOICES):
        return None
    asked = ASKED in said_within(tracker, 1)  # once: what is then answered is what there is
    answers = asked and latest_intent(tracker) in _ANSWERS
    wants = latest_intent(tracker) in _WANTS and DETAILS.search(text)
    if not (_tells(text) or answers or wants):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    told = [*_told_before(tracker), *([text] if answers or _tells(text) else [])]
    known = {"company_name": _COMPANY, "vat_id": _VAT}
    lacking = [name for name, form in known.items() if not form.search(", ".join(told))]
    missing = lacking and not answers and not _NO_VAT.search(text)
    title = words.say("button_pass_on")
    dispatcher.utter_message(
        response=ASKED if missing else NOTED,
        number=order.number,
        told=", ".join(told)[:LONGEST],
        missing=words.listing(words.say(f"missing_{name}") for name in lacking),
        buttons=[button(title, "human_agent", reason="invoice_details")],
    )
    return []


def _tells(text: str) -> bool:
    return bool(_COMPANY.search(text) or _VAT.search(text))


def _told_before(tracker: Tracker) -> Iterator[str]:
    """The earlier messages of the last few that tell details, in order."""
    said = [event for event in tracker.events if event.get("event") == "user"][-LOOKED_BACK:-1]
    texts = [plain_words(event.get("text") or "")[:READ] for event in said]
    yield from (text for text in texts if _tells(text))

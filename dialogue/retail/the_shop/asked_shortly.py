"""Short questions of the shop that a model takes for others: of an old mailbox, money that is gone.

Each is told by its words and by what was spoken of just before.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.questions import is_question
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.task_slots import FORM_OF_INTENT
from dialogue.retail.the_shop.short_questions import QUESTIONS

SHORT = 120  # characters of such a question
# "Wrap it and put in a card with some words": two answers.
_WRAPS = re.compile(r"\b(?:gift[- ]?)?wrap\w*\b|包装|包起来", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(?:cards?|notes?|messages?|words|greeting)\b(?! ?board)|贺卡|卡片|留言|写(?:几|点|句|张)",
    re.IGNORECASE,
)
_NO_CARD = re.compile(r"\bgift ?cards?\b|\bpay\b|礼品卡|付", re.IGNORECASE)


def asked_shortly(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer one of these; None for all else."""
    text, intent = latest_text(tracker), latest_intent(tracker)
    if not text or len(text) > SHORT or latest_entity(tracker, "order_number"):
        return None
    begins = intent in FORM_OF_INTENT and not is_question(text)
    for one in QUESTIONS:
        said = said_within(tracker, one.within) if one.after else ()
        lately = not begins and any(response.startswith(one.after) for response in said)
        if (intent in one.intents or lately) and one.words.search(text):
            dispatcher.utter_message(response=one.response, **_facts(services))
            return []
    if _WRAPS.search(text) and _WRITES.search(text) and not _NO_CARD.search(text):
        dispatcher.utter_message(response="utter_faq/gift_wrapping")
        dispatcher.utter_message(response="utter_faq/gift_message")
        return []
    return None


def _facts(services: RetailServices) -> dict[str, Any]:
    """What the shop's rules say, by its names in the responses."""
    policies, seller = services.policies, services.policies.seller
    return {
        "report_days": policies.damages.report_within_days,
        "seller": f"{seller.name}, {seller.street}, {seller.postcode} {seller.city}",
        "email": seller.email,
    }

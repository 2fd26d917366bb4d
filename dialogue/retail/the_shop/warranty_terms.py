"""The warranty: everything about it, or the one thing that is asked."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.problems.warranty_case import asks_fault
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    latest_entity,
    latest_text,
    said_within,
)

READ = 300  # characters that are looked through
LOOKED_BACK = 2  # messages; what was told since then need not be told whole again
_ABOUT_IT = ("utter_warranty", "utter_warranty_too")
# What is asked, and the response that tells it; the first that fits.
_ASKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "utter_warranty_over",
        re.compile(
            r"\b(?:over|expired?|ended|run out|ran out|no longer|afterwards?)\b"
            r"|\bafter (?:the )?(?:that|warranty|(?:2|two|several|many) years)\b"
            r"|(?<![.,\d])(?:\b(?:3|4|5|6|10)|\b(?:three|four|five|six|ten)) years\b"
            r"|过了|过期|过保|(?<![.,点\d])[三四五3456十]年(?!内)|以后|之后",
            re.IGNORECASE,
        ),
    ),
    (
        "utter_warranty_proof",
        re.compile(
            r"\b(?:receipts?|invoices?|bills?|proof|prove|papers?|card|register|need|box)\b"
            r"|发票|收据|小票|凭证|证明|需要什么|包装",
            re.IGNORECASE,
        ),
    ),
    (
        "utter_warranty_cost",
        re.compile(
            r"\b(?:costs?|pay|free|price|fee|charge|postage)\b|多少钱|要钱|收费|免费|费用|运费|邮费",
            re.IGNORECASE,
        ),
    ),
    (
        "utter_warranty_time",
        re.compile(
            r"\bhow (?:long|soon|quick\w*|fast)\b.{0,25}\b(?:repair|take|fix|replace|mend)\w*\b"
            r"|\b(?:repair|fix|mend)\w*\b.{0,15}\btake\b|(?:(?<!保)修|换).{0,6}(?:多久|几天)",
            re.IGNORECASE,
        ),
    ),
)
_TOO = re.compile(
    r"\b(?:on|for|with|about|cover\w*)\s+(?!that\b|it\b|you\b|how\b)\w|呢\W*$|也", re.IGNORECASE
)


class WarrantyAction(RetailAction):
    """Everything about the warranty; of one thing that is asked, that alone."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_warranty"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Goods that are named after the whole was told have the warranty too: all have."""
        text = latest_text(tracker)[:READ]
        asked = next((name for name, words in _ASKED if words.search(text)), None)
        if asked is None and asks_fault(self.services, dispatcher, tracker):
            return []
        lately = not said_within(tracker, LOOKED_BACK).isdisjoint(_ABOUT_IT)
        named = latest_entity(tracker, "product") or _TOO.search(text)
        whole = "utter_warranty_too" if lately and named else "utter_warranty"
        dispatcher.utter_message(response=asked or whole)
        return []

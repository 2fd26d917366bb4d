"""Where an order is decides what a wish about it can be: what has arrived is swapped for something
else, what has not left yet is simply changed. Customers need not know the difference.
"""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.orders.errors import OrderNotFound
from dialogue.orders.states import ProblemKind
from dialogue.retail.choice import fitting
from dialogue.retail.services import RetailServices, latest_intent, latest_text, viewer_of

READ = 300  # characters that are looked through
RESENT = str(ProblemKind.DELIVERY_NOT_RECEIVED)
_RESEND = re.compile(
    r"\bre-?send\b|\b(?:send|ship|post|mail|deliver)\b(?!.*\bback\b).{0,40}\bagain\b|重发|补发|再[发寄]一",
    re.IGNORECASE,
)
CHANGE, SWAP = "modify_order_form", "exchange_form"
_OTHER = {"modify_order": (CHANGE, SWAP), "exchange_item": (SWAP, CHANGE)}


def asks_to_resend(tracker: Tracker) -> bool:
    """Whether "send it again" was taken for sending it back: the shop shall send, not they."""
    text = latest_text(tracker)[:READ]
    return latest_intent(tracker) == "return_item" and bool(_RESEND.search(text))


def form_instead(services: RetailServices, tracker: Tracker, number: str | None) -> str | None:
    """The form that does for this order what the latest wish asks for, where its own cannot."""
    forms = _OTHER.get(latest_intent(tracker))
    if forms is None or number is None:
        return None
    try:
        order = services.store.order(viewer_of(tracker), number)
    except OrderNotFound:
        return None
    own, other = (
        fitting(form, [order], services.clock().date(), services.policies) for form in forms
    )
    return forms[1] if other and not own else None

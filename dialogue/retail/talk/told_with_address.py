"""An order's number together with the e-mail address it was placed with, and what they are for."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.retail.proof.order_keys import email_in
from dialogue.retail.services import Events, latest_text, viewer_of
from dialogue.retail.talk.tasks import intents_named
from dialogue.retail.task_slots import FORM_OF_INTENT

READ = 500  # characters that are looked through
_WISHED_WITH_IT = frozenset({"cancel_order", "get_invoice", "refund_status", "return_item"})


def number_and_address(tracker: Tracker) -> Events:
    """Begin what a guest wishes who names an address, and in this message or before a number."""
    email, number = email_in(latest_text(tracker)[:READ]), tracker.get_slot("order_number")
    if email is None or number is None or viewer_of(tracker).signed_in:
        return []
    told = [SlotSet("order_number", number), SlotSet("order_email", email)]
    return [*told, FollowupAction(_form_named(latest_text(tracker)))]


def _form_named(text: str) -> str:
    """What is wished for with the number: "an invoice of 1896, I'm aisha@…"; else where it is."""
    named = [one for one in intents_named(text) if one in _WISHED_WITH_IT]
    return FORM_OF_INTENT[named[0]] if len(named) == 1 else "order_status_form"

"""Who wants neither of the remedies gives the report up: nothing is noted, nothing asked again."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.problems.remedies import wish_in
from dialogue.retail.services import Dispatcher, Events, RetailServices, latest_text
from dialogue.retail.task_slots import REQUESTED_SLOT, leave_form

READ = 60  # characters; who gives up says it shortly
_GIVES_UP = re.compile(
    r"\b(?:neither|none of (?:them|these|those|that)|never ?mind|forget (?:it|about it|that)"
    r"|leave it|drop it|nothing(?: of (?:that|it))?\W*$|no need)\b"
    r"|算了|都不(?:要|用|需要)|不用了|不(?:必|需要)了",
    re.IGNORECASE,
)


def given_up(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Drop the report."""
    if not gives_up_wish(services, tracker):
        return None
    dispatcher.utter_message(response="utter_stopped")
    return leave_form(tracker)


def gives_up_wish(_services: RetailServices, tracker: Tracker) -> bool:
    """Whether the question for a remedy is answered with none."""
    asked = tracker.get_slot(REQUESTED_SLOT) == "wish"
    form, text = (tracker.active_loop or {}).get("name"), latest_text(tracker)
    if form != "problem_form" or not asked or not 0 < len(text) <= READ:
        return False
    return _GIVES_UP.search(text) is not None and wish_in(text) is None

"""What a message is meant for by its words and by what was said before, whatever it was taken for.

A model reads each message by itself, and takes a short one that goes on with something for a
neighbour of it: "cancel the pizza one" for an order's cancellation. The action that it would begin
makes room for the one that is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction

from dialogue.retail.reminders import RemindMeAction, means_reminders
from dialogue.retail.services import Events, RetailAction, RetailServices, latest_text
from dialogue.retail.ticket_notes import AddToTicketAction, means_ticket
from dialogue.retail.waiting import WaitingAction, means_waiting

LISTEN = "action_listen"
ANSWERS = ("validate_", "action_ask_")  # what belongs to a form, which reads its answers itself

Means = Callable[[RetailServices, Tracker], bool]
FOLLOW_UPS: tuple[tuple[Means, type[RetailAction]], ...] = (
    (means_ticket, AddToTicketAction),
    (means_reminders, RemindMeAction),
    (means_waiting, WaitingAction),
)


def action_meant(action: RetailAction, tracker: Tracker) -> RetailAction | None:
    """The action to run in place of the one with which a turn begins; None where that is right."""
    name = str(action.name())
    if name.startswith(ANSWERS) or not latest_text(tracker) or not _begins_turn(tracker):
        return None
    for means, meant in FOLLOW_UPS:
        if means(action.services, tracker):
            return None if isinstance(action, meant) else meant(action.services)
    return None


def and_no_more(tracker: Tracker, events: Events) -> Events:
    """The events of an action that took another's place, and what comes next: the active form."""
    loops = [event.get("name") for event in events if event.get("event") == "active_loop"]
    active = loops[-1] if loops else (tracker.active_loop or {}).get("name")
    return [*events, FollowupAction(str(active or LISTEN))]


def _begins_turn(tracker: Tracker) -> bool:
    """Whether nothing was done yet about the latest message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return not _is_external(event)
        if event.get("event") == "action" and event.get("name") != LISTEN:
            return False
    return False


def _is_external(event: Mapping[str, Any]) -> bool:
    return bool((event.get("metadata") or {}).get("is_external"))

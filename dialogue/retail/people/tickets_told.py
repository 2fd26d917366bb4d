"""Of which tickets the bot spoke in a conversation, by the answers that named their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.tickets import ticket_number_in

REPORTED = frozenset(
    {
        "utter_problem_reported",
        "utter_problem_added",
        "utter_problem_known",
        "utter_delay_noted",
        "utter_photo_added",
        "utter_wish_changed",
    }
)
COMPLAINED = frozenset({"utter_complaint", "utter_complaint_aside", "utter_complaint_beside"})
_OF_ONE = frozenset(
    {
        "utter_ticket_open",
        "utter_ticket_open_of",
        "utter_ticket_is_added",
        "utter_ticket_add_what",
        "utter_ticket_says",
    }
)
ADDED = "utter_ticket_added"
MAIL_NOTED, PHONE_NOTED = "utter_ticket_mail_noted", "utter_ticket_phone_noted"
SETTLED = "utter_ticket_settled"
TOLD = REPORTED | COMPLAINED | _OF_ONE | {ADDED, MAIL_NOTED, PHONE_NOTED, SETTLED}
Facts = Mapping[str, Any]


def told(tracker: Tracker) -> Iterator[Facts]:
    """The facts of what the bot said, the latest first."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            yield event.get("metadata") or {}


def ticket_of(facts: Facts) -> str | None:
    """The ticket's number in the facts of an answer that names one."""
    if facts.get("utter_action") not in TOLD:
        return None
    return ticket_number_in(str(facts.get("ticket") or facts.get("reference") or ""))


def ticket_spoken_of(tracker: Tracker) -> str | None:
    """The ticket of which the bot spoke last; a list of several in one answer means none."""
    found: set[str] = set()
    for event in reversed(tracker.events):
        if event.get("event") == "user" and len(found) == 1:
            break
        if event.get("event") == "user":
            found = set()
        elif event.get("event") == "bot":
            found |= {number} if (number := ticket_of(event.get("metadata") or {})) else set()
    return found.pop() if len(found) == 1 else None

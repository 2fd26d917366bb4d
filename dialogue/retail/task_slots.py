"""What forms have asked for so far: their slots, what is forgotten when, what was held before."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet

from dialogue.retail.services import Events, latest_intent

REQUESTED_SLOT = "requested_slot"

# What a form has asked for so far; forgotten when a wish is dropped, done, or a new one begins.
# The order itself is kept, so that "and cancel it" knows what "it" is.
TASK_SLOTS = (
    "announced_return",
    "change",
    "confirmed",
    "item",
    "new_address",
    "order_code",
    "photo",
    "pieces",
    "problem_details",
    "problem_kind",
    "proof_blocked",
    "replacement",
    "return_reason",
    "wish",
)

# Of these, what is known again when a wish goes on that was left. A yes is among it only while
# the code is asked for, without which it does nothing: a side question does not undo it.
RESUMABLE = (
    "announced_return",
    "change",
    "confirmed",
    "item",
    "new_address",
    "pieces",
    "problem_details",
    "replacement",
    "return_reason",
    "wish",
)

# Of these, what has a meaning only for the order that it was said of.
ORDER_SLOTS = ("announced_return", "change", "item", "pieces", "replacement")

# What a yes was said to: when any of it changes, the yes no longer counts.
CONFIRMED_SLOTS = ("order_number", "new_address", "wish", *ORDER_SLOTS)

# Slots that are filled with whatever the customer writes.
TOLD_SLOTS = frozenset(
    {
        "change",
        "item",
        "new_address",
        "order_code",
        "pieces",
        "problem_details",
        "replacement",
        "return_reason",
        "wish",
    }
)

# Of these, what shall become of an order: who answers with a no wants nothing of it.
CHOSEN_SLOTS = frozenset({"change", "item", "new_address", "order_code", "pieces", "replacement"})

FORM_OF_INTENT = {
    "cancel_order": "cancel_order_form",
    "change_address": "change_address_form",
    "damaged_item": "problem_form",
    "delivery_not_received": "problem_form",
    "exchange_item": "exchange_form",
    "get_invoice": "invoice_form",
    "missing_item": "problem_form",
    "modify_order": "modify_order_form",
    "order_status": "order_status_form",
    "refund_status": "refund_status_form",
    "return_item": "return_form",
    "shipping_updates": "shipping_updates_form",
    "withdraw_return": "withdraw_return_form",
    "wrong_item": "problem_form",
}


def intent_of_form(tracker: Tracker) -> str | None:
    """The wish of the active form; of a problem the kind that was told."""
    form = (tracker.active_loop or {}).get("name")
    intents = [intent for intent, own in FORM_OF_INTENT.items() if own == form]
    kind = tracker.get_slot("problem_kind")
    return kind if kind in intents else next(iter(intents), None)


def forget_task(tracker: Tracker) -> Events:
    """Slot events that forget what forms have asked for."""
    return [SlotSet(name, None) for name in TASK_SLOTS if tracker.get_slot(name) is not None]


def leave_form(tracker: Tracker) -> Events:
    """Events that end whatever form is active and forget what it asked for."""
    return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None), *forget_task(tracker)]


def value_before_message(tracker: Tracker, slot: str) -> Any:
    """What a slot held before the latest message was read."""
    events = iter(reversed(tracker.events))
    for event in events:
        if event.get("event") == "user":
            break
    for event in events:
        if event.get("event") == "slot" and event.get("name") == slot:
            return event.get("value")
    return None


def said_yes_to_another(tracker: Tracker) -> bool:
    """Whether what the customer agreed to in an earlier message is not what is wanted now."""
    if not value_before_message(tracker, "confirmed"):
        return False
    return any(
        tracker.get_slot(name) != value_before_message(tracker, name) for name in CONFIRMED_SLOTS
    )


def drop_emptied(tracker: Tracker) -> None:
    """Take slots that were just emptied out of the candidates: there is nothing to check."""
    given = len(tracker.events)
    while given and tracker.events[given - 1].get("event") == "slot":
        given -= 1
    candidates = [event for event in tracker.events[given:] if event.get("value") is not None]
    tracker.events = [*tracker.events[:given], *candidates]


def unsaid(tracker: Tracker) -> dict[str, Any]:
    """The asked slot emptied, where the message was no answer to it but corrected another."""
    asked = tracker.get_slot(REQUESTED_SLOT)
    if latest_intent(tracker) != "correct_that" or asked not in TOLD_SLOTS:
        return {}
    others = [
        name
        for name, value in tracker.slots_to_validate().items()
        if name != asked
        and tracker.get_slot(name) is not None
        and value is not None
        and tracker.get_slot(name) != value_before_message(tracker, name)
    ]
    return {asked: None} if others else {}

"""Filling slots from a message: Rasa's extraction, run after every customer message."""

from __future__ import annotations

from typing import Any

from dialogue.domain import Domain, Form, Slot, SlotMapping
from dialogue.events import UserUttered
from dialogue.tracker import Tracker

NOTHING = object()


def extract_slots(
    domain: Domain, tracker: Tracker, *, activating: str | None = None
) -> dict[str, Any]:
    """The slot values the latest message gives; for each slot the first mapping that yields wins.

    `activating` names a form that begins with this very message: its conditions hold already and
    its `from_trigger_intent` mappings fire.
    """
    message = tracker.latest_message
    if message is None:
        return {}
    found: dict[str, Any] = {}
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            value = _value(domain, tracker, message, slot, mapping, activating)
            if value is not NOTHING:
                found[slot.name] = value
                break
    return found


def _value(
    domain: Domain,
    tracker: Tracker,
    message: UserUttered,
    slot: Slot,
    mapping: SlotMapping,
    activating: str | None,
) -> Any:
    loop = activating or (tracker.active_loop.name if tracker.active_loop else None)
    form = domain.forms.get(loop or "")
    if not _intent_fits(mapping, message.intent, form):
        return NOTHING
    if mapping.type == "from_trigger_intent":
        named = {condition.active_loop for condition in mapping.conditions}
        fires = activating is not None and (not named or activating in named)
        return mapping.value if fires else NOTHING
    if not _conditions_hold(mapping, tracker, slot.name, loop):
        return NOTHING
    match mapping.type:
        case "from_entity":
            return _from_entity(domain, tracker, message, slot, mapping, form)
        case "from_text":
            is_slash = message.text.startswith("/") and message.parse_data.get("slash")
            return NOTHING if is_slash else message.text
        case "from_intent":
            return mapping.value
    return NOTHING


def _intent_fits(mapping: SlotMapping, intent: str | None, form: Form | None) -> bool:
    if mapping.intents:
        return intent in mapping.intents
    excluded = mapping.not_intents
    names_form = form is not None and any(c.active_loop == form.name for c in mapping.conditions)
    if form is not None and (not mapping.conditions or names_form):
        excluded = excluded | form.ignored_intents
    return intent not in excluded


def _conditions_hold(mapping: SlotMapping, tracker: Tracker, slot: str, loop: str | None) -> bool:
    if not mapping.conditions:
        return True
    requested = tracker.slots.get("requested_slot")
    rejected = tracker.active_loop is not None and tracker.active_loop.rejected
    if rejected and requested == slot:
        return False
    return any(
        condition.active_loop == loop
        and (condition.requested_slot is None or condition.requested_slot == requested)
        for condition in mapping.conditions
    )


def _from_entity(
    domain: Domain,
    tracker: Tracker,
    message: UserUttered,
    slot: Slot,
    mapping: SlotMapping,
    form: Form | None,
) -> Any:
    if form is not None and slot.name != tracker.slots.get("requested_slot"):
        others = (name for name in form.required_slots if name != slot.name)
        shared = any(mapping in domain.slots[name].mappings for name in others)
        if shared:
            return NOTHING
    values = [
        entity.value
        for entity in message.entities
        if (entity.name, entity.role, entity.group) == (mapping.entity, mapping.role, mapping.group)
    ]
    if not values:
        return NOTHING
    return values if slot.type == "list" else values[-1]

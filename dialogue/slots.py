"""What the latest message says about each slot, by the domain's slot mappings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dialogue.domain import (
    REQUESTED_SLOT,
    SESSION_METADATA_SLOT,
    Domain,
    Form,
    MappingType,
    Slot,
    SlotMapping,
    SlotType,
)
from dialogue.events import UserUttered
from dialogue.tracker import Tracker


@dataclass(frozen=True)
class Candidate:
    """A slot and the value that a message gives it."""

    slot: str
    value: Any


@dataclass(frozen=True)
class AskAction:
    """A custom mapping: this action says what the message gives."""

    name: str


def read_message(tracker: Tracker, domain: Domain) -> Iterator[Candidate | AskAction]:
    """For each slot its first mapping that yields a value, and the custom actions on the way."""
    message = tracker.latest_message
    if message is None:
        return
    for slot in domain.slots.values():
        if slot.name in (REQUESTED_SLOT, SESSION_METADATA_SLOT):
            continue
        for mapping in slot.mappings:
            if not _applies(mapping, slot, tracker, message, domain):
                continue
            if mapping.type is MappingType.CUSTOM:
                if mapping.action is not None:
                    yield AskAction(mapping.action)
                continue
            values = _values(mapping, message)
            if values:
                yield Candidate(slot.name, values if slot.type is SlotType.LIST else values[-1])
                break


def _applies(
    mapping: SlotMapping, slot: Slot, tracker: Tracker, message: UserUttered, domain: Domain
) -> bool:
    form = domain.forms.get(tracker.active_loop_name or "")
    if mapping.type is MappingType.FROM_ENTITY:
        if mapping.entity not in domain.entities:
            return False
        if form is not None and _belongs_to_another(mapping, slot, tracker, form, domain):
            return False
    if mapping.type is MappingType.FROM_INTENT and not mapping.intents <= domain.intents.keys():
        return False
    if not _intent_fits(mapping, message.intent, tracker.active_loop_name, domain):
        return False
    if mapping.type is MappingType.FROM_TRIGGER_INTENT:
        return _triggers(mapping, tracker)
    return _conditions_hold(mapping, slot, tracker)


def _intent_fits(
    mapping: SlotMapping, intent: str | None, loop: str | None, domain: Domain
) -> bool:
    """Whether the message's intent lets the mapping count; a form's ignored intents do not."""
    if mapping.intents:
        return intent in mapping.intents
    form = domain.forms.get(loop or "")
    excluded = mapping.not_intents
    if form is not None and _speaks_of(mapping, form.name):
        excluded |= form.ignored_intents
    return intent not in excluded


def _speaks_of(mapping: SlotMapping, loop: str) -> bool:
    return not mapping.conditions or any(c.active_loop == loop for c in mapping.conditions)


def _triggers(mapping: SlotMapping, tracker: Tracker) -> bool:
    """Only a message that a loop began with, or that is said while it is active, can trigger."""
    loop = tracker.active_loop_name
    return loop is not None and _speaks_of(mapping, loop)


def _conditions_hold(mapping: SlotMapping, slot: Slot, tracker: Tracker) -> bool:
    if not mapping.conditions:
        return True
    loop, requested = tracker.active_loop, tracker.requested_slot
    if loop is not None and loop.rejected and requested == slot.name:
        return False
    return any(
        condition.active_loop == tracker.active_loop_name
        and condition.requested_slot in (None, requested)
        for condition in mapping.conditions
    )


def _belongs_to_another(
    mapping: SlotMapping, slot: Slot, tracker: Tracker, form: Form, domain: Domain
) -> bool:
    """Whether the form has another slot for the same entity, so that only the asked one counts."""
    if slot.name not in form.required_slots or tracker.requested_slot == slot.name:
        return False
    same = (mapping.entity, mapping.role, mapping.group)
    return any(
        other.type is MappingType.FROM_ENTITY and (other.entity, other.role, other.group) == same
        for name in form.required_slots
        if name != slot.name
        for other in domain.slots[name].mappings
    )


def _values(mapping: SlotMapping, message: UserUttered) -> list[Any]:
    match mapping.type:
        case MappingType.FROM_ENTITY:
            entities = message.understanding.entities
            return [entity.value for entity in entities if mapping.fits(entity)]
        case MappingType.FROM_TEXT:
            return [] if message.text is None else [message.text]
        case _:
            return [mapping.value]

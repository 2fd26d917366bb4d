"""`action_extract_slots`: what the latest message fills, checked by the domain's validation action."""

from __future__ import annotations

from dialogue.events import BotUttered, SlotSet
from dialogue.slots import extract_slots
from dialogue.turn import TurnInProgress

VALIDATE = "action_validate_slot_mappings"


def extract_into(turn: TurnInProgress, activating: str | None = None) -> None:
    """Fill slots from the latest message; custom mappings run their action, once each."""
    found = extract_slots(turn.domain, turn.tracker, activating=activating)
    current = turn.tracker.slots
    fresh = {
        name: value
        for name, value in found.items()
        if activating is None or current.get(name) != value
    }
    for action in _custom_actions(turn):
        for event in turn.perform(turn.call(action)):
            if isinstance(event, SlotSet):
                fresh[event.name] = event.value
            elif isinstance(event, BotUttered):
                turn.apply(event)
    if fresh and VALIDATE in turn.domain.actions:
        candidates = [SlotSet(name=name, value=value) for name, value in fresh.items()]
        for event in turn.perform(turn.call(VALIDATE, before=candidates)):
            if isinstance(event, SlotSet):
                fresh[event.name] = event.value
    turn.apply(*(SlotSet(name=name, value=value) for name, value in fresh.items()))


def _custom_actions(turn: TurnInProgress) -> list[str]:
    named = (m.action for s in turn.domain.slots.values() for m in s.mappings if m.type == "custom")
    return list(dict.fromkeys(action for action in named if action))

"""`action_extract_slots`: the slots that the latest message fills, checked by the project."""

from __future__ import annotations

from dialogue.actions.context import ActionContext
from dialogue.domain import VALIDATE_SLOTS
from dialogue.errors import ActionError
from dialogue.events import BotUttered, Event, SlotSet
from dialogue.slots import AskAction, read_message


def extract_slots(context: ActionContext) -> list[Event]:
    """Slot events for what the latest message says, after the project's own checks.

    A custom action that fails is noted as a problem and gives nothing; when the one that checks
    fails, nothing unchecked is taken.
    """
    events: list[Event] = []
    asked: set[str] = set()
    for found in read_message(context.tracker, context.domain):
        if not isinstance(found, AskAction):
            events.append(SlotSet(found.slot, found.value))
        elif found.name not in asked:
            asked.add(found.name)
            events.extend(_try(context, found.name))
    if VALIDATE_SLOTS not in context.domain.declared_actions:
        return events
    return _validated(context, events)


def _validated(context: ActionContext, events: list[Event]) -> list[Event]:
    """What `action_validate_slot_mappings` makes of the candidates; what it ignores is kept."""
    candidates = [event for event in events if isinstance(event, SlotSet)]
    said = [event for event in events if not isinstance(event, SlotSet)]
    supposed = context.supposing(candidates)
    try:
        answered = _spoken_or_set(supposed.run_custom(VALIDATE_SLOTS))
    except ActionError as error:
        context.problems.append(str(error))
        return said
    judged = {event.name for event in answered if isinstance(event, SlotSet)}
    kept = [event for event in candidates if event.name not in judged]
    return [*said, *answered, *kept]


def _try(context: ActionContext, name: str) -> list[Event]:
    try:
        return _spoken_or_set(context.run_custom(name))
    except ActionError as error:
        context.problems.append(str(error))
        return []


def _spoken_or_set(events: list[Event]) -> list[Event]:
    """Of an action that extracts, only slots and messages count."""
    return [event for event in events if isinstance(event, SlotSet | BotUttered)]

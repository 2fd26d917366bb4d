"""What policies see of a conversation: a sequence of states, one before each action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from dialogue.domain import Domain
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    EntitiesAdded,
    Event,
    SlotSet,
    UserUttered,
)

Features = frozenset[tuple[str, Any]]


@dataclass(frozen=True)
class State:
    """One moment of a conversation, hashable. `previous` is None before the first action."""

    previous: str | None = None
    intent: str | None = None
    entities: frozenset[str] = frozenset()
    slots: Features = frozenset()
    loop: str | None = None


@dataclass(frozen=True)
class Decision:
    """What the conversation looked like, and the action that followed."""

    state: State
    action: str


def decisions(domain: Domain, events: Iterable[Event]) -> tuple[list[Decision], State]:
    """Every decision of a conversation and the state it is in now.

    Turns in which a form just asked and was answered leave no trace, as in Rasa.
    """
    made: list[Decision] = []
    state = State()
    values = domain.initial_slots()
    state = replace(state, slots=_features(domain, values))
    rejected = False
    for event in events:
        match event:
            case ActionExecuted() if event.name is not None:
                if domain.is_loop(event.name) and state.loop == event.name and not rejected:
                    made, state = _without_happy_path(made, state, event.name)
                else:
                    made.append(Decision(state, event.name))
                state = replace(state, previous=event.name)
                rejected = False
            case ActionExecutionRejected():
                rejected = rejected or event.name == state.loop
            case UserUttered():
                state = replace(state, intent=event.intent, entities=_entities(domain, event))
            case EntitiesAdded():
                added = {str(e["entity"]) for e in event.entities if "entity" in e}
                state = replace(state, entities=state.entities | added)
            case SlotSet():
                if event.name in domain.slots:
                    values[event.name] = event.value
                    state = replace(state, slots=_features(domain, values))
            case AllSlotsReset():
                values = domain.initial_slots()
                state = replace(state, slots=_features(domain, values))
            case ActiveLoop():
                state = replace(state, loop=event.name)
    return made, state


def _without_happy_path(
    made: list[Decision], state: State, loop: str
) -> tuple[list[Decision], State]:
    """Forget the turns since the loop ran last: they were only asking and answering."""
    for index in range(len(made) - 1, -1, -1):
        if made[index].action == loop:
            before = made[index].state
            return made[: index + 1], replace(state, intent=before.intent, entities=before.entities)
    return [*made, Decision(state, loop)], state


def _features(domain: Domain, values: dict[str, Any]) -> Features:
    found = ((name, domain.slots[name].feature(value)) for name, value in values.items())
    return frozenset((name, feature) for name, feature in found if feature is not None)


def _entities(domain: Domain, event: UserUttered) -> frozenset[str]:
    intent = domain.intents.get(event.intent or "")
    found = set()
    for entity in event.entities:
        if not domain.entities.get(entity.name, False):
            continue
        if intent is not None and not intent.sees(entity.name):
            continue
        found.add(entity.name)
        found |= {f"{entity.name}#{part}" for part in (entity.role, entity.group) if part}
    return frozenset(found)

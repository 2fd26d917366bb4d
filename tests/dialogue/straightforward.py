"""What trackers and policies must give, in the plainest way: everything is folded each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.domain import LISTEN, Domain
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    EntitiesAdded,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserFeaturization,
    UserUtteranceReverted,
    UserUttered,
)
from dialogue.policies.patterns import Pattern
from dialogue.states import Moment, OnlyInRules, State, words


def applied_of(events: Iterable[Event]) -> list[Event]:
    """The events that count."""
    applied: list[Event] = []
    for event in events:
        if isinstance(event, ActionReverted):
            _drop_back_to(applied, ActionExecuted)
        elif isinstance(event, UserUtteranceReverted):
            _drop_back_to(applied, UserUttered)
            _drop_back_to(applied, ActionExecuted)
        elif isinstance(event, Restarted | SessionStarted):
            applied = []
        else:
            applied.append(event)
    return applied


def moments_of(applied: Sequence[Event], domain: Domain) -> tuple[tuple[Moment, ...], State]:
    """The moments of applied events, and the present state."""
    seen = _Seen(domain)
    moments = []
    for event in _without_happy_paths(applied):
        if isinstance(event, ActionExecuted):
            name = event.name or event.action_text or ""
            moments.append(Moment(seen.state(), name, event.hide_rule_turn))
        seen.fold(event)
    return tuple(moments), seen.state()


def states_of_story(
    moments: Sequence[Moment], present: State, only_in_rules: OnlyInRules
) -> tuple[State, ...]:
    """The states without what only rules know."""
    states: list[State] = []
    shown_action: str | None = None
    hidden = False
    for moment in (*moments, Moment(present, action="")):
        state = moment.state
        if not hidden:
            shown_action = state.previous_action
        if state.active_loop is None or state.previous_action != state.active_loop:
            hidden = moment.hidden
        if hidden:
            continue
        shown = replace(only_in_rules.hide(state), previous_action=shown_action)
        if states and state.previous_action != LISTEN:
            shown = replace(shown, intent=states[-1].intent, entities=states[-1].entities)
        states.append(shown)
    return tuple(states)


def best_of(patterns: Sequence[Pattern], states: Sequence[State]) -> Pattern | None:
    """The first pattern that fits; the most specific come first."""
    return next((pattern for pattern in patterns if pattern.fits(states)), None)


def _drop_back_to(events: list[Event], kind: type[Event]) -> None:
    while events:
        if isinstance(events.pop(), kind):
            return


def _without_happy_paths(events: Sequence[Event]) -> list[Event]:
    loops = {event.name for event in events if isinstance(event, ActiveLoop) and event.name}
    kept: list[Event] = []
    for event in events:
        if (
            isinstance(event, ActionExecuted)
            and event.name in loops
            and _continues_happily(event.name, kept)
        ):
            _drop_turns_since(event.name, kept)
        else:
            kept.append(event)
    return kept


def _continues_happily(loop: str | None, earlier: Sequence[Event]) -> bool:
    following: str | None = None
    for event in reversed(earlier):
        match event:
            case ActiveLoop(name=None):
                return False
            case ActionExecutionRejected() if event.name == loop:
                return False
            case UserUttered() if following is not None and following != loop:
                return False
            case ActionExecuted():
                if event.name == loop:
                    return True
                following = event.name
    return False


def _drop_turns_since(loop: str | None, kept: list[Event]) -> None:
    index = len(kept) - 1
    while index >= 0:
        event = kept[index]
        if isinstance(event, ActionExecuted) and event.name == loop:
            return
        if isinstance(event, ActionExecuted | UserUttered | EntitiesAdded | UserFeaturization):
            del kept[index]
        index -= 1


@dataclass
class _Seen:
    domain: Domain
    previous_action: str | None = None
    message: UserUttered | None = None
    intent: str | None = None
    added: frozenset[str] = frozenset()
    active_loop: str | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = dict(self.domain.initial_slots)

    def state(self) -> State:
        entities = self.message.understanding.entities if self.message else ()
        seen = {name: self.domain.slots[name].feature(value) for name, value in self.values.items()}
        return State(
            self.previous_action,
            self.intent,
            self.domain.visible_entities(self.intent, entities) | self.added,
            frozenset((name, feature) for name, feature in seen.items() if feature is not None),
            self.active_loop,
        )

    def fold(self, event: Event) -> None:
        match event:
            case ActionExecuted():
                self.previous_action = event.name or event.action_text
            case UserUttered():
                self.message, self.intent, self.added = event, event.intent, frozenset()
            case UserFeaturization(use_text_for_featurization=True) if self.message is not None:
                self.intent = words(self.message.text or "")
            case EntitiesAdded():
                self.added |= self.domain.visible_entities(self.intent, event.entities)
            case ActiveLoop():
                self.active_loop = event.name
            case SlotSet() if event.name in self.domain.slots:
                self.values[event.name] = event.value
            case AllSlotsReset():
                self.values = dict(self.domain.initial_slots)

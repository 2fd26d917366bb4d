"""A conversation as the states before each action, made event by event.

A `History` is immutable and shares its past with the one it came from, so that an event costs the
same after ten events and after ten thousand, and going back to an earlier history costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dialogue.domain import LISTEN, Domain, Feature
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    EntitiesAdded,
    Event,
    SlotSet,
    UserFeaturization,
    UserUttered,
)
from dialogue.states import Moment, OnlyInRules, State, words

Slots = frozenset[tuple[str, Feature]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Shown:
    """A state that stories know, and those before it."""

    state: State
    earlier: _Shown | None
    count: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _StoryView:
    """The states as stories know them: without the turns that only rules know.

    After a hidden turn the conversation looks as it did before that turn.
    """

    latest: _Shown | None = None
    shown_action: str | None = None
    hidden: bool = False

    def after(self, moment: Moment) -> _StoryView:
        state = moment.state
        shown_action = self.shown_action if self.hidden else state.previous_action
        in_happy_loop = state.active_loop is not None and state.previous_action == state.active_loop
        hidden = self.hidden if in_happy_loop else moment.hidden
        if hidden:
            return _StoryView(self.latest, shown_action, hidden)
        shown = replace(state, previous_action=shown_action)
        if self.latest is not None and state.previous_action != LISTEN:
            heard = self.latest.state
            shown = replace(shown, intent=heard.intent, entities=heard.entities)
        count = self.latest.count + 1 if self.latest else 1
        return _StoryView(_Shown(shown, self.latest, count), shown_action, hidden)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Step:
    """A moment, and those before it, with the conversation as stories then knew it."""

    moment: Moment
    earlier: _Step | None
    view: _StoryView


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Ran:
    """An action on the trail, with what had been heard before it ran."""

    name: str | None
    step: _Step
    message: UserUttered | None
    intent: str | None
    added: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Trail:
    """What tells whether a loop goes on happily, the latest first."""

    event: _Ran | UserUttered | ActionExecutionRejected | ActiveLoop
    earlier: _Trail | None


@dataclass(frozen=True, eq=False, repr=False)  # a past may be too long to compare
class History:
    """A conversation as moments, and its present state.

    While a loop asks and is answered, its runs count as one, and the answers leave no trace; a run
    after something else was answered (an unhappy path) is kept. `loops` are the names that count
    as loops.
    """

    domain: Domain
    loops: frozenset[str]
    slots: Slots
    step: _Step | None = None
    trail: _Trail | None = None
    previous_action: str | None = None
    message: UserUttered | None = None
    intent: str | None = None
    added: frozenset[str] = frozenset()
    active_loop: str | None = None

    @classmethod
    def beginning(cls, domain: Domain, loops: frozenset[str] = frozenset()) -> History:
        """A conversation in which nothing has happened."""
        return cls(domain, loops, _features(domain, domain.initial_slots))

    @cached_property
    def present(self) -> State:
        """The state now."""
        entities = self.message.understanding.entities if self.message else ()
        return State(
            previous_action=self.previous_action,
            intent=self.intent,
            entities=self.domain.visible_entities(self.intent, entities) | self.added,
            slots=self.slots,
            active_loop=self.active_loop,
        )

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All moments."""
        return tuple(self._backwards())[::-1]

    @property
    def states(self) -> tuple[State, ...]:
        """All states, the present one last."""
        return (*(moment.state for moment in self.moments), self.present)

    def latest_states(self, most: int) -> tuple[State, ...]:
        """The latest states, the present one last, and not more than `most` (at least 1)."""
        states = [self.present]
        for moment in self._backwards():
            if len(states) >= most:
                break
            states.append(moment.state)
        return tuple(reversed(states))

    def after(self, event: Event) -> History:
        """The history when this event has happened, too."""
        changed: dict[str, Any] = {}
        match event:
            case ActionExecuted():
                changed = self._action(event)
            case UserUttered():
                trail = _Trail(event, self.trail)
                changed = {
                    "message": event,
                    "intent": event.intent,
                    "added": frozenset(),
                    "trail": trail,
                }
            case UserFeaturization(use_text_for_featurization=True) if self.message is not None:
                changed = {"intent": words(self.message.text or "")}
            case EntitiesAdded():
                visible = self.domain.visible_entities(self.intent, event.entities)
                changed = {"added": self.added | visible}
            case ActiveLoop(name=None):
                changed = {"active_loop": None, "trail": _Trail(event, self.trail)}
            case ActiveLoop():
                changed = {"active_loop": event.name}
            case ActionExecutionRejected():
                changed = {"trail": _Trail(event, self.trail)}
            case SlotSet():
                changed = {"slots": self._slots_with(event)}
            case AllSlotsReset():
                changed = {"slots": _features(self.domain, self.domain.initial_slots)}
        return replace(self, **changed) if changed else self

    def _action(self, event: ActionExecuted) -> dict[str, Any]:
        """What an action changes."""
        if event.name in self.loops:
            earlier = self._earlier_run(event.name)
            if earlier is not None:
                return earlier
        moment = Moment(self.present, event.name or event.action_text or "", event.hide_rule_turn)
        view = self.step.view if self.step else _StoryView()
        step = _Step(moment, self.step, view.after(moment))
        ran = _Ran(event.name, step, self.message, self.intent, self.added)
        return {
            "step": step,
            "trail": _Trail(ran, self.trail),
            "previous_action": event.name or event.action_text,
        }

    def _slots_with(self, event: SlotSet) -> Slots:
        slot = self.domain.slots.get(event.name)
        feature = slot.feature(event.value) if slot else None
        others = frozenset(pair for pair in self.slots if pair[0] != event.name)
        return others if feature is None else others | {(event.name, feature)}

    def _earlier_run(self, loop: str | None) -> dict[str, Any] | None:
        """The loop's run before, if only its own question was answered since.

        All is then as right after that run, but for the slots and what else declined: the turns
        since leave no trace.
        """
        following: str | None = None
        declined: list[ActionExecutionRejected] = []
        trail = self.trail
        while trail is not None:
            event = trail.event
            match event:
                case ActiveLoop():
                    return None
                case ActionExecutionRejected():
                    if event.name == loop:
                        return None
                    declined.append(event)
                case UserUttered():
                    if following not in (None, loop):
                        return None
                case _Ran():
                    if event.name == loop:
                        return _back_at(event, trail, reversed(declined))
                    following = event.name
            trail = trail.earlier
        return None

    def _backwards(self) -> Iterator[Moment]:
        step = self.step
        while step is not None:
            yield step.moment
            step = step.earlier


def history_of(events: Iterable[Event], domain: Domain) -> History:
    """The history of applied events."""
    events = list(events)
    loops = frozenset(e.name for e in events if isinstance(e, ActiveLoop) and e.name)
    history = History.beginning(domain, loops)
    for event in events:
        history = history.after(event)
    return history


def story_states(
    history: History, only_in_rules: OnlyInRules, most: int | None = None
) -> tuple[State, ...]:
    """The states as stories know them: without the turns and features that only rules know.

    The latest `most` (at least 1), or all.
    """
    view = history.step.view if history.step else _StoryView()
    place = view.after(Moment(history.present, action="")).latest
    states: list[State] = []
    while place is not None and (most is None or len(states) < most):
        states.append(only_in_rules.hide(place.state))
        place = place.earlier
    return tuple(reversed(states))


def _back_at(
    run: _Ran, trail: _Trail, declined: Iterable[ActionExecutionRejected]
) -> dict[str, Any]:
    for rejection in declined:
        trail = _Trail(rejection, trail)
    return {
        "step": run.step,
        "trail": trail,
        "previous_action": run.name,
        "message": run.message,
        "intent": run.intent,
        "added": run.added,
    }


def _features(domain: Domain, values: Any) -> Slots:
    """What is seen of these slots."""
    seen = {
        name: domain.slots[name].feature(value)
        for name, value in values.items()
        if name in domain.slots
    }
    return frozenset((name, feature) for name, feature in seen.items() if feature is not None)

"""What the policies see of a conversation: its state before each action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
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


def words(text: str) -> str:
    """What stands for the intent of a message whose words themselves count (end to end)."""
    return f'"{text}"'


@dataclass(frozen=True)
class State:
    """One moment of a conversation, hashable. `previous_action` is None at the very start.

    `intent` is the message's, or its words in quotes where the words themselves count.
    """

    previous_action: str | None = None
    intent: str | None = None
    entities: frozenset[str] = frozenset()
    slots: frozenset[tuple[str, Feature]] = frozenset()
    active_loop: str | None = None

    def feature(self, slot: str) -> Feature | None:
        """What is seen of a slot; None when it is empty."""
        return next((feature for name, feature in self.slots if name == slot), None)


@dataclass(frozen=True)
class Moment:
    """A state, the action that followed, and whether stories know nothing of that turn."""

    state: State
    action: str
    hidden: bool = False


@dataclass(frozen=True)
class History:
    """A conversation as moments, and its present state."""

    moments: tuple[Moment, ...]
    present: State

    @property
    def states(self) -> tuple[State, ...]:
        """All states, the present one last."""
        return (*(moment.state for moment in self.moments), self.present)


@dataclass(frozen=True)
class OnlyInRules:
    """Slots and loops that rules speak of and stories do not: stories must not see them."""

    slots: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()

    def hide(self, state: State) -> State:
        """The state without what only rules know."""
        if not self.slots and not self.loops:
            return state
        return replace(
            state,
            slots=frozenset(slot for slot in state.slots if slot[0] not in self.slots),
            active_loop=None if state.active_loop in self.loops else state.active_loop,
        )


def history_of(events: Iterable[Event], domain: Domain) -> History:
    """The history of applied events.

    While a loop asks and is answered, its runs count as one, and the answers leave no trace.
    """
    events = without_happy_paths(events)
    seen = _Seen(domain)
    moments = []
    for event in events:
        if isinstance(event, ActionExecuted):
            name = event.name or event.action_text or ""
            moments.append(Moment(seen.state(), name, event.hide_rule_turn))
        seen.fold(event)
    return History(tuple(moments), seen.state())


def story_states(history: History, only_in_rules: OnlyInRules) -> tuple[State, ...]:
    """The states as stories know them: without the turns and features that only rules know.

    After a hidden turn the conversation looks as it did before that turn.
    """
    states: list[State] = []
    shown_action: str | None = None
    hidden = False
    for moment in (*history.moments, Moment(history.present, action="")):
        state = moment.state
        if not hidden:
            shown_action = state.previous_action
        in_happy_loop = state.active_loop is not None and state.previous_action == state.active_loop
        if not in_happy_loop:
            hidden = moment.hidden
        if hidden:
            continue
        shown = replace(only_in_rules.hide(state), previous_action=shown_action)
        if states and state.previous_action != LISTEN:
            shown = replace(shown, intent=states[-1].intent, entities=states[-1].entities)
        states.append(shown)
    return tuple(states)


def without_happy_paths(events: Iterable[Event]) -> list[Event]:
    """Drop each repeated run of a loop, with the messages and actions since its earlier run.

    A run after something else was answered (an unhappy path) is kept.
    """
    events = list(events)
    loops = {event.name for event in events if isinstance(event, ActiveLoop) and event.name}
    kept: list[Event] = []
    for event in events:
        is_repetition = (
            isinstance(event, ActionExecuted)
            and event.name in loops
            and _continues_happily(event.name, kept)
        )
        if is_repetition:
            _drop_turns_since(event.name, kept)  # type: ignore[attr-defined]
        else:
            kept.append(event)
    return kept


def _continues_happily(loop: str | None, earlier: Sequence[Event]) -> bool:
    """Whether the loop ran before, and only its own question was answered since."""
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
    """The features of a conversation while its events go by."""

    domain: Domain
    previous_action: str | None = None
    message: UserUttered | None = None
    intent: str | None = None
    added: frozenset[str] = frozenset()
    active_loop: str | None = None
    features: dict[str, Feature] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._set_all(self.domain.initial_slots)

    def state(self) -> State:
        entities = self.message.understanding.entities if self.message else ()
        return State(
            previous_action=self.previous_action,
            intent=self.intent,
            entities=self.domain.visible_entities(self.intent, entities) | self.added,
            slots=frozenset(self.features.items()),
            active_loop=self.active_loop,
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
            case SlotSet():
                self._set(event.name, event.value)
            case AllSlotsReset():
                self.features = {}
                self._set_all(self.domain.initial_slots)

    def _set_all(self, values: Any) -> None:
        for name, value in values.items():
            self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        slot = self.domain.slots.get(name)
        feature = slot.feature(value) if slot else None
        if feature is None:
            self.features.pop(name, None)
        else:
            self.features[name] = feature

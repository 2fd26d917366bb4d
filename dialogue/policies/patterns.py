"""Rules as patterns: the last states of a conversation, and the action that follows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from dialogue.domain import LISTEN, Domain, Feature
from dialogue.states import State
from dialogue.stories import (
    ActionStep,
    CheckpointStep,
    LoopStep,
    PlainStep,
    Rule,
    SlotStep,
    UserStep,
    alternatives,
)


class Mark(Enum):
    """What a pattern may ask of a slot or loop in place of a value."""

    UNSET = "must not be set"
    SET = "must be set"


@dataclass(frozen=True)
class StatePattern:
    """What one state must look like; what is not mentioned may be anything.

    `previous_action` None: the state is the start of a conversation.
    """

    previous_action: str | None
    intent: str | None = None
    entities: frozenset[str] = frozenset()
    slots: frozenset[tuple[str, Feature | Mark]] = frozenset()
    active_loop: str | Mark | None = None

    def fits(self, state: State) -> bool:
        """Whether the state is as the pattern asks."""
        if self.previous_action is None or state.previous_action is None:
            return self.previous_action == state.previous_action
        return (
            self.previous_action == state.previous_action
            and self.intent in (None, state.intent)
            and self.entities <= state.entities
            and self._loop_fits(state)
            and all(_slot_fits(wanted, state.feature(name)) for name, wanted in self.slots)
        )

    @property
    def demands(self) -> int:
        """How many things the pattern asks for: the more, the more specific it is."""
        mentioned = (self.previous_action, self.intent, self.active_loop)
        return sum(part is not None for part in mentioned) + len(self.entities) + len(self.slots)

    def _loop_fits(self, state: State) -> bool:
        if self.active_loop is Mark.UNSET:
            return state.active_loop is None
        return self.active_loop in (None, state.active_loop)


@dataclass(frozen=True)
class Pattern:
    """States that a conversation may end in, and the action that a rule then demands.

    `rule` is the rule's title.
    """

    rule: str
    states: tuple[StatePattern, ...]
    action: str

    def fits(self, states: Sequence[State]) -> bool:
        """Whether these states, the present one last, end as the pattern asks."""
        return end_fits(self.states, states)

    @property
    def specificity(self) -> tuple[int, int]:
        """Of several patterns that fit, the one with the greatest specificity counts."""
        return sum(state.demands for state in self.states), len(self.states)

    @property
    def within_loop(self) -> bool:
        """Whether the rule itself says that a loop is active at its end."""
        return isinstance(self.states[-1].active_loop, str)


def end_fits(patterns: Sequence[StatePattern], states: Sequence[State]) -> bool:
    """Whether the latest states are as these patterns ask."""
    if len(patterns) > len(states):
        return False
    latest = states[len(states) - len(patterns) :]
    pairs = zip(reversed(patterns), reversed(latest), strict=True)
    return all(pattern.fits(state) for pattern, state in pairs)


def patterns_of(rules: Iterable[Rule], domain: Domain) -> tuple[Pattern, ...]:
    """All patterns of these rules, the most specific first."""
    found = [
        pattern
        for rule in rules
        for steps in alternatives(rule.steps)
        for pattern in _patterns(rule, steps, domain)
    ]
    return tuple(sorted(found, key=lambda pattern: pattern.specificity, reverse=True))


def _patterns(
    rule: Rule, steps: Sequence[PlainStep | CheckpointStep], domain: Domain
) -> Iterator[Pattern]:
    """One pattern for each action of the rule whose circumstances the rule tells."""
    walk = _Walk(rule, domain)
    for step in (*rule.conditions, *steps):
        if isinstance(step, UserStep):
            if walk.state.previous_action != LISTEN:
                yield from walk.act(LISTEN)
            walk.hear(step)
        elif isinstance(step, ActionStep):
            yield from walk.act(step.name)
        elif isinstance(step, SlotStep):
            walk.know_slot(step)
        elif isinstance(step, LoopStep):
            walk.know_loop(step)
    if rule.wait_for_user_input and walk.state.previous_action != LISTEN:
        yield from walk.act(LISTEN)


class _Walk:
    """Goes along a rule's steps and collects the states that it tells of."""

    def __init__(self, rule: Rule, domain: Domain) -> None:
        self._rule = rule
        self._domain = domain
        self._states: list[StatePattern] = []
        # Before its first action a rule tells nothing, unless it begins the conversation.
        self.told = rule.conversation_start
        self.state = StatePattern(previous_action=None)

    def act(self, action: str) -> Iterator[Pattern]:
        if self.told:
            self._states.append(self.state)
            yield Pattern(self._rule.title, tuple(self._states), action)
        self.told = True
        self.state = replace(self.state, previous_action=action)

    def hear(self, step: UserStep) -> None:
        self.state = replace(
            self.state,
            intent=step.said,
            entities=self._domain.visible_entities(step.intent, step.entities),
        )
        for name, value in self._domain.slots_from_entities(step.entities).items():
            self.know_slot(SlotStep(name, value))

    def know_slot(self, step: SlotStep) -> None:
        slot = self._domain.slots.get(step.name)
        if slot is None or not slot.influence_conversation:
            return
        wanted: Feature | Mark | None = Mark.SET if step.any_value else slot.feature(step.value)
        if wanted is None:
            wanted = Mark.UNSET
        others = (pair for pair in self.state.slots if pair[0] != step.name)
        self.state = replace(self.state, slots=frozenset((*others, (step.name, wanted))))

    def know_loop(self, step: LoopStep) -> None:
        self.state = replace(self.state, active_loop=step.name or Mark.UNSET)


def _slot_fits(wanted: Feature | Mark, seen: Feature | None) -> bool:
    if wanted is Mark.UNSET:
        return seen is None
    if wanted is Mark.SET:
        return seen is not None
    return wanted == seen

"""What the bot does next: rules first, then conversations it has seen word for word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.domain import LISTEN, Domain
from dialogue.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from dialogue.states import State, decisions
from dialogue.stories import ActionStep, LoopStep, Path_, SlotStep, Step, UserStep
from dialogue.tracker import Tracker

DEFAULT_INTENT_ACTIONS = {
    "restart": "action_restart",
    "back": "action_back",
    "session_start": "action_session_start",
}
FALLBACK_ACTION = "action_default_fallback"
FALLBACK_CONFIDENCE = 0.3


@dataclass(frozen=True)
class Prediction:
    """The next action, who predicted it, and how surely."""

    action: str
    policy: str
    confidence: float


class Unset:
    """A pattern's mark for «must not be set»."""


class Anything:
    """A pattern's mark for «any value, but one»."""


UNSET, ANYTHING, UNSEEN = Unset(), Anything(), object()


@dataclass(frozen=True)
class PatternState:
    """What a rule asks of one state; what it does not mention may be anything."""

    previous: str | None = None
    starts: bool = False
    intent: str | None = None
    entities: frozenset[str] = frozenset()
    slots: Mapping[str, Any] = field(default_factory=dict)
    loop: Any = UNSEEN

    def matches(self, state: State) -> bool:
        """Whether the state has everything the pattern asks for."""
        if self.starts != (state.previous is None):
            return False
        if self.previous is not None and self.previous != state.previous:
            return False
        if self.intent is not None and self.intent != state.intent:
            return False
        if not self.entities <= state.entities:
            return False
        if self.loop is not UNSEEN and self.loop != state.loop:
            return False
        seen = dict(state.slots)
        for name, wanted in self.slots.items():
            has = seen.get(name)
            if (wanted is UNSET and has is not None) or (wanted is ANYTHING and has is None):
                return False
            if wanted is not UNSET and wanted is not ANYTHING and has != wanted:
                return False
        return True

    @property
    def weight(self) -> int:
        """How much the pattern asks for: the more specific rule wins."""
        mentioned = (self.previous, self.intent, self.starts or None)
        loop = self.loop is not UNSEEN
        return (
            sum(part is not None for part in mentioned)
            + len(self.entities)
            + len(self.slots)
            + loop
        )


@dataclass(frozen=True)
class Rule:
    """The last states of a conversation, and the action that must follow them."""

    states: tuple[PatternState, ...]
    action: str
    name: str

    def matches(self, states: Sequence[State]) -> bool:
        """Whether the conversation ends in this rule's states."""
        if len(self.states) > len(states):
            return False
        recent = states[len(states) - len(self.states) :]
        return all(p.matches(s) for p, s in zip(self.states, recent, strict=True))

    @property
    def weight(self) -> tuple[int, int]:
        """More states, more features: more specific."""
        return sum(state.weight for state in self.states), len(self.states)


class Policies:
    """Predicts the next action of a conversation. Immutable, safe from several threads."""

    def __init__(
        self, domain: Domain, paths: Sequence[Path_], max_history: int | None = None
    ) -> None:
        self._domain = domain
        rules = [rule for path in paths if path.is_rule for rule in _rules_of(domain, path)]
        self._rules = sorted(rules, key=lambda rule: rule.weight, reverse=True)
        self._memory = _memory(domain, [p for p in paths if not p.is_rule], max_history)
        self._max_history = max_history

    def predict(self, tracker: Tracker) -> Prediction:
        """The next action; `action_default_fallback` when nothing fits."""
        if tracker.followup_action is not None:
            return Prediction(tracker.followup_action, "followup", 1.0)
        by_default = self._default_intent(tracker) or self._loop_happy_path(tracker)
        if by_default is not None:
            return by_default
        made, now = decisions(self._domain, tracker.applied_events())
        states = [*(decision.state for decision in made), now]
        found = self._by_rule(tracker, states) or self._by_memory(tracker, states)
        return found or Prediction(FALLBACK_ACTION, "RulePolicy", FALLBACK_CONFIDENCE)

    def _default_intent(self, tracker: Tracker) -> Prediction | None:
        message = tracker.latest_message
        if message is None or tracker.latest_action_name != LISTEN:
            return None
        action = DEFAULT_INTENT_ACTIONS.get(message.intent or "")
        return Prediction(action, "RulePolicy", 1.0) if action else None

    def _loop_happy_path(self, tracker: Tracker) -> Prediction | None:
        loop = tracker.active_loop
        if loop is None or loop.rejected:
            return None
        listens = tracker.latest_action_name == loop.name
        return Prediction(LISTEN if listens else loop.name, "RulePolicy", 1.0)

    def _by_rule(self, tracker: Tracker, states: Sequence[State]) -> Prediction | None:
        loop = tracker.active_loop
        for rule in self._rules:
            if rule.action == tracker.rejected_action or not rule.matches(states):
                continue
            action = rule.action
            within = any(state.loop == loop.name for state in rule.states) if loop else False
            if loop is not None and action == LISTEN and not within:
                action = loop.name  # back into the form, which asks again
            return Prediction(action, "RulePolicy", 1.0)
        return None

    def _by_memory(self, tracker: Tracker, states: Sequence[State]) -> Prediction | None:
        longest = min(len(states), self._max_history or len(states))
        for length in range(longest, 0, -1):
            action = self._memory.get(tuple(states[len(states) - length :]))
            if action is not None and action != tracker.rejected_action:
                return Prediction(action, "MemoizationPolicy", 1.0)
        return None


def _rules_of(domain: Domain, path: Path_) -> Iterator[Rule]:
    """Every decision a rule fixes, with the states that lead to it."""
    snippet = not path.conversation_start
    state = PatternState(starts=path.conversation_start)
    for condition in path.conditions:
        state = _told(domain, state, condition)
    history: list[PatternState] = []
    for step in path.steps:
        if isinstance(step, UserStep):
            if state.previous != LISTEN:
                if not snippet:
                    yield Rule((*history, state), LISTEN, path.name)
                    history.append(state)
                state = replace(state, previous=LISTEN, starts=False)
                snippet = False
            state = replace(
                state, intent=step.intent, entities=frozenset(name for name, _ in step.entities)
            )
        elif isinstance(step, ActionStep):
            if not snippet:
                yield Rule((*history, state), step.name, path.name)
                history.append(state)
            state = replace(state, previous=step.name, starts=False)
            snippet = False
        else:
            state = _told(domain, state, step)
    if path.wait_for_user_input and not snippet and state.previous != LISTEN:
        yield Rule((*history, state), LISTEN, path.name)


def _told(domain: Domain, state: PatternState, step: Step) -> PatternState:
    """The pattern after a slot or loop step."""
    if isinstance(step, LoopStep):
        return replace(state, loop=step.name)
    if isinstance(step, SlotStep):
        slot = domain.slots[step.name]
        if not slot.influences:
            return state
        wanted: Any = ANYTHING if step.any_value else slot.feature(step.value)
        return replace(state, slots={**state.slots, step.name: UNSET if wanted is None else wanted})
    return state


def _memory(
    domain: Domain, stories: Sequence[Path_], max_history: int | None
) -> dict[tuple[State, ...], str]:
    """Story states to the action that followed; contradictions are forgotten."""
    memory: dict[tuple[State, ...], str] = {}
    contradicted: set[tuple[State, ...]] = set()
    for story in stories:
        made, _ = decisions(domain, _events_of(domain, story))
        states = [decision.state for decision in made]
        for end, decision in enumerate(made[1:], start=2):
            for start in {max(0, end - (max_history or end)), 1}:
                key = tuple(states[start:end])
                if key and memory.setdefault(key, decision.action) != decision.action:
                    contradicted.add(key)
    return {key: action for key, action in memory.items() if key not in contradicted}


def _events_of(domain: Domain, story: Path_) -> list[Event]:
    """The events of a conversation that went exactly as the story."""
    events: list[Event] = []
    last: str | None = None

    def act(name: str) -> None:
        nonlocal last
        events.append(ActionExecuted(name=name))
        last = name

    for step in story.steps:
        if isinstance(step, UserStep):
            if last != LISTEN:
                act(LISTEN)
            entities = [{"entity": n.split("#")[0], "value": v} for n, v in step.entities]
            parsed = {"intent": {"name": step.intent}, "entities": entities}
            events.append(UserUttered(text="", parse_data=parsed))
        elif isinstance(step, ActionStep):
            act(step.name)
        elif isinstance(step, LoopStep):
            events.append(ActiveLoop(name=step.name))
        elif isinstance(step, SlotStep):
            kind = domain.slots[step.name].type
            present: Any = [True] if kind == "list" else True
            events.append(SlotSet(name=step.name, value=present if step.any_value else step.value))
    if last != LISTEN:
        act(LISTEN)
    return events

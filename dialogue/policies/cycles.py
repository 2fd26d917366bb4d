"""Rules that call each other for ever, found before anybody meets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialogue.domain import DEFAULT_ACTIONS, Domain, Feature
from dialogue.policies.patterns import Mark, Pattern, StatePattern
from dialogue.policies.rule_index import RuleIndex
from dialogue.states import State
from dialogue.stories import SlotStep, some_value


def cycles_in(index: RuleIndex, domain: Domain) -> tuple[str, ...]:
    """A warning for each circle of rules in which the bot never listens.

    Each rule is followed from where it applies, as if its actions changed nothing; default
    actions and forms do, so the way ends there.
    """
    found: dict[frozenset[str], str] = {}
    settled: set[int] = set()
    for pattern in index.patterns:
        if id(pattern) not in settled and _goes_on(pattern.action, domain):
            circle = _circle(pattern, index, domain, settled)
            if circle:
                found.setdefault(frozenset(one.rule for one in circle), _described(circle, domain))
    return tuple(found.values())


def _circle(
    first: Pattern, index: RuleIndex, domain: Domain, settled: set[int]
) -> list[Pattern] | None:
    """The patterns that come back to one of themselves when `first` has been followed."""
    states = [_state(pattern, domain) for pattern in first.states]
    way = [first]
    while _goes_on(way[-1].action, domain):
        now = states[-1]
        states.append(State(way[-1].action, now.intent, now.entities, now.slots, now.active_loop))
        following = index.best(states[-index.reach :])
        if following is None:
            return None
        if following in way:
            circle = way[way.index(following) :]
            settled.update(map(id, circle))
            return circle
        way.append(following)
    return None


def _goes_on(action: str, domain: Domain) -> bool:
    return action not in DEFAULT_ACTIONS and action not in domain.loops


def _state(pattern: StatePattern, domain: Domain) -> State:
    """The plainest state that is as the pattern asks."""
    slots = {
        name: slot.feature(slot.initial_value)
        for name, slot in domain.slots.items()
        if slot.initial_value is not None
    }
    slots |= {name: _feature(name, wanted, domain) for name, wanted in pattern.slots}
    return State(
        previous_action=pattern.previous_action,
        intent=pattern.intent,
        entities=pattern.entities,
        slots=frozenset((name, seen) for name, seen in slots.items() if seen is not None),
        active_loop=pattern.active_loop if isinstance(pattern.active_loop, str) else None,
    )


def _feature(name: str, wanted: Feature | Mark, domain: Domain) -> Feature | None:
    if wanted is Mark.UNSET:
        return None
    if isinstance(wanted, Mark):
        return domain.slots[name].feature(some_value(SlotStep(name, any_value=True), domain))
    return wanted


def _described(circle: Sequence[Pattern], domain: Domain) -> str:
    rules = " and ".join(dict.fromkeys(pattern.rule for pattern in circle))
    actions = " → ".join(_actions(circle))
    custom = any(pattern.action in domain.declared_actions for pattern in circle)
    unless = ", unless one of these actions changes what they ask for" if custom else ""
    return f"these rules go round without listening{unless}: {rules} ({actions})"


def _actions(circle: Sequence[Pattern]) -> Iterator[str]:
    yield from (pattern.action for pattern in circle)
    yield circle[0].action

"""What the learned policy sees of the latest states: named numbers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from dialogue.domain import LISTEN, Domain, SlotType
from dialogue.policies.softmax import Name
from dialogue.states import State

FADING = 0.85  # of what was said or done, with each state that has passed since


FloatValues = Mapping[str, Sequence[float]]  # by slot, in order


def float_values(states: Iterable[State], domain: Domain) -> FloatValues:
    """The values, scaled to 0..1, that each float slot has in these states."""
    found: dict[str, set[float]] = {}
    for state in states:
        for name, feature in state.slots:
            if domain.slots[name].type is SlotType.FLOAT:
                found.setdefault(name, set()).add(feature[1])
    return {name: sorted(values) for name, values in found.items()}


def features(states: Sequence[State], known: FloatValues) -> dict[Name, float]:
    """Features of these states, the present one last.

    Of now: the intent and entities heard, the action done, the slots, the loop, and the intent
    together with what it answers. Of before: what was said and done, fading with its age. A float
    is judged by the `known` values around it.
    """
    now = states[-1]
    listening = now.previous_action == LISTEN
    seen: dict[Name, float] = {
        ("heard" if listening else "heard before", now.intent): 1.0,
        ("did", now.previous_action): 1.0,
        ("loop", now.active_loop): 1.0,
    }
    for name, feature in now.slots:
        if name in known:
            shares = _shares(feature[1], known[name])
            seen |= {("slot", name, value): share for value, share in shares.items()}
        else:
            seen[("slot", name, feature)] = 1.0
    if listening:
        seen |= {("entity", entity): 1.0 for entity in now.entities}
    for age, state in enumerate(reversed(states[:-1]), start=1):
        if state.previous_action == LISTEN:
            earlier: Name = ("earlier heard", state.intent)
        else:
            earlier = ("earlier did", state.previous_action)
        seen[earlier] = seen.get(earlier, 0.0) + FADING**age
    seen[answer_of(states)] = 1.0
    return seen


def _shares(number: float, known: Sequence[float]) -> dict[float, float]:
    """How much a number is of the known ones on both sides of it, by nearness; they sum to 1."""
    place = bisect_left(known, number)
    if place in (0, len(known)):
        return {known[min(place, len(known) - 1)]: 1.0}
    low, high = known[place - 1], known[place]
    share = (number - low) / (high - low)
    return {low: 1.0 - share, high: share}


def answer_of(states: Sequence[State]) -> Name:
    """The latest message together with what the bot had done before it, or has done since."""
    now = states[-1]
    if now.previous_action != LISTEN:
        return ("then", now.previous_action, now.intent)
    done = (state.previous_action for state in reversed(states[:-1]))
    return ("answer", next((name for name in done if name not in (LISTEN, None)), None), now.intent)

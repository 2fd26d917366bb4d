"""What the learned policy sees of the latest states: named numbers."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.domain import LISTEN
from dialogue.policies.softmax import Name
from dialogue.states import State

FADING = 0.85  # of what was said or done, with each state that has passed since


def features(states: Sequence[State]) -> dict[Name, float]:
    """Features of these states, the present one last.

    Of now: the intent and entities heard, the action done, the slots (each number of a slot's
    feature, so that a float's other values are judged by those in the stories), the loop, and the
    intent together with what it answers. Of before: what was said and done, fading with its age.
    """
    now = states[-1]
    listening = now.previous_action == LISTEN
    seen: dict[Name, float] = {
        ("heard" if listening else "heard before", now.intent): 1.0,
        ("did", now.previous_action): 1.0,
        ("loop", now.active_loop): 1.0,
    }
    seen |= {
        ("slot", name, place): value
        for name, feature in now.slots
        for place, value in enumerate(feature)
        if value
    }
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


def answer_of(states: Sequence[State]) -> Name:
    """The latest message together with what the bot had done before it, or has done since."""
    now = states[-1]
    if now.previous_action != LISTEN:
        return ("then", now.previous_action, now.intent)
    done = (state.previous_action for state in reversed(states[:-1]))
    return ("answer", next((name for name in done if name not in (LISTEN, None)), None), now.intent)

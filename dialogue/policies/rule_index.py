"""Finding the rule that fits among thousands, without looking at them all."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from dialogue.policies.patterns import Pattern, StatePattern
from dialogue.states import State

_Ranked = tuple[int, Pattern]


class RuleIndex:
    """Patterns by what was done last and by the intent they ask for. Immutable.

    `patterns` come the most specific first; `reach` is how many states the longest one looks at.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self.reach = max((len(pattern.states) for pattern in patterns), default=1)
        self._places: dict[tuple[str | None, str | None], list[_Ranked]] = {}
        for rank, pattern in enumerate(patterns):
            self._places.setdefault(_key(pattern.states[-1]), []).append((rank, pattern))

    def best(self, states: Sequence[State]) -> Pattern | None:
        """The most specific pattern that these states, the present one last, end in."""
        now = states[-1]
        keys = dict.fromkeys((_key(now), (now.previous_action, None)))
        possible = heapq.merge(*(self._places.get(key, ()) for key in keys))
        return next((pattern for _, pattern in possible if pattern.fits(states)), None)


def _key(state: State | StatePattern) -> tuple[str | None, str | None]:
    """At the start of a conversation nothing but that counts."""
    intent = None if state.previous_action is None else state.intent
    return state.previous_action, intent

"""Remembering what the stories do, word for word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dialogue.domain import Domain
from dialogue.events import ActionExecuted, Event
from dialogue.policies.prediction import Prediction
from dialogue.states import History, OnlyInRules, State, history_of, story_states
from dialogue.tracker import Tracker

NAME = "MemoizationPolicy"
PRIORITY = 3


class MemoizationPolicy:
    """Does what a story did after the same latest states.

    `max_history` is how many states must agree (None: all since the conversation began). States
    after which stories do different things are not remembered. With `augmented`, a conversation
    that no story knows is tried again without its beginning.
    """

    def __init__(
        self,
        domain: Domain,
        stories: Iterable[History],
        only_in_rules: OnlyInRules,
        max_history: int | None = None,
        augmented: bool = False,
    ) -> None:
        self._domain = domain
        self._only_in_rules = only_in_rules
        self._max_history = max_history
        self._augmented = augmented
        self._memory = self._remember(stories)

    def predict(self, tracker: Tracker, history: History) -> Prediction:
        """What a story did, with confidence 1, or nothing."""
        if not self._memory:
            return Prediction(NAME, PRIORITY, None)
        action = self._recall(history)
        if action is None and self._augmented:
            shorter = (history_of(events, self._domain) for events in _endings(tracker.applied))
            recalled = (self._recall(history) for history in shorter)
            action = next((name for name in recalled if name is not None), None)
        return Prediction(NAME, PRIORITY, action, 0.0 if action is None else 1.0)

    def _recall(self, history: History) -> str | None:
        return self._memory.get(self._key(story_states(history, self._only_in_rules)))

    def _remember(self, stories: Iterable[History]) -> dict[tuple[State, ...], str]:
        actions: dict[tuple[State, ...], set[str]] = {}
        for story in stories:
            states = story_states(story, self._only_in_rules)
            for end, moment in enumerate(story.moments, start=1):
                actions.setdefault(self._key(states[:end]), set()).add(moment.action)
        return {key: names.pop() for key, names in actions.items() if len(names) == 1}

    def _key(self, states: Sequence[State]) -> tuple[State, ...]:
        return tuple(states if self._max_history is None else states[-self._max_history :])


def _endings(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """The conversation without its first action, without its first two, and so on."""
    for index, event in enumerate(events):
        if index and isinstance(event, ActionExecuted):
            yield events[index:]

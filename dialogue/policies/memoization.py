"""Remembering what the stories do, word for word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from dialogue.domain import Domain
from dialogue.events import ActionExecuted, Event
from dialogue.history import History, history_of, story_states
from dialogue.policies.prediction import Prediction
from dialogue.states import OnlyInRules, State
from dialogue.tracker import Tracker

NAME = "MemoizationPolicy"
PRIORITY = 3


class MemoizationPolicy:
    """Does what a story did after the same latest states.

    `max_history` is how many states must agree (None: all since the conversation began). States
    after which stories do different things are not remembered. With `augmented`, a conversation
    that no story knows is tried again without its beginning: of its latest `max_history` actions
    (None: of twice as many as the longest story has) first one is left out, then two, and so on.
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
        self._longest = max(map(len, self._memory), default=0)

    def predict(self, tracker: Tracker, history: History) -> Prediction:
        """What a story did, with confidence 1, or nothing."""
        if not self._memory:
            return Prediction(NAME, PRIORITY, None)
        action = self._recall(history)
        if action is None and self._augmented:
            endings = _endings(tracker.applied, self._max_history or 2 * self._longest)
            shorter = (history_of(events, self._domain) for events in endings)
            recalled = (self._recall(history) for history in shorter)
            action = next((name for name in recalled if name is not None), None)
        return Prediction(NAME, PRIORITY, action, 0.0 if action is None else 1.0)

    def _recall(self, history: History) -> str | None:
        most = self._max_history or self._longest + 1  # longer than all: then none is it
        return self._memory.get(story_states(history, self._only_in_rules, most))

    def _remember(self, stories: Iterable[History]) -> dict[tuple[State, ...], str]:
        actions: dict[tuple[State, ...], set[str]] = {}
        for story in stories:
            states = story_states(story, self._only_in_rules)
            for end, moment in enumerate(story.moments, start=1):
                actions.setdefault(self._key(states[:end]), set()).add(moment.action)
        return {key: names.pop() for key, names in actions.items() if len(names) == 1}

    def _key(self, states: Sequence[State]) -> tuple[State, ...]:
        return tuple(states if self._max_history is None else states[-self._max_history :])


def _endings(events: Sequence[Event], most: int) -> Iterator[Sequence[Event]]:
    """The conversation's latest `most` actions, without the first of them, without two, and so on.

    The first event never begins one: that is the whole conversation.
    """
    begins = list(islice(_actions_backwards(events), most))
    for index in reversed(begins):
        yield events[index:]


def _actions_backwards(events: Sequence[Event]) -> Iterator[int]:
    for index in range(len(events) - 1, 0, -1):
        if isinstance(events[index], ActionExecuted):
            yield index

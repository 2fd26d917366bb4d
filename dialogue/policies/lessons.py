"""Examples for the learned policy: what the stories do, and what they would do after others.

As in Rasa's augmentation, stories are glued together; and a story of one turn (a greeting, small
talk) is put in the middle of others, as people do. How many is bounded, and always the same.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from dialogue.domain import Domain
from dialogue.history import history_of, story_states
from dialogue.states import OnlyInRules, State
from dialogue.stories import ActionStep, LoopStep, PlainStep, UserStep, story_events

MOST_GLUED = 300
MOST_ASIDES = 300
Path = tuple[PlainStep, ...]
Lesson = tuple[tuple[State, ...], str]  # the latest states, and what follows


def lessons_of(
    paths: Sequence[Path], domain: Domain, only_in_rules: OnlyInRules, max_history: int
) -> dict[Lesson, float]:
    """Each lesson with its weight; the invented conversations weigh as much as the written ones."""
    written = Counter(_lessons(paths, domain, only_in_rules, max_history))
    rng = random.Random(0)
    others = [*_glued(paths, rng), *_with_asides(paths, rng)]
    invented = Counter(_lessons(others, domain, only_in_rules, max_history))
    share = written.total() / max(1, invented.total())
    weights = {lesson: float(count) for lesson, count in written.items()}
    for lesson, count in invented.items():
        weights[lesson] = weights.get(lesson, 0.0) + share * count
    return weights


def _lessons(
    paths: Sequence[Path], domain: Domain, only_in_rules: OnlyInRules, max_history: int
) -> Iterator[Lesson]:
    for path in paths:
        history = history_of(story_events(path, domain), domain)
        states = story_states(history, only_in_rules)
        for end, moment in enumerate(history.moments, start=1):
            if not takes_form_turn(states[end - 1]):
                yield states[max(0, end - max_history) : end], moment.action


def takes_form_turn(state: State) -> bool:
    """Whether the form itself has just run and goes on: nothing to learn there."""
    return state.active_loop is not None and state.previous_action == state.active_loop


def _glued(paths: Sequence[Path], rng: random.Random) -> Iterator[Path]:
    """Stories after others, whose loops are over."""
    closed = [path for path in paths if not _open_loop(path)]
    for _ in range(MOST_GLUED if closed else 0):
        yield rng.choice(closed) + rng.choice(paths)


def _with_asides(paths: Sequence[Path], rng: random.Random) -> Iterator[Path]:
    """Stories with one of a single turn before one of their messages, but for the first."""
    asides = [path for path in paths if _is_aside(path)]
    longer = [path for path in paths if len(_messages(path)) > 1]
    for _ in range(MOST_ASIDES if asides and longer else 0):
        path = rng.choice(longer)
        place = rng.choice(_messages(path)[1:])
        yield path[:place] + rng.choice(asides) + path[place:]


def _is_aside(path: Path) -> bool:
    """A message that is answered, and nothing else."""
    return isinstance(path[0], UserStep) and all(isinstance(step, ActionStep) for step in path[1:])


def _messages(path: Path) -> list[int]:
    return [index for index, step in enumerate(path) if isinstance(step, UserStep)]


def _open_loop(path: Path) -> bool:
    loops = [step for step in path if isinstance(step, LoopStep)]
    return bool(loops) and loops[-1].name is not None

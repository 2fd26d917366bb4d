"""Rules and stories as structured steps: what is seen, and what the bot then does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from dialogue.domain import LISTEN, Domain, SlotType
from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SlotSet,
    UserFeaturization,
    UserUttered,
)
from dialogue.states import words
from nlu.errors import SourceError
from nlu.types import Entity, IntentScore, Understanding

MOST_PATHS = 20_000


@dataclass(frozen=True)
class UserStep:
    """A person says something of this intent, with these entities.

    `text` is how it was put. Without an intent the words themselves count (end to end).
    `response_key` is the entry of a retrieval intent, as ``faq/hours``. `line` is where any step
    is written.
    """

    intent: str | None
    entities: tuple[Entity, ...] = ()
    text: str | None = None
    response_key: str | None = field(default=None, compare=False)
    line: int | None = field(default=None, compare=False)

    @property
    def said(self) -> str:
        """What the policies see of it: the intent, or the words."""
        return words(self.text or "") if self.intent is None else self.intent


@dataclass(frozen=True)
class ActionStep:
    """The bot does something; with `is_text` it says `name` word for word (end to end)."""

    name: str
    is_text: bool = False
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class SlotStep:
    """A slot has this value; None: it is empty; `any_value`: it has some value."""

    name: str
    value: Any = None
    any_value: bool = False
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class LoopStep:
    """This loop is active; None: no loop is."""

    name: str | None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class CheckpointStep:
    """Stories that end here go on in stories that begin here, if these slots are so."""

    name: str
    slots: tuple[SlotStep, ...] = ()
    line: int | None = field(default=None, compare=False)


PlainStep = UserStep | ActionStep | SlotStep | LoopStep


@dataclass(frozen=True)
class OrStep:
    """One of several steps."""

    alternatives: tuple[tuple[PlainStep, ...], ...]


Step = PlainStep | CheckpointStep | OrStep


@dataclass(frozen=True)
class Story:
    """A conversation as it should go; `file` and `line` say where it is written."""

    name: str
    steps: tuple[Step, ...]
    file: str = ""
    line: int | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A short piece of conversation that always goes this way, while `conditions` hold."""

    name: str
    steps: tuple[Step, ...]
    conditions: tuple[SlotStep | LoopStep, ...] = ()
    conversation_start: bool = False
    wait_for_user_input: bool = True
    file: str = ""
    line: int | None = None

    @property
    def title(self) -> str:
        """Its name and where it is written, for people."""
        return f"'{self.name}' ({self.file}:{self.line})" if self.file else f"'{self.name}'"


def flat(steps: Iterable[Step]) -> Iterator[Step]:
    """All steps, with the alternatives of an `or` one after another in its place."""
    for step in steps:
        if isinstance(step, OrStep):
            yield from (one for alternative in step.alternatives for one in alternative)
        else:
            yield step


def alternatives(steps: Sequence[Step]) -> Iterator[tuple[PlainStep | CheckpointStep, ...]]:
    """Every way through the `or` steps."""
    choices = [step.alternatives if isinstance(step, OrStep) else ((step,),) for step in steps]
    for chosen in product(*choices):
        yield tuple(step for part in chosen for step in part)


Path = tuple[PlainStep, ...]


def paths_through(stories: Sequence[Story]) -> tuple[Path, ...]:
    """Every conversation that the stories describe, once, joined at their checkpoints.

    Raises SourceError when there would be more than `MOST_PATHS`.
    """
    return tuple(dict.fromkeys(path for _, path in told_paths(stories)))


def told_paths(stories: Sequence[Story]) -> tuple[tuple[Story, Path], ...]:
    """Every conversation that the stories describe, each with the story that it begins in.

    A checkpoint is passed once on a path, so that circles end. Raises SourceError as above.
    """
    pieces = [piece for story in stories for piece in _pieces(story)]
    starting: dict[str, list[_Piece]] = {}
    for piece in pieces:
        if piece.start is not None:
            starting.setdefault(piece.start.name, []).append(piece)
    reached = {piece.end.name for piece in pieces if piece.end is not None}
    complete: list[tuple[Story, Path]] = []
    for piece in pieces:
        if piece.start is None or piece.start.name not in reached:
            for path in _continued(piece, (), frozenset(), starting):
                complete.append((piece.story, path))
                if len(complete) > MOST_PATHS:
                    raise SourceError(
                        f"checkpoints and 'or' make more than {MOST_PATHS} conversations",
                        piece.story.file,
                        piece.story.line,
                    )
    return tuple(complete)


def story_events(path: Sequence[PlainStep], domain: Domain) -> list[Event]:
    """The events of a conversation that went this way, with the listening before each message."""
    events: list[Event] = []
    listening = False
    for step in path:
        if isinstance(step, UserStep) and not listening:
            events.append(ActionExecuted(LISTEN))
        listening = isinstance(step, ActionStep) and step.name == LISTEN
        events.extend(_step_events(step, domain))
    if not listening:
        events.append(ActionExecuted(LISTEN))
    return events


def _step_events(step: PlainStep, domain: Domain) -> Iterator[Event]:
    match step:
        case UserStep():
            ranking = (IntentScore(step.intent, 1.0),) if step.intent is not None else ()
            text = "" if step.intent is not None else step.text or ""
            yield UserUttered(text, Understanding(text, ranking, step.entities))
            if step.intent is None:
                yield UserFeaturization(use_text_for_featurization=True)
            for name, value in domain.slots_from_entities(step.entities).items():
                yield SlotSet(name, value)
        case ActionStep():
            if step.is_text:
                yield ActionExecuted(action_text=step.name)
            else:
                yield ActionExecuted(step.name)
        case LoopStep():
            yield ActiveLoop(step.name)
        case SlotStep():
            yield SlotSet(step.name, some_value(step, domain))


def some_value(step: SlotStep, domain: Domain) -> Any:
    """The step's value; where a story says only that there is one, a value that may be."""
    if not step.any_value:
        return step.value
    slot = domain.slots.get(step.name)
    if slot is None:
        return True  # a slot that the domain lacks is seen by nobody
    if slot.type is SlotType.CATEGORICAL:
        return slot.values[0]
    return [True] if slot.type is SlotType.LIST else True


@dataclass(frozen=True)
class _Piece:
    """A part of a story between two checkpoints."""

    story: Story
    start: CheckpointStep | None
    steps: tuple[PlainStep, ...]
    end: CheckpointStep | None


def _pieces(story: Story) -> Iterator[_Piece]:
    for way in alternatives(story.steps):
        start: CheckpointStep | None = None
        steps: list[PlainStep] = []
        for step in way:
            if not isinstance(step, CheckpointStep):
                steps.append(step)
                continue
            if steps:
                yield _Piece(story, start, tuple(steps), step)
            start, steps = step, []
        if steps:
            yield _Piece(story, start, tuple(steps), None)


def _continued(
    piece: _Piece,
    before: tuple[PlainStep, ...],
    passed: frozenset[str],
    starting: dict[str, list[_Piece]],
) -> Iterator[tuple[PlainStep, ...]]:
    path = (*before, *piece.steps)
    following = starting.get(piece.end.name, []) if piece.end else []
    if piece.end is None or piece.end.name in passed or not following:
        yield path
        return
    for next_piece in following:
        guards = (*piece.end.slots, *(next_piece.start.slots if next_piece.start else ()))
        if all(_holds(guard, path) for guard in guards):
            yield from _continued(next_piece, path, passed | {piece.end.name}, starting)


def _holds(guard: SlotStep, path: Sequence[PlainStep]) -> bool:
    """Whether the latest step about the slot agrees with the guard."""
    for step in reversed(path):
        if isinstance(step, SlotStep) and step.name == guard.name:
            if guard.any_value:
                return step.any_value or step.value is not None
            return bool(step.value == guard.value)
    return not guard.any_value and guard.value is None

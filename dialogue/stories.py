"""Rules and stories as structured steps: what is seen, and what the bot then does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from dialogue.domain import LISTEN, Domain, SlotType
from dialogue.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from nlu.errors import SourceError
from nlu.types import Entity, IntentScore, Understanding

MOST_PATHS = 20_000


@dataclass(frozen=True)
class UserStep:
    """A person says something of this intent, with these entities."""

    intent: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class ActionStep:
    """The bot does something."""

    name: str


@dataclass(frozen=True)
class SlotStep:
    """A slot has this value; None: it is empty; `any_value`: it has some value."""

    name: str
    value: Any = None
    any_value: bool = False


@dataclass(frozen=True)
class LoopStep:
    """This loop is active; None: no loop is."""

    name: str | None


@dataclass(frozen=True)
class CheckpointStep:
    """Stories that end here go on in stories that begin here, if these slots are so."""

    name: str
    slots: tuple[SlotStep, ...] = ()


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


def alternatives(steps: Sequence[Step]) -> Iterator[tuple[PlainStep | CheckpointStep, ...]]:
    """Every way through the `or` steps."""
    choices = [step.alternatives if isinstance(step, OrStep) else ((step,),) for step in steps]
    for chosen in product(*choices):
        yield tuple(step for part in chosen for step in part)


def paths_through(stories: Sequence[Story]) -> tuple[tuple[PlainStep, ...], ...]:
    """Every conversation that the stories describe, joined at their checkpoints.

    A checkpoint is passed once on a path, so that circles end. Raises SourceError when there
    would be more than `MOST_PATHS`.
    """
    pieces = [piece for story in stories for piece in _pieces(story)]
    starting: dict[str, list[_Piece]] = {}
    for piece in pieces:
        if piece.start is not None:
            starting.setdefault(piece.start.name, []).append(piece)
    complete: dict[tuple[PlainStep, ...], None] = {}
    for piece in pieces:
        if piece.start is None or piece.is_orphan(pieces):
            for path in _continued(piece, (), frozenset(), starting):
                complete[path] = None
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
            meaning = Understanding(
                text="", intent_ranking=(IntentScore(step.intent, 1.0),), entities=step.entities
            )
            yield UserUttered("", meaning)
            for name, value in domain.slots_from_entities(step.entities).items():
                yield SlotSet(name, value)
        case ActionStep():
            yield ActionExecuted(step.name)
        case LoopStep():
            yield ActiveLoop(step.name)
        case SlotStep():
            yield SlotSet(
                step.name, some_value(step.name, domain) if step.any_value else step.value
            )


def some_value(name: str, domain: Domain) -> Any:
    """A value that the slot may have."""
    slot = domain.slots[name]
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

    def is_orphan(self, pieces: Sequence[_Piece]) -> bool:
        """Whether it begins at a checkpoint that no other piece ends at."""
        return self.start is not None and all(
            piece.end is None or piece.end.name != self.start.name for piece in pieces
        )


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

"""Playing conversation tests against the bot, each in a conversation of its own."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from dialogue.actions.runner import ActionRunner
from dialogue.agent import Agent
from dialogue.domain import Domain
from dialogue.messages import UserMessage
from dialogue.project import Project
from dialogue.responses import Responses
from dialogue.stories import UserStep, some_value
from dialogue.testing.comparing import Row, compare_turn
from dialogue.testing.happened import what_happened
from dialogue.testing.meanings import (
    ScriptedMeaning,
    entities_as_text,
    wrong_entities,
    wrong_intent,
)
from dialogue.testing.scripts import Script
from dialogue.testing.told_actions import ToldActions
from nlu.types import Interpreter, Understanding

CHANNEL = "test"
SEED = 0
MEANING = ("intent", "entities")  # kinds of rows


@dataclass(frozen=True)
class Stage:
    """The surroundings of one conversation: who runs custom actions, and what is vouched for."""

    runner: ActionRunner
    trusted_slots: Mapping[str, Any] = field(default_factory=dict)


PrepareStage = Callable[[Script], AbstractContextManager[Stage]]


@dataclass(frozen=True)
class Played:
    """A script and what came of it; `problems` are what the bot would have told its operator.

    With `as_heard` only what the bot did and said decides, however it understood the messages.
    """

    script: Script
    rows: tuple[Row, ...]
    problems: tuple[str, ...] = ()
    as_heard: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return all(row.right or (self.as_heard and row.kind in MEANING) for row in self.rows)

    def count(self, kind: str, right: bool) -> int:
        """How many rows of this kind are right, or wrong."""
        return sum(row.kind == kind and row.right == right for row in self.rows)


def play_all(
    scripts: Iterable[Script],
    project: Project,
    interpreter: Interpreter | None,
    prepare: PrepareStage,
    *,
    as_heard: bool = False,
) -> Iterator[Played]:
    """Play each script on a fresh tracker in memory.

    Without an interpreter messages mean what the tests say; `as_heard` is that of `Played` and of
    `ScriptedMeaning`. `prepare` is called for each conversation and cleans up after it.
    """
    for script in scripts:
        with prepare(script) as stage:
            yield _play(script, project, interpreter, stage, as_heard)


def _play(
    script: Script,
    project: Project,
    interpreter: Interpreter | None,
    stage: Stage,
    as_heard: bool,
) -> Played:
    meaning = ScriptedMeaning(interpreter, project.domain, as_heard=as_heard)
    rng = random.Random(SEED)
    agent = Agent(project, meaning, stage.runner, rng=rng)
    sender = f"test-{uuid.uuid4().hex}"
    tracker = agent.tracker_of(sender, [])
    given = {step.name: some_value(step, project.domain) for step in script.given}
    trusted: Mapping[str, Any] = {**given, **stage.trusted_slots}
    rows: list[Row] = []
    problems: list[str] = []
    for turn in script.turns:
        if isinstance(stage.runner, ToldActions):
            stage.runner.tell(turn.following)
        before = tracker.copy()
        if turn.said is None:
            taken = agent.start_session(tracker, CHANNEL, trusted)
        else:
            meaning.expect(turn.said)
            taken = agent.respond(tracker, _message(turn.said, sender), trusted)
            trusted = stage.trusted_slots
            found = meaning.found or taken.understanding
            rows += _compare_meaning(turn.said, found, project.domain)
        responses = Responses(project.domain, rng)
        happened = what_happened(before, taken.events, responses, CHANNEL)
        line = turn.said.line if turn.said else script.line
        rows += compare_turn(turn.following, happened, project.domain.spoken_texts, line)
        problems += taken.problems
    return Played(script, tuple(rows), tuple(problems), as_heard)


def _message(said: UserStep, sender: str) -> UserMessage:
    """What is said; where the test gives only an intent, its name."""
    text = said.text if said.text is not None else str(said.response_key or said.intent)
    return UserMessage(text, sender, uuid.uuid4().hex, CHANNEL)


def _compare_meaning(said: UserStep, found: Understanding | None, domain: Domain) -> Iterator[Row]:
    """The message itself, and whether its intent and entities were found."""
    text = said.text or said.said
    yield Row("user", said.line, text, text, right=True)
    if said.intent is None:
        return
    found = found or Understanding(text)
    wrong = wrong_intent(said, found)
    expected = said.response_key or said.intent
    yield Row("intent", said.line, expected, wrong or expected, wrong is None)
    others = wrong_entities(said, found, domain)
    if said.entities or others:
        marked, actual = entities_as_text(said.entities), entities_as_text(found.entities)
        yield Row("entities", said.line, marked, actual, not others)

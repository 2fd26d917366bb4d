"""A bot made of the YAML in a test, and a person who talks to it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from dialogue.actions.runner import ActionRunner, InProcessRunner
from dialogue.agent import Agent
from dialogue.events import ActionExecuted
from dialogue.messages import UserMessage
from dialogue.project import Project, load_project
from dialogue.tracker import Tracker
from dialogue.turn import Turn
from nlu.errors import InterpreterUnavailable, SourceError
from nlu.types import Entity, IntentScore, RetrievalHit, Understanding

START = 1_700_000_000.0


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        self.now += 0.001
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += minutes * 60


class Meanings:
    """An interpreter that knows the sentences a test teaches it; others mean `chitchat`."""

    def __init__(self) -> None:
        self.known: dict[str, Understanding] = {}
        self.asked: list[str] = []
        self.away = False

    def teach(
        self,
        text: str,
        *intents: str,
        entities: Sequence[Entity] = (),
        retrieval: Sequence[str] = (),
        may_be: tuple[str, ...] = (),
        **values: Any,
    ) -> None:
        ranking = tuple(IntentScore(name, 0.9 / (n + 1)) for n, name in enumerate(intents))
        found = [Entity(name, value, 0, len(text)) for name, value in values.items()]
        hits = tuple(RetrievalHit(key, 0.8) for key in retrieval)
        self.known[text] = Understanding(
            text, ranking, (*entities, *found), hits, conformal_set=may_be
        )

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        self.asked.append(text)
        if self.away:
            raise InterpreterUnavailable("no host answers")
        chitchat = Understanding(text, (IntentScore("chitchat", 0.8),))
        return self.known.get(text, chitchat)


class Bot:
    """One conversation with a bot."""

    def __init__(
        self,
        project: Project,
        actions: Sequence[Action | type[Action]] = (),
        runner: ActionRunner | None = None,
    ) -> None:
        executor = ActionExecutor()
        for action in actions:
            executor.register_action(action)
        self.project = project
        self.meanings = Meanings()
        self.clock = Clock()
        self.agent = Agent(
            project,
            self.meanings,
            runner or InProcessRunner(executor),
            clock=self.clock,
            rng=random.Random(7),
        )
        self.tracker: Tracker = self.agent.tracker_of("someone", [])
        self.turn: Turn | None = None
        self.problems: tuple[str, ...] = ()
        self.count = 0

    def hears(
        self, text: str, metadata: Mapping[str, Any] | None = None, channel: str = "rest", **trusted
    ) -> list[str | None]:
        """Say something; the texts of the answers come back."""
        self.count += 1
        message = UserMessage(text, "someone", f"m{self.count}", channel, metadata or {})
        self.turn = self.agent.respond(self.tracker, message, trusted_slots=trusted)
        self.problems = self.turn.problems
        return [said.text for said in self.turn.messages]

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons of the latest turn."""
        assert self.turn is not None
        return [dict(button) for said in self.turn.messages for button in said.buttons]

    @property
    def actions(self) -> list[str | None]:
        """The actions of the latest turn, since the message."""
        assert self.turn is not None
        kinds = [event.KIND for event in self.turn.events]
        since = self.turn.events[kinds.index("user") :]
        return [event.name for event in since if isinstance(event, ActionExecuted)]

    @property
    def loop(self) -> str | None:
        return self.tracker.active_loop_name

    def slot(self, name: str) -> Any:
        return self.tracker.slots[name]


def write(folder: Path, **files: str) -> Path:
    """Write YAML files; `rules="..."` becomes rules.yml."""
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content), encoding="utf-8")
    return folder


def first_told(folder: Path) -> str:
    """What loading a project tells first: the mistake that it stops at, or its first warning."""
    try:
        return load_project(folder).warnings[0]
    except SourceError as mistake:
        return str(mistake)


def project_of(folder: Path, **files: str) -> Project:
    return load_project(write(folder, **files))

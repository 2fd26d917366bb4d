"""Conversation tests (`test_*.yml` of Rasa 2 and 3) as scripts: what is said, what must follow."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.domain import LISTEN, Domain
from dialogue.mistakes import Mistakes
from dialogue.stories import ActionStep, PlainStep, SlotStep, Story, UserStep, told_paths
from dialogue.story_reader import MarkedText, read_conversations
from dialogue.yaml_source import YamlFile
from nlu.errors import SourceError
from nlu.source import YAML_SUFFIXES, read_yaml

PREFIX = "test_"
_OTHERS = frozenset({"node_modules", "models", "results", "site-packages", "__pycache__"})


@dataclass(frozen=True)
class ScriptTurn:
    """What a person says, and what the test tells after it. None: the bot begins."""

    said: UserStep | None
    following: tuple[PlainStep, ...]


@dataclass(frozen=True)
class Script:
    """One conversation test.

    `given` are the slots that are told before anybody speaks: they are so from the beginning.
    `metadata` is the test's own, for whoever prepares its surroundings.
    """

    name: str
    given: tuple[SlotStep, ...]
    turns: tuple[ScriptTurn, ...]
    file: str
    line: int | None
    metadata: Mapping[str, Any]


def script_files(place: Path) -> Iterator[Path]:
    """The files `test_*.yml` below a folder, in a stable order; a file is itself.

    Hidden folders and those of other tools are left out; a `test_*.md` is found too, to be refused.
    """
    if not place.is_dir():
        yield place
        return
    for folder, inner, names in os.walk(place):
        inner[:] = sorted(name for name in inner if not (name.startswith(".") or name in _OTHERS))
        for name in sorted(names):
            path = Path(folder) / name
            if name.startswith(PREFIX) and path.suffix in (*YAML_SUFFIXES, ".md"):
                yield path


def read_scripts(
    paths: Iterable[Path], domain: Domain, marked_text: MarkedText, mistakes: Mistakes
) -> list[Script]:
    """Every conversation in these files; `or` makes several, checkpoints join two.

    A file in the Markdown of Rasa 1 is a mistake, and so is an action that the domain lacks.
    """
    files = []
    for path in paths:
        with mistakes.part():
            if path.suffix == ".md":
                raise SourceError(
                    "test stories in the Markdown of Rasa 1 are not read; write them in YAML",
                    str(path),
                )
            content = read_yaml(path)
            if not isinstance(content, Mapping) or "stories" not in content:
                raise SourceError("there is no list 'stories' in it", str(path), 1)
            files.append(YamlFile(str(path), {"stories": content["stories"]}))
    scripts = []
    for file in files:
        read = read_conversations([file], domain, mistakes, marked_text)
        scripts += [_script(story, path) for story, path in told_paths(read.stories)]
    return scripts


def _script(story: Story, path: Iterable[PlainStep]) -> Script:
    """Cut a conversation into turns; that the bot listens goes without saying."""
    given: list[SlotStep] = []
    turns: list[tuple[UserStep | None, list[PlainStep]]] = []
    for step in path:
        if isinstance(step, UserStep):
            turns.append((step, []))
        elif isinstance(step, SlotStep) and not turns:
            given.append(step)
        elif not (isinstance(step, ActionStep) and step.name == LISTEN):
            if not turns:
                turns.append((None, []))
            turns[-1][1].append(step)
    parts = tuple(ScriptTurn(said, tuple(following)) for said, following in turns)
    return Script(story.name, tuple(given), parts, story.file, story.line, story.metadata)

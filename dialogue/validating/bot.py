"""A project as its checks see it: whatever could be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dialogue.domain import Domain, Place
from dialogue.stories import OrStep, Rule, Step, Story, flat
from dialogue.validating.action_code import ActionCode
from dialogue.yaml_source import YamlFile


@dataclass(frozen=True)
class Taught:
    """What the training examples teach, and where it first stands.

    `entries` are the keys of retrieval intents, as ``faq/hours``.
    """

    intents: Mapping[str, Place] = field(default_factory=dict)
    entities: Mapping[str, Place] = field(default_factory=dict)
    entries: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedBot:
    """The parts of a project. Without `code` nothing is known of what its actions do."""

    files: tuple[YamlFile, ...]
    domain: Domain
    rules: tuple[Rule, ...]
    stories: tuple[Story, ...]
    taught: Taught
    code: ActionCode

    @cached_property
    def steps(self) -> tuple[tuple[Step, Place], ...]:
        """Every step of every rule and story, conditions included, with its place."""
        rules = [
            (step, Place(rule.file, _line(step) or rule.line))
            for rule in self.rules
            for step in flat((*rule.conditions, *rule.steps))
        ]
        stories = [
            (step, Place(story.file, _line(step) or story.line))
            for story in self.stories
            for step in flat(story.steps)
        ]
        return (*rules, *stories)

    @cached_property
    def policy_texts(self) -> frozenset[str]:
        """Every text in the configuration of the policies."""
        return frozenset(
            text for file in self.files for text in _texts(file.content.get("policies"))
        )

    @property
    def actions_are_known(self) -> bool:
        """Whether the code of the custom actions was there to be read."""
        return self.code.files > 0 or not self.domain.declared_actions

    def place(self, section: str, name: str) -> Place | None:
        """Where the domain has a name."""
        return self.domain.places.get((section, name))


def _line(step: Step) -> int | None:
    return None if isinstance(step, OrStep) else step.line


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, Iterable):
        yield from (text for one in value for text in _texts(one))

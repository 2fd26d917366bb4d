"""Rules and stories from Rasa YAML, checked against the domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.domain import Domain
from dialogue.stories import (
    ActionStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    PlainStep,
    Rule,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from dialogue.yaml_source import YamlFile, plain
from nlu.source import line_of
from nlu.types import Entity

STORY_KEYS = ("rules", "stories")
_STORY_PARTS = ("story", "steps", "metadata")
_RULE_PARTS = (
    "rule",
    "steps",
    "condition",
    "conversation_start",
    "wait_for_user_input",
    "metadata",
)
_STEP_KINDS = ("intent", "user", "action", "bot", "slot_was_set", "active_loop", "checkpoint", "or")


@dataclass
class _EndToEnd(Exception):
    """The story speaks of texts in place of intents and actions."""

    step: str


@dataclass
class Conversations:
    """All rules and stories of a project, and warnings about what was left out."""

    rules: list[Rule] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_conversations(files: Iterable[YamlFile], domain: Domain) -> Conversations:
    """Read the rules and stories of these files.

    Raises SourceError for a name that the domain does not have. A story with end-to-end steps
    (`bot:`, or `user:` without an intent) is left out, with a warning: no policy here uses texts.
    """
    read = Conversations()
    for file in files:
        if not isinstance(file.content, Mapping):
            continue
        reader = _Reader(file, domain)
        for section, title in (("rules", "rule"), ("stories", "story")):
            if section not in file.content:
                continue
            items = file.sequence(file.content, section, f"'{section}'")
            for index in range(len(items)):
                try:
                    if title == "rule":
                        read.rules.append(reader.rule(items, index))
                    else:
                        read.stories.append(reader.story(items, index))
                except _EndToEnd as found:
                    place = f"{file.path}:{line_of(items, index)}"
                    read.warnings.append(f"{place}: left out, '{found.step}' is a text")
    return read


class _Reader:
    def __init__(self, file: YamlFile, domain: Domain) -> None:
        self._file = file
        self._domain = domain

    def story(self, items: Any, index: int) -> Story:
        item, name = self._named(items, index, "story", _STORY_PARTS)
        return Story(name, tuple(self._steps(item)), self._file.path, line_of(items, index))

    def rule(self, items: Any, index: int) -> Rule:
        item, name = self._named(items, index, "rule", _RULE_PARTS)
        steps = tuple(self._steps(item))
        for number, step in enumerate(steps):
            if isinstance(step, CheckpointStep):
                raise self._file.error("a rule cannot have checkpoints", item["steps"], number)
        return Rule(
            name=name,
            steps=steps,
            conditions=tuple(self._conditions(item)),
            conversation_start=self._file.flag(item, "conversation_start", False),
            wait_for_user_input=self._file.flag(item, "wait_for_user_input", True),
            file=self._file.path,
            line=line_of(items, index),
        )

    def _named(
        self, items: Any, index: int, title: str, parts: tuple[str, ...]
    ) -> tuple[Mapping[str, Any], str]:
        item = self._file.mapping(items, index, f"a {title}")
        if title not in item:
            raise self._file.error(f"a {title} needs '{title}: its name'", items, index)
        self._file.only_keys(item, parts, f"a {title}")
        if not item.get("steps"):
            raise self._file.error(f"the {title} '{item[title]}' has no steps", items, index)
        return item, str(item[title])

    def _steps(self, item: Mapping[str, Any]) -> Iterator[Step]:
        steps = self._file.sequence(item, "steps", "'steps'")
        for index in range(len(steps)):
            yield from self._step(steps, index)

    def _conditions(self, item: Mapping[str, Any]) -> Iterator[SlotStep | LoopStep]:
        if "condition" not in item:
            return
        conditions = self._file.sequence(item, "condition", "'condition'")
        for index in range(len(conditions)):
            for step in self._step(conditions, index):
                if not isinstance(step, SlotStep | LoopStep):
                    raise self._file.error(
                        "a condition is 'active_loop' or 'slot_was_set'", conditions, index
                    )
                yield step

    def _step(self, steps: Any, index: int) -> Iterator[Step]:
        step = self._file.mapping(steps, index, "a step")
        kinds = [key for key in step if key in _STEP_KINDS]
        if not kinds:
            unknown = str(next(iter(step), ""))
            raise self._file.unknown("kind of step", unknown, _STEP_KINDS, steps, index)
        if "or" in step:
            yield self._either(step)
        elif "checkpoint" in step:
            slots = tuple(self._slots(step)) if "slot_was_set" in step else ()
            yield CheckpointStep(self._file.text(step, "checkpoint", "a checkpoint"), slots)
        else:
            yield from self._plain_step(step)

    def _plain_step(self, step: Mapping[str, Any]) -> Iterator[PlainStep]:
        if "intent" in step:
            yield self._user(step)
        elif "user" in step or "bot" in step:
            raise _EndToEnd(str(step.get("user") or step.get("bot")))
        elif "action" in step:
            yield ActionStep(self._known(step, "action", "action", self._domain.actions))
        elif "slot_was_set" in step:
            yield from self._slots(step)
        elif step["active_loop"] is None:
            yield LoopStep(None)
        else:
            yield LoopStep(self._known(step, "active_loop", "form", self._domain.loops))

    def _either(self, step: Mapping[str, Any]) -> OrStep:
        choices = self._file.sequence(step, "or", "'or'")
        alternatives = []
        for index in range(len(choices)):
            choice = self._file.mapping(choices, index, "an alternative")
            if "intent" not in choice and "slot_was_set" not in choice:
                raise self._file.error(
                    "an alternative is 'intent' or 'slot_was_set'", choices, index
                )
            alternatives.append(tuple(self._plain_step(choice)))
        return OrStep(tuple(alternatives))

    def _user(self, step: Mapping[str, Any]) -> UserStep:
        written = self._file.text(step, "intent", "an intent").lstrip("/")
        intent = written.split("/", 1)[0]
        if intent not in self._domain.intents:
            raise self._file.unknown("intent", intent, self._domain.intents, step, "intent")
        entities = tuple(self._entities(step)) if "entities" in step else ()
        return UserStep(intent, entities)

    def _entities(self, step: Mapping[str, Any]) -> Iterator[Entity]:
        items = self._file.sequence(step, "entities", "'entities'")
        for index, item in enumerate(items):
            options = plain(item) if isinstance(item, Mapping) else {str(item): None}
            role, group = options.pop("role", None), options.pop("group", None)
            if len(options) != 1:
                raise self._file.error("an entity has one name", items, index)
            name, value = next(iter(options.items()))
            if name not in self._domain.entities:
                raise self._file.unknown("entity", name, self._domain.entities, items, index)
            group = None if group is None else str(group)
            yield Entity(name, True if value is None else value, 0, 0, role=role, group=group)

    def _slots(self, step: Mapping[str, Any]) -> Iterator[SlotStep]:
        items = step["slot_was_set"]
        if isinstance(items, Mapping):
            items = [items]  # `slot_was_set: {name: value}`
        else:
            items = self._file.sequence(step, "slot_was_set", "'slot_was_set'")
        for index, item in enumerate(items):
            pairs = item.items() if isinstance(item, Mapping) else [(item, None)]
            for name, value in pairs:
                if str(name) not in self._domain.slots:
                    known = self._domain.slots
                    raise self._file.unknown("slot", str(name), known, items, index)
                bare = not isinstance(item, Mapping)
                yield SlotStep(str(name), plain(value), any_value=bare)

    def _known(self, step: Mapping[str, Any], key: str, what: str, known: Iterable[str]) -> str:
        name = self._file.text(step, key, f"the name of the {what}")
        if name not in known:
            raise self._file.unknown(what, name, known, step, key)
        return name

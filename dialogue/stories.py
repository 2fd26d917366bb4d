"""Reading rules and stories from Rasa YAML into paths: what is seen, and the action that follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dialogue.domain import LISTEN, Domain
from nlu.errors import SourceError
from nlu.source import line_of, nearest

MAX_CHECKPOINT_DEPTH = 8
MAX_PATHS = 1000


@dataclass(frozen=True)
class UserStep:
    """The customer says something of an intent, perhaps with entities."""

    intent: str
    entities: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class ActionStep:
    """The bot does something."""

    name: str


@dataclass(frozen=True)
class SlotStep:
    """A slot has a value; `any_value` for a bare name, None for unset."""

    name: str
    value: Any = None
    any_value: bool = False


@dataclass(frozen=True)
class LoopStep:
    """A form begins or, with None, has ended."""

    name: str | None


@dataclass(frozen=True)
class CheckpointStep:
    """A place where stories join."""

    name: str


Step = UserStep | ActionStep | SlotStep | LoopStep | CheckpointStep


@dataclass(frozen=True)
class Path_:
    """One linear rule or story."""

    name: str
    steps: tuple[Step, ...]
    conditions: tuple[Step, ...] = ()
    is_rule: bool = False
    conversation_start: bool = False
    wait_for_user_input: bool = True
    source: str = ""


@dataclass
class StoryReader:
    """Collects the rules and stories of several files against one domain."""

    domain: Domain
    paths: list[Path_] = field(default_factory=list)

    def add(self, path: Path, document: Mapping[str, Any]) -> None:
        """Read the `rules` and `stories` of one file. Raises SourceError."""
        for key, title in (("rules", "rule"), ("stories", "story")):
            listed = document.get(key)
            if listed is None:
                continue
            if not isinstance(listed, list):
                raise SourceError(f"'{key}' must be a list", str(path), line_of(document, key))
            for index, item in enumerate(listed):
                self._read(path, item, title, line_of(listed, index))

    def linear(self) -> tuple[Path_, ...]:
        """All rules and stories, checkpoints joined."""
        rules = [path for path in self.paths if path.is_rule]
        stories = [path for path in self.paths if not path.is_rule]
        return (*rules, *_joined(stories))

    def _read(self, path: Path, item: Any, title: str, line: int | None) -> None:
        file = str(path)
        if not isinstance(item, Mapping) or title not in item:
            raise SourceError(f"an entry needs a name under '{title}'", file, line)
        name = str(item[title])
        steps = item.get("steps")
        if not isinstance(steps, list) or not steps:
            raise SourceError(f"{title} '{name}' has no steps", file, line)
        is_rule = title == "rule"
        conditions = item.get("condition") or []
        if isinstance(conditions, Mapping):
            conditions = [conditions]
        for variant in self._variants(steps, file):
            if is_rule and sum(isinstance(step, UserStep) for step in variant) > 1:
                raise SourceError(f"rule '{name}' has more than one user turn", file, line)
            self.paths.append(
                Path_(
                    name=name,
                    steps=tuple(variant),
                    conditions=tuple(
                        step
                        for index, condition in enumerate(conditions)
                        for step in self._step(condition, file, line_of(conditions, index))[0]
                    ),
                    is_rule=is_rule,
                    conversation_start=bool(item.get("conversation_start", False)),
                    wait_for_user_input=bool(item.get("wait_for_user_input", True)),
                    source=f"{file}:{line}",
                )
            )

    def _variants(self, steps: Sequence[Any], file: str) -> list[list[Step]]:
        """The steps as linear sequences: each `or` multiplies them."""
        variants: list[list[Step]] = [[]]
        for index, step in enumerate(steps):
            alternatives = self._step(step, file, line_of(steps, index))
            variants = [[*v, *alternative] for v in variants for alternative in alternatives]
            if len(variants) > MAX_PATHS:
                raise SourceError("too many alternatives by 'or'", file, line_of(steps, index))
        return variants

    def _step(self, step: Any, file: str, line: int | None) -> list[list[Step]]:
        """The alternatives of one step, each a list of steps."""
        if not isinstance(step, Mapping):
            raise SourceError(f"a step must be a mapping, not '{step}'", file, line)
        if "or" in step:
            return [
                alternative
                for index, option in enumerate(step["or"])
                for alternative in self._step(option, file, line_of(step["or"], index) or line)
            ]
        if "intent" in step:
            return [[self._user(step, file, line)]]
        if "action" in step:
            name = str(step["action"])
            self._known("action", name, self.domain.action_names(), file, line)
            return [[ActionStep(name)]]
        if "slot_was_set" in step:
            return [list(self._slots(step["slot_was_set"], file, line))]
        if "active_loop" in step:
            loop = step["active_loop"]
            if loop is not None:
                self._known("form", str(loop), self.domain.forms, file, line)
            return [[LoopStep(None if loop is None else str(loop))]]
        if "checkpoint" in step:
            guards = list(self._slots(step.get("slot_was_set") or [], file, line))
            return [[CheckpointStep(str(step["checkpoint"])), *guards]]
        known = ("intent", "action", "slot_was_set", "active_loop", "checkpoint", "or")
        first = str(next(iter(step), ""))
        raise SourceError(f"unknown step '{first}'{nearest(first, known)}", file, line)

    def _user(self, step: Mapping[str, Any], file: str, line: int | None) -> UserStep:
        name = str(step["intent"]).split("/", 1)[0]
        self._known("intent", name, self.domain.intents, file, line)
        entities: list[tuple[str, Any]] = []
        for entity in step.get("entities") or ():
            if isinstance(entity, Mapping):
                pairs = {str(k): v for k, v in entity.items() if k not in {"role", "group"}}
                entities += [(key, value) for key, value in pairs.items()]
                for part in ("role", "group"):
                    if part in entity:
                        entities += [(f"{key}#{entity[part]}", None) for key in pairs]
            else:
                entities.append((str(entity), None))
        for entity_name, _ in entities:
            bare = entity_name.split("#", 1)[0]
            self._known("entity", bare, self.domain.entities, file, line)
        return UserStep(name, tuple(entities))

    def _slots(self, listed: Any, file: str, line: int | None) -> Iterator[SlotStep]:
        items = [listed] if isinstance(listed, Mapping | str) else listed or []
        for item in items:
            pairs = item.items() if isinstance(item, Mapping) else [(item, ...)]
            for name, value in pairs:
                self._known("slot", str(name), self.domain.slots, file, line)
                if value is ...:
                    yield SlotStep(str(name), any_value=True)
                else:
                    yield SlotStep(str(name), value)

    def _known(self, kind: str, name: str, known: Any, file: str, line: int | None) -> None:
        if name not in known:
            raise SourceError(f"unknown {kind} '{name}'{nearest(name, known)}", file, line)


def _joined(stories: list[Path_]) -> Iterator[Path_]:
    """Stories with their checkpoints followed: an end joins every beginning of the same name."""
    beginnings: dict[str, list[Path_]] = {}
    for story in stories:
        first = story.steps[0]
        if isinstance(first, CheckpointStep):
            beginnings.setdefault(first.name, []).append(story)
    for story in stories:
        if not isinstance(story.steps[0], CheckpointStep):
            yield from _followed(story, beginnings, 0)


def _followed(story: Path_, beginnings: Mapping[str, list[Path_]], depth: int) -> Iterator[Path_]:
    last = story.steps[-1]
    if not isinstance(last, CheckpointStep) or depth >= MAX_CHECKPOINT_DEPTH:
        steps = tuple(step for step in story.steps if not isinstance(step, CheckpointStep))
        yield replace(story, steps=steps)
        return
    for following in beginnings.get(last.name, []):
        joined = replace(story, steps=(*story.steps[:-1], *following.steps[1:]))
        yield from _followed(joined, beginnings, depth + 1)


__all__ = ["LISTEN", "ActionStep", "LoopStep", "Path_", "SlotStep", "StoryReader", "UserStep"]

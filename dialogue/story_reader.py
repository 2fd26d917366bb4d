"""Rules and stories from Rasa YAML (2.x and 3.x), checked against the domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dialogue.domain import Domain
from dialogue.mistakes import Mistakes
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
    flat,
)
from dialogue.yaml_source import YamlFile, plain
from nlu.source import line_of
from nlu.types import Entity

STORY_KEYS = ("rules", "stories")
ELLIPSIS = "..."  # what came before or comes after does not matter; a rule says so anyway
_STORY_PARTS = ("story", "steps", "metadata")
_RULE_PARTS = (
    "rule",
    "steps",
    "condition",
    "conversation_start",
    "wait_for_user_input",
    "metadata",
)
_OLD_LOOP = "form"  # before 2.0 was finished, `active_loop` was called so
_STEP_KINDS = (
    "intent",
    "user",
    "action",
    "bot",
    "slot_was_set",
    "active_loop",
    _OLD_LOOP,
    "checkpoint",
    "or",
)

Read = TypeVar("Read", Rule, Story)
MarkedText = Callable[[str], tuple[str, tuple[Entity, ...]]]


@dataclass
class Conversations:
    """All rules and stories of a project, and the texts in them that count word for word."""

    rules: list[Rule] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)

    @property
    def said_texts(self) -> frozenset[str]:
        """What persons say in `user:` steps without an intent."""
        return frozenset(
            step.text or ""
            for step in self._steps()
            if isinstance(step, UserStep) and step.intent is None
        )

    @property
    def spoken_texts(self) -> frozenset[str]:
        """What the bot says in `bot:` steps."""
        steps = self._steps()
        return frozenset(
            step.name for step in steps if isinstance(step, ActionStep) and step.is_text
        )

    def _steps(self) -> Iterator[Step]:
        for steps in [one.steps for one in self.rules] + [one.steps for one in self.stories]:
            yield from flat(steps)


def read_conversations(
    files: Iterable[YamlFile],
    domain: Domain,
    mistakes: Mistakes,
    marked_text: MarkedText | None = None,
) -> Conversations:
    """Read the rules and stories of these files.

    An action or a form that the domain does not have is a mistake; an intent, an entity or a slot
    that it does not have is forgiven, as Rasa does, and so is a story without steps, which is left
    out. With `marked_text` (test stories) it reads the entities that are marked in the words of a
    `user` step; it may raise ValueError.
    """
    read = Conversations()
    for file in files:
        if not isinstance(file.content, Mapping):
            continue
        reader = _Reader(file, domain, mistakes, marked_text)
        if "rules" in file.content:
            read.rules += reader.each("rules", reader.rule)
        if "stories" in file.content:
            read.stories += reader.each("stories", reader.story)
    return read


class _Reader:
    def __init__(
        self, file: YamlFile, domain: Domain, mistakes: Mistakes, marked_text: MarkedText | None
    ) -> None:
        self._file = file
        self._domain = domain
        self._mistakes = mistakes
        self._marked_text = marked_text

    def each(self, section: str, read: Callable[[Any, int], Read]) -> list[Read]:
        """The items of a section that could be read whole and have steps."""
        found: list[Read] = []
        with self._mistakes.part():
            items = self._file.sequence(self._file.content, section, f"'{section}'")
            for index in range(len(items)):
                unread = self._mistakes.unread
                with self._mistakes.part():
                    one = read(items, index)
                    if one.steps and self._mistakes.unread == unread:
                        found.append(one)
        return found

    def story(self, items: Any, index: int) -> Story:
        item, name = self._named(items, index, "story", _STORY_PARTS)
        return Story(
            name=name,
            steps=self._steps(item),
            file=self._file.path,
            line=line_of(items, index),
            metadata=self._file.mapping(item, "metadata", "'metadata'")
            if item.get("metadata")
            else {},
        )

    def rule(self, items: Any, index: int) -> Rule:
        item, name = self._named(items, index, "rule", _RULE_PARTS)
        steps = self._steps(item)
        for number, step in enumerate(steps):
            if isinstance(step, CheckpointStep):
                raise self._file.error("a rule cannot have checkpoints", item["steps"], number)
        return Rule(
            name=name,
            steps=steps,
            conditions=self._conditions(item),
            conversation_start=self._file.flag(item, "conversation_start", False),
            wait_for_user_input=self._file.flag(item, "wait_for_user_input", True),
            file=self._file.path,
            line=line_of(items, index),
        )

    def _named(
        self, items: Any, index: int, title: str, parts: tuple[str, ...]
    ) -> tuple[Mapping[str, Any], str]:
        item = self._file.mapping(items, index, f"a {title}")
        if item.get(title) is None:
            raise self._file.error(f"a {title} needs '{title}: its name'", items, index)
        self._file.only_keys(item, parts, f"a {title}")
        if not item.get("steps"):
            message = f"the {title} '{item[title]}' has no steps"
            self._mistakes.forgive(self._file.error(message, items, index))
        return item, str(item[title])

    def _steps(self, item: Mapping[str, Any]) -> tuple[Step, ...]:
        if not item.get("steps"):
            return ()
        steps = self._file.sequence(item, "steps", "'steps'")
        found: list[Step] = []
        for index, step in enumerate(steps):
            with self._mistakes.part():
                if step in (ELLIPSIS, {"action": ELLIPSIS}):
                    continue
                found.extend(self._step(steps, index))
        return tuple(found)

    def _conditions(self, item: Mapping[str, Any]) -> tuple[SlotStep | LoopStep, ...]:
        if "condition" not in item:
            return ()
        conditions = self._file.sequence(item, "condition", "'condition'")
        found: list[SlotStep | LoopStep] = []
        for index in range(len(conditions)):
            with self._mistakes.part():
                for step in self._step(conditions, index):
                    if not isinstance(step, SlotStep | LoopStep):
                        raise self._file.error(
                            "a condition is 'active_loop' or 'slot_was_set'", conditions, index
                        )
                    found.append(step)
        return tuple(found)

    def _step(self, steps: Any, index: int) -> Iterator[Step]:
        step = self._file.mapping(steps, index, "a step")
        if not any(key in _STEP_KINDS for key in step):
            unknown = str(next(iter(step), ""))
            raise self._file.unknown("kind of step", unknown, _STEP_KINDS, steps, index)
        line = line_of(steps, index)
        if "or" in step:
            yield self._either(step)
        elif "checkpoint" in step:
            slots = tuple(self._slots(step)) if "slot_was_set" in step else ()
            yield CheckpointStep(self._file.text(step, "checkpoint", "a checkpoint"), slots, line)
        else:
            yield from self._plain_step(step, line)

    def _plain_step(self, step: Mapping[str, Any], line: int | None) -> Iterator[PlainStep]:
        if "intent" in step or "user" in step:
            yield self._user(step, line)
        elif "action" in step:
            yield ActionStep(self._known(step, "action", "action", self._domain.actions), line=line)
        elif "bot" in step:
            yield ActionStep(self._words(step, "bot"), is_text=True, line=line)
        elif "slot_was_set" in step:
            yield from self._slots(step)
        else:
            key = "active_loop" if "active_loop" in step else _OLD_LOOP
            loop = None
            if step[key] is not None:
                loop = self._known(step, key, "form", self._domain.loops)
            yield LoopStep(loop, line)

    def _either(self, step: Mapping[str, Any]) -> OrStep:
        choices = self._file.sequence(step, "or", "'or'")
        alternatives = []
        for index in range(len(choices)):
            choice = self._file.mapping(choices, index, "an alternative")
            if not any(key in choice for key in ("intent", "user", "slot_was_set")):
                raise self._file.error(
                    "an alternative is 'intent' or 'slot_was_set'", choices, index
                )
            alternatives.append(tuple(self._plain_step(choice, line_of(choices, index))))
        return OrStep(tuple(alternatives))

    def _user(self, step: Mapping[str, Any], line: int | None) -> UserStep:
        text = self._words(step, "user") if "user" in step else None
        marked: tuple[Entity, ...] = ()
        if text is not None and self._marked_text is not None and not text.startswith("/"):
            try:
                text, marked = self._marked_text(text)
            except ValueError as error:
                raise self._file.error(str(error), step, "user") from error
        for entity in marked:
            self._must_know("entity", entity.name, self._domain.entities, step, "user")
        entities = tuple(self._entities(step)) if "entities" in step else marked
        if step.get("intent") is None and text is not None:
            return UserStep(None, entities, text, line=line)
        written = self._file.text(step, "intent", "an intent").lstrip("/")
        intent = written.split("/", 1)[0]
        self._must_know("intent", intent, self._domain.intents, step, "intent")
        key = written if written != intent else None
        return UserStep(intent, entities, text, key, line)

    def _entities(self, step: Mapping[str, Any]) -> Iterator[Entity]:
        items = step["entities"]
        if isinstance(items, Mapping):
            items = [items]  # `entities: {city: Rome}`
        else:
            items = self._file.sequence(step, "entities", "'entities'")
        for index, item in enumerate(items):
            options = plain(item) if isinstance(item, Mapping) else {str(plain(item)): None}
            role, group = options.pop("role", None), options.pop("group", None)
            if len(options) != 1:
                raise self._file.error("an entity has one name", items, index)
            name, value = next(iter(options.items()))
            self._must_know("entity", name, self._domain.entities, items, index)
            role, group = (None if part is None else str(part) for part in (role, group))
            yield Entity(name, True if value is None else value, 0, 0, role=role, group=group)

    def _slots(self, step: Mapping[str, Any]) -> Iterator[SlotStep]:
        items = step["slot_was_set"]
        if isinstance(items, Mapping | str):
            items = [items]  # `slot_was_set: {name: value}`, `slot_was_set: name`
        else:
            items = self._file.sequence(step, "slot_was_set", "'slot_was_set'")
        for index, item in enumerate(items):
            bare = not isinstance(item, Mapping)
            for name, value in [(plain(item), None)] if bare else item.items():
                line = line_of(items, index) or line_of(step, "slot_was_set")
                self._must_know("slot", str(name), self._domain.slots, items, index)
                yield SlotStep(str(name), plain(value), any_value=bare, line=line)

    def _words(self, step: Mapping[str, Any], key: str) -> str:
        """What somebody says: any scalar, with the spaces around it gone."""
        value = step[key]
        if value is None or isinstance(value, Mapping | list) or not str(value).strip():
            raise self._file.error(f"'{key}' must be a text", step, key)
        return str(value).strip()

    def _known(self, step: Mapping[str, Any], key: str, what: str, known: Iterable[str]) -> str:
        name = self._file.text(step, key, f"the name of the {what}")
        if name not in known:
            raise self._file.unknown(what, name, known, step, key)
        return name

    def _must_know(self, what: str, name: str, known: Iterable[str], node: Any, key: Any) -> None:
        """Rasa runs a conversation that names an intent, an entity or a slot nobody declared."""
        if name not in known:
            self._mistakes.forgive(self._file.unknown(what, name, known, node, key))

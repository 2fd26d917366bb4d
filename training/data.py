"""Training data as people write it (Rasa's nlu.yml), read into `Example`s and checked."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml.scalarstring import LiteralScalarString

from nlu.entities.finder import KNOWN
from nlu.errors import SourceError
from nlu.project_files import project_files
from nlu.source import line_of, nearest, read_yaml
from nlu.types import Entity
from training.annotations import AnnotationError, parse_annotated

VERSIONS = ("2.0", "3.0", "3.1")
ITEM_KINDS = ("intent", "synonym", "regex", "lookup")
ITEM_KEYS = (*ITEM_KINDS, "examples", "metadata")
EXAMPLE_KEYS = ("text", "metadata")
TEACHES = "teaches"  # in an intent's metadata: "entities" keeps its examples from teaching intents
# What else Rasa keeps in YAML of the same tree; other rooms read it.
TOP_KEYS = (
    *("version", "nlu", "responses", "stories", "rules", "intents", "entities", "slots"),
    *("actions", "forms", "e2e_actions", "session_config", "config"),
)
TEST_FOLDER = "test"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and what it means.

    `source` is ``file:line`` or ``label:ID``. For a retrieval intent ``faq/hours``, `intent` is
    ``faq`` and `response_key` the whole name. With `entities_only` it teaches where entities stand,
    and no intent.
    """

    text: str
    intent: str
    entities: tuple[Entity, ...] = ()
    source: str = ""
    response_key: str | None = None
    entities_only: bool = False


@dataclass(frozen=True)
class TrainingData:
    """Everything a project's `nlu:` sections say.

    `regexes` maps a name to its patterns, `lookups` to its words, `synonyms` a written form to
    the value it stands for, `answers` a key of a retrieval intent to its first response's text.
    `retrieves` says whether messages may be answered from an index. `products` maps the names of
    goods to article numbers; no file says it, but the shop's catalogue. `entities` are those that
    the domain declares. `feelings` are labelled texts of each feeling, from tables of their own
    (`training.feelings`).
    """

    examples: tuple[Example, ...] = ()
    regexes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)
    entities: frozenset[str] | None = None
    products: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    retrieves: bool = False
    feelings: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents' names, sorted."""
        return tuple(sorted({example.intent for example in self.examples}))

    @property
    def version(self) -> str:
        """SHA-256 of the content, free of order, file names, and redundant white space."""
        lines = sorted(
            json.dumps(
                [
                    " ".join(e.text.split()),
                    e.intent,
                    e.response_key,
                    *_marked(e),
                    *["marks"][: e.entities_only],
                ]
            )
            for e in self.examples
        )
        rest: list[Any] = [self.regexes, self.lookups, self.synonyms, dict(self.answers)]
        if self.feelings:
            rest.append(
                {n: sorted((e.text, e.intent) for e in own) for n, own in self.feelings.items()}
            )
        content = "\n".join([*lines, json.dumps(rest, sort_keys=True)])
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def read_training_data(folder: Path) -> TrainingData:
    """Read every file of the bot in `folder` (`nlu.project_files`) that has an `nlu` section.

    Raises SourceError with file, line and the nearest valid name.
    """
    examples: list[Example] = []
    regexes: dict[str, tuple[str, ...]] = {}
    lookups: dict[str, tuple[str, ...]] = {}
    synonyms: dict[str, str] = {}
    entities: frozenset[str] | None = None
    answers: dict[str, str] = {}
    for path in project_files(folder).paths:
        loaded = read_yaml(path)
        answers.update(_answers(loaded))
        if (declared := _declared(loaded)) is not None:
            entities = declared | (entities or frozenset())
        for item, file, line in _items(loaded, str(path)):
            kind = next((kind for kind in ITEM_KINDS if kind in item), None)
            if kind is None:
                raise SourceError(f"an item needs one of {', '.join(ITEM_KINDS)}", file, line)
            name = "" if item[kind] is None else str(item[kind]).strip()
            if not name:
                raise SourceError(f"the {kind} has no name", file, line_of(item, kind) or line)
            entries = list(_entries(item, file, line, f"{kind} '{name}'"))
            if kind == "intent":
                entities_only = _teaches_entities_only(item, file, line)
                for text, at in entries:
                    example, found = _example(text, name, file, at)
                    examples.append(replace(example, entities_only=entities_only))
                    synonyms.update(found)
            elif kind == "synonym":
                synonyms.update({text: name for text, _ in entries})
            elif kind == "lookup":
                lookups[name] = (*lookups.get(name, ()), *(text for text, _ in entries))
            else:
                for text, at in entries:
                    _check_pattern(text, file, at)
                regexes[name] = (*regexes.get(name, ()), *(text for text, _ in entries))
    return TrainingData(
        tuple(examples), regexes, lookups, synonyms, entities, answers=answers, retrieves=True
    )


def class_of(example: Example) -> str:
    """What a classifier learns an example to be: its intent, or its key of a retrieval intent."""
    return example.response_key or example.intent


def normalised(text: str) -> str:
    """The form under which two sentences count as the same: case, spaces, end marks aside."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.rstrip(" .!?") or folded


def _marked(example: Example) -> list[list[Any]]:
    """What is annotated in an example, as JSON."""
    return [[e.name, e.start, e.end, e.value, e.role, e.group] for e in example.entities]


def _declared(loaded: Any) -> frozenset[str] | None:
    """The names under `entities` of a domain's file; None where there is no such list."""
    found = loaded.get("entities") if hasattr(loaded, "keys") else None
    if not isinstance(found, list):
        return None
    return frozenset(str(next(iter(one), "") if hasattr(one, "keys") else one) for one in found)


def _answers(loaded: Any) -> dict[str, str]:
    """The texts of responses such as `utter_faq/hours`, by what stands after `utter_`."""
    responses = loaded.get("responses") if isinstance(loaded, Mapping) else None
    found = {}
    for name, variations in responses.items() if isinstance(responses, Mapping) else ():
        key = str(name).removeprefix("utter_")
        first = variations[0] if isinstance(variations, list) and variations else None
        text = first.get("text") if isinstance(first, Mapping) else None
        if "/" in key and text:
            found[key] = str(text)
    return found


def _items(loaded: Any, file: str) -> Iterator[tuple[Any, str, int | None]]:
    """The items of a file's `nlu` section, each with its file and line, its keys checked."""
    keys = list(loaded) if hasattr(loaded, "keys") else []
    if "nlu" not in keys:
        for key in keys:
            if key not in TOP_KEYS and nearest(str(key), ["nlu"]):
                raise SourceError(
                    f"unknown key '{key}'{nearest(key, ['nlu'])}", file, line_of(loaded, key)
                )
        return
    for key in keys:
        if key not in TOP_KEYS:
            hint = nearest(str(key), TOP_KEYS)
            raise SourceError(f"unknown key '{key}'{hint}", file, line_of(loaded, key))
    version = str(loaded.get("version", VERSIONS[-1]))
    if version not in VERSIONS:
        known = ", ".join(VERSIONS)
        raise SourceError(
            f"version {version} is not known ({known})", file, line_of(loaded, "version")
        )
    section = loaded["nlu"] if loaded["nlu"] is not None else []
    if not isinstance(section, list):
        raise SourceError("'nlu' must be a list", file, line_of(loaded, "nlu"))
    for index, item in enumerate(section):
        line = line_of(section, index)
        if not hasattr(item, "keys"):
            raise SourceError(f"an item needs one of {', '.join(ITEM_KINDS)}", file, line)
        for key in item:
            if key not in ITEM_KEYS:
                hint = nearest(str(key), ITEM_KEYS)
                raise SourceError(f"unknown key '{key}'{hint}", file, line_of(item, key))
        yield item, file, line


def _teaches_entities_only(item: Any, file: str, line: int | None) -> bool:
    """Whether the metadata of an intent says so; other metadata is not ours."""
    metadata = item.get("metadata")
    if not hasattr(metadata, "keys") or TEACHES not in metadata:
        return False
    if metadata[TEACHES] != "entities":
        words = f"'{TEACHES}' can only be 'entities', not '{metadata[TEACHES]}'"
        raise SourceError(words, file, line_of(metadata, TEACHES) or line)
    return True


def _entries(item: Any, file: str, line: int | None, what: str) -> Iterator[tuple[str, int | None]]:
    """The examples of an item with their lines: a block of ``- text`` lines, or a list."""
    examples = item.get("examples")
    at = line_of(item, "examples") or line
    if not examples:
        raise SourceError(f"{what} has no examples", file, line)
    if isinstance(examples, str):
        yield from _block(examples, file, at)
        return
    if not isinstance(examples, list):
        raise SourceError("'examples' must be a block of lines or a list", file, at)
    for index, entry in enumerate(examples):
        at = line_of(examples, index)
        if isinstance(entry, str):
            if not entry.strip():
                raise SourceError("an example is empty", file, at)
            yield entry.strip(), at
            continue
        if not hasattr(entry, "keys") or "text" not in entry:
            raise SourceError("an example needs 'text'", file, at)
        for key in entry:
            if key not in EXAMPLE_KEYS:
                hint = nearest(str(key), EXAMPLE_KEYS)
                raise SourceError(f"unknown key '{key}'{hint}", file, line_of(entry, key))
        text = str(entry["text"]).strip().removeprefix("-").strip()
        if not text:
            raise SourceError("an example is empty", file, at)
        yield text, at


def _block(block: str, file: str, at: int | None) -> Iterator[tuple[str, int | None]]:
    literal = isinstance(block, LiteralScalarString) and at is not None
    for index, written in enumerate(block.splitlines()):
        line = at + 1 + index if literal and at is not None else at
        stripped = written.strip()
        if not stripped:
            continue
        if not stripped.startswith("-"):
            raise SourceError(f"an example must begin with '-': {stripped[:60]}", file, line)
        text = stripped[1:].strip()
        if not text:
            raise SourceError("an example is empty", file, line)
        yield text, line


def _example(
    written: str, intent: str, file: str, line: int | None
) -> tuple[Example, dict[str, str]]:
    name, slash, sub_key = intent.partition("/")
    if slash and (not name or not sub_key or "/" in sub_key):
        raise SourceError(f"a retrieval intent is written 'name/key', not '{intent}'", file, line)
    try:
        annotated = parse_annotated(written)
    except AnnotationError as error:
        raise SourceError(f"{error}: {written[:60]}", file, line) from error
    example = Example(
        text=annotated.text,
        intent=name,
        entities=annotated.entities,
        source=f"{file}:{line}",
        response_key=intent if slash else None,
    )
    # What has a form is read from it: that yesterday was the 17th once holds of no other day.
    synonyms = {
        annotated.text[one.start : one.end]: one.value
        for one in annotated.entities
        if one.name not in KNOWN and isinstance(one.value, str)
    }
    return example, {form: value for form, value in synonyms.items() if form != value}


def _check_pattern(pattern: str, file: str, line: int | None) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise SourceError(f"not a regular expression: {error}", file, line) from error

"""What models learn from: examples, and what else a project's `nlu:` sections say."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nlu.labels import Labels
from nlu.types import OUT_OF_SCOPE_INTENT, Entity

TEST_FOLDER = "test"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and what it means.

    `source` is ``file:line`` or ``label:ID``. For a retrieval intent ``faq/hours``, `intent` is
    ``faq`` and `response_key` the whole name. With `entities_only` it teaches where entities stand,
    and no intent. If it is `ordinary`, out of scope is an intent like any other, as in a Rasa
    project. `metadata` is what Rasa keeps for components, under ``intent`` and ``example``.
    """

    text: str
    intent: str
    entities: tuple[Entity, ...] = ()
    source: str = ""
    response_key: str | None = None
    entities_only: bool = False
    ordinary: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def outside(self) -> bool:
        """Whether it teaches what is out of scope, and no intent."""
        return self.intent == OUT_OF_SCOPE_INTENT and not self.ordinary


@dataclass(frozen=True)
class TrainingData:
    """Everything a project's `nlu:` sections say.

    `regexes` maps a name to its patterns, `lookups` to its words, `synonyms` a written form to
    the value it stands for, `answers` a key of a retrieval intent to its first response's text.
    `retrieves` says whether messages may be answered from an index. `products` maps the names of
    goods to article numbers; no file says it, but the shop's catalogue. `entities` are those that
    the domain declares. `feelings` are labelled texts of each feeling, from tables of their own
    (`training.feelings`). `warnings` tell with file and line what was passed over.
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
    warnings: tuple[str, ...] = ()

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


def classes_of(examples: Iterable[Example]) -> Labels:
    """The classes that examples teach."""
    listed = list(examples)
    ordinary = any(example.ordinary for example in listed)
    names = sorted({class_of(example) for example in listed})
    return Labels(names, None if ordinary else OUT_OF_SCOPE_INTENT)


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

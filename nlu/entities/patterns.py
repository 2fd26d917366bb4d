"""What a shop's data says of entities: patterns, words, synonyms, and the names of its goods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nlu.entities.signs import one_of
from nlu.errors import ModelRefused
from nlu.types import Entity

Compiled = tuple[str, re.Pattern[str]]


@dataclass(frozen=True)
class Patterns:
    """Patterns and words by entity, values by written form, article numbers by product name.

    `wanted` are the entities to look for, of those that are known without a pattern; None: all.
    What is found of `hints` is no entity, but tells the token classifier where one may be. Words
    are found as `whole_words`, or anywhere.
    """

    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)
    wanted: frozenset[str] | None = None
    hints: frozenset[str] = frozenset()
    case_sensitive: bool = False
    whole_words: bool = True

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "regexes": {name: list(found) for name, found in self.regexes.items()},
            "lookups": {name: list(words) for name, words in self.lookups.items()},
            "synonyms": dict(self.synonyms),
            "products": dict(self.products),
            "wanted": None if self.wanted is None else sorted(self.wanted),
            "hints": sorted(self.hints),
            "case_sensitive": self.case_sensitive,
            "whole_words": self.whole_words,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Patterns:
        """The reverse of `to_json`. Raises KeyError when something is missing."""
        return cls(
            regexes={name: tuple(found) for name, found in data["regexes"].items()},
            lookups={name: tuple(words) for name, words in data["lookups"].items()},
            synonyms=dict(data["synonyms"]),
            products=dict(data["products"]),
            wanted=None if data["wanted"] is None else frozenset(data["wanted"]),
            # Models of before have none of these.
            hints=frozenset(data.get("hints", ())),
            case_sensitive=data.get("case_sensitive", False),
            whole_words=data.get("whole_words", True),
        )

    def compiled(self) -> list[Compiled]:
        """The patterns and the words as regular expressions, each with its entity's name.

        Raises ModelRefused when a pattern is none.
        """
        flags = re.NOFLAG if self.case_sensitive else re.IGNORECASE
        left, right = (r"(?<!\w)", r"(?!\w)") if self.whole_words else ("", "")
        try:
            regexes = [
                (name, re.compile(pattern, flags))
                for name, found in self.regexes.items()
                for pattern in found
            ]
        except re.error as error:
            raise ModelRefused(f"'{error.pattern!r}' is not a regular expression") from error
        return regexes + [
            (name, re.compile(f"{left}{one_of(words)}{right}", flags))
            for name, words in self.lookups.items()
        ]


def matches(compiled: Compiled, text: str) -> Iterator[Entity]:
    """Where a pattern matches more than nothing."""
    name, regex = compiled
    for match in regex.finditer(text):
        if match.group():
            yield Entity(name, match.group(), *match.span())

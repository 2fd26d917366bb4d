"""Entities that have a form: order numbers, e-mail addresses, and a shop's patterns and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nlu.errors import ModelRefused
from nlu.redact import EMAIL, personal_spans
from nlu.types import Entity

ORDER_NUMBER = "order_number"
EMAIL_ADDRESS = "email"
EXTRACTOR = "RegexEntityExtractor"

_ORDER_NUMBER = r"#?\d{4,6}"
# What may not touch an order number: the rest of a longer number, a word, an amount, a date.
_BEFORE_NUMBER = re.compile(r"(?:[\w@+/\\]|\d[.,:/-]|[€$£]\s?|[€$£]\s?\d*[.,])$")
_AFTER_NUMBER = re.compile(
    r"[\w@]|[.,:/-]\d|\s?(?:[€$£%]|(?:eur|euros?|usd|dollars?|gbp|pounds?|chf|cents?)\b)",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april"
    r"|june|july|august|september|october|november|december)\.?,?\s(?:\d{1,2}(?:st|nd|rd|th)?,?\s)?$",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"(?:\border(?:s|\s(?:number|numbers|no|nr|id|ref|reference))?|\b(?:number|no|nr|ref|reference))"
    r"\.?:?\s?(?:is\s|was\s)?(?:#\s?)?$",
    re.IGNORECASE,
)
_ENUMERATION = re.compile(r"\s?,?\s?(?:and|or|&|,)\s?#?|\s?,\s?", re.IGNORECASE)
_REACH_OF_A_CUE = 32  # characters


@dataclass(frozen=True)
class Patterns:
    """What a shop's data says: patterns and words by entity, and values by written form."""

    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "regexes": {name: list(found) for name, found in self.regexes.items()},
            "lookups": {name: list(words) for name, words in self.lookups.items()},
            "synonyms": dict(self.synonyms),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Patterns:
        """The reverse of `to_json`. Raises KeyError when something is missing."""
        return cls(
            regexes={name: tuple(found) for name, found in data["regexes"].items()},
            lookups={name: tuple(words) for name, words in data["lookups"].items()},
            synonyms=dict(data["synonyms"]),
        )


class EntityFinder:
    """Finds entities by their form. Of two that overlap, the longer one counts."""

    def __init__(self, patterns: Patterns) -> None:
        """Raises ModelRefused when a pattern is no regular expression."""
        self._synonyms = {form.lower(): value for form, value in patterns.synonyms.items()}
        given = {ORDER_NUMBER: (_ORDER_NUMBER,), **patterns.regexes}
        try:
            self._regexes = [
                (name, re.compile(pattern, re.IGNORECASE))
                for name, found in given.items()
                for pattern in found
            ]
        except re.error as error:
            raise ModelRefused(f"'{error.pattern!r}' is not a regular expression") from error
        self._regexes += [(name, _any_of(words)) for name, words in patterns.lookups.items()]

    def find(self, text: str) -> tuple[Entity, ...]:
        """The entities of `text` from left to right."""
        found = [Entity(EMAIL_ADDRESS, m.group(), *m.span()) for m in EMAIL.finditer(text)]
        found += self._order_numbers(text)
        for name, regex in self._regexes:
            if name != ORDER_NUMBER:
                found += [
                    Entity(name, match.group(), *match.span())
                    for match in regex.finditer(text)
                    if match.group()
                ]
        chosen: list[Entity] = []
        for entity in sorted(found, key=lambda one: (one.start - one.end, one.start)):
            if all(entity.end <= other.start or other.end <= entity.start for other in chosen):
                chosen.append(entity)
        chosen.sort(key=lambda entity: entity.start)
        return tuple(self._with_value(entity) for entity in chosen)

    def _order_numbers(self, text: str) -> Iterator[Entity]:
        """Order numbers that are no part of something else.

        Where one is announced ("order 1042", "#1042"), bare numbers beside it (a postcode, a
        year) are not order numbers.
        """
        personal = personal_spans(text)
        announced: list[Entity] = []
        bare: list[Entity] = []
        for name, regex in self._regexes:
            if name != ORDER_NUMBER:
                continue
            for match in regex.finditer(text):
                start, end = match.span()
                before = text[max(0, start - _REACH_OF_A_CUE) : start]
                if (
                    _BEFORE_NUMBER.search(before)
                    or _MONTH.search(before)
                    or _AFTER_NUMBER.match(text, end)
                    or any(start < span.end and span.start < end for span in personal)
                ):
                    continue
                entity = Entity(ORDER_NUMBER, match.group().lstrip("#"), start, end)
                goes_on = announced and _ENUMERATION.fullmatch(text, announced[-1].end, start)
                cued = match.group().startswith("#") or _CUE.search(before) or goes_on
                (announced if cued else bare).append(entity)
        yield from announced or bare

    def _with_value(self, entity: Entity) -> Entity:
        value = self._synonyms.get(str(entity.value).lower(), entity.value)
        return Entity(entity.name, value, entity.start, entity.end, extractor=EXTRACTOR)


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)

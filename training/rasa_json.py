"""Rasa's older training files: the JSON form is read, the Markdown form is named.

`rasa_nlu_data` holds `common_examples`, `regex_features`, `lookup_tables` and `entity_synonyms`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nlu.types import Entity
from training.notes import Notes

ROOT = "rasa_nlu_data"
_MARKDOWN = re.compile(r"^##\s*(?:intent|synonym|regex|lookup)\s*:", re.MULTILINE)
CONVERT = "rasa data convert nlu -f yaml"
LARGEST = 50_000_000  # bytes; what is larger is no training file


class OldExample(NamedTuple):
    """A sentence, its intent and entities, and which of the file's examples it is, from 1."""

    text: str
    intent: str
    entities: tuple[Entity, ...]
    number: int


class OldData(NamedTuple):
    """What one file holds: patterns and words by name, and values by written form."""

    examples: list[OldExample]
    regexes: dict[str, tuple[str, ...]]
    lookups: dict[str, tuple[str, ...]]
    synonyms: dict[str, str]


def json_data(path: Path, notes: Notes) -> OldData | None:
    """The training data of a JSON file; None where it is something else."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        written = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    if f'"{ROOT}"' not in written:
        return None
    try:
        loaded = json.loads(written)
    except ValueError as error:
        line = getattr(error, "lineno", None)
        notes.problem(f"not valid JSON: {getattr(error, 'msg', error)}", str(path), line)
        return None
    root = loaded.get(ROOT) if isinstance(loaded, Mapping) else None
    if not isinstance(root, Mapping):
        notes.problem(f"'{ROOT}' must be an object", str(path))
        return None
    return _data(root, str(path), notes)


def markdown_is_training_data(path: Path) -> bool:
    """Whether a Markdown file has the sections of Rasa 1.x's training data."""
    try:
        return _MARKDOWN.search(path.read_text(encoding="utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False


def _data(root: Mapping[str, Any], file: str, notes: Notes) -> OldData:
    data = OldData([], {}, {}, {})
    for number, one in _each(root, "common_examples", file, notes):
        text, intent = one.get("text"), one.get("intent")
        if not isinstance(text, str) or not text.strip() or not isinstance(intent, str):
            notes.warn(f"common_examples {number} needs 'text' and 'intent'", file)
            continue
        try:
            entities = tuple(_entity(text, each) for each in one.get("entities") or ())
        except (KeyError, TypeError, ValueError, AttributeError):
            notes.problem(f"an entity of common_examples {number} cannot be read", file)
            continue
        data.examples.append(OldExample(text, intent.strip(), entities, number))
    for number, one in _each(root, "regex_features", file, notes):
        name, pattern = one.get("name"), one.get("pattern")
        if isinstance(name, str) and isinstance(pattern, str):
            data.regexes[name] = (*data.regexes.get(name, ()), pattern)
        else:
            notes.warn(f"regex_features {number} needs 'name' and 'pattern'", file)
    for number, one in _each(root, "lookup_tables", file, notes):
        name, words = one.get("name"), one.get("elements")
        if isinstance(name, str) and isinstance(words, list):
            data.lookups[name] = (*data.lookups.get(name, ()), *map(str, words))
        else:
            notes.warn(f"lookup_tables {number}: only 'elements' as a list are read", file)
    for _, one in _each(root, "entity_synonyms", file, notes):
        for form in one.get("synonyms") or ():
            data.synonyms[str(form)] = str(one.get("value"))
    return data


def _each(
    root: Mapping[str, Any], key: str, file: str, notes: Notes
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    listed = root.get(key) or []
    if not isinstance(listed, list):
        notes.problem(f"'{key}' must be a list", file)
        return
    for number, one in enumerate(listed, start=1):
        if isinstance(one, Mapping):
            yield number, one
        else:
            notes.warn(f"{key} {number} must be an object", file)


def _entity(text: str, one: Mapping[str, Any]) -> Entity:
    start, end = int(one["start"]), int(one["end"])
    if not 0 <= start < end <= len(text):
        raise ValueError("its place is not in the text")
    value = one.get("value", text[start:end])
    return Entity(str(one["entity"]), value, start, end, one.get("role"), one.get("group"))

"""Labelled texts in rows: CSV, TSV and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlu.errors import SourceError
from nlu.source import nearest
from nlu.types import OUT_OF_SCOPE_INTENT, Entity
from training.class_names import NO_NAMES, Names
from training.data import Example, class_of
from training.whole_files import read_whole, replacing

TEXT_COLUMN = "text"
LABEL_COLUMNS = ("intent", "label", "category")
LONGEST_FIELD = 10_000_000  # characters
OUT_OF_SCOPE_NAMES = ("oos", "out_of_scope")


def read_table(path: Path, delimiter: str, names: Names = NO_NAMES) -> Iterator[Example]:
    """Rows of a file with a header; a source is the line on which its row begins.

    Raises SourceError with that line.
    """
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(read_whole(path), newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        header = next(reader, None)
        if header is None:
            return
        columns = [name.strip().lower() for name in header]
        text_at = columns.index(text_key(columns, path, 1))
        label_at = columns.index(label_key(columns, path, 1))
        named = names.get(header[label_at].strip(), {})
        begins = reader.line_num + 1
        for row in reader:
            if row:
                if len(row) != len(header):
                    words = f"the row has {len(row)} fields, the header {len(header)}"
                    raise SourceError(words, str(path), begins)
                yield example_of(row[text_at], row[label_at], path, begins, names=named)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(f"the row cannot be read: {error}", str(path), begins) from error


def read_json_lines(path: Path, names: Names = NO_NAMES) -> Iterator[Example]:
    """One object a line, with `text`, a label, and perhaps Rasa's `entities`.

    Raises SourceError with the line.
    """
    for number, line in enumerate(read_whole(path).split("\n"), 1):
        if line.strip():
            row = _object(line, path, number)
            text = row[text_key(list(row), path, number)]
            key = label_key(list(row), path, number)
            entities = _entities(row, text, path, number)
            yield example_of(text, row[key], path, number, entities, names.get(key, {}))


def write_table(examples: Sequence[Example], path: Path, delimiter: str) -> None:
    """Write `text` and `intent`; entities are left out."""
    with replacing(path) as file:
        # All quoted: a lone carriage return would end a row otherwise.
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(["text", "intent"])
        writer.writerows([example.text, class_of(example)] for example in examples)


def write_json_lines(examples: Sequence[Example], path: Path) -> None:
    """Write text, intent, and entities where there are any."""
    with replacing(path) as file:
        for example in examples:
            row: dict[str, Any] = {"text": example.text, "intent": class_of(example)}
            if example.entities:
                row["entities"] = [entity.to_rasa() for entity in example.entities]
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def example_of(
    text: object,
    label: object,
    path: Path,
    line: int | None,
    entities: tuple[Entity, ...] = (),
    names: Mapping[int, str] | None = None,
) -> Example:
    """An example of a row; where the label's column has `names`, a number means one of them.

    Raises SourceError for a text or label that says nothing, and for a number without a name.
    """
    said = _said(text, "text", path, line)
    number = str(label) if isinstance(label, int) and not isinstance(label, bool) else label
    name = _said(number, "label", path, line).strip()
    if names and name.removeprefix("-").isdecimal():
        if len(name) > 9 or int(name) not in names:
            words = f"label {name[:20]} has no name; there are {len(names)}"
            raise SourceError(words, str(path), line)
        name = names[int(name)].strip()
    if name in OUT_OF_SCOPE_NAMES:
        name = OUT_OF_SCOPE_INTENT
    intent, slash, key = name.partition("/")
    if slash and (not intent or not key):
        words = f"a retrieval intent is written 'name/key', not '{name}'"
        raise SourceError(words, str(path), line)
    source = f"{path}:{line}" if line else str(path)
    return Example(said, intent, entities, source, name if slash else None)


def text_key(keys: Sequence[str], path: Path, line: int | None) -> str:
    """The key that holds the text. Raises SourceError, with the nearest key, when none does."""
    if TEXT_COLUMN not in keys:
        words = f"there is no column 'text'{nearest(TEXT_COLUMN, keys)}"
        raise SourceError(words, str(path), line)
    return TEXT_COLUMN


def label_key(keys: Sequence[str], path: Path, line: int | None) -> str:
    """Which of the keys holds the label. Raises SourceError, with the nearest, when none does."""
    for key in LABEL_COLUMNS:
        if key in keys:
            return key
    others = [key for key in keys if key != TEXT_COLUMN]
    hint = next((hint for key in LABEL_COLUMNS if (hint := nearest(key, others))), "")
    words = f"there is no column {', '.join(LABEL_COLUMNS)}{hint}"
    raise SourceError(words, str(path), line)


def _said(value: object, what: str, path: Path, line: int | None) -> str:
    """A string that says something and can be written as UTF-8. Raises SourceError."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise SourceError(f"the {what} is empty", str(path), line)
    if not isinstance(value, str):
        raise SourceError(f"the {what} is no string", str(path), line)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SourceError(f"the {what} holds half a character", str(path), line) from error
    return value


def _object(line: str, path: Path, number: int) -> Mapping[str, Any]:
    try:
        loaded = json.loads(line)
    except (ValueError, RecursionError) as error:
        words = f"not JSON: {getattr(error, 'msg', 'too deep or too long')}"
        raise SourceError(words, str(path), number) from error
    if not isinstance(loaded, dict):
        raise SourceError("a line must hold one object", str(path), number)
    return loaded


def _entities(row: Mapping[str, Any], text: object, path: Path, line: int) -> tuple[Entity, ...]:
    """Rasa's entities of a row, each a part of the text. Raises SourceError."""
    try:
        entities = tuple(Entity.from_rasa(entity) for entity in row.get("entities") or ())
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"an entity cannot be read: {error}", str(path), line) from error
    end = len(text) if isinstance(text, str) else 0
    for entity in entities:
        whole = type(entity.start) is int and type(entity.end) is int
        if not whole or not 0 <= entity.start < entity.end <= end:
            words = f"the entity '{entity.name}' is no part of the text"
            raise SourceError(words, str(path), line)
    return entities

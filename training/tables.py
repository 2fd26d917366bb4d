"""Labelled texts in rows: CSV, TSV and JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from nlu.errors import SourceError
from nlu.source import nearest
from nlu.types import OUT_OF_SCOPE_INTENT, Entity
from training.data import Example, class_of
from training.whole_files import replacing

LABEL_COLUMNS = ("intent", "label", "category")
LONGEST_FIELD = 10_000_000  # characters
OUT_OF_SCOPE_NAMES = ("oos", "out_of_scope")


def read_table(path: Path, delimiter: str) -> Iterator[Example]:
    """Rows of a file with a header; a source is the line on which its row begins."""
    csv.field_size_limit(LONGEST_FIELD)
    with _opened(path) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            header = next(reader, None)
            if header is None:
                return
            text_at, label_at = _columns(header, path)
            begins = reader.line_num + 1
            for row in reader:
                if row:
                    if len(row) != len(header):
                        raise SourceError(
                            f"the row has {len(row)} fields, the header {len(header)}",
                            str(path),
                            begins,
                        )
                    yield example_of(row[text_at], row[label_at], path, begins)
                begins = reader.line_num + 1
        except csv.Error as error:
            raise SourceError(str(error), str(path), reader.line_num) from error
        except UnicodeDecodeError as error:
            raise SourceError("it is not UTF-8", str(path)) from error


def read_json_lines(path: Path) -> Iterator[Example]:
    """One object a line, with `text`, a label, and perhaps Rasa's `entities`."""
    with _opened(path) as file:
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _example_of_json(_object(line, path, number), path, number)
        except UnicodeDecodeError as error:
            raise SourceError("it is not UTF-8", str(path)) from error


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
    text: object, label: object, path: Path, line: int | None, entities: tuple[Entity, ...] = ()
) -> Example:
    """An example of a row. Raises SourceError when the text or the label says nothing."""
    if not isinstance(text, str) or not text.strip():
        raise SourceError("the text is empty", str(path), line)
    if not isinstance(label, str) or not label.strip():
        raise SourceError("the label is empty", str(path), line)
    name = label.strip()
    if name in OUT_OF_SCOPE_NAMES:
        name = OUT_OF_SCOPE_INTENT
    intent, slash, key = name.partition("/")
    if slash and (not intent or not key):
        raise SourceError(
            f"a retrieval intent is written 'name/key', not '{name}'", str(path), line
        )
    source = f"{path}:{line}" if line else str(path)
    return Example(text, intent, entities, source, name if slash else None)


def label_key(keys: Sequence[str], path: Path, line: int | None) -> str:
    """Which of the keys holds the label. Raises SourceError when none does."""
    for key in LABEL_COLUMNS:
        if key in keys:
            return key
    hints = [nearest(key, LABEL_COLUMNS) for key in keys if key != "text"]
    hint = next((hint for hint in hints if hint), "")
    raise SourceError(f"there is no {', '.join(LABEL_COLUMNS)}{hint}", str(path), line)


def _opened(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", newline="")


def _columns(header: Sequence[str], path: Path) -> tuple[int, int]:
    names = [name.strip().lower() for name in header]
    if "text" not in names:
        hint = next((hint for name in names if (hint := nearest(name, ["text"]))), "")
        raise SourceError(f"there is no column 'text'{hint}", str(path), 1)
    return names.index("text"), names.index(label_key(names, path, 1))


def _object(line: str, path: Path, number: int) -> Mapping[str, Any]:
    try:
        loaded = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not JSON: {error}", str(path), number) from error
    if not isinstance(loaded, dict):
        raise SourceError("a line must hold one object", str(path), number)
    return loaded


def _example_of_json(row: Mapping[str, Any], path: Path, number: int) -> Example:
    label = row[label_key(list(row), path, number)]
    if isinstance(label, int) and not isinstance(label, bool):
        label = str(label)
    try:
        entities = tuple(Entity.from_rasa(entity) for entity in row.get("entities") or ())
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"an entity cannot be read: {error}", str(path), number) from error
    return example_of(row.get("text"), label, path, number, entities)

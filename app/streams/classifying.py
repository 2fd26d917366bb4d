"""Texts in JSON Lines in, the same with a label, a confidence and a time out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.streams.growing import Line
from nlu.errors import SourceError
from nlu.types import Understanding

AT_ONCE = 64  # texts, when so many wait
LONGEST = 20_000  # characters of a text

ParseBatch = Callable[[Sequence[str]], list[Understanding]]
Row = dict[str, Any]


def classified(
    lines: Iterable[Line | None],
    path: Path,
    parse_batch: ParseBatch,
    tell: Callable[[SourceError], None],
    clock: Callable[[], datetime],
) -> Iterator[list[Row] | None]:
    """Rows with `label`, `confidence` and `time`, as many as were there; None when none came.

    A line that cannot be read is told with its place and left out. A row without a time gets that
    of its reading.
    """
    waiting: list[Row] = []
    for line in lines:
        if line is not None and line.content.strip():
            try:
                waiting.append(row_of(line, path, clock()))
            except SourceError as error:
                tell(error)
        if waiting and (line is None or len(waiting) >= AT_ONCE):
            meanings = parse_batch([row["text"] for row in waiting])
            yield [_with(row, meaning) for row, meaning in zip(waiting, meanings, strict=True)]
            waiting = []
        elif line is None:
            yield None


def row_of(line: Line, path: Path, now: datetime) -> Row:
    """The object of a line, with a text and a time that can be read. Raises SourceError."""

    def wrong(words: str) -> SourceError:
        return SourceError(words, str(path), line.number)

    try:
        row = json.loads(line.content)
    except (ValueError, RecursionError) as error:
        raise wrong("not JSON in UTF-8") from error
    if not isinstance(row, dict):
        raise wrong("a line must hold one object")
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise wrong("there is no 'text'")
    if len(text) > LONGEST:
        raise wrong(f"the text has more than {LONGEST:,} characters")
    if row.get("time") is None:
        return {**row, "time": now.isoformat(timespec="seconds")}
    try:
        time_of(row)
    except (TypeError, ValueError, OverflowError) as error:
        raise wrong("'time' is neither ISO 8601 nor seconds since 1970") from error
    return row


def time_of(row: Mapping[str, Any]) -> datetime:
    """When a row was written; in UTC where it names no zone. Raises TypeError and ValueError."""
    written = row["time"]
    if isinstance(written, int | float) and not isinstance(written, bool):
        return datetime.fromtimestamp(written, UTC)
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _with(row: Row, meaning: Understanding) -> Row:
    best = meaning.intent
    label = {"label": best.name, "confidence": round(best.confidence, 4)} if best else {}
    return {**row, **label}

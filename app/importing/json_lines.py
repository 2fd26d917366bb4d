"""The stream of Rasa's event broker as a file: a JSON object a line, each with its `sender_id`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from app.errors import NotFound
from app.importing.reading import Broken, parsed
from app.importing.source import History, Row, Step, Told

LONGEST = 16 * 2**20  # bytes of a line


class JsonLines:
    """A file in which conversations are interleaved, read twice: once to see where each one's
    lines are, which is kept in a temporary database on disk, and once by conversation."""

    unit = "B"

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NotFound(f"there is no file {path}")
        self._path = path

    def total(self) -> int | None:
        """The file's bytes, twice."""
        return 2 * self._path.stat().st_size

    def histories(self, told: Told, step: Step) -> Iterator[History]:
        """Each sender's lines, in the file's order."""
        with self._path.open("rb") as file, closing(sqlite3.connect("")) as index:
            index.execute("CREATE TABLE place (sender TEXT, line INTEGER, start INTEGER)")
            index.executemany("INSERT INTO place VALUES (?, ?, ?)", self._places(file, told, step))
            found = index.execute("SELECT sender, line, start FROM place ORDER BY sender, line")
            for sender, places in groupby(found, key=lambda place: place[0]):
                rows = []
                for _, line, start in places:
                    file.seek(start)
                    raw = file.readline(LONGEST)
                    rows.append(Row(f"{self._path}:{line}", raw))
                    step(len(raw))
                yield History(sender, rows)

    def _places(self, file: BinaryIO, told: Told, step: Step) -> Iterator[tuple[str, int, int]]:
        """The sender, number and offset of every line that has one."""
        for number, (start, raw) in enumerate(_lines(file, step), 1):
            try:
                if raw.strip():
                    yield _sender(raw), number, start
            except Broken as error:
                told(f"{self._path}:{number}", str(error))


def _lines(file: BinaryIO, step: Step) -> Iterator[tuple[int, bytes]]:
    """Each line's offset and bytes; of one that is too long, its beginning."""
    start = 0
    while raw := file.readline(LONGEST + 1):
        size = len(raw)
        rest = raw
        while not rest.endswith(b"\n") and (rest := file.readline(LONGEST)):
            size += len(rest)
        yield start, raw
        step(size)
        start += size


def _sender(raw: bytes) -> str:
    if len(raw) > LONGEST:
        raise Broken(f"is longer than {LONGEST:,} bytes")
    sender = parsed(raw).get("sender_id")
    if not isinstance(sender, str):
        raise Broken("has no 'sender_id'")
    return sender

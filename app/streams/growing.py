"""The lines of a file that others may still be writing, as `tail -F` gives them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

PAUSE_S = 0.2


class Line(NamedTuple):
    """A line without its end, and its number in the file, from 1."""

    number: int
    content: bytes


def lines_of(path: Path, follow: bool) -> Iterator[Line | None]:
    """The lines of a file; None whenever there is no more for now, and once at the end.

    To follow means never to end: a line is given when its end is written. A file that was cut
    short, or replaced by another of its name, is read from its beginning. Raises OSError.
    """
    file = path.open("rb")
    try:
        number, rest = 0, b""
        while True:
            rest += file.readline()
            if rest.endswith(b"\n") or (rest and not follow):
                number += 1
                yield Line(number, rest.rstrip(b"\r\n"))
                rest = b""
                continue
            yield None
            if not follow:
                return
            time.sleep(PAUSE_S)
            if _ended(file, path):
                file.close()
                file = path.open("rb")
                number, rest = 0, b""
    finally:
        file.close()


def _ended(file: BinaryIO, path: Path) -> bool:
    """Whether nothing will be written to the open file any more: another is there, or less."""
    try:
        now = path.stat()
    except FileNotFoundError:
        return False  # moved away; its successor will come
    ours = os.fstat(file.fileno())
    if (now.st_dev, now.st_ino) == (ours.st_dev, ours.st_ino):
        return now.st_size < file.tell()
    return ours.st_size <= file.tell()  # what is left in the old one is read first

"""Reading a text file whole, and writing one whole or not at all."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from nlu.errors import SourceError


def read_whole(path: Path) -> str:
    """The text of a UTF-8 file, a byte order mark left out.

    Line ends stay as they are. Raises SourceError with the line of the first byte that is not
    UTF-8.
    """
    content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError("it is not UTF-8", str(path), line) from error


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A text file beside `path` that takes its place when the body ends without an error."""
    with beside(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """The name of a file beside `path` that takes its place when the body wrote it."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise

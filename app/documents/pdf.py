"""PDF: its lines by their size of type. What is larger than the body's is a heading."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from app.documents.blocks import Block, Unreadable

MOST_PAGES = 500
LARGER = 1.1  # times the body's type
BULLETS = "•◦▪‣–-*"


class _Line(NamedTuple):
    text: str
    size: float  # points, to the half
    page: int


def blocks(content: bytes) -> Sequence[Block]:
    """A PDF's blocks; their anchors name the page. Raises Unreadable if it is broken or locked."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("it needs a password")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"more than {MOST_PAGES} pages")
        lines = [
            line
            for number, page in enumerate(reader.pages, start=1)
            for line in _lines(page, number)
        ]
    except Unreadable:
        raise
    # Whatever a broken file makes the library raise, and much of it is not its own.
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"not a sound PDF: {error}") from error
    return list(_blocks(lines))


def _lines(page: Any, number: int) -> Iterator[_Line]:
    pieces: list[tuple[str, float]] = []

    def visit(text: str, _cm: Any, matrix: Any, _font: Any, size: float) -> None:
        pieces.append((text, round(abs(size * matrix[3]) * 2) / 2))

    page.extract_text(visitor_text=visit)
    line, sizes = "", Counter[float]()
    for text, size in pieces:
        *whole, rest = text.split("\n")
        for part in whole:
            line += part
            sizes[size] += len(part.strip())
            if line.strip():
                yield _Line(" ".join(line.split()), sizes.most_common(1)[0][0], number)
            line, sizes = "", Counter()
        line += rest
        sizes[size] += len(rest.strip())
    if line.strip():
        yield _Line(" ".join(line.split()), sizes.most_common(1)[0][0], number)


def _blocks(lines: Sequence[_Line]) -> Iterator[Block]:
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    if not sizes:
        return
    body = sizes.most_common(1)[0][0]
    larger = sorted({line.size for line in lines if line.size > body * LARGER}, reverse=True)
    # Smaller type is page numbers and marks at the edge.
    told = [line for line in lines if line.size >= body or not line.text.isdigit()]
    for size, group in groupby(told, key=lambda line: line.size if line.size in larger else body):
        together = list(group)
        anchor = f"page={together[0].page}"
        if size in larger:
            yield Block(" ".join(one.text for one in together), larger.index(size) + 1, anchor)
            continue
        for paragraph in _paragraphs([one.text for one in together]):
            yield Block(paragraph, 0, anchor)


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Lines joined to paragraphs, each bullet its own; a word parted at a line's end is one."""
    paragraph = ""
    for line in lines:
        if line[0] in BULLETS and line[1:2] in (" ", ""):
            if paragraph:
                yield paragraph
            paragraph = line[1:].strip()
        elif paragraph.endswith("\u00ad"):
            paragraph = paragraph[:-1] + line
        else:
            paragraph = f"{paragraph} {line}".strip()
    if paragraph:
        yield paragraph

"""Documents as files (Markdown, HTML, PDF) → titled sections of sentences, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sentencex import segment

from app.documents import markup, pdf
from app.documents.blocks import Block, Unreadable
from nlu.errors import SourceError

FOLDER = "documents"  # of a project
LARGEST_BYTES = 20_000_000
MOST_SENTENCES = 20_000  # of one document

_READERS: dict[str, Callable[[bytes], Sequence[Block]]] = {
    ".md": markup.blocks_of_markdown,
    ".html": markup.blocks_of_html,
    ".htm": markup.blocks_of_html,
    ".pdf": pdf.blocks,
}


@dataclass(frozen=True)
class Section:
    """What stands under one heading: the headings above it with its own, its anchor, sentences."""

    headings: tuple[str, ...]
    anchor: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A document's file name, its title, and its sections in their order."""

    name: str
    title: str
    sections: tuple[Section, ...]


def documents_in(project_dir: Path) -> list[Path]:
    """The files of a project's folder of documents that can be read, by name.

    Whoever asks may see them; what begins with a dot, as an editor's copies do, is left out.
    """
    folder = project_dir / FOLDER
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(
        path
        for path in found
        if path.suffix.lower() in _READERS and path.is_file() and not path.name.startswith(".")
    )


def read_documents(project_dir: Path) -> tuple[list[Document], list[SourceError]]:
    """All documents of a project, and what is wrong with those that could not be read."""
    documents, broken = [], []
    for path in documents_in(project_dir):
        try:
            documents.append(read_document(path))
        except SourceError as error:
            broken.append(error)
    return documents, broken


def read_document(path: Path) -> Document:
    """Read one document. Raises SourceError when it is too large, broken, or without any text."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise SourceError(f"larger than {LARGEST_BYTES // 1_000_000} MB", str(path))
        blocks = _READERS[path.suffix.lower()](path.read_bytes())
    except OSError as error:
        raise SourceError(f"cannot be read: {error}", str(path)) from error
    except Unreadable as error:
        raise SourceError(str(error), str(path)) from error
    sections = tuple(section for section in _sections(blocks) if section.sentences)
    if not sections:
        raise SourceError("there is no text in it", str(path))
    if sum(len(section.sentences) for section in sections) > MOST_SENTENCES:
        raise SourceError(f"more than {MOST_SENTENCES} sentences", str(path))
    title = next((block.text for block in blocks if block.level), path.stem)
    return Document(path.name, title, sections)


def _sections(blocks: Sequence[Block]) -> Iterator[Section]:
    """The blocks, parted at their headings."""
    above: list[tuple[int, str]] = []  # level and text of the headings that hold here
    anchor, sentences = "", list[str]()
    for block in blocks:
        if not block.level:
            sentences += _sentences(block)
            anchor = anchor or block.anchor
            continue
        yield Section(tuple(text for _, text in above), anchor, tuple(sentences))
        above = [entry for entry in above if entry[0] < block.level]
        above.append((block.level, block.text))
        anchor, sentences = block.anchor, []
    yield Section(tuple(text for _, text in above), anchor, tuple(sentences))


def _sentences(block: Block) -> list[str]:
    if block.whole:
        return [block.text]
    return [found for one in segment("en", block.text) if (found := one.strip())]

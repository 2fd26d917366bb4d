"""Markdown and HTML: safe to show, with an anchor at every heading, and read as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import nh3
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt

from app.documents.blocks import Block, Unreadable

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TEXTS = ("p", "li", "dt", "dd", "blockquote", "pre", "figcaption", "caption", "tr")
AROUND = ("nav", "header", "footer", "aside", "form", "script", "style", "noscript", "template")
DEEPEST = 100  # tags within one another
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "*": {"id", "lang", "dir"}, "th": {"scope"}}


def html_of_markdown(content: bytes) -> str:
    """Markdown as HTML that is safe to show. Raises Unreadable."""
    return safe_html(_MARKDOWN.render(_text(content)).encode())


def safe_html(content: bytes) -> str:
    """The main part of an HTML document without anything that runs, an `id` at each heading.

    Raises Unreadable when it is not UTF-8 or nested too deeply.
    """
    page = _parsed(
        nh3.clean(
            _text(content),
            tags=nh3.ALLOWED_TAGS | {"main", *AROUND[:5]},
            attributes=_ATTRIBUTES,
        )
    )
    for tag in page.find_all(AROUND):
        tag.decompose()
    main = page.find("main") or page
    taken = {str(tag["id"]) for tag in main.find_all(id=True)}
    for heading in main.find_all(HEADINGS):
        if not heading.get("id"):
            heading["id"] = _slug(heading.get_text(), taken)
    return main.decode_contents() if isinstance(main, Tag) else str(main)


def blocks_of_markdown(content: bytes) -> Sequence[Block]:
    """A Markdown document's blocks. Raises Unreadable."""
    return list(_blocks(_parsed(html_of_markdown(content))))


def blocks_of_html(content: bytes) -> Sequence[Block]:
    """An HTML document's blocks, without what stands around its main part. Raises Unreadable."""
    return list(_blocks(_parsed(safe_html(content))))


def _blocks(page: BeautifulSoup) -> Iterator[Block]:
    for tag in page.find_all([*HEADINGS, *TEXTS]):
        if tag.name in HEADINGS:
            if text := _words(tag):
                yield Block(text, int(tag.name[1]), str(tag.get("id", "")))
        elif tag.name == "tr":
            if text := _row(tag):
                yield Block(text, whole=True)
        elif not tag.find(TEXTS) and (text := _words(tag)):  # the innermost alone
            yield Block(text)


def _row(row: Tag) -> str:
    """A table's row as a sentence: ``name: value`` of two columns, else with the columns' names."""
    cells = row.find_all(("th", "td"))
    if not cells or all(cell.name == "th" for cell in cells):
        return ""
    first, *rest = (_words(cell) for cell in cells)
    if len(rest) < 2:
        return ": ".join(text for text in (first, *rest) if text)
    names = _column_names(row)
    if len(names) != len(cells):
        return f"{first}: {', '.join(rest)}"
    return f"{names[0]} {first}: " + ", ".join(
        f"{name} {text}" for name, text in zip(names[1:], rest, strict=True)
    )


def _column_names(row: Tag) -> list[str]:
    table = row.find_parent("table")
    top = table.find("tr") if table else None
    cells = top.find_all("th") if top and top is not row else []
    return [_words(cell) for cell in cells]


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split()).replace(" .", ".").replace(" ,", ",")


def _parsed(html: str) -> BeautifulSoup:
    page = BeautifulSoup(html, "html.parser")
    if any(sum(1 for _ in tag.parents) > DEEPEST for tag in page.find_all(True)):
        raise Unreadable(f"more than {DEEPEST} tags within one another")
    return page


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8: {error}") from error
    if "\0" in text:
        raise Unreadable("not a text")
    return text


def _slug(heading: str, taken: set[str]) -> str:
    """An anchor for a heading that no other has."""
    base = re.sub(r"[^\w]+", "-", heading.casefold()).strip("-") or "section"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug

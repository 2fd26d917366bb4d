"""Documents of every kind become titled sections of sentences; broken ones are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import markup
from app.documents.blocks import Unreadable
from app.documents.reading import read_document, read_documents
from nlu.errors import SourceError
from tests.conftest import PROJECT


def test_the_shops_documents_are_read_whole() -> None:
    documents, broken = read_documents(PROJECT)
    assert not broken
    assert {document.name: document.title for document in documents} == {
        "care-guide.pdf": "The Larkspur care guide",
        "returns-policy.md": "Returns policy",
        "sizes.html": "Size guide",
        "terms-of-delivery.md": "Terms of delivery",
        "warranty.html": "Warranty terms",
    }
    for document in documents:
        assert all(section.sentences and section.headings for section in document.sections)
        anchors = [section.anchor for section in document.sections]
        assert document.name.endswith(".pdf") or len(set(anchors)) == len(anchors)


def test_a_pdf_has_headings_by_their_type_and_links_to_pages() -> None:
    guide = read_document(PROJECT / "documents" / "care-guide.pdf")
    linen = next(section for section in guide.sections if section.headings[-1] == "Linen")
    assert linen.headings[1] == "Cotton, linen and viscose"
    assert linen.anchor == "page=1"
    assert linen.sentences[0].startswith("Fill the drum no more than half")


def test_a_tables_row_is_a_sentence_with_its_columns_names() -> None:
    rows = markup.blocks_of_markdown(
        b"# Sizes\n\n|Size|EU|Chest|\n|-|-|-|\n|S|36|84|\n\n|What|Rule|\n|-|-|\n"
        b"|Rugs|Unroll once.|\n"
    )
    assert [block.text for block in rows] == [
        "Sizes",
        "Size S: EU 36, Chest 84",
        "Rugs: Unroll once.",
    ]


def test_what_stands_around_the_main_part_is_left_out() -> None:
    html = b"<nav>Menu</nav><main><h1>A</h1><p>Text <em>here</em>.</p></main><footer>End</footer>"
    assert [block.text for block in markup.blocks_of_html(html)] == ["A", "Text here."]


def test_nothing_in_a_shown_document_runs() -> None:
    shown = markup.safe_html(
        b"<h2 id='a' onclick='x()'>T</h2><script>alert(1)</script><img src=x onerror=y()>"
        b"<a href='javascript:z()'>l</a><style>p{}</style><iframe src=//e></iframe><h2>T</h2>"
    )
    for evil in ("script", "onclick", "onerror", "javascript", "iframe", "style"):
        assert evil not in shown
    assert '<h2 id="a">' in shown and '<h2 id="t">' in shown


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.md", b"", "no text in it"),
        ("only.md", b"# Heading\n", "no text in it"),
        ("latin.html", b"<p>caf\xe9</p>", "not UTF-8"),
        ("zero.md", b"a\0b", "not a text"),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj\n<<", "not a sound PDF"),
        ("empty.pdf", b"", "not a sound PDF"),
    ],
)
def test_a_broken_document_is_told_by_its_name(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / "sound.md").write_text("# A\n\nText.\n")
    (folder / ".draft.md").write_text("# Secret\n\nNot yet.\n")
    documents, (error,) = read_documents(tmp_path)
    assert [document.name for document in documents] == ["sound.md"]
    assert name in str(error) and told in str(error)
    with pytest.raises(SourceError):
        read_document(folder / name)


def test_tags_within_tags_are_bounded() -> None:
    with pytest.raises(Unreadable, match="within one another"):
        markup.blocks_of_html(b"<div>" * 3000 + b"<p>x</p>")
    assert markup.blocks_of_markdown(b"> " * 15 + b"x")


@given(st.text(max_size=300))
def test_any_text_can_be_read_as_markdown_and_as_html(text: str) -> None:
    content = text.encode("utf-8", "replace")
    for read in (markup.blocks_of_markdown, markup.blocks_of_html):
        try:
            read(content)
        except Unreadable:
            assert "\0" in text

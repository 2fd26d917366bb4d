from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.annotations import AnnotationError, parse_annotated


@pytest.mark.parametrize(
    ("written", "text", "entities"),
    [
        ("where is it", "where is it", []),
        ("[Berlin](city) please", "Berlin please", [("city", "Berlin", 0, 6)]),
        ("to [NYC](city:New York)", "to NYC", [("city", "New York", 3, 6)]),
        (
            'from [NYC]{"entity": "city", "value": "New York", "role": "from"} today',
            "from NYC today",
            [("city", "New York", 5, 8)],
        ),
        (
            'a [x][{"entity": "b"}, {"entity": "c", "value": 3}] d',
            "a x d",
            [("b", "x", 2, 3), ("c", 3, 2, 3)],
        ),
        ("[1](n) and [2](n)", "1 and 2", [("n", "1", 0, 1), ("n", "2", 6, 7)]),
        ("it said [sic] so", "it said [sic] so", []),
        ("100 % (of course)", "100 % (of course)", []),
    ],
)
def test_what_is_written_is_read(written: str, text: str, entities: list) -> None:
    read = parse_annotated(written)
    assert read.text == text
    assert [(one.name, one.value, one.start, one.end) for one in read.entities] == entities


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("is [1042(order_number) here", "never closed"),
        ("is 1042](order_number) here", "without a '['"),
        ("is [1042](order_number here", "never closed"),
        ('[x]{"entity": "a"', "never closed"),
        ("[x]{entity: a}", "not valid JSON"),
        ('[x]{"entty": "a"}', "did you mean 'entity'"),
        ('[x]{"value": "a"}', "names no entity"),
        ("[x]()", "names no entity"),
        ("[](a)", "marks no text"),
        ("[a [b](c)](d)", "inside another"),
    ],
)
def test_a_mistake_is_explained(written: str, complaint: str) -> None:
    with pytest.raises(AnnotationError, match=complaint.replace("[", r"\[")):
        parse_annotated(written)


plain = st.text(alphabet="abc 1é😀.!", max_size=8)
surfaces = st.text(alphabet="abc 1é", min_size=1, max_size=8).filter(str.strip)
names = st.sampled_from(["city", "order_number"])


@st.composite
def annotated(draw: st.DrawFn) -> tuple[str, str, list[tuple[str, str]]]:
    """A written example with the text and the spans it must give."""
    written, text, spans = "", "", []
    for _ in range(draw(st.integers(0, 4))):
        before, surface, name = draw(plain), draw(surfaces), draw(names)
        form = draw(st.sampled_from(["short", "json", "list"]))
        described = json.dumps({"entity": name})
        label = {"short": f"({name})", "json": described, "list": f"[{described}]"}[form]
        written += f"{before}[{surface}]{label}"
        text += before + surface
        spans.append((name, surface))
    after = draw(plain)
    return written + after, text + after, spans


@given(annotated())
def test_spans_stand_where_the_text_has_them(example) -> None:
    written, text, spans = example
    read = parse_annotated(written)
    assert read.text == text
    assert [(one.name, read.text[one.start : one.end]) for one in read.entities] == spans


@given(st.text(alphabet='[](){}":,ab1 ', max_size=40))
def test_any_line_is_read_or_explained(written: str) -> None:
    try:
        read = parse_annotated(written)
    except AnnotationError as error:
        assert str(error)
    else:
        for entity in read.entities:
            assert read.text[entity.start : entity.end]

"""Labelled texts in every format: what is written comes back, and a mistake names its place."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from nlu.errors import SourceError
from nlu.types import OUT_OF_SCOPE_INTENT, Entity
from training.data import Example, class_of
from training.formats import read_examples, write_examples

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() != ""
)
LABELS = st.sampled_from(["greet", "faq/hours", "order status", OUT_OF_SCOPE_INTENT])
ROWS = st.lists(st.tuples(ANY_TEXT, LABELS), min_size=1, max_size=8)
QUIET = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def examples(rows: list[tuple[str, str]]) -> list[Example]:
    return [
        Example(text, label.split("/")[0], (), "", label if "/" in label else None)
        for text, label in rows
    ]


def bare(found: tuple[Example, ...]) -> list[tuple[str, str]]:
    return [(one.text, class_of(one)) for one in found]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "hub"])
@QUIET
@given(rows=ROWS)
@example(rows=[("a lone\rreturn", "greet"), ("at its end\r", "greet")])
def test_what_is_written_comes_back(tmp_path: Path, name: str, rows: list) -> None:
    write_examples(examples(rows), tmp_path / name)
    assert bare(read_examples(tmp_path / name)) == rows


@QUIET
@given(rows=ROWS)
def test_clinc_keeps_out_of_scope_apart(tmp_path: Path, rows: list) -> None:
    write_examples(examples(rows), tmp_path / "a.json", "val")
    found = bare(read_examples(tmp_path / "a.json", "validation"))
    assert sorted(found) == sorted(rows)


@QUIET
@given(rows=ROWS)
def test_yaml_comes_back_or_is_refused_whole(tmp_path: Path, rows: list) -> None:
    file = tmp_path / "a.yml"
    file.unlink(missing_ok=True)
    try:
        write_examples(examples(rows), file)
    except SourceError:
        assert list(tmp_path.iterdir()) == []
        return
    assert sorted(bare(read_examples(file))) == sorted(rows)


def test_yaml_holds_entities_dashes_and_signs(tmp_path: Path) -> None:
    number = Entity("order", "1042", 9, 13)
    named = Entity("city", "Rome", 3, 7, role="from")
    kept = [
        Example('- is it # 1042: "yes"?', "greet"),
        Example("track it 1042", "track", (number,)),
        Example("in roma", "track", (named,)),
        Example("[not an entity] here", "greet"),
    ]
    write_examples(kept, tmp_path / "a.yml")
    found = read_examples(tmp_path / "a.yml")
    by_text = {one.text: one for one in found}
    assert set(by_text) == {one.text for one in kept}
    track = by_text["track it 1042"].entities[0]
    assert (track.name, track.value, track.start, track.end) == ("order", "1042", 9, 13)
    roma = by_text["in roma"].entities[0]
    assert (roma.value, roma.role) == ("Rome", "from")


def test_csv_names_the_line_a_row_begins_on(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('\ufeffText,Intent\n"two\nlines",a\nsecond,b\n', encoding="utf-8")
    assert [one.source for one in read_examples(file)] == [f"{file}:2", f"{file}:4"]


def test_names_of_out_of_scope_are_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,label\nx,oos\n")
    assert read_examples(tmp_path / "a.csv")[0].intent == OUT_OF_SCOPE_INTENT


def test_numbered_labels_of_a_hub_folder_get_their_names(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "---\ndataset_info:\n  features:\n  - name: text\n    dtype: string\n  - name: label\n"
        "    dtype:\n      class_label:\n        names:\n          '0': late\n          '1': lost\n"
        "---\n# Cards\n"
    )
    (tmp_path / "data").mkdir()
    table = pyarrow.table({"text": ["where is it", "gone"], "label": [0, 1]})
    parquet.write_table(table, tmp_path / "data" / "train-00000-of-00001.parquet")
    (tmp_path / "test.jsonl").write_text('{"text": "gone again", "label": 1}\n')
    assert bare(read_examples(tmp_path)) == [("where is it", "late"), ("gone", "lost")]
    assert bare(read_examples(tmp_path, "test")) == [("gone again", "lost")]
    (tmp_path / "test.jsonl").write_text('{"text": "x", "label": 7}\n')
    with pytest.raises(SourceError, match=r"test.jsonl:1: label 7 has no name"):
        read_examples(tmp_path, "test")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "", "no example"),
        ("a.csv", "text,intent\n", "no example"),
        ("a.csv", "txt,intent\nx,a\n", "a.csv:1: there is no column 'text'; did you mean"),
        ("a.csv", "text,intnt\nx,a\n", "a.csv:1: there is no intent"),
        ("a.csv", "text,intent\nx,a\n  ,b\n", "a.csv:3: the text is empty"),
        ("a.csv", "text,intent\nx,\n", "a.csv:2: the label is empty"),
        ("a.csv", "text,intent\nx,a,b\n", "a.csv:2: the row has 3 fields"),
        ("a.csv", "text,intent\nx,/b\n", "a.csv:2: a retrieval intent"),
        ("a.jsonl", '{"text": "x", "intent": "a"}\n{', "a.jsonl:2: not JSON"),
        ("a.jsonl", "[1]", "a.jsonl:1: a line must hold one object"),
        ("a.jsonl", '{"text": 3, "intent": "a"}', "a.jsonl:1: the text is empty"),
        ("a.jsonl", '{"text": "x"}', "a.jsonl:1: there is no intent"),
        ("a.json", '{"train": [["x"]]}', "entry 1 of 'train'"),
        ("a.json", '{"trian": []}', "no split 'train'; did you mean 'trian'"),
        ("a.json", "[]", "an object with a list"),
        ("a.txt", "x", "the format is none of"),
    ],
)
def test_a_mistake_names_its_place(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(SourceError) as raised:
        read_examples(tmp_path / name)
    assert words in str(raised.value)


def test_what_is_not_utf8_or_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"text,intent\n\xff\xfe,a\n")
    with pytest.raises(SourceError, match="UTF-8"):
        read_examples(tmp_path / "a.csv")
    with pytest.raises(SourceError, match="no such file"):
        read_examples(tmp_path / "b.csv")


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    write_examples([Example("hello", "greet")], file)
    before = file.read_bytes()
    with pytest.raises(SourceError):
        write_examples([Example("two\nlines", "greet")], file)
    assert file.read_bytes() == before and list(tmp_path.iterdir()) == [file]


def test_a_very_long_sentence_is_read(tmp_path: Path) -> None:
    text = "please " * 20_000
    rows = [{"text": text, "intent": "greet"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert read_examples(tmp_path / "a.jsonl")[0].text == text
    write_examples(read_examples(tmp_path / "a.jsonl"), tmp_path / "a.csv")
    assert read_examples(tmp_path / "a.csv")[0].text == text

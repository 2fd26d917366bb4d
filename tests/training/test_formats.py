"""Labelled texts in every format: what is written comes back, and a mistake names its place."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from nlu.errors import SourceError
from nlu.types import OUT_OF_SCOPE_INTENT, Entity
from training.data import Example, class_of
from training.formats import read_examples, read_test_examples, write_examples

PIECES = [
    "- ",
    "#",
    '"',
    "'",
    ",",
    ": ",
    "\n",
    "\r\n",
    "[",
    "](",
    "](city)",
    "]{",
    "|",
    "\t",
    "é",
    "👨‍👩‍👧",
]
ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.lists(st.sampled_from([*PIECES, "order", " 1042 "]), min_size=1, max_size=8).map("".join),
).filter(lambda text: text.strip() != "")
SIGNS = ["-", "# ", '"', "'", ", ", ": ", "|", "é", "👨‍👩‍👧", "10\u00a0€", "[x]", "order"]
ONE_LINE = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=6).map(
    lambda parts: "".join(parts).strip()
)
LABELS = st.sampled_from(["greet", "faq/hours", "order status", "null", "42", OUT_OF_SCOPE_INTENT])
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


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet", "hub"])
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


@QUIET
@given(rows=st.lists(st.tuples(ONE_LINE, LABELS), min_size=1, max_size=8))
def test_yaml_holds_whatever_fits_a_line(tmp_path: Path, rows: list) -> None:
    write_examples(examples(rows), tmp_path / "a.yml")
    found = read_examples(tmp_path / "a.yml")
    assert sorted(bare(found)) == sorted(rows)
    lines = (tmp_path / "a.yml").read_text(encoding="utf-8").splitlines()
    assert all(one.text in lines[int(one.source.rpartition(":")[2]) - 1] for one in found)


@QUIET
@given(
    st.text("ab []()", min_size=1, max_size=12).filter(lambda t: t.strip() == t),
    st.lists(st.integers(0, 12), min_size=2, max_size=4, unique=True).map(sorted),
)
def test_entities_come_back_or_the_text_is_refused(
    tmp_path: Path, text: str, places: list[int]
) -> None:
    spans = [(a, b) for a, b in zip(places[::2], places[1::2], strict=False) if b <= len(text)]
    marked = tuple(Entity("city", text[a:b], a, b) for a, b in spans)
    for name in ("a.jsonl", "a.yml"):
        try:
            write_examples([Example(text, "go", marked)], tmp_path / name)
        except SourceError:
            assert name == "a.yml"
            continue
        (found,) = read_examples(tmp_path / name)
        assert (found.text, found.entities) == (text, marked)


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


FEATURES = {
    "coarse": {"names": ["wrong"], "_type": "ClassLabel"},
    "label": {"names": ["late", "lost"], "_type": "ClassLabel"},
}
NUMBERED = {"text": ["where is it", "gone"], "coarse": [0, 0], "label": [0, 1]}


@pytest.mark.parametrize("place", ["schema", "dataset_infos.json", "dataset_info.json"])
def test_names_are_those_of_the_label_column(tmp_path: Path, place: str) -> None:
    table = pyarrow.table(NUMBERED)
    if place == "schema":
        inside = json.dumps({"info": {"features": FEATURES}})
        table = table.replace_schema_metadata({"huggingface": inside})
    else:
        info = {"features": FEATURES}
        whole = {"default": info} if place == "dataset_infos.json" else info
        (tmp_path / place).write_text(json.dumps(whole))
    parquet.write_table(table, tmp_path / "train.parquet")
    for path in (tmp_path, tmp_path / "train.parquet"):
        found = read_examples(path)
        assert bare(found) == [("where is it", "late"), ("gone", "lost")]
        assert found[1].source.endswith("train.parquet:2")


def test_a_saved_data_set_is_read(tmp_path: Path) -> None:
    """The layout that `datasets` 5 writes with `save_to_disk`, with and without splits."""
    for folder in (tmp_path / "one", tmp_path / "two" / "train", tmp_path / "two" / "test"):
        folder.mkdir(parents=True)
        (folder / "dataset_info.json").write_text(json.dumps({"features": FEATURES}))
        table = pyarrow.table(NUMBERED)
        file = str(folder / "data-00000-of-00001.arrow")
        with pyarrow.ipc.new_stream(file, table.schema) as stream:
            stream.write_table(table)
    for path, split in (("one", None), ("two", None), ("two", "test")):
        assert [label for _, label in bare(read_examples(tmp_path / path, split))] == [
            "late",
            "lost",
        ]
    with pytest.raises(SourceError, match="no split 'test'"):
        read_examples(tmp_path / "one", "test")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"text": ["x", "y"], "label": ["a", None]}, "train.parquet:2: the label is empty"),
        ({"txt": ["x"], "label": ["a"]}, "no column 'text'; did you mean 'txt'?"),
        (None, "train.parquet: cannot be read"),
    ],
)
def test_a_mistake_in_columns_names_its_row(tmp_path: Path, table: dict | None, words: str) -> None:
    file = tmp_path / "train.parquet"
    if table is None:
        file.write_bytes(b"PAR1 but not really PAR1")
    else:
        parquet.write_table(pyarrow.table(table), file)
    with pytest.raises(SourceError) as raised:
        read_examples(tmp_path)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    "readme",
    [
        "# A title\n\n---\nfoo: [bar\n---\n",
        "---\ndataset_info:\n  features: null\n---\n",
        "---\ndataset_info:\n  features: [{name: label, dtype: {class_label: {}}}]\n---\n",
        "---\n- a list\n---\n",
    ],
)
def test_a_readme_without_names_is_no_mistake(tmp_path: Path, readme: str) -> None:
    (tmp_path / "README.md").write_text(readme)
    (tmp_path / "train.csv").write_text("text,label\nx,1\n")
    assert bare(read_examples(tmp_path)) == [("x", "1")]


def test_without_pyarrow_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet.write_table(pyarrow.table({"text": ["x"], "label": ["a"]}), tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SourceError, match="needs the package pyarrow"):
        read_examples(tmp_path / "a.parquet")


def test_a_split_is_not_written_beside_itself(tmp_path: Path) -> None:
    parquet.write_table(pyarrow.table({"text": ["x"], "label": ["a"]}), tmp_path / "test.parquet")
    write_examples([Example("y", "b")], tmp_path)
    assert bare(read_examples(tmp_path)) == [("y", "b")]
    with pytest.raises(SourceError, match="the split 'test' already stands there"):
        write_examples([Example("y", "b")], tmp_path, "test")


def test_what_judges_is_the_test_split(tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    file.write_text(json.dumps({"train": [["x", "a"]], "test": [["y", "b"]]}))
    assert bare(read_test_examples(file)) == [("y", "b")]
    (tmp_path / "a.csv").write_text("text,label\nx,a\n")
    assert bare(read_test_examples(tmp_path / "a.csv")) == [("x", "a")]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "", "no example"),
        ("a.csv", "text,intent\n", "no example"),
        ("a.csv", "txt,intent\nx,a\n", "a.csv:1: there is no column 'text'; did you mean 'txt'?"),
        ("a.csv", "text,intnt\nx,a\n", "intent, label, category; did you mean 'intnt'?"),
        ("a.csv", 'text,intent\nx,a\n"never,b\ny,c\n', "a.csv:3: the row cannot be read"),
        ("a.csv", "text,intent\nx,a\n  ,b\n", "a.csv:3: the text is empty"),
        ("a.csv", "text,intent\nx,\n", "a.csv:2: the label is empty"),
        ("a.csv", "text,intent\nx,a,b\n", "a.csv:2: the row has 3 fields"),
        ("a.csv", "text,intent\nx,/b\n", "a.csv:2: a retrieval intent"),
        ("a.jsonl", '{"text": "x", "intent": "a"}\n{', "a.jsonl:2: not JSON"),
        ("a.jsonl", "[1]", "a.jsonl:1: a line must hold one object"),
        ("a.jsonl", '{"text": 3, "intent": "a"}', "a.jsonl:1: the text is no string"),
        ("a.jsonl", '{"text": "x"}', "a.jsonl:1: there is no column intent"),
        ("a.jsonl", '{"txt": "x", "intent": "a"}', "a.jsonl:1: there is no column 'text'; did"),
        ("a.jsonl", '{"text": "\\ud800", "intent": "a"}', "a.jsonl:1: the text holds half"),
        ("a.jsonl", '{"text": "x", "intent": null}', "a.jsonl:1: the label is empty"),
        (
            "a.jsonl",
            '{"text": "x", "intent": "a", "entities": [{"entity": "e", "start": 0, "end": 9}]}',
            "a.jsonl:1: the entity 'e' is no part of the text",
        ),
        ("a.json", '{"train": [\n["x", "a"],\n["x"]]}', "a.json:3: an entry of 'train'"),
        (
            "a.json",
            '{"train": [["x", "a"]],\n"oos_train": [[" ", "oos"]]}',
            "a.json:2: the text is",
        ),
        ("a.json", '{"train": [],\n"oos_train": null}', "'oos_train' must be a list"),
        ("a.json", '{"train": [\n["x" "a"]]}', "a.json:2: not JSON"),
        ("a.yml", "nlu:\n- intent: a\n  examples:\n  - {txt: x}\n", "a.yml:4: an example needs"),
        ("a.yml", "nlu:\n- intent:\n  examples: |\n    - x\n", "a.yml:2: the intent has no name"),
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
    (tmp_path / "a.csv").write_bytes(b"text,intent\nx,a\n\xff\xfe,a\n")
    with pytest.raises(SourceError, match=r"a\.csv:3: it is not UTF-8"):
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

"""The YAML that people write: what its plain words mean, and where everything stands."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nlu.errors import SourceError
from nlu.source import line_of, read_yaml

TEXT = """\
# a shop
intents:
- greet
- ask: {use_entities: true}
responses:
  utter_hi:
  - text: |
      Hello,
      you
    buttons: []
"""


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str) -> Any:
        file = tmp_path / "file.yml"
        file.write_text(text, encoding="utf-8")
        return read_yaml(file)

    return read


def test_every_entry_knows_its_line(read) -> None:
    found = read(TEXT)
    assert [line_of(found, key) for key in found] == [2, 5]
    assert [line_of(found["intents"], at) for at in (0, 1)] == [3, 4]
    assert line_of(found["intents"][1]["ask"], "use_entities") == 4
    hi = found["responses"]["utter_hi"][0]
    assert (line_of(hi), line_of(hi, "text"), line_of(hi, "buttons")) == (7, 7, 10)
    assert line_of(hi, "no such key") == 7
    assert line_of("a text") is None
    assert hi["text"] == "Hello,\nyou\n" and hi["text"].line == 8


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("true", True),
        ("~", None),
        ("", None),
        ("007", 7),
        ("0o14", 12),
        ("0x1F", 31),
        ("1_000", 1000),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("2026-03-16", date(2026, 3, 16)),
        ("'7'", "7"),
        ("1.2.3", "1.2.3"),
        ("http://a.example/x", "http://a.example/x"),
        ("{a: b:c}", {"a": "b:c"}),
        ("R-00185", "R-00185"),
        ("=", "="),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(read, written: str, meant: Any) -> None:
    found = read(f"value: {written}\n")["value"]
    assert found == meant and isinstance(found, type(meant))


def test_anchors_are_shared_and_merged(read) -> None:
    found = read("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a\n")
    assert found["b"] == {"x": 1, "y": 3} and found["c"] is found["a"]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "'a' stands twice"),
        ("? [a]\n: b\n", 1, "a key must be a plain value"),
        ("a: [\n", 2, "not valid YAML"),
        ("a: [", 1, "not valid YAML"),
        ("a: 'b\n", 2, "not valid YAML"),
        ("a: b\n---\nc: d\n", 2, "not valid YAML"),
        ("a: !secret b\n", 1, "not valid YAML"),
        ("a:\n  " + "[" * 100_000, 2, "nested too deeply"),
        ("a: 2026-13-45\n", None, "not valid YAML"),
        ("a: \x07\n", None, "not valid YAML"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(
    read, text: str, line: int | None, told: str
) -> None:
    with pytest.raises(SourceError, match=told) as caught:
        read(text)
    assert caught.value.line == line


# YAML 1.1, and libyaml with it, also ends a line at these three.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"))
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(documents)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, content: Any) -> None:
    text = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.dump(content, text)
    file = tmp_path_factory.getbasetemp() / "written.yml"
    file.write_text(text.getvalue(), encoding="utf-8")
    assert read_yaml(file) == ({} if content is None else content)

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import SourceError
from tests.nlu import tiny
from training.data import check_training_data, normalised, read_training_data


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tiny.write_project(tmp_path / "project")


def written(folder: Path, content: str, name: str = "nlu.yml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_a_project_is_read_without_its_test_set(project: Path) -> None:
    data = read_training_data(project)
    assert data.intents == (
        *("cancel_order", "faq", "greet", "order_status", "out_of_scope"),
        *("return_item", "thank"),
    )
    first = next(e for e in data.examples if e.intent == "order_status")
    assert first.text == "where is my order"
    assert first.source == f"{project / 'nlu' / 'nlu.yml'}:5"
    asked = next(e for e in data.examples if e.intent == "faq")
    assert asked.response_key == "faq/gift_wrapping"
    assert data.synonyms == {"navy": "blue", "azure": "blue"}
    assert data.lookups == {"colour": ("blue", "navy", "azure", "red")}
    assert data.regexes == {"voucher": (r"[A-Z]{4}-\d{2}",)}
    assert len(read_training_data(project / "test").examples) == 9


def test_examples_may_be_a_list(tmp_path: Path) -> None:
    content = """
nlu:
- intent: greet
  examples:
  - text: |
      - hello
    metadata: {sentiment: neutral}
  - good evening
"""
    data = read_training_data(written(tmp_path, content))
    assert [example.text for example in data.examples] == ["hello", "good evening"]


def test_the_version_follows_the_content_alone(tmp_path: Path) -> None:
    one = 'nlu:\n- intent: a\n  examples: |\n    - x\n    - y\n- intent: b\n  examples: "- z"\n'
    other = (
        "nlu:\n- intent: b\n  examples: |\n    -  z\n- intent: a\n  examples: |\n    - y\n    - x\n"
    )
    first = read_training_data(written(tmp_path / "1", one)).version
    assert read_training_data(written(tmp_path / "2", other, "other.yml")).version == first
    assert read_training_data(written(tmp_path / "3", one.replace("z", "w"))).version != first


@pytest.mark.parametrize(
    ("content", "line", "complaint"),
    [
        ("nul:\n- intent: a\n", 1, "did you mean 'nlu'"),
        ("nlu: []\nstorys: []\n", 2, "did you mean 'stories'"),
        ("version: '4.0'\nnlu: []\n", 1, "version 4.0"),
        ("nlu:\n  intent: a\n", 1, "must be a list"),
        ("nlu:\n- intnt: a\n  examples: |\n    - x\n", 2, "did you mean 'intent'"),
        ("nlu:\n- intent: a\n  exampels: |\n    - x\n", 3, "did you mean 'examples'"),
        ("nlu:\n- examples: |\n    - x\n", 2, "needs one of"),
        ("nlu:\n- intent: a\n", 2, "has no examples"),
        ("nlu:\n- intent: a\n  examples: |\n    - x\n    y\n", 5, "must begin with '-'"),
        ("nlu:\n- intent: a\n  examples: |\n    - x\n\n    -\n", 6, "is empty"),
        ("nlu:\n- intent: a\n  examples: |\n    - x\n    - [y(z)\n", 5, "never closed"),
        ("nlu:\n- intent: a/b/c\n  examples: |\n    - x\n", 4, "name/key"),
        ("nlu:\n- regex: a\n  examples: |\n    - (x\n", 4, "not a regular expression"),
        ("nlu:\n- intent: a\n  examples:\n  - txt: x\n", 4, "needs 'text'"),
        ("nlu:\n- intent: a\n  examples: 7\n", 3, "block of lines or a list"),
        ("nlu: [\n", 2, "not valid YAML"),
    ],
)
def test_a_mistake_names_file_line_and_the_nearest_name(
    tmp_path: Path, content: str, line: int, complaint: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read_training_data(written(tmp_path, content))
    assert complaint in str(caught.value)
    assert caught.value.line == line
    assert caught.value.file == str(tmp_path / "nlu.yml")


def test_files_of_other_rooms_are_left_alone(tmp_path: Path) -> None:
    written(tmp_path, "products:\n- name: Kettle\n", "catalogue.yml")
    written(tmp_path, "- a\n- b\n", "list.yml")
    assert read_training_data(tmp_path).examples == ()


def test_what_a_person_should_look_at(project: Path) -> None:
    content = """
nlu:
- intent: thank
  examples: |
    - Thank  you!
    - hello
    - name the president of France
- intent: lonely
  examples: |
    - one
"""
    written(project / "nlu", content, "other.yml")
    frozen = read_training_data(project / "test").examples
    problems = check_training_data(read_training_data(project), frozen)
    file = project / "nlu" / "other.yml"
    assert [(problem.kind, problem.source) for problem in problems] == [
        ("duplicate", f"{file}:5"),
        ("conflict", f"{file}:6"),
        ("leak", f"{file}:7"),
        ("few", f"{file}:10"),
    ]
    assert str(problems[1]).startswith(f"{file}:6: 'hello' is thank here and greet at ")


def test_a_sound_project_has_no_problems(project: Path) -> None:
    frozen = read_training_data(project / "test").examples
    assert check_training_data(read_training_data(project), frozen) == []


def test_sentences_are_the_same_whatever_their_case_and_marks() -> None:
    assert normalised("  Where's\tmy ORDER?! ") == normalised("where's my order")
    assert normalised("?!") == "?!"

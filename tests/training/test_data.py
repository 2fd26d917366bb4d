from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import SourceError
from tests.nlu import tiny
from training.checking import check_examples, doubtful_examples
from training.data import Example, normalised
from training.reading import read_training_data


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


def test_another_value_is_a_synonym_unless_it_is_read_from_its_form(tmp_path: Path) -> None:
    content = """
nlu:
- intent: inform
  examples: |
    - to [NYC]{"entity": "city", "value": "New York"} or [Rome](city)
    - since [yesterday]{"entity": "time", "value": "2026-03-17"}
    - order [#1042]{"entity": "order_number", "value": "1042"}
"""
    assert read_training_data(written(tmp_path, content)).synonyms == {"NYC": "New York"}


def test_examples_may_teach_entities_alone(tmp_path: Path) -> None:
    content = """
nlu:
- intent: inform
  metadata: {teaches: entities, sentiment: neutral}
  examples: |
    - to [Rome](city)
- intent: inform
  examples: |
    - here it is
"""
    data = read_training_data(written(tmp_path, content))
    assert [example.entities_only for example in data.examples] == [True, False]
    with pytest.raises(SourceError, match="can only be 'entities', not 'intents'"):
        read_training_data(
            written(tmp_path, content.replace("teaches: entities", "teaches: intents"))
        )


def test_what_is_annotated_belongs_to_the_version(tmp_path: Path) -> None:
    versions = set()
    for number, text in enumerate(("to Rome", "to [Rome](city)", "to [Rome](town)")):
        content = f"nlu:\n- intent: inform\n  examples: |\n    - {text}\n"
        versions.add(read_training_data(written(tmp_path / str(number), content)).version)
    assert len(versions) == 3


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
        ("nlu:\n  intent: a\n", 1, "must be a list"),
        ("nlu:\n- intnt: a\n  examples: |\n    - x\n", 2, "did you mean 'intent'"),
        ("nlu:\n- intent: a\n  exampels: |\n    - x\n", 3, "did you mean 'examples'"),
        ("nlu:\n- examples: |\n    - x\n", 2, "needs one of"),
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
    problems = check_examples(read_training_data(project).examples, frozen)
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
    assert check_examples(read_training_data(project).examples, frozen) == []


def test_what_may_be_a_mistake_is_told_as_well() -> None:
    orders = [f"when will order number {n} come to my door" for n in range(6)]
    parcels = [f"when will order number {n} come to my doors" for n in range(6)]
    greetings = ["hello", "hi there", "good morning", "greetings to you", "hey bot", "howdy"]
    learnt = [
        Example(text, intent, source=f"a.csv:{intent}{n}")
        for intent, texts in (("order", orders), ("parcel", parcels), ("greet", greetings))
        for n, text in enumerate(texts)
    ]
    learnt.append(Example("please " * 10_000, "greet", source="a.csv:99"))
    frozen = [Example("salutations", "greet", source="test.csv:4")]
    found = {one.kind: one for one in doubtful_examples(learnt, frozen)}
    assert found.keys() == {"alike", "long"}
    assert "'order' and 'parcel' can hardly be told apart" in str(found["alike"])
    assert str(found["long"]).startswith("a.csv:99: the text has 70,000 characters")
    nearly = doubtful_examples(learnt, [Example("hello!!", "greet"), Example("howdy bot", "greet")])
    assert all(one.kind != "nearly" for one in nearly), "the same and the different are not near"
    leak = [Example("when will order number 3 come too my door", "order", source="test.csv:4")]
    (one,) = [p for p in doubtful_examples(learnt, leak) if p.kind == "nearly"]
    assert one.source == "a.csv:order3" and "test.csv:4" in str(one)


def test_sentences_are_the_same_whatever_their_case_and_marks() -> None:
    assert normalised("  Where's\tmy ORDER?! ") == normalised("where's my order")
    assert normalised("?!") == "?!"

"""Training data as it is in the wild: read as Rasa reads it, with a warning where Rasa warns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.errors import SourceError, SourceErrors
from training.data import TrainingData
from training.reading import read_training_data

GREET = "nlu:\n- intent: greet\n  examples: |\n    - hi\n"


def written(folder: Path, content: str, name: str = "nlu.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return folder


def read(folder: Path, content: str) -> TrainingData:
    return read_training_data(written(folder, content))


def texts(data: TrainingData) -> list[str]:
    return [example.text for example in data.examples]


@pytest.mark.parametrize(
    ("version", "is_read", "complaint"),
    [
        ("", True, None),
        ('version: "3.1"\n', True, None),
        ('version: "3.0"\n', True, "older"),
        ('version: "2.0"\n', True, "older"),
        ("version: 3.1\n", True, "in quotes"),
        ("version: 2\n", True, "in quotes"),
        ('version: "new"\n', True, "no version"),
        ('version: "3.2"\n', False, "left out"),
        ('version: "4.0"\n', False, "left out"),
    ],
)
def test_versions(tmp_path: Path, version: str, is_read: bool, complaint: str | None) -> None:
    """Missing or a number: read. Lower: warned of and read. Higher: the file is skipped."""
    data = read(tmp_path, version + GREET)
    assert texts(data) == (["hi"] if is_read else [])
    assert len(data.warnings) == (complaint is not None)
    assert all(complaint in one and "nlu.yml:1:" in one for one in data.warnings if complaint)


def test_lines_that_do_not_begin_with_a_dash_are_skipped(tmp_path: Path) -> None:
    content = "nlu:\n- intent: greet\n  examples: |\n    - hi\n    hello\n\n    -\n    - hey\n"
    data = read(tmp_path, content)
    assert texts(data) == ["hi", "hey"]
    begun, empty = data.warnings
    assert "nlu.yml:5: an example must begin with '-'" in begun
    assert "nlu.yml:7: an example is empty" in empty


def test_metadata_of_intent_and_example_are_kept(tmp_path: Path) -> None:
    content = """
nlu:
- intent: greet
  metadata: {team: blue}
  examples:
  - text: |
      - hi
    metadata:
      sentiment: neutral
  - text: hello
  - 42
"""
    one, other, number = read(tmp_path, content).examples
    assert one.metadata == {"intent": {"team": "blue"}, "example": {"sentiment": "neutral"}}
    assert (one.text, other.text, number.text) == ("hi", "hello", "42")
    assert other.metadata == {"intent": {"team": "blue"}}


def test_every_way_to_annotate(tmp_path: Path) -> None:
    """Short, legacy with a value, JSON with role and group, several labels on one span."""
    content = """
nlu:
- intent: travel
  examples: |
    - to [Berlin](city)
    - to [NYC](city:New York)
    - to [LA]{"entity":"city","value":"Los Angeles","role":"to","group":1}
    - to [Bonn][{"entity":"city"},{"entity":"town","role":"old"}]
"""
    data = read(tmp_path, content)
    found = [
        [(one.name, one.value, one.start, one.end, one.role, one.group) for one in each.entities]
        for each in data.examples
    ]
    assert found == [
        [("city", "Berlin", 3, 9, None, None)],
        [("city", "New York", 3, 6, None, None)],
        [("city", "Los Angeles", 3, 5, "to", "1")],
        [("city", "Bonn", 3, 7, None, None), ("town", "Bonn", 3, 7, "old", None)],
    ]
    assert data.synonyms == {"NYC": "New York", "LA": "Los Angeles"}


def test_in_a_rasa_project_every_other_value_is_a_synonym(tmp_path: Path) -> None:
    content = 'nlu:\n- intent: a\n  examples: |\n    - [now]{"entity":"time","value":"today"}\n'
    assert read(tmp_path, content).synonyms == {}
    assert read_training_data(tmp_path, by_form=()).synonyms == {"now": "today"}


def test_a_broken_bracket_annotates_nothing(tmp_path: Path) -> None:
    """Rasa takes it for text; JSON that cannot be read is a mistake."""
    data = read(tmp_path, "nlu:\n- intent: a\n  examples: |\n    - is [it(x)\n")
    assert texts(data) == ["is [it(x)"] and "never closed" in data.warnings[0]
    with pytest.raises(SourceError, match=r"nlu\.yml:4: .*not valid JSON"):
        read(tmp_path, "nlu:\n- intent: a\n  examples: |\n    - [it]{entity: x}\n")


def test_synonyms_patterns_and_words(tmp_path: Path) -> None:
    """Lookups as a block or as a list; items of one name are joined."""
    content = """
nlu:
- synonym: New York
  examples: |
    - nyc
    - big apple
- regex: order_number
  examples: |
    - \\d{4}
- lookup: country
  examples:
  - Peru
  - Chad
- lookup: country
  examples: |
    - Cuba
"""
    data = read(tmp_path, content)
    assert data.synonyms == {"nyc": "New York", "big apple": "New York"}
    assert data.regexes == {"order_number": (r"\d{4}",)}
    assert data.lookups == {"country": ("Peru", "Chad", "Cuba")}


def test_retrieval_intents_and_their_responses(tmp_path: Path) -> None:
    """`faq/ask_hours` is of the intent faq; responses may stand beside; one slash is allowed."""
    content = """
nlu:
- intent: faq/ask_hours
  examples: |
    - when do you open
responses:
  utter_faq/ask_hours:
  - text: At nine.
"""
    data = read(tmp_path, content)
    (example,) = data.examples
    assert (example.intent, example.response_key) == ("faq", "faq/ask_hours")
    assert data.answers == {"faq/ask_hours": "At nine."}


def test_the_answer_that_is_searched_is_the_one_in_the_usual_language(tmp_path: Path) -> None:
    content = """
responses:
  utter_faq/ask_hours:
  - {language: zh, text: 九点。}
  - {text: At nine.}
  utter_faq/ask_way:
  - {language: zh, text: 直走。}
"""
    assert read(tmp_path, content).answers == {"faq/ask_hours": "At nine."}


def test_files_are_found_anywhere_but_where_they_are_something_else(tmp_path: Path) -> None:
    for number, name in enumerate(
        (
            *("data/nlu/a.yml", "data/b.yaml", "nlu.yml", "tests/test_stories.yml", "tests/n.yml"),
            *("data/test_nlu.yml", ".cache/n.yml", "models/n.yml", "results/n.yml", ".n.yml"),
            *("venv/lib/n.yml", "test/n.yml"),
        )
    ):
        written(tmp_path, GREET.replace("hi", f"hi {number}"), name)
    assert sorted(texts(read_training_data(tmp_path))) == ["hi 0", "hi 1", "hi 2"]


def test_unknown_keys_are_warned_of(tmp_path: Path) -> None:
    content = "nlus: 3\n" + GREET + "  colour: red\n"
    data = read(tmp_path, content)
    assert texts(data) == ["hi"]
    top, inner = data.warnings
    assert "nlu.yml:1: unknown key 'nlus' is not read; did you mean 'nlu'?" in top
    assert "nlu.yml:6: unknown key 'colour'" in inner


def test_items_that_say_nothing_are_warned_of(tmp_path: Path) -> None:
    data = read(tmp_path, GREET + "- intent: bye\n- just text\n")
    assert ["has no examples" in one or "is left out" in one for one in data.warnings] == [True] * 2


def test_foreign_yaml_may_be_broken(tmp_path: Path) -> None:
    written(tmp_path, "{{ .Values.name }}: [\n", "chart/service.yml")
    data = read(tmp_path, GREET)
    assert texts(data) == ["hi"] and "is left out" in data.warnings[0]
    with pytest.raises(SourceError, match="not valid YAML"):
        read(tmp_path, "nlu: [\n")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, "nlu:\n- regex: a\n  examples: |\n    - (x\n", "b.yml")
    content = "nlu:\n- intent: a/b/c\n  examples: |\n    - x\n- intnt: b\n  examples: |\n    - y\n"
    written(tmp_path, content, "c.yml")
    with pytest.raises(SourceErrors) as caught:
        read_training_data(tmp_path)
    places = [(Path(error.file).name, error.line) for error in caught.value.errors]
    assert places == [("b.yml", 4), ("c.yml", 4), ("c.yml", 5)]


def test_json_of_rasa_2_is_read(tmp_path: Path) -> None:
    content = {
        "rasa_nlu_data": {
            "common_examples": [
                {
                    "text": "to NYC",
                    "intent": "travel",
                    "entities": [{"start": 3, "end": 6, "value": "New York", "entity": "city"}],
                },
                {"text": "when do you open", "intent": "faq/hours"},
                {"text": "", "intent": "a"},
            ],
            "regex_features": [{"name": "zip", "pattern": "[0-9]{5}"}],
            "lookup_tables": [
                {"name": "land", "elements": ["Peru"]},
                {"name": "x", "elements": "f"},
            ],
            "entity_synonyms": [{"value": "New York", "synonyms": ["big apple"]}],
        }
    }
    data = read_training_data(written(tmp_path, json.dumps(content), "data/nlu.json"))
    assert [(e.text, e.intent, e.response_key) for e in data.examples] == [
        ("to NYC", "travel", None),
        ("when do you open", "faq", "faq/hours"),
    ]
    assert data.examples[0].entities[0].value == "New York"
    assert data.regexes == {"zip": ("[0-9]{5}",)} and data.lookups == {"land": ("Peru",)}
    assert data.synonyms == {"NYC": "New York", "big apple": "New York"}
    assert len(data.warnings) == 2


def test_broken_json_is_a_mistake_and_foreign_json_is_not(tmp_path: Path) -> None:
    written(tmp_path, "{]", "other.json")
    assert read_training_data(tmp_path).examples == ()
    with pytest.raises(SourceError, match=r"nlu\.json:1: not valid JSON"):
        read_training_data(written(tmp_path, '{"rasa_nlu_data": ]}', "nlu.json"))
    bad = {"common_examples": [{"text": "a", "intent": "b", "entities": [{"start": 9}]}]}
    with pytest.raises(SourceError, match="common_examples 1"):
        read_training_data(written(tmp_path, json.dumps({"rasa_nlu_data": bad}), "nlu.json"))


def test_markdown_of_rasa_1_is_named(tmp_path: Path) -> None:
    written(tmp_path, "## intent:greet\n- hi\n", "data/nlu.md")
    written(tmp_path, "# Our bot\n", "README.md")
    (warning,) = read_training_data(tmp_path).warnings
    assert "data/nlu.md" in warning and "rasa data convert nlu -f yaml" in warning

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import SourceError
from training.rasa_config import read_setup
from training.sureness import Sureness


def read_sureness(folder: Path) -> Sureness:
    return read_setup(folder).sureness


def project(tmp_path: Path, pipeline: str) -> Path:
    (tmp_path / "config.yml").write_text(f"recipe: default.v1\npipeline:\n{pipeline}")
    return tmp_path


def test_a_project_says_when_the_bot_asks_again(tmp_path: Path) -> None:
    written = "- name: DIETClassifier\n- name: FallbackClassifier\n  threshold: 0.7\n"
    assert read_sureness(project(tmp_path, written)) == Sureness(0.7, 0.1)


def test_rasas_own_numbers_where_only_the_name_stands(tmp_path: Path) -> None:
    assert read_sureness(project(tmp_path, "- name: FallbackClassifier\n")) == Sureness(0.3, 0.1)


def test_in_our_own_manner_costs_decide(tmp_path: Path) -> None:
    assert read_sureness(tmp_path) == Sureness()
    assert read_sureness(project(tmp_path, "- name: FrontdeskNLU\n")) == Sureness()


def test_a_rasa_pipeline_without_the_component_never_asks_again(tmp_path: Path) -> None:
    assert read_sureness(project(tmp_path, "- name: DIETClassifier\n")).threshold is None


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("treshold: 0.5", "did you mean 'threshold'"),
        ("threshold: 1.5", "from 0 to 1"),
        ("threshold: yes", "from 0 to 1"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint) as caught:
        read_sureness(project(tmp_path, f"- name: FallbackClassifier\n  {line}\n"))
    assert caught.value.line == 4

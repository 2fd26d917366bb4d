"""The report of an evaluation: complete, escaped, replaced whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.data import Example
from training.errors import TrainingError
from training.pipeline import evaluate, frozen_test_set

HOSTILE = "<script>alert(1)</script> where is my order"


@pytest.fixture
def model(tiny_folder: Path, tiny_version: str) -> Path:
    return tiny_folder / "models" / tiny_version


def test_a_folder_with_page_figures_and_pictures(
    tmp_path: Path, tiny_folder: Path, model: Path
) -> None:
    wrong = Example(HOSTILE, "greet", source="test.csv:2")
    examples = [*frozen_test_set(tiny_folder / "project"), wrong]
    evaluation = evaluate(model, examples, report=tmp_path / "report")
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == {
        *("index.html", "report.json", "reliability.png", "confidence.png"),
        *("intents.png", "confusion.png", "out_of_scope.png"),
    }
    page = (tmp_path / "report" / "index.html").read_text()
    assert HOSTILE not in page and "&lt;script&gt;" in page
    assert 'src="http' not in page and "<script" not in page
    data = json.loads((tmp_path / "report" / "report.json").read_text())
    assert data["accuracy"] == evaluation.accuracy
    assert sum(one["size"] for one in data["reliability"]) == data["in_scope"] == 8
    assert sum(data["histogram"]["right"]) + sum(data["histogram"]["wrong"]) == 8
    error = next(one for one in data["errors"] if one["text"] == HOSTILE)
    assert error["source"] == "test.csv:2" and len(error["nearest"]) == 3
    assert {"text", "label", "source", "cosine"} == error["nearest"][0].keys()
    assert sum(one["count"] for one in data["confused"]) == len(data["errors"])


def test_a_report_is_replaced_and_nothing_else_is(
    tmp_path: Path, tiny_folder: Path, model: Path
) -> None:
    frozen = frozen_test_set(tiny_folder / "project")
    evaluate(model, frozen[:3], report=tmp_path / "report")
    evaluate(model, frozen, report=tmp_path / "report")
    assert json.loads((tmp_path / "report" / "report.json").read_text())["in_scope"] == 7
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.jpg").write_text("dear")
    with pytest.raises(TrainingError, match="is no report"):
        evaluate(model, frozen, report=tmp_path / "holiday")
    assert (tmp_path / "holiday" / "photo.jpg").read_text() == "dear"


def test_a_place_that_cannot_be_written_is_said(
    tmp_path: Path, tiny_folder: Path, model: Path
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(TrainingError, match="cannot be written"):
        evaluate(model, frozen_test_set(tiny_folder / "project"), report=tmp_path / "file" / "r")

"""`frontdesk validate` on the shipped project, sound and with mistakes made in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.checks import check_project
from tests.conftest import PROJECT, shorter_shop


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shorter_shop(tmp_path / "data")


def spoil(file: Path, before: str, after: str) -> int:
    """Put a mistake into a file once; returns its line."""
    text = file.read_text(encoding="utf-8")
    place = text.index(before)
    file.write_text(text[:place] + after + text[place + len(before) :], encoding="utf-8")
    return text.count("\n", 0, place) + 1


def test_the_shipped_project_is_sound() -> None:
    found = check_project(PROJECT)
    assert found.problems == () and found.warnings == ()


@pytest.mark.parametrize(
    ("file", "before", "after", "hint"),
    [
        ("rules.yml", "intent: inform", "intent: infrom", "inform"),
        ("config.yml", "ambiguity_threshold", "ambiguty_threshold", "ambiguity_threshold"),
        ("nlu/shop.yml", "intent: warranty", "intnet: warranty", "intent"),
        (
            "phrases.yml",
            "button_cancel: {en: Cancel it, zh",
            "button_cancel: {en: Cancel it, zz",
            "zh",
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_and_the_nearest_name(
    copy: Path, file: str, before: str, after: str, hint: str
) -> None:
    line = spoil(copy / file, before, after)
    problems = check_project(copy).problems
    assert any(f"{file}:{line}" in problem and hint in problem for problem in problems), problems


def test_an_example_that_stands_in_the_test_set_is_told(copy: Path) -> None:
    sentence = "my neighbour's parrot wants a kettle"
    for folder in ("nlu", "test"):
        lines = f"nlu:\n- intent: product_search\n  examples: |\n    - {sentence}\n"
        (copy / folder / "parrot.yml").write_text(lines)
    assert any(f"'{sentence}' also stands" in problem for problem in check_project(copy).problems)


def test_rules_of_business_wishes_and_phrases_are_checked_too(copy: Path) -> None:
    lines = {
        "policies.yml": spoil(
            copy / "policies.yml", "cancel_until: packed", "cancel_untill: packed"
        ),
        "wishes.yml": spoil(copy / "wishes.yml", "[cancel_order, refund", "[cancel_ordr, refund"),
        "phrases.yml": spoil(copy / "phrases.yml", "zh: 转人工}", "zz: 转人工}"),
    }
    hints = {"policies.yml": "'cancel_until'", "wishes.yml": "cancel_order", "phrases.yml": "'zh'"}
    problems = check_project(copy).problems
    for file, line in lines.items():
        told = [one for one in problems if f"{file}:{line}" in one]
        assert any(hints[file] in one for one in told), problems

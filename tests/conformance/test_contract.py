"""The contract itself: every line is proven by a test that exists, or says why not."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conformance.lines import exists, named_in, read_lines
from tests.conftest import REPOSITORY

LINES = read_lines()


def test_each_line_has_an_id_of_its_own_in_its_section() -> None:
    doubled = [name for name, count in Counter(line.id for line in LINES).items() if count > 1]
    assert doubled == []
    assert [line.id for line in LINES if not line.id.startswith(f"{line.section}.")] == []


def test_each_line_has_a_test_or_a_reason() -> None:
    assert [line.id for line in LINES if not line.tests and not line.reason] == []


def test_each_test_that_is_named_exists() -> None:
    gone = [f"{line.id}: {name}" for line in LINES for name in line.tests if not exists(name)]
    assert gone == []


def test_each_test_of_this_folder_is_named_by_a_line() -> None:
    """What is written here proves something; the two files about the contract itself aside."""
    named = {name for line in LINES for name in line.tests}
    written = {
        f"{path.relative_to(REPOSITORY)}::{test}"
        for path in Path(__file__).parent.glob("test_1*.py")
        for test in named_in(path)
    }
    assert sorted(written - named) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [("- id: 1a.1\n", "an id and a line"), ("- {id: a, line: b, test: c}", "'test'")],
)
def test_an_odd_entry_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "1a.yml").write_text(text)
    with pytest.raises(ValueError, match=told):
        read_lines(tmp_path)


def test_the_table_names_every_line() -> None:
    """`python -m tests.conformance` prints it."""
    printed = subprocess.run(
        [sys.executable, "-m", "tests.conformance"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(line.id in printed for line in LINES)
    proven = sum(not line.reason for line in LINES)
    assert f"{len(LINES)} lines: {proven} proven" in printed

"""`frontdesk validate`: every mistake of a project's YAML, with file and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dialogue.project import load_project
from nlu.errors import SourceError
from training.data import (
    TEST_FOLDER,
    Problem,
    TrainingData,
    check_training_data,
    read_training_data,
)
from training.sureness import read_sureness


@dataclass(frozen=True)
class Findings:
    """What must be mended, and what a person should know; a line each."""

    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def check_project(folder: Path) -> Findings:
    """Read everything that a project is made of; no mistake hides another room's."""
    problems: list[str] = []
    warnings: list[str] = []
    for read in (
        lambda: warnings.extend(map(str, load_project(folder).warnings)),
        lambda: read_sureness(folder),
        lambda: problems.extend(map(str, _check_examples(folder))),
    ):
        _noting(read, problems)
    return Findings(tuple(dict.fromkeys(problems)), tuple(dict.fromkeys(warnings)))


def _check_examples(folder: Path) -> list[Problem]:
    test = folder / TEST_FOLDER
    frozen = read_training_data(test) if test.is_dir() else TrainingData()
    return check_training_data(read_training_data(folder), frozen.examples)


def _noting(read: Callable[[], object], problems: list[str]) -> None:
    try:
        read()
    except SourceError as error:
        problems.append(str(error))

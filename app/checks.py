"""`frontdesk validate`: every mistake of a project's YAML, with file and line."""

from __future__ import annotations

from pathlib import Path

from dialogue.project import load_project
from nlu.errors import SourceError
from training.data import check_training_data, read_training_data


def check_project(folder: Path) -> list[str]:
    """The project's mistakes, one line each; none when it is sound."""
    problems = []
    try:
        load_project(folder)
    except SourceError as error:
        problems.append(str(error))
    try:
        problems += [str(problem) for problem in check_training_data(read_training_data(folder))]
    except SourceError as error:
        problems.append(str(error))
    return list(dict.fromkeys(problems))

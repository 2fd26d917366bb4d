"""`frontdesk validate`: every mistake of a project's YAML, with file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dialogue.domain import ALWAYS_INTENTS
from dialogue.orders.shop_files import read_products
from dialogue.project import Project, load_project
from nlu.errors import SourceError
from nlu.source import nearest
from training.checking import check_examples, doubtful_examples
from training.data import Example
from training.feelings import feelings_test_set, read_feelings
from training.formats import read_examples
from training.pipeline import frozen_test_set
from training.rasa_config import read_setup
from training.reading import read_training_data


@dataclass(frozen=True)
class Findings:
    """What must be mended, and what a person should know; a line each."""

    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def check_project(folder: Path) -> Findings:
    """Read everything that a project is made of; no mistake hides another room's."""
    problems: list[str] = []
    warnings: list[str] = []

    def dialogue() -> None:
        project = load_project(folder)
        warnings.extend(map(str, project.warnings))
        examples = read_training_data(folder).examples
        problems.extend(_unknown_intents(project, examples))
        warnings.extend(_intents_without_examples(project, examples))

    def examples() -> None:
        learnt, frozen = read_training_data(folder).examples, frozen_test_set(folder)
        problems.extend(map(str, check_examples(learnt, frozen)))
        warnings.extend(map(str, doubtful_examples(learnt, frozen)))

    def shop() -> None:
        if (folder / "shop" / "catalogue.yml").exists():
            read_products(folder / "shop" / "catalogue.yml")

    def feelings() -> None:
        judging = feelings_test_set(folder)
        for name, learnt in read_feelings(folder).items():
            warnings.extend(map(str, check_examples(learnt, judging.get(name, ()))))

    for read in (dialogue, lambda: read_setup(folder), examples, feelings, shop):
        _noting(read, problems)
    return Findings(tuple(dict.fromkeys(problems)), tuple(dict.fromkeys(warnings)))


def check_task(file: Path, test: Path | None) -> Findings:
    """The same for a file of labelled texts, and perhaps the file that will judge."""
    problems: list[str] = []
    warnings: list[str] = []

    def examples() -> None:
        learnt = read_examples(file)
        frozen = () if test is None else read_examples(test)
        problems.extend(map(str, check_examples(learnt, frozen)))
        warnings.extend(map(str, doubtful_examples(learnt, frozen)))
        if len({example.intent for example in learnt}) < 2:
            problems.append(f"{file}: there is only one intent, and nothing to tell apart")

    _noting(examples, problems)
    return Findings(tuple(problems), tuple(warnings))


def _unknown_intents(project: Project, examples: Iterable[Example]) -> list[str]:
    known = project.domain.intents
    first = {example.intent: example for example in reversed(list(examples))}
    return [
        f"{first[name].source}: the domain knows no intent '{name}'{nearest(name, known)}"
        for name in sorted(first)
        if name not in known
    ]


def _intents_without_examples(project: Project, examples: Iterable[Example]) -> list[str]:
    taught = {example.intent for example in examples} | set(ALWAYS_INTENTS)
    return [
        f"the intent '{name}' of the domain has no examples"
        for name in sorted(project.domain.intents)
        if name not in taught
    ]


def _noting(read: Callable[[], object], problems: list[str]) -> None:
    try:
        read()
    except SourceError as error:
        problems.append(str(error))

"""`frontdesk validate`: every mistake of a project's YAML, with file and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from dialogue import retail
from dialogue.domain import Place
from dialogue.orders.policies import project_policies
from dialogue.orders.shop_files import read_products
from dialogue.retail.phrases import FILE_NAME as PHRASES
from dialogue.retail.phrases import phrases_in, project_phrases
from dialogue.validating.bot import Taught
from dialogue.validating.checks import check_bot
from nlu.errors import SourceError, SourceErrors
from training.checking import check_examples, doubtful_examples
from training.data import TrainingData
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
    taught = cache(partial(read_training_data, folder))  # large, and asked for twice

    def dialogue() -> None:
        found = check_bot(folder, _taught(taught), _shop_code(folder))
        problems.extend(map(str, found.errors))
        warnings.extend(map(str, found.warnings))

    def examples() -> None:
        learnt, frozen = taught().examples, frozen_test_set(folder)
        problems.extend(map(str, check_examples(learnt, frozen)))
        warnings.extend(map(str, doubtful_examples(learnt, frozen)))

    def shop() -> None:
        if (folder / "shop" / "catalogue.yml").exists():
            read_products(folder / "shop" / "catalogue.yml")

    def phrases() -> None:
        if (folder / "shop").is_dir():
            known = project_phrases(folder).names
            missing = sorted(phrases_in(_shop_code(folder)) - set(known))
            file = folder / PHRASES
            if not file.exists():
                raise SourceError("a shop says its phrases in this file", str(file))
            problems.extend(f"{file}: the phrase '{name}' is missing" for name in missing)

    def feelings() -> None:
        judging = feelings_test_set(folder)
        for name, learnt in read_feelings(folder).items():
            warnings.extend(map(str, check_examples(learnt, judging.get(name, ()))))

    policies = partial(project_policies, folder)
    setup = partial(read_setup, folder)
    for read in (dialogue, setup, examples, feelings, shop, policies, phrases):
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


def _taught(read: Callable[[], TrainingData]) -> Taught:
    """What the examples teach; nothing when they cannot be read, which another check tells."""
    try:
        examples = read().examples
    except SourceError:
        return Taught()
    intents: dict[str, Place] = {}
    entities: dict[str, Place] = {}
    entries: dict[str, Place] = {}
    for example in examples:
        file, _, line = example.source.rpartition(":")
        place = Place(file, int(line) if line.isdecimal() else None)
        intents.setdefault(example.intent, place)
        if example.response_key:
            entries.setdefault(example.response_key, place)
        for entity in example.entities:
            entities.setdefault(entity.name, place)
    return Taught(intents, entities, entries)


def _shop_code(folder: Path) -> list[Path]:
    """The code of the retail actions, where the project is a shop's."""
    if not (folder / "shop").is_dir():
        return []
    return sorted(Path(retail.__file__).parent.rglob("*.py"))


def _noting(read: Callable[[], object], problems: list[str]) -> None:
    try:
        read()
    except SourceErrors as error:
        problems.extend(map(str, error.errors))
    except SourceError as error:
        problems.append(str(error))

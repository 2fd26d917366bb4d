"""A bot's folder of YAML as one checked, immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dialogue.domain import Domain
from dialogue.domain_reader import DOMAIN_KEYS, DomainReader
from dialogue.policies import Policies
from dialogue.stories import Path_, StoryReader
from nlu.errors import SourceError
from nlu.source import read_yaml, yaml_files

SKIPPED_FOLDERS = {"test", "tests", "shop", "models", "actions"}


@dataclass(frozen=True)
class Project:
    """Domain, rules and stories of one bot, and the policies built from them."""

    folder: Path
    domain: Domain
    paths: tuple[Path_, ...]
    policies: Policies


def load_project(folder: Path) -> Project:
    """Read every YAML file below `folder`; any file may hold any of Rasa's keys.

    Raises SourceError for a mistake, with its file and line.
    """
    if not folder.is_dir():
        raise SourceError("there is no such project folder", str(folder))
    documents = [(path, read_yaml(path)) for path in yaml_files(folder) if _counts(folder, path)]
    documents = [(path, doc) for path, doc in documents if isinstance(doc, Mapping)]
    reader = DomainReader()
    merged: dict[str, Any] = {}
    for path, document in documents:
        reader.add(path, document)
        _merge(merged, document)
    domain = replace(reader.build(), source=merged)
    stories = StoryReader(domain)
    for path, document in documents:
        stories.add(path, document)
    paths = stories.linear()
    return Project(folder, domain, paths, Policies(domain, paths))


def _counts(folder: Path, path: Path) -> bool:
    inside = path.relative_to(folder)
    return not SKIPPED_FOLDERS & set(inside.parts[:-1]) and not path.name.startswith("test_")


def _merge(merged: dict[str, Any], document: Mapping[str, Any]) -> None:
    """The domain as one JSON object, as action servers receive it."""
    for key in DOMAIN_KEYS & set(document):
        value = _plain(document[key])
        if isinstance(value, dict):
            merged.setdefault(key, {}).update(value)
        elif isinstance(value, list):
            merged.setdefault(key, []).extend(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    for plain in (str, int, float):
        if isinstance(value, plain):
            return plain(value)
    return str(value)

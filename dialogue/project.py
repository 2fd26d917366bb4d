"""A project's folder of YAML as one checked, immutable value."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogue.domain import Domain
from dialogue.domain_reader import DOMAIN_KEYS, read_domain
from dialogue.policies.ensemble import Ensemble, build_ensemble
from dialogue.policy_reader import read_policies
from dialogue.stories import Rule, Story
from dialogue.story_reader import STORY_KEYS, read_conversations
from dialogue.yaml_source import YamlFile
from nlu.errors import SourceError
from nlu.source import nearest, read_yaml, yaml_files

SKIPPED_FOLDERS = frozenset({"test", "tests", "shop", "models", "results"})
SKIPPED_FILES = frozenset({"endpoints.yml", "credentials.yml"})
CONFIG_KEYS = (
    "recipe",
    "assistant_id",
    "language",
    "additional_languages",
    "pipeline",
    "policies",
    "importers",
    "imports",
)
OTHER_KEYS = ("version", "nlu", "config", "slot_mappings")
_KEYS = (*DOMAIN_KEYS, *STORY_KEYS, *CONFIG_KEYS, *OTHER_KEYS)


@dataclass(frozen=True)
class Project:
    """What a shop wrote about its bot. `warnings` are for the person who wrote it.

    `languages` (ISO 639-1) are those it answers in, the usual one first; none if it does not say.
    """

    domain: Domain
    rules: tuple[Rule, ...]
    stories: tuple[Story, ...]
    policies: Ensemble
    languages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def load_project(folder: Path) -> Project:
    """Read every YAML file below `folder`; each may hold any of Rasa's sections.

    The folders `test`, `tests`, `shop`, `models` and hidden ones are somebody else's, as are
    files `test_*.yml`. Raises SourceError, with file, line and the nearest valid name.
    """
    if not folder.is_dir():
        raise SourceError("there is no such folder", str(folder))
    files = [
        YamlFile(str(path), read_yaml(path))
        for path in yaml_files(folder)
        if _belongs(path.relative_to(folder))
    ]
    files = [file for file in files if _is_rasa(file)]
    domain, domain_warnings = read_domain(files)
    conversations = read_conversations(files, domain)
    settings, policy_warnings = read_policies(files, domain)
    policies = build_ensemble(domain, conversations.rules, conversations.stories, settings)
    return Project(
        domain=domain,
        rules=tuple(conversations.rules),
        stories=tuple(conversations.stories),
        policies=policies,
        languages=_languages(files),
        warnings=(
            *domain_warnings,
            *conversations.warnings,
            *policy_warnings,
            *policies.warnings,
        ),
    )


def _languages(files: Sequence[YamlFile]) -> tuple[str, ...]:
    """`language` and `additional_languages` of the configuration, as in Rasa's."""
    usual = [str(file.content["language"]) for file in files if file.content.get("language")]
    others = [
        name
        for file in files
        if file.content.get("additional_languages")
        for name in file.names(file.content, "additional_languages", "additional_languages")
    ]
    return tuple(dict.fromkeys((*usual, *others)))


def _belongs(path: Path) -> bool:
    folders = path.parts[:-1]
    return not (
        SKIPPED_FOLDERS.intersection(folders)
        or any(part.startswith(".") for part in path.parts)
        or path.name in SKIPPED_FILES
        or path.name.startswith("test_")
    )


def _is_rasa(file: YamlFile) -> bool:
    """Whether the file has a section of Rasa's; one that is nearly so is a mistake."""
    content = file.content
    if not isinstance(content, Mapping):
        return False
    has_section = any(key in _KEYS for key in content)
    for key in content:
        name = str(key)
        if name not in _KEYS and difflib.get_close_matches(name, _KEYS, n=1, cutoff=0.8):
            raise file.error(f"unknown section '{name}'{nearest(name, _KEYS)}", content, key)
    return has_section

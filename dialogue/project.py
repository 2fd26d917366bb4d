"""A project's folder of YAML as one checked, immutable value."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dialogue.domain import Domain
from dialogue.domain_reader import DOMAIN_KEYS, read_domain
from dialogue.expecting import Expectations, read_expectations
from dialogue.going_on import GoingOn, read_going_on
from dialogue.markdown_files import markdown_mistakes
from dialogue.mistakes import Mistakes
from dialogue.policies.ensemble import Ensemble, build_ensemble
from dialogue.policy_reader import read_policies
from dialogue.stories import Rule, Story
from dialogue.story_reader import STORY_KEYS, Conversations, read_conversations
from dialogue.wishes import WishGroups, read_wishes
from dialogue.yaml_source import YamlFile
from nlu.errors import SourceError
from nlu.project_files import older_files, project_files
from nlu.source import DATA_VERSION, data_version, nearest, read_yaml

CONFIG_KEYS = (
    "recipe",
    "assistant_id",
    "language",
    "additional_languages",
    "pipeline",
    "policies",
    "importers",
    "imports",
    "wishes",
    "expected",
    "goes_on",
)
OTHER_KEYS = ("version", "nlu", "config", "slot_mappings")
_KEYS = (*DOMAIN_KEYS, *STORY_KEYS, *CONFIG_KEYS, *OTHER_KEYS)


@dataclass(frozen=True)
class Project:
    """What a shop wrote about its bot. `warnings` are for the person who wrote it.

    `languages` (ISO 639-1) are those it answers in, the usual one first; none if it does not say.
    `wishes` are the intents that a message may hold several of, `expected` what is likelier where,
    `going_on` what a short question goes on with.
    """

    domain: Domain
    rules: tuple[Rule, ...]
    stories: tuple[Story, ...]
    policies: Ensemble
    languages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    wishes: WishGroups = field(default_factory=WishGroups)
    expected: Expectations = field(default_factory=Expectations)
    going_on: GoingOn = field(default_factory=GoingOn)


def load_project(folder: Path) -> Project:
    """Read the bot's YAML in `folder` and what it imports; a file may hold any of Rasa's sections.

    Raises SourceError for the first mistake that keeps the bot from running, with file, line and
    the nearest valid name.
    """
    mistakes = Mistakes()
    files, warnings = read_files(folder, mistakes)
    domain, conversations = read_bot(files, mistakes)
    settings, policy_warnings = read_policies(files, domain)
    policies = build_ensemble(domain, conversations.rules, conversations.stories, settings)
    return Project(
        domain=domain,
        rules=tuple(conversations.rules),
        stories=tuple(conversations.stories),
        policies=policies,
        languages=_languages(files),
        wishes=read_wishes(files, domain),
        expected=read_expectations(files, domain),
        going_on=read_going_on(files, domain),
        warnings=(
            *warnings,
            *map(str, mistakes.warnings),
            *policy_warnings,
            *policies.warnings,
        ),
    )


def read_files(folder: Path, mistakes: Mistakes) -> tuple[list[YamlFile], tuple[str, ...]]:
    """The bot's files with a section of Rasa's, and warnings; Markdown of Rasa 1 is named.

    Which files these are `nlu.project_files` says; conversation tests (`test_*.yml`) are none.
    """
    if not folder.is_dir():
        raise SourceError("there is no such folder", str(folder))
    for mistake in markdown_mistakes(older_files(folder, (".md",))):
        mistakes.forgive(mistake)
    found = project_files(folder)
    files = []
    for path in found.paths:
        if not path.name.startswith("test_"):
            with mistakes.part():
                file = YamlFile(str(path), read_yaml(path))
                if _is_rasa(file) and not _is_newer(file, mistakes):
                    files.append(file)
    return files, found.warnings


def read_bot(files: Sequence[YamlFile], mistakes: Mistakes) -> tuple[Domain, Conversations]:
    """The domain, and the rules and stories, of these files."""
    domain = read_domain(files, mistakes)
    conversations = read_conversations(files, domain, mistakes)
    domain = replace(
        domain,
        said_texts=conversations.said_texts,
        spoken_texts=conversations.spoken_texts,
    )
    return domain, conversations


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


def _is_newer(file: YamlFile, mistakes: Mistakes) -> bool:
    """Whether a file of the domain, rules or stories is of a version above ours: it is left out."""
    content = file.content
    version = content.get("version")
    if not isinstance(version, str) or not any(
        key in content for key in (*DOMAIN_KEYS, *STORY_KEYS)
    ):
        return False
    numbers = data_version(version)
    if numbers is None or numbers <= DATA_VERSION:
        return False
    ours = ".".join(map(str, DATA_VERSION))
    told = f"version {version} is above {ours}: the file is left out"
    mistakes.warn(file.error(told, content, "version"))
    return True


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

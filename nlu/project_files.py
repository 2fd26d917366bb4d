"""Which files of a folder are a bot's: the project's own YAML, and what its config.yml imports.

Two layouts are known. Rasa's: `domain.yml` or a folder `domain/`, `config.yml`, `data/`; whatever
else stands beside them (charts, workflows, another tool's settings) is somebody else's. And a
folder that is the bot's altogether, as a shop's: everything below it, other tools' files apart.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.errors import SourceError
from nlu.source import YAML_SUFFIXES, line_of, read_yaml

CONFIG_FILES = tuple(f"config{suffix}" for suffix in YAML_SUFFIXES)
DOMAIN_FILES = tuple(f"domain{suffix}" for suffix in YAML_SUFFIXES)
BESIDE = frozenset(
    f"{name}{suffix}" for name in ("endpoints", "credentials") for suffix in YAML_SUFFIXES
)  # about the bot's surroundings, and read elsewhere
_OTHERS = frozenset(
    {"node_modules", "__pycache__", "site-packages", "venv", "env", "results", "models", "shop"}
)
_TESTS = frozenset({"test", "tests"})  # they judge, and never teach
# What begins a line of compose files, Kubernetes and Helm, OpenAPI, workflows, conda, MkDocs.
_FOREIGN = re.compile(
    r"^(apiVersion|kind|services|swagger|openapi|jobs|dependencies|site_name|repos):", re.MULTILINE
)
_IMPORTING = "MultiProjectImporter"
_READING = ("RasaFileImporter", "TrainingDataImporter", _IMPORTING)


@dataclass(frozen=True)
class ProjectFiles:
    """The YAML files of a bot, in a stable order; warnings name what is not read, and where."""

    paths: tuple[Path, ...]
    warnings: tuple[str, ...] = ()


def project_files(root: Path) -> ProjectFiles:
    """The YAML files of the bot in the folder `root`, or `root` itself if it is a file.

    Raises SourceError for a config.yml whose `imports` are no list of folders or files.
    """
    if root.is_file():
        return ProjectFiles((root,))
    paths = list(_rasa_layout(root) if has_rasa_layout(root) else _below(root))
    warnings: list[str] = []
    for folder in _imported(root, warnings):
        others = _below(folder) if folder.is_dir() else iter((folder,))
        # An imported project's config.yml is not this one's.
        paths += [path for path in others if path.name not in CONFIG_FILES]
    return ProjectFiles(tuple(dict.fromkeys(paths)), tuple(warnings))


def older_files(root: Path, suffixes: Collection[str]) -> tuple[Path, ...]:
    """The files with these suffixes where the bot's YAML would be: what Rasa 1 and 2 wrote."""
    if root.is_file():
        return ()
    return tuple(_below(root / "data" if has_rasa_layout(root) else root, suffixes))


def has_rasa_layout(root: Path) -> bool:
    """Whether a folder is laid out as `rasa init` does: `data/` beside a domain or a config."""
    named = (*CONFIG_FILES, *DOMAIN_FILES, "domain")
    return (root / "data").is_dir() and any((root / name).exists() for name in named)


def _rasa_layout(root: Path) -> Iterator[Path]:
    yield from (root / name for name in (*CONFIG_FILES, *DOMAIN_FILES) if (root / name).is_file())
    yield from _below(root / "domain")
    yield from _below(root / "data")


def _below(root: Path, suffixes: Collection[str] = YAML_SUFFIXES) -> Iterator[Path]:
    """The bot's files below a folder, without tests, hidden folders, and other tools' files."""
    for place, folders, names in os.walk(root):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not _is_foreign_folder(here / name))
        for name in sorted(names):
            path = here / name
            ours = path.suffix in suffixes and not name.startswith(".") and name not in BESIDE
            if ours and not _is_foreign_file(path):
                yield path


def _is_foreign_folder(path: Path) -> bool:
    if path.name.startswith(".") or path.name in _OTHERS | _TESTS:
        return True
    return (path / "pyvenv.cfg").exists() or (path / "Chart.yaml").exists()


def _is_foreign_file(path: Path) -> bool:
    try:
        return _FOREIGN.search(path.read_text(encoding="utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False  # whoever reads it says what is wrong


def _imported(root: Path, warnings: list[str]) -> list[Path]:
    """What config.yml imports, and what that imports in turn; each once, so cycles end."""
    found: dict[Path, Path] = {root.resolve(): root}
    waiting = [root]
    while waiting:
        here = waiting.pop(0)
        for config in _configs(here):
            for path in _imports(config, warnings):
                if path.resolve() not in found:
                    found[path.resolve()] = path
                    waiting.append(path)
    return list(found.values())[1:]


def _configs(place: Path) -> list[Path]:
    if place.is_file():
        return [place] if place.name in CONFIG_FILES else []
    return [place / name for name in CONFIG_FILES if (place / name).is_file()]


def _imports(config: Path, warnings: list[str]) -> list[Path]:
    """The places that one config.yml imports, if it names the importer that does so."""
    content = read_yaml(config)
    if not isinstance(content, Mapping):
        return []
    importers = _importers(content, config, warnings)
    entries = content.get("imports") or []
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        line = line_of(content, "imports")
        raise SourceError("'imports' must be a list of folders or files", str(config), line)
    if entries and _IMPORTING not in importers:
        place = f"{config}:{line_of(content, 'imports')}"
        warnings.append(f"{place}: 'imports' counts only with `importers: [name: {_IMPORTING}]`")
        return []
    places = [config.parent / entry for entry in entries]
    for index, place in enumerate(places):
        if not place.exists():
            warnings.append(f"{config}:{line_of(entries, index)}: there is no '{entries[index]}'")
    return [place for place in places if place.exists()]


def _importers(content: Mapping[str, Any], config: Path, warnings: list[str]) -> set[str]:
    """The names of the importers, the last part of each; unknown ones are warned of."""
    listed = content.get("importers") or []
    named = [entry.get("name") if isinstance(entry, Mapping) else None for entry in listed]
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in named):
        line = line_of(content, "importers")
        raise SourceError("'importers' must be a list of `- name: …`", str(config), line)
    for index, name in enumerate(named):
        if str(name).rsplit(".", 1)[-1] not in _READING:
            warnings.append(
                f"{config}:{line_of(listed, index)}: the importer '{name}' is not run; "
                f"there are {', '.join(_READING[::2])}"
            )
    return {str(name).rsplit(".", 1)[-1] for name in named}

"""Reading the YAML that people write, keeping the line of every key so that errors can name it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from nlu.errors import SourceError
from nlu.yaml_lines import LineList, LineMapping, load

YAML_SUFFIXES = (".yml", ".yaml")
DATA_VERSION = (3, 1)  # of Rasa's files, major and minor: what is above it is left out
_NUMBERS = re.compile(r"(\d+)\.(\d+)(?:\.\w+)*")


def read_yaml(path: Path) -> Any:
    """Parse one file into mappings and lists that keep their lines.

    Returns an empty mapping for an empty file. Raises `SourceError` with file and line for bad
    YAML, duplicate keys, bad UTF-8, or an unreadable file.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read: {error}", str(path)) from error
    try:
        loaded = load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.count("\n")) + 1 if mark else None
        raise SourceError(f"not valid YAML: {error.problem}", str(path), line) from error
    except (yaml.YAMLError, ValueError) as error:  # odd letters; a 13th month
        raise SourceError(f"not valid YAML: {error}", str(path)) from error
    return {} if loaded is None else loaded


def yaml_files(root: Path) -> Iterator[Path]:
    """All YAML files below `root` in a stable order, or `root` itself if it is a file."""
    if root.is_file():
        yield root
        return
    for path in sorted(root.rglob("*")):
        if path.suffix in YAML_SUFFIXES and path.is_file():
            yield path


def line_of(node: Any, key: Any = None) -> int | None:
    """The 1-based line of `node`, or of its entry `key` (a mapping key or a sequence index)."""
    if not isinstance(node, (LineMapping, LineList)):
        return None
    if isinstance(node, LineMapping):
        return node.lines.get(key, node.line) if isinstance(key, Hashable) else node.line
    within = isinstance(key, int) and key < len(node.lines)
    return node.lines[key] if within else node.line


def data_version(written: str) -> tuple[int, int] | None:
    """Major and minor of a file's `version`; None when it is no version."""
    found = _NUMBERS.fullmatch(written.strip())
    return (int(found[1]), int(found[2])) if found else None


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint such as ``; did you mean 'greet'?`` or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""

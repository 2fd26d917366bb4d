"""Reading the YAML that people write, keeping the line of every key so that errors can name it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from nlu.errors import SourceError

YAML_SUFFIXES = (".yml", ".yaml")
DATA_VERSION = (3, 1)  # of Rasa's files, major and minor: what is above it is left out
_NUMBERS = re.compile(r"(\d+)\.(\d+)(?:\.\w+)*")


def read_yaml(path: Path) -> Any:
    """Parse one file into ruamel's line-keeping mappings and sequences.

    Returns an empty mapping for an empty file. Raises `SourceError` with file and line for bad
    YAML, duplicate keys, bad UTF-8, or an unreadable file.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read: {error}", str(path)) from error
    try:
        loaded = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise SourceError(f"not valid YAML: {error.problem}", str(path), line) from error
    except Exception as error:  # ruamel raises plain ValueErrors for odd scalars
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
    position = getattr(node, "lc", None)
    if position is None:
        return None
    if key is not None:
        try:
            where = position.key(key) if hasattr(node, "keys") else position.item(key)
            return int(where[0]) + 1
        except (KeyError, IndexError, TypeError, AttributeError):
            pass
    return None if position.line is None else int(position.line) + 1


def data_version(written: str) -> tuple[int, int] | None:
    """Major and minor of a file's `version`; None when it is no version."""
    found = _NUMBERS.fullmatch(written.strip())
    return (int(found[1]), int(found[2])) if found else None


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint such as ``; did you mean 'greet'?`` or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""

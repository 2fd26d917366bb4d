"""YAML whose values name environment variables, as Rasa's endpoints and credentials may."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from nlu.errors import SourceError
from nlu.source import line_of, read_yaml

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)")


def read_expanded(
    path: Path, environment: Mapping[str, str], sections: Container[str] | None = None
) -> Any:
    """Read a file and put the values of variables in place of `${NAME}` and `$NAME`.

    Of a mapping only its `sections`, if given: what nobody uses may name what is not set. The
    mappings and lists keep their lines. Raises SourceError for bad YAML, and with file and line
    for a variable that is not set.
    """
    loaded = read_yaml(path)
    if sections is None or not isinstance(loaded, dict):
        _expand(loaded, str(path), environment)
    else:
        for name in (name for name in loaded if name in sections):
            _expand(loaded[name], str(path), environment)
    return loaded


def _expand(node: Any, file: str, environment: Mapping[str, str]) -> None:
    if isinstance(node, dict):
        keys: list[Any] = list(node)
    elif isinstance(node, list):
        keys = list(range(len(node)))
    else:
        return
    for key in keys:
        value = node[key]
        if isinstance(value, str):
            node[key] = _filled(value, file, line_of(node, key), environment)
        else:
            _expand(value, file, environment)


def _filled(value: str, file: str, line: int | None, environment: Mapping[str, str]) -> str:
    def of(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in environment:
            raise SourceError(f"the environment variable '{name}' is not set", file, line)
        return environment[name]

    return _VARIABLE.sub(of, value)

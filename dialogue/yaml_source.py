"""Reading project YAML with errors that name file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nlu.errors import SourceError
from nlu.source import line_of, nearest


@dataclass(frozen=True)
class YamlFile:
    """One parsed file; every method that checks raises SourceError with the place."""

    path: str
    content: Any

    def error(self, message: str, node: Any = None, key: Any = None) -> SourceError:
        """The error for a mistake at `node`, or at its entry `key`."""
        return SourceError(message, self.path, line_of(node, key))

    def unknown(
        self, what: str, name: str, known: Iterable[str], node: Any = None, key: Any = None
    ) -> SourceError:
        """The error for a name that nothing has, with the nearest one that something has."""
        return self.error(f"unknown {what} '{name}'{nearest(name, known)}", node, key)

    def mapping(self, node: Any, key: Any, what: str) -> Mapping[str, Any]:
        """`node[key]` as a mapping; an empty one when it is null."""
        value = node[key]
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.error(f"{what} must be a mapping, not {_kind(value)}", node, key)
        return value

    def sequence(self, node: Any, key: Any, what: str) -> Sequence[Any]:
        """`node[key]` as a list; an empty one when it is null."""
        value = node[key]
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.error(f"{what} must be a list, not {_kind(value)}", node, key)
        return value

    def text(self, node: Any, key: Any, what: str) -> str:
        """`node[key]` as a non-empty string."""
        value = node[key]
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"{what} must be a name, not {_kind(value)}", node, key)
        return str(value)

    def flag(self, node: Mapping[str, Any], key: str, default: bool) -> bool:
        """`node[key]` as true or false."""
        value = node.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f"'{key}' must be true or false, not {_kind(value)}", node, key)
        return value

    def number(self, node: Mapping[str, Any], key: str, default: float) -> float:
        """`node[key]` as a number."""
        value = node.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.error(f"'{key}' must be a number, not {_kind(value)}", node, key)
        return float(value)

    def names(self, node: Any, key: Any, what: str) -> tuple[str, ...]:
        """`node[key]` as names: a list of them, one alone, or null for none."""
        value = node.get(key) if isinstance(node, Mapping) else node[key]
        if value is None:
            return ()
        if isinstance(value, str):
            return (str(value),)
        entries = self.sequence(node, key, what)
        return tuple(self.text(entries, index, f"each of {what}") for index in range(len(entries)))

    def named_entries(self, node: Any, key: Any, what: str) -> Iterator[tuple[str, Any, int]]:
        """The items of a list of `- name` and `- name: {...}`: name, options, index."""
        items = self.sequence(node, key, what)
        for index, item in enumerate(items):
            if isinstance(item, Mapping):
                if len(item) != 1:
                    raise self.error(f"an item of {what} has one name", items, index)
                name = next(iter(item))
                yield str(name), self.mapping(item, name, f"'{name}'"), index
            else:
                yield self.text(items, index, f"an item of {what}"), {}, index

    def only_keys(self, node: Mapping[str, Any], known: Iterable[str], what: str) -> None:
        """Refuse keys that `what` does not have."""
        known = tuple(known)
        for key in node:
            if key not in known:
                raise self.unknown(f"key of {what}", str(key), known, node, key)


def plain(value: Any) -> Any:
    """YAML's own kinds of mappings, lists and scalars as plain Python (and JSON) values."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, date):
        return value.isoformat()
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return str(value)


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    return repr(plain(value))

"""YAML 1.2 read by libyaml into mappings and lists that know the line of every entry.

libyaml (PyYAML's C parser) reads a dozen times faster than a parser in Python. It knows YAML 1.1,
in which `no` is false and `12:30` is a number, so what plain words mean is resolved here as YAML
1.2's core schema has it (yaml.org/spec/1.2.2, 10.3.2), with dates as in 1.1. What stays of 1.1: a
line also ends at U+0085, U+2028 and U+2029, and in brackets a word that begins with a colon
(`[:)]`) needs quotes.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import Any

import yaml

DEEPEST = 100  # mappings and lists in each other; libyaml's composer recurses on the C stack

_TAG = "tag:yaml.org,2002:"
_PLAIN = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9][0-9_]*|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*\.[0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
    (
        "timestamp",
        r"\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?"
        r"(?:[ \t]*(?:Z|[-+]\d\d?(?::?\d\d)?))?",
        list("0123456789"),
    ),
    ("merge", r"<<", ["<"]),
)


class LineMapping(dict[Any, Any]):
    """A mapping with the 1-based line on which it begins, and that of each of its keys."""

    line: int
    lines: dict[Any, int]


class LineList(list[Any]):
    """A list with the 1-based line on which it begins, and that of each of its entries."""

    line: int
    lines: list[int]


class LiteralText(str):
    """A text that is written as a block after `|`, with the 1-based line on which it begins."""

    line: int


def load(text: str) -> Any:
    """The one document of a text; None for an empty one. Raises YAMLError."""
    _check_depth(text)
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (built on the safe loader)


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)


class _Loader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Iterator[LineMapping]:
    made = LineMapping()
    made.line, made.lines = _line(node), {}
    yield made  # an anchor in itself may name it
    _check_keys(loader, node)
    loader.flatten_mapping(node)
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        made[key] = loader.construct_object(value_node, deep=True)
        made.lines[key] = _line(key_node)


def _list(loader: yaml.SafeLoader, node: yaml.SequenceNode) -> Iterator[LineList]:
    made = LineList()
    made.line, made.lines = _line(node), [_line(entry) for entry in node.value]
    yield made
    made.extend(loader.construct_object(entry, deep=True) for entry in node.value)


def _check_keys(loader: yaml.SafeLoader, node: yaml.MappingNode) -> None:
    """Raises for a key that cannot be one, and for one that stands twice."""
    known: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.tag == f"{_TAG}merge":
            continue
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.MarkedYAMLError(
                problem="a key must be a plain value", problem_mark=key_node.start_mark
            )
        if key in known:
            raise yaml.MarkedYAMLError(
                problem=f"the key '{key}' stands twice", problem_mark=key_node.start_mark
            )
        known.add(key)


def _text(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    if node.style != "|":
        return str(node.value)
    made = LiteralText(node.value)
    made.line = _line(node) + 1
    return made


def _int(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    text = node.value.replace("_", "")
    return int(text, 8 if text.startswith("0o") else 16 if text.startswith("0x") else 10)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


for _name, _words, _first in _PLAIN:
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(rf"(?:{_words})\Z"), _first)
_Loader.add_constructor(f"{_TAG}map", _mapping)
_Loader.add_constructor(f"{_TAG}seq", _list)
_Loader.add_constructor(f"{_TAG}str", _text)
_Loader.add_constructor(f"{_TAG}int", _int)

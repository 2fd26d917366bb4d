"""The compatibility contract's statements, each with the tests that prove it.

`contract/` has one file a section. An entry is `id` (`1a.1`), `line` (the statement, in our words),
`tests` (node ids) and, where we deliberately do otherwise or leave something to Rasa's inside,
`not` (the reason; it may stand beside tests that prove what we do instead).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.conftest import REPOSITORY

CONTRACT = Path(__file__).parent / "contract"


@dataclass(frozen=True)
class Line:
    """One statement of the contract; `reason` says why it is not followed."""

    id: str
    text: str
    tests: tuple[str, ...] = ()
    reason: str | None = None
    section: str = ""


def read_lines(folder: Path = CONTRACT) -> list[Line]:
    """All statements, section by section. Raises ValueError with the file for an odd entry."""
    lines: list[Line] = []
    for path in sorted(folder.glob("*.yml")):
        for entry in YAML(typ="safe").load(path) or []:
            lines.append(_line(path, entry))
    return lines


def _line(path: Path, entry: Any) -> Line:
    if not isinstance(entry, dict) or not {"id", "line"} <= set(entry):
        raise ValueError(f"{path.name}: an entry has an id and a line, not {entry!r:.100}")
    unknown = set(entry) - {"id", "line", "tests", "not"}
    if unknown:
        raise ValueError(f"{path.name}: {entry['id']} has the unknown keys {sorted(unknown)}")
    return Line(
        str(entry["id"]),
        " ".join(str(entry["line"]).split()),
        tuple(entry.get("tests") or ()),
        entry.get("not"),
        path.stem,
    )


def exists(node_id: str, repository: Path = REPOSITORY) -> bool:
    """Whether the test file has this test, at its top or in the class that is named."""
    path, *names = node_id.split("::")
    file = repository / path
    return bool(names) and file.is_file() and "::".join(names) in named_in(file)


@cache
def named_in(file: Path) -> frozenset[str]:
    """The names of a file's tests; a class's are `Class::test_name`."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    found = {node.name for node in body if _is_test(node)}
    for node in body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{inner.name}" for inner in node.body if _is_test(inner)}
    return frozenset(found)


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")

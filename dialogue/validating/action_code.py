"""What a project's Python says of its actions, read as text: nothing of it is imported or run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.domain import VALIDATE_SLOTS, Place

_OTHERS = frozenset({"node_modules", "site-packages", "__pycache__", "tests", "test"})
_RESPONSE = re.compile(r"utter_[\w/]+")


@dataclass
class ActionCode:
    """The names that action classes give themselves, and every text in the code.

    `beginnings` are the fixed first parts of composed texts, as in f"utter_{topic}". `unnamed` is
    true when the name of some class cannot be read, so that an action may be there after all.
    """

    actions: dict[str, Place] = field(default_factory=dict)
    texts: dict[str, Place] = field(default_factory=dict)
    beginnings: set[str] = field(default_factory=set)
    broken: list[tuple[str, Place]] = field(default_factory=list)
    unnamed: bool = False
    files: int = 0

    def speaks_of(self, name: str) -> bool:
        """Whether the code has the name in a text, or composes texts that begin like it."""
        return name in self.texts or any(name.startswith(start) for start in self.beginnings)

    def responses(self) -> Iterator[tuple[str, Place]]:
        """Texts that look like the name of a response, and where they are."""
        return ((text, at) for text, at in self.texts.items() if _RESPONSE.fullmatch(text))


def code_files(folder: Path) -> list[Path]:
    """`actions.py` and all Python below `actions/`, as Rasa projects keep them."""
    inside = sorted(folder.glob("actions/**/*.py"))
    single = [folder / "actions.py"] if (folder / "actions.py").is_file() else []
    own = (path for path in inside if not _OTHERS.intersection(path.relative_to(folder).parts))
    return [*single, *own]


def read_code(paths: Iterable[Path]) -> ActionCode:
    """Read these files; one that is not Python is noted as broken."""
    code = ActionCode()
    for path in paths:
        code.files += 1
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            code.broken.append((f"this is not Python: {error}", Place(str(path), line)))
            continue
        _read_tree(tree, str(path), code)
    return code


def _read_tree(tree: ast.Module, file: str, code: ActionCode) -> None:
    constants = _constants(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            code.texts.setdefault(node.value, Place(file, node.lineno))
        elif isinstance(node, ast.JoinedStr) and len(node.values) > 1:
            first = node.values[0]
            if isinstance(first, ast.Constant) and "_" in str(first.value):
                code.beginnings.add(str(first.value))
        elif isinstance(node, ast.ClassDef):
            _read_class(node, file, constants, code)


def _read_class(node: ast.ClassDef, file: str, constants: dict[str, str], code: ActionCode) -> None:
    """The name of an action: what its method `name` returns, or else rasa-sdk's."""
    own = {**constants, **_constants(node.body)}
    if "ValidationAction" in map(_last_name, node.bases) and not any(
        isinstance(member, ast.FunctionDef) and member.name == "name" for member in node.body
    ):
        code.actions.setdefault(VALIDATE_SLOTS, Place(file, node.lineno))
    for member in node.body:
        if not isinstance(member, ast.FunctionDef) or member.name != "name":
            continue
        for inner in ast.walk(member):
            if isinstance(inner, ast.Return) and inner.value is not None:
                name = _text(inner.value, own)
                if name is None:
                    code.unnamed = True
                else:
                    code.actions.setdefault(name, Place(file, node.lineno))


def _last_name(base: ast.expr) -> str | None:
    """`ValidationAction` of both `ValidationAction` and `rasa_sdk.forms.ValidationAction`."""
    if isinstance(base, ast.Attribute):
        return base.attr
    return base.id if isinstance(base, ast.Name) else None


def _constants(body: list[ast.stmt]) -> dict[str, str]:
    found = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            for target in statement.targets:
                if isinstance(target, ast.Name) and isinstance(statement.value.value, str):
                    found[target.id] = statement.value.value
    return found


def _text(value: ast.expr, constants: dict[str, str]) -> str | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.Name):
        return constants.get(value.id)
    if isinstance(value, ast.Attribute):  # self.NAME
        return constants.get(value.attr)
    return None

"""What came of conversation tests: for people, as JSON, and as a file of the failed ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dialogue.testing.comparing import Row
from dialogue.testing.playing import Played

FAILED_FILE = "failed_test_stories.yml"
COUNTED = {"intents": "intent", "entities": "entities", "actions": "action", "texts": "text"}
_WIDTH = 46  # characters of the left column


def figures(played: Sequence[Played]) -> dict[str, Any]:
    """How many conversations passed, and each kind of expectation right and wrong."""
    counts = {
        name: {
            "right": sum(one.count(kind, right=True) for one in played),
            "wrong": sum(one.count(kind, right=False) for one in played),
        }
        for name, kind in COUNTED.items()
    }
    return {
        "conversations": len(played),
        "passed": sum(one.passed for one in played),
        "failures": [_failure(one) for one in played if not one.passed],
        **counts,
    }


def _failure(played: Played) -> dict[str, Any]:
    script = played.script
    return {
        "name": script.name,
        "file": script.file,
        "line": script.line,
        "differences": [
            {
                "what": row.kind,
                "line": row.line,
                "expected": row.expected or None,
                "actual": row.actual or None,
            }
            for row in played.rows
            if not row.right
        ],
        "problems": list(played.problems),
    }


def as_text(played: Sequence[Played]) -> str:
    """The failing conversations, expected beside actual, and the counts."""
    lines = [line for one in played if not one.passed for line in (*_side_by_side(one), "")]
    told = figures(played)
    lines.append(f"{told['passed']} of {told['conversations']} conversations passed")
    for name in COUNTED:
        right, wrong = told[name]["right"], told[name]["wrong"]
        if right or wrong:
            lines.append(f"{name}: {right} right, {wrong} wrong")
    return "\n".join(lines)


def _side_by_side(played: Played) -> Iterator[str]:
    script = played.script
    yield f"{script.file}:{script.line}: {script.name}"
    yield f"    {'expected':<{_WIDTH}}  actual"
    for row in played.rows:
        expected, actual = _named(row.kind, row.expected), _named(row.kind, row.actual)
        place = "" if row.right else f"  ← {script.file}:{row.line or script.line}"
        yield f"  {' ' if row.right else '✗'} {expected:<{_WIDTH}}  {actual}{place}".rstrip()
    yield from (f"    problem: {problem}" for problem in played.problems)


def _named(kind: str, text: str) -> str:
    """A cell: what it is, and the start of what it says."""
    indent = "" if kind == "user" else "  "
    cell = f"{indent}{kind}: {' '.join(text.split())}" if text else ""
    return cell if len(cell) <= _WIDTH else f"{cell[: _WIDTH - 1]}…"


def write_failed(played: Sequence[Played], folder: Path) -> Path:
    """Write the failing conversations as stories, with what came instead in comments."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FAILED_FILE
    failed = [one for one in played if not one.passed]
    lines = ['version: "3.1"', "stories:" if failed else "stories: []"]
    for one in failed:
        lines += [f"- story: {_quoted(one.script.name)}", "  steps:"]
        lines += _steps(one.rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _steps(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        said = "" if row.right else f"  # {row.kind}: {_one_line(row.actual) or 'nothing'}"
        match row.kind:
            case "user":
                yield f"  - user: {_quoted(row.expected)}"
            case "intent":
                yield f"    intent: {_quoted(row.expected)}{said}"
            case "entities":
                yield f"    # entities: {_one_line(row.expected)}{said}"
            case "action" if row.expected:
                yield f"  - action: {_quoted(row.expected)}{said}"
            case "loop":
                loop = "null" if row.expected == "null" else _quoted(row.expected)
                yield f"  - active_loop: {loop}{said}"
            case "text" if row.expected:
                yield f"  - bot: {_quoted(row.expected)}{said}"
            case _:
                yield f"    # {row.kind}: {_one_line(row.expected) or 'nothing'}{said}"


def _quoted(text: str) -> str:
    """A text as a scalar of YAML; a plain name stays as it is."""
    plain = text.replace("_", "").replace("/", "")
    return text if plain.isalnum() and not plain.isdigit() else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())

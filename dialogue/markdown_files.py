"""Rasa 1.x wrote stories and examples in Markdown: such a file is named, not read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from nlu.errors import SourceError

_EXAMPLES = re.compile(r"^##\s*(intent|synonym|regex|lookup)\s*:", re.MULTILINE)
_STORIES = re.compile(r"^\s*[*]\s*[\w/|]+.*\n+\s+-\s*(utter_|action_|form\{|slot\{)", re.MULTILINE)
_KINDS = ((_EXAMPLES, "examples", "nlu"), (_STORIES, "stories", "core"))
_BEGINNING = 20_000  # characters


def markdown_mistakes(paths: Iterable[Path]) -> Iterator[SourceError]:
    """One mistake for each of these Markdown files that holds training data of Rasa 1."""
    for path in paths:
        with path.open(encoding="utf-8", errors="replace") as file:
            beginning = file.read(_BEGINNING)
        for pattern, what, command in _KINDS:
            found = pattern.search(beginning)
            if found:
                line = beginning.count("\n", 0, found.start()) + 1
                convert = f"rasa data convert {command} -f yaml --data {path.name} --out FOLDER"
                message = f"these are {what} in the Markdown of Rasa 1, which is not read; "
                message += f"turn them into YAML with Rasa 2: {convert}"
                yield SourceError(message, str(path), line)
                break

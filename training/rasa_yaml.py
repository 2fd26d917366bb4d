"""Writing examples as a person would write them in Rasa's YAML."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from nlu.errors import SourceError
from training.annotations import AnnotationError, parse_annotated
from training.data import Example, class_of
from training.whole_files import replacing


def write_yaml(examples: Sequence[Example], path: Path) -> None:
    """Write a file with an `nlu` section, intents in the order they come.

    Raises SourceError for a text that Rasa's YAML cannot hold: one with line breaks, with space
    around it, or with brackets that would be read as an entity.
    """
    lines: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        written = annotated(example)
        _check(example, written, path)
        lines[class_of(example)].append(f"- {written}\n")
    section: list[dict[str, Any]] = [
        {"intent": name, "examples": LiteralScalarString("".join(written))}
        for name, written in lines.items()
    ]
    yaml = YAML()
    yaml.width = 1_000_000
    with replacing(path) as file:
        yaml.dump({"version": "3.1", "nlu": section}, file)


def annotated(example: Example) -> str:
    """The text with its entities in brackets."""
    written, position = "", 0
    for entity in sorted(example.entities, key=lambda one: one.start):
        surface = example.text[entity.start : entity.end]
        details: dict[str, Any] = {"entity": entity.name}
        if entity.value != surface:
            details["value"] = entity.value
        if entity.role is not None:
            details["role"] = entity.role
        if entity.group is not None:
            details["group"] = entity.group
        short = len(details) == 1
        label = f"({entity.name})" if short else json.dumps(details, ensure_ascii=False)
        written += f"{example.text[position : entity.start]}[{surface}]{label}"
        position = entity.end
    return written + example.text[position:]


def _check(example: Example, written: str, path: Path) -> None:
    """Refuse what would not come back as it is. Raises SourceError."""
    lines = f"- {written}\n".splitlines()
    text = example.text
    try:
        sound = parse_annotated(written).text == text
    except AnnotationError:
        sound = False
    if len(lines) != 1 or text != text.strip() or not text.isprintable() or not sound:
        raise SourceError(f"Rasa's YAML cannot hold the text {text[:60]!r}", str(path))

"""Writing examples as a person would write them in Rasa's YAML."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from nlu.errors import SourceError
from training.annotations import AnnotationError, parse_annotated
from training.data import Example, class_of
from training.whole_files import replacing

# What YAML 1.2 (5.1) lets stand in a file as it is, without a byte order mark in the middle.
_PRINTABLE = re.compile("[\t\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]+")


def write_yaml(examples: Sequence[Example], path: Path) -> None:
    """Write a file with an `nlu` section, intents in the order they come.

    Raises SourceError for what Rasa's YAML cannot hold: a text with line breaks, with space
    around it, or with brackets that would be read as an entity; a label that is no ``name`` or
    ``name/key``. Its message ends with the example's own source.
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
    come_from = f" ({example.source})" if example.source else ""
    label = class_of(example)
    if label != label.strip() or label.count("/") > 1 or not _fits_a_line(label):
        raise SourceError(f"Rasa's YAML cannot hold the label {label[:60]!r}{come_from}", str(path))
    expected = tuple(
        replace(entity, extractor=None, confidence=None)
        for entity in sorted(example.entities, key=lambda one: one.start)
    )
    try:
        back = parse_annotated(written)
        sound = back.text == example.text and back.entities == expected
    except AnnotationError:
        sound = False
    if not sound or example.text != example.text.strip() or not _fits_a_line(written):
        words = f"Rasa's YAML cannot hold the text {example.text[:60]!r}{come_from}"
        raise SourceError(words, str(path))


def _fits_a_line(text: str) -> bool:
    return _PRINTABLE.fullmatch(text) is not None and len(f"{text}.".splitlines()) == 1

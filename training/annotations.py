"""One training example as a person writes it: ``is [1042](order_number) on its way``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlu.source import nearest
from nlu.types import Entity

ENTITY_KEYS = ("entity", "value", "role", "group")
_CLOSING = {"(": ")", "{": "}", "[": "]"}


class AnnotationError(ValueError):
    """A bracket that is not closed, or a label that cannot be read; says which."""


class LabelError(AnnotationError):
    """What stands in braces describes no entity."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """The plain text and the entities at their places in it."""

    text: str
    entities: tuple[Entity, ...]


def parse_annotated(written: str) -> Annotated:
    """Read ``[text](entity)``, ``[text](entity:value)``, ``[text]{json}`` and ``[text][{json}]``.

    A bracketed text without a label stays as it is written. Raises AnnotationError.
    """
    plain = ""
    entities: list[Entity] = []
    rest = written
    while True:
        before, bracket, after = rest.partition("[")
        for label_start in ("](", "]{"):
            if label_start in before:
                raise AnnotationError(f"'{label_start}' without a '[' before it")
        plain += before
        if not bracket:
            return Annotated(plain, tuple(entities))
        surface, closed, tail = after.partition("]")
        if not closed:
            raise AnnotationError("'[' is never closed by ']'")
        opening = tail[:1]
        if opening not in _CLOSING or (opening == "[" and not tail.startswith("[{")):
            plain, rest = f"{plain}[{surface}]", tail
            continue
        if "[" in surface:
            raise AnnotationError("an annotation stands inside another")
        if not surface.strip():
            raise AnnotationError("an annotation marks no text")
        label, closed, rest = tail[1:].partition(_CLOSING[opening])
        if not closed:
            raise AnnotationError(f"'{opening}' is never closed by '{_CLOSING[opening]}'")
        entities += [_entity(one, surface, len(plain)) for one in _descriptions(opening, label)]
        plain += surface


def _descriptions(opening: str, label: str) -> list[Mapping[str, Any]]:
    """The entities that a label names: the part between its brackets, read by their kind."""
    if opening == "(":
        name, colon, value = label.partition(":")
        return [{"entity": name.strip(), **({"value": value.strip()} if colon else {})}]
    whole = f"{{{label}}}" if opening == "{" else f"[{label}]"
    try:
        loaded = json.loads(whole)
    except ValueError as error:
        raise LabelError(f"{whole} is not valid JSON") from error
    described = loaded if isinstance(loaded, list) else [loaded]
    if not all(isinstance(one, dict) for one in described):
        raise LabelError(f"{whole} does not describe entities")
    return described


def _entity(described: Mapping[str, Any], surface: str, start: int) -> Entity:
    for key in described:
        if key not in ENTITY_KEYS:
            raise LabelError(f"unknown key '{key}'{nearest(key, ENTITY_KEYS)}")
    name = described.get("entity")
    if not isinstance(name, str) or not name.strip():
        raise AnnotationError(f"the annotation of '{surface}' names no entity")
    return Entity(
        name=name,
        value=described.get("value", surface),
        start=start,
        end=start + len(surface),
        role=_part(described, "role"),
        group=_part(described, "group"),
    )


def _part(described: Mapping[str, Any], key: str) -> str | None:
    """A role or group; numbers are names too."""
    value = described.get(key)
    return None if value is None else str(value)

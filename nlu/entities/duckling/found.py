"""What a dimension finds: a place in the text, and the object that Duckling makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Value = Mapping[str, Any]


class Found(NamedTuple):
    """`text[start:end]` and Duckling's value object, for example ``{"value": 3, "type": …}``."""

    start: int
    end: int
    value: Value


def plain(number: float) -> int | float:
    """A number as JSON has it: whole ones without a fraction."""
    return int(number) if number == int(number) else number


def simple(number: float, **more: object) -> dict[str, Any]:
    """The value object of a number with a unit or without."""
    return {"value": plain(number), "type": "value", **more}

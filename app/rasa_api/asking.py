"""Reading requests of the HTTP API: bodies and arguments, or a clear BadInput."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from flask import request

from app.errors import BadInput
from dialogue.errors import EventError
from dialogue.events import Event, event_from_json
from dialogue.tracker_views import Shown

MOST_EVENTS = 10_000
DEEPEST = 50  # levels of a JSON body
TRUE = ("true", "1", "yes", "on")


def json_body() -> Any:
    """The body as JSON. Raises BadInput for none, for NaN and infinities, and for a deep one."""
    try:
        body = json.loads(request.get_data(), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadInput("The body must be JSON.") from error
    if _is_deep(body):
        raise BadInput(f"The body has more than {DEEPEST} levels.")
    return body


def object_body() -> dict[str, Any]:
    """The body as a JSON object. Raises BadInput."""
    body = json_body()
    if not isinstance(body, dict):
        raise BadInput("The body must be a JSON object.")
    return body


def events_of(body: Any) -> list[Event]:
    """One event or a list of them. Raises BadInput, EventError that says which one is wrong."""
    items = body if isinstance(body, list) else [body]
    if len(items) > MOST_EVENTS:
        raise BadInput(f"There are more than {MOST_EVENTS:,} events.")
    events = []
    for number, item in enumerate(items, 1):
        try:
            events.append(event_from_json(item))
        except EventError as error:
            raise EventError(f"event {number} of {len(items)}: {error}") from error
    return events


def string_of(body: Mapping[str, Any], key: str) -> str:
    """A string that must be there."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise BadInput(f"'{key}' must be a string.")
    return value


def optional_string(body: Mapping[str, Any], key: str) -> str | None:
    """A string, or None."""
    return None if body.get(key) is None else string_of(body, key)


def fraction_of(body: Mapping[str, Any], key: str) -> float | None:
    """A number in [0, 1], or None."""
    value = body.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise BadInput(f"'{key}' must be a number from 0 to 1.")
    return float(value)


def shown_events() -> Shown:
    """`?include_events=`, in any case of letters."""
    asked = request.args.get("include_events", Shown.AFTER_RESTART)
    try:
        return Shown(asked.upper())
    except ValueError as error:
        raise BadInput(f"'include_events' must be one of {', '.join(Shown)}.") from error


def moment_asked() -> float | None:
    """`?until=`, in seconds since 1970."""
    asked = request.args.get("until")
    if asked is None:
        return None
    try:
        return _finite(asked)
    except ValueError as error:
        raise BadInput("'until' must be a number of seconds since 1970.") from error


def flag(name: str, default: bool = False) -> bool:
    """`?name=true`."""
    asked = request.args.get(name)
    return default if asked is None else asked.lower() in TRUE


def number(name: str, default: int, most: int) -> int:
    """`?name=` as a whole number from 1 to `most`."""
    asked = request.args.get(name, str(default))
    if not asked.isdecimal() or len(asked) > 9 or not 1 <= int(asked) <= most:
        raise BadInput(f"'{name}' must be a whole number from 1 to {most}.")
    return int(asked)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no finite number")
    return value


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = (
            [
                inner
                for one in level
                for inner in (one.values() if isinstance(one, dict) else one)
                if isinstance(inner, (dict, list))
            ]
            if isinstance(level[0], (dict, list))
            else []
        )
        if not level:
            return False
    return True

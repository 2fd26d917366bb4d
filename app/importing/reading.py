"""Reading one event that another program wrote: JSON, Rasa's shape, and nothing that would break
a page of the desk or a turn of the bot later. Reasons name fields, never what stands in them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialogue.errors import EventError
from dialogue.event_fields import LATEST
from dialogue.events import Event, Unread, event_from_json, knows

LONGEST_SENDER = 255


class Broken(Exception):
    """What was found is no event; the text says why."""


@dataclass(frozen=True)
class Found:
    """An event as it stands in Rasa's JSON, and as the dialogue reads it."""

    data: dict[str, Any]
    event: Event

    @property
    def known(self) -> bool:
        """Whether it is of a kind that means something to us."""
        return not isinstance(self.event, Unread)


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class _Score(_Shape):
    name: str | None = None
    confidence: float = 1.0


class _Hit(_Shape):
    intent_response_key: str | None = None
    confidence: float = 1.0


class _Selector(_Shape):
    ranking: list[_Hit] | None = None


class _Entity(_Shape):
    entity: str
    value: Any


class _Parsed(_Shape):
    intent: _Score | None = None
    intent_ranking: list[_Score] | None = None
    entities: list[_Entity] | None = None
    response_selector: dict[str, _Selector | list[str]] | None = None
    language: str | None = None
    out_of_scope_score: float | None = None
    model_version: str | None = None


class _Any(_Shape):
    event: Annotated[str, Field(min_length=1, max_length=64)]
    timestamp: Annotated[float, Field(ge=0, lt=LATEST)] | None = None
    metadata: dict[str, Any] | None = None


class _User(_Any):
    text: str | None = None
    parse_data: _Parsed | None = None
    input_channel: str | None = None
    message_id: str | None = None


class _Parts(_Shape):
    buttons: list[dict[str, Any]] | None = None
    quick_replies: list[dict[str, Any]] | None = None
    elements: list[dict[str, Any]] | None = None
    image: str | None = None


class _Bot(_Any):
    text: str | None = None
    data: _Parts | None = None


class _Agent(_Any):
    text: str | None = None


_SHAPES: Mapping[str, type[_Any]] = {"user": _User, "bot": _Bot, "agent": _Agent}


def parsed(raw: object) -> dict[str, Any]:
    """The JSON object that a text is, or an object that was read already. Raises Broken."""
    if isinstance(raw, Mapping):
        return dict(raw)
    if not isinstance(raw, (str, bytes)):
        raise Broken("is no JSON")
    try:
        data = json.loads(raw, parse_constant=_no_number, parse_float=_finite)
        if "\\ud" in str(raw).casefold():  # half a surrogate pair can be stored nowhere
            data = json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Broken("is no JSON") from error
    if not isinstance(data, dict):
        raise Broken("is no JSON object")
    return data


def read_event(raw: object) -> Found:
    """The event. Raises Broken; an event of an unknown kind is none the worse for it."""
    data = parsed(raw)
    data.pop("sender_id", None)
    name = data.get("event")
    try:
        _SHAPES.get(str(name), _Any).model_validate(data)
        event = event_from_json(data) if knows(str(name)) else Unread(data)
        event.to_json()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Broken(f"is no event: {where}: {first['msg'].casefold()}") from error
    except (EventError, TypeError, ValueError) as error:
        raise Broken(f"is no event: a '{name}' lacks something, or has it wrong") from error
    return Found(data, event)


def check_sender(sender: object) -> str:
    """The sender's name, if conversations can be found by it. Raises Broken."""
    if not isinstance(sender, str) or not sender:
        raise Broken("has no sender")
    if len(sender) > LONGEST_SENDER:
        raise Broken(f"its sender has more than {LONGEST_SENDER} characters")
    if not sender.isprintable():
        raise Broken("its sender is no text")
    return sender


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _no_number(name: str) -> float:
    raise ValueError(name)

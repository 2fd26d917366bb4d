"""The body that Rasa's REST and callback channels take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from app.conversations import check_metadata
from app.errors import AppError, BadInput

DEFAULT_SENDER = "default"
MAX_SENDER = 255
MAX_CHANNEL = 120
# Actions tell by its channel to whom news goes: none may call itself another one of ours.
OUR_CHANNELS = frozenset({"callback", "rest", "socketio", "widget"})


class NotJson(AppError):
    """The body is no JSON object."""

    status = 400
    code = "not_json"


@dataclass(frozen=True)
class Incoming:
    """One message as the channel received it; `text` is None when there was no message in it."""

    sender: str
    text: str | None
    input_channel: str
    metadata: Any


def read_incoming(channel: str) -> Incoming:
    """The request's message. Raises NotJson, or BadInput for a field that cannot be taken."""
    body = request.get_json(silent=True, force=True)
    if not isinstance(body, dict):
        raise NotJson("The body must be a JSON object with a string 'message'.")
    text = body.get("message")
    if text is not None and not isinstance(text, str):
        raise BadInput("'message' must be a string.")
    named = body.get("input_channel")
    if named is not None and not isinstance(named, str):
        raise BadInput("'input_channel' must be a string.")
    if named in OUR_CHANNELS - {channel}:
        raise BadInput(f"'input_channel' cannot be '{named}': this is the channel '{channel}'.")
    check_metadata(body.get("metadata"))
    sender = body.get("sender")
    return Incoming(
        sender=checked_sender(DEFAULT_SENDER if sender is None else str(sender), "sender"),
        text=text,
        input_channel=_storable(named or channel, "input_channel", MAX_CHANNEL),
        metadata=body.get("metadata"),
    )


def checked_sender(name: str, field: str) -> str:
    """A sender's name that can be stored. Raises BadInput for one that is too long or not text."""
    return _storable(name or DEFAULT_SENDER, field, MAX_SENDER)


def _storable(value: str, field: str, limit: int) -> str:
    if len(value) > limit:
        raise BadInput(f"'{field}' has more than {limit} characters.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"'{field}' is no text.") from error
    if "\0" in value:  # PostgreSQL refuses it
        raise BadInput(f"'{field}' is no text.")
    return value

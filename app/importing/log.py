"""What an imported event log says: when each event was, and the message that it is, if any."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.importing.reading import Found
from app.noting import bot_data
from app.transcript import storable_text
from dialogue.events import AgentUttered, BotUttered, UserUttered
from dialogue.heard import KEPT_RANKING
from dialogue.messages import BotMessage

LONGEST_INTENT = 120
# Two events in which these are the same are one: what was read twice is kept once.
_IDENTITY = ("text", "name", "value", "data")
Identity = tuple[Any, ...]


@dataclass(frozen=True)
class Entry:
    """An event of a log. `message` has columns of the transcript's row; None: nothing is said."""

    found: Found
    at: datetime
    message: Mapping[str, Any] | None

    @property
    def of_customer(self) -> bool:
        """Whether a customer says something here."""
        return self.message is not None and self.message["role"] == "customer"


def unheard(known: Iterable[Found], found: Iterable[Found]) -> list[Found]:
    """Those events of `found` that are not among the `known`, in order.

    An event with a time is there once. Of those without one, as many as were found.
    """
    left: dict[Identity, int] = {}
    for one in known:
        identity = _identity(one.data)
        left[identity] = left.get(identity, 0) + 1
    new = []
    for one in found:
        identity = _identity(one.data)
        if left.get(identity):
            if one.data.get("timestamp") is None:
                left[identity] -= 1
            continue
        if one.data.get("timestamp") is not None:
            left[identity] = 1
        new.append(one)
    return new


def entries_of(log: Iterable[Found], now: datetime) -> Iterator[Entry]:
    """The entries of a log; what has no time was when the event before it was."""
    at: datetime | None = None
    offered: Mapping[str, str] = {}
    for found in log:
        event = found.event
        if found.data.get("timestamp") is not None:
            at = datetime.fromtimestamp(found.data["timestamp"], UTC)
        message = None
        if isinstance(event, UserUttered):
            message = _heard(event, offered)
        elif isinstance(event, BotUttered):
            message = _said(event.message)
            offered = _titles(event.message)
        elif isinstance(event, AgentUttered) and (text := _storable(event.text)):
            message = {"role": "agent", "text": text}
        yield Entry(found, at or now, message)


def own_channel(log: Sequence[Found]) -> str | None:
    """The channel that the customer used last, as Rasa names it."""
    channels = (
        found.event.input_channel for found in reversed(log) if isinstance(found.event, UserUttered)
    )
    return next((name for name in channels if name), None)


def _identity(data: Mapping[str, Any]) -> Identity:
    rest = [data.get(key) for key in _IDENTITY]
    return data["event"], data.get("timestamp"), json.dumps(rest, sort_keys=True)


def _heard(event: UserUttered, offered: Mapping[str, str]) -> dict[str, Any] | None:
    """A customer's message; a pressed button is what stood on it, and what it sent."""
    text = _storable(event.text)
    if text is None or event.is_external:
        return None
    meaning = event.understanding
    understanding = meaning.to_rasa()
    understanding["intent_ranking"] = understanding["intent_ranking"][:KEPT_RANKING]
    decided = meaning.intent
    title = _storable(offered.get(text))
    return {
        "role": "customer",
        "text": title or text,
        "payload": text if title else None,
        "state": "answered",
        "intent": _storable(decided.name, LONGEST_INTENT) if decided else None,
        "confidence": decided.confidence if decided else None,
        "understanding": understanding,
    }


def _said(message: BotMessage) -> dict[str, Any] | None:
    text, data = _storable(message.text), bot_data(message)
    return {"role": "bot", "text": text, "data": data} if text or data else None


def _titles(message: BotMessage) -> dict[str, str]:
    """What stands on the buttons of a message, by what they send."""
    choices = [*message.quick_replies, *message.buttons]
    pairs = [(choice.get("payload"), choice.get("title")) for choice in choices]
    return {
        payload: title
        for payload, title in pairs
        if isinstance(payload, str) and isinstance(title, str)
    }


def _storable(text: str | None, longest: int = sys.maxsize) -> str | None:
    kept = storable_text(text, sys.maxsize)
    return None if kept is None else kept[:longest]

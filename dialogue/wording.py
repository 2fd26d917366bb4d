"""Words from a server: what Rasa calls an NLG server says a response in place of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import httpx

from dialogue.errors import EventError, WordingFailed
from dialogue.tracker import Tracker

PARTS = ("text", "buttons", "quick_replies", "image", "attachment", "elements", "custom")
_LISTS = ("buttons", "quick_replies", "elements")


class WordingServer(Protocol):
    """Words a response for one moment of a conversation.

    May be called from several threads at once. Raises WordingFailed when there is no answer to
    be had; the domain's own words are said then. Implemented by `HttpWording`; the smallest one::

        class Parrot:
            def words(self, name, response_id, arguments, tracker, channel):
                return {"text": name}
    """

    def words(
        self,
        name: str,
        response_id: str | None,
        arguments: Mapping[str, Any],
        tracker: Tracker,
        channel: str,
    ) -> Mapping[str, Any]:
        """The parts of the bot's message (`PARTS`); none of them when nothing is to be said."""
        ...


class HttpWording:
    """Asks a server that speaks Rasa's protocol. Whoever made the client closes it."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self._url = url
        self._client = client

    def words(
        self,
        name: str,
        response_id: str | None,
        arguments: Mapping[str, Any],
        tracker: Tracker,
        channel: str,
    ) -> Mapping[str, Any]:
        """Ask; whatever is no message is WordingFailed."""
        question = {
            "response": name,
            "id": response_id,
            "arguments": dict(arguments),
            "tracker": tracker.current_state(),
            "channel": {"name": channel},
        }
        try:
            response = self._client.post(self._url, json=question)
            if not response.is_success:  # httpx would name the address, which may hold a token
                raise EventError(f"it answered with status {response.status_code}")
            return _message(response.json())
        except (httpx.HTTPError, httpx.InvalidURL, EventError, ValueError) as error:
            reason = f"{type(error).__name__} {error}".strip()
            raise WordingFailed(f"the NLG server did not word '{name}': {reason:.300}") from error


def _message(answer: Any) -> dict[str, Any]:
    """The parts of an answer, checked. Raises EventError."""
    if not isinstance(answer, Mapping):
        raise EventError(f"an answer is an object, not {type(answer).__name__}")
    parts = {key: answer[key] for key in PARTS if answer.get(key)}
    for key in ("text", "image"):
        if not isinstance(parts.get(key, ""), str):
            raise EventError(f"the {key} must be a string")
    for key in _LISTS:
        entries = parts.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(e, Mapping) for e in entries):
            raise EventError(f"the {key} must be a list of objects")
    if not isinstance(parts.get("custom", {}), Mapping):
        raise EventError("the custom part must be an object")
    return parts

"""Where custom actions run: in this process, or in a rasa-sdk action server over HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from dialogue.domain import Domain
from dialogue.errors import ActionFailed, ActionNotFound, ActionRejected, EventError
from dialogue.events import Event, event_from_json
from dialogue.tracker import Tracker

PROTOCOL_VERSION = "3.6.21"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ActionResult:
    """What a custom action wants to happen, and to be said."""

    events: tuple[Event, ...]
    responses: tuple[Mapping[str, Any], ...]


class ActionRunner(Protocol):
    """Runs custom actions. Two implementations: in process, and over HTTP.

    `run` may be called from several threads or greenlets at once, each with its own tracker,
    which it must not change. It raises ActionRejected when the action refuses to run now,
    ActionNotFound when nobody knows it, and ActionFailed for everything else.
    """

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """Run one action on a conversation."""
        ...


class InProcessRunner:
    """Runs the actions of a rasa-sdk executor here. Needs no action server."""

    def __init__(
        self,
        executor: ActionExecutor,
        run_coroutine: Callable[[Coroutine[Any, Any, Any]], Any] = asyncio.run,
    ) -> None:
        self._executor = executor
        self._run_coroutine = run_coroutine

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """Run one action in the calling thread."""
        call = action_call(name, tracker, domain)
        try:
            result = self._run_coroutine(self._executor.run(call))
        except ActionExecutionRejection as error:
            raise ActionRejected(name, str(error)) from error
        except ActionNotFoundException as error:
            raise ActionNotFound(name, "no such action is registered") from error
        except Exception as error:
            _log.exception("action %s failed", name)
            raise ActionFailed(name, f"{type(error).__name__}: {error}") from error
        answer = result.model_dump() if hasattr(result, "model_dump") else result
        return checked_answer(name, answer)


class HttpRunner:
    """Asks a rasa-sdk action server. `url` is the whole address, `/webhook` included."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self._url = url
        self._client = client

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """POST the action call and read the answer."""
        try:
            response = self._client.post(self._url, json=action_call(name, tracker, domain))
        except httpx.HTTPError as error:
            reason = f"the action server cannot be reached ({type(error).__name__})"
            raise ActionFailed(name, reason) from error
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise ActionRejected(name, "rejected by the action server")
        if response.status_code == httpx.codes.NOT_FOUND:
            raise ActionNotFound(name, "the action server does not know it")
        if response.status_code != httpx.codes.OK:
            raise ActionFailed(name, f"the action server answered {response.status_code}")
        try:
            answer = response.json()
        except ValueError as error:
            raise ActionFailed(name, "the action server's answer is no JSON") from error
        return checked_answer(name, answer)


def action_call(name: str, tracker: Tracker, domain: Domain) -> dict[str, Any]:
    """The request of Rasa's action-server protocol."""
    return {
        "next_action": name,
        "sender_id": tracker.sender_id,
        "tracker": tracker.current_state(),
        "domain": dict(domain.source),
        "version": PROTOCOL_VERSION,
    }


def checked_answer(name: str, answer: Any) -> ActionResult:
    """An action's answer as events and utterances. Raises ActionFailed when it is none."""
    if not isinstance(answer, Mapping):
        raise ActionFailed(name, "the answer is no JSON object")
    try:
        events = tuple(event_from_json(event) for event in answer.get("events") or ())
    except (EventError, AttributeError, TypeError, ValueError) as error:
        raise ActionFailed(name, f"the answer's events are wrong: {error}") from error
    responses = tuple(answer.get("responses") or ())
    if not all(isinstance(response, Mapping) for response in responses):
        raise ActionFailed(name, "the answer's responses are wrong")
    return ActionResult(events, responses)

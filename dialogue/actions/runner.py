"""Where custom actions run: in this process, or in an action server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from dialogue.domain import Domain
from dialogue.errors import ActionFailed, ActionNotFound, ActionRejected, EventError
from dialogue.events import Event, event_from_json
from dialogue.responses import Utterance
from dialogue.tracker import Tracker

PROTOCOL_VERSION = "3.6.21"


@dataclass(frozen=True)
class ActionResult:
    """What a custom action wants to happen, and what it wants said before that."""

    events: tuple[Event, ...] = ()
    responses: tuple[Utterance, ...] = ()

    @classmethod
    def from_json(cls, name: str, answer: Any) -> ActionResult:
        """Read an action server's answer. Raises ActionFailed when it breaks the protocol."""
        if not isinstance(answer, Mapping):
            raise ActionFailed(name, f"the action '{name}' answered {answer!r:.200}")
        try:
            return cls(
                events=tuple(event_from_json(event) for event in answer.get("events") or ()),
                responses=tuple(
                    Utterance.from_json(response) for response in answer.get("responses") or ()
                ),
            )
        except (EventError, TypeError) as error:
            raise ActionFailed(name, f"the action '{name}' answered nonsense: {error}") from error


class ActionRunner(Protocol):
    """Runs a custom action and returns what it answered.

    `run` may be called from several threads at once, each with a tracker of its own, which it
    must not change. It raises ActionRejected when the action declines, ActionNotFound when there
    is no such action, and ActionFailed for whatever else keeps it from answering. Implemented by
    `InProcessRunner` and `HttpRunner`. The smallest one::

        class NothingToDo:
            def run(self, name, tracker, domain):
                return ActionResult()
    """

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """Run the action `name` for this conversation."""
        ...


class InProcessRunner:
    """Runs rasa-sdk actions in this process.

    `run_coroutine` runs an action's coroutine to its end and returns what it returns.
    """

    def __init__(
        self,
        executor: ActionExecutor,
        run_coroutine: Callable[[Coroutine[Any, Any, Any]], Any] = asyncio.run,
    ) -> None:
        self._executor = executor
        self._run_coroutine = run_coroutine

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """Run the action; whatever it raises becomes one of our errors."""
        call = _action_call(name, tracker, domain, include_events=False)
        # Through JSON, as over HTTP: the action cannot reach into the conversation's own values.
        call["tracker"] = json.loads(json.dumps(call["tracker"]))
        call["tracker"]["events"] = [dict(event.plain) for event in tracker.events]
        try:
            result = self._run_coroutine(self._executor.run(call))
        except ActionExecutionRejection as error:
            raise ActionRejected(name, f"the action '{name}' declined: {error}") from error
        except ActionNotFoundException as error:
            raise ActionNotFound(name, str(error)) from error
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise ActionFailed(name, f"the action '{name}' raised {reason}") from error
        return ActionResult.from_json(
            name, {"events": result.events, "responses": result.responses}
        )


class HttpRunner:
    """Runs actions in an action server that speaks Rasa's protocol.

    `url` is the server's whole address, `/webhook` included. The client brings timeouts,
    authentication and the pool; whoever made it closes it.
    """

    def __init__(self, url: str, client: httpx.Client) -> None:
        self._url = url
        self._client = client

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """Ask the server; an answer other than 200 becomes one of our errors."""
        try:
            response = self._client.post(self._url, json=_action_call(name, tracker, domain))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = f"{type(error).__name__} {error}".strip()
            raise ActionFailed(name, f"the action server cannot be asked: {reason}") from error
        if response.status_code == httpx.codes.OK:
            return ActionResult.from_json(name, _json(name, response))
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise ActionRejected(name, f"the action '{name}' declined")
        if response.status_code == httpx.codes.NOT_FOUND:
            raise ActionNotFound(name, f"the action server has no action '{name}'")
        raise ActionFailed(
            name, f"the action server answered '{name}' with status {response.status_code}"
        )


def _json(name: str, response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise ActionFailed(name, f"the answer to '{name}' is not JSON") from error


def _action_call(
    name: str, tracker: Tracker, domain: Domain, *, include_events: bool = True
) -> dict[str, Any]:
    """Rasa's request to an action server."""
    return {
        "next_action": name,
        "sender_id": tracker.sender_id,
        "tracker": tracker.current_state(include_events),
        "domain": domain.document,
        "version": PROTOCOL_VERSION,
    }

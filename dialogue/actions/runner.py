"""Where custom actions run: in this process, or in an action server."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from dialogue.domain import Domain
from dialogue.errors import ActionFailed, ActionNotFound, ActionRejected, EventError
from dialogue.events import Event, Restarted, SessionStarted, event_from_json
from dialogue.responses import Utterance
from dialogue.tracker import Tracker

PROTOCOL_VERSION = "3.6.21"
DOMAIN_MISSING = 449  # how a server asks for the domain
PAUSES_S = (0.1, 0.3, 0.6)  # before a refused connection is tried again


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
                events=tuple(map(event_from_json, _listed(answer, "events"))),
                responses=tuple(map(Utterance.from_json, _listed(answer, "responses"))),
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

    They see the events of the running session only, so that what they cost does not grow with the
    conversation. `run_coroutine` runs an action's coroutine to its end and returns what it returns.
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
        call["tracker"]["events"] = [dict(event.plain) for event in _of_session(tracker.events)]
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
    authentication and the pool; whoever made it closes it. With `compress` the call is deflated.
    With `selective_domain` only the actions marked `send_domain: true` are sent the domain, and
    whichever asks for it (449). `sleep` waits before a server that refused the connection is
    tried again.
    """

    def __init__(
        self,
        url: str,
        client: httpx.Client,
        *,
        compress: bool = False,
        selective_domain: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url
        self._client = client
        self._compress = compress
        self._selective = selective_domain
        self._sleep = sleep

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """Ask the server; an answer other than 200 becomes one of our errors."""
        call = _action_call(name, tracker, domain)
        if self._selective and not domain.sends_domain(name):
            del call["domain"]
        response = self._ask(name, call)
        if response.status_code == DOMAIN_MISSING and "domain" not in call:
            response = self._ask(name, {**call, "domain": domain.document})
        if response.status_code == httpx.codes.OK:
            return ActionResult.from_json(name, _json(name, response))
        if response.status_code == httpx.codes.BAD_REQUEST and _declines(response):
            raise ActionRejected(name, f"the action '{name}' declined")
        if response.status_code == httpx.codes.NOT_FOUND:
            raise ActionNotFound(name, f"the action server has no action '{name}'")
        raise ActionFailed(
            name,
            f"the action server answered '{name}' with status {response.status_code}; "
            "its own log says why",
        )

    def _ask(self, name: str, call: Mapping[str, Any]) -> httpx.Response:
        """Send a call. Again only while no connection was made: then nothing can have run twice."""
        body, headers = json.dumps(call).encode(), {"Content-Type": "application/json"}
        if self._compress:
            body, headers["Content-Encoding"] = zlib.compress(body), "deflate"
        pauses = iter(PAUSES_S)
        while True:
            try:
                return self._client.post(self._url, content=body, headers=headers)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                pause = next(pauses, None)
                if pause is None:
                    raise _unreachable(name, self._url, error) from error
                self._sleep(pause)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise _unreachable(name, self._url, error) from error


def _of_session(events: Sequence[Event]) -> Sequence[Event]:
    """The events from the latest beginning of a session, or restart, on."""
    for start in range(len(events) - 1, -1, -1):
        if isinstance(events[start], SessionStarted | Restarted):
            return events[start:]
    return events


def _unreachable(name: str, url: str, error: Exception) -> ActionFailed:
    address = url.split("?", maxsplit=1)[0]  # what follows may be a token
    reason = f"{type(error).__name__} {error}".strip()
    return ActionFailed(
        name, f"the action server cannot be asked for '{name}' at {address}: {reason}"
    )


def _declines(response: httpx.Response) -> bool:
    """Whether a refusal is the action's own, and not the server's that cannot read the call."""
    try:
        return bool(response.json().get("action_name"))
    except (ValueError, AttributeError):
        return False


def _listed(answer: Mapping[str, Any], key: str) -> Sequence[Any]:
    entries = answer.get(key) or ()
    if not isinstance(entries, list | tuple):
        raise EventError(f"'{key}' must be a list")
    return entries


def _json(name: str, response: httpx.Response) -> Any:
    """The answer; half of a surrogate pair, which nobody could store or send on, becomes `?`."""
    try:
        read = json.loads(response.content, parse_constant=_no_json)
        return json.loads(json.dumps(read, ensure_ascii=False).encode("utf-8", "replace"))
    except ValueError as error:
        raise ActionFailed(name, f"the answer to '{name}' is not JSON") from error


def _no_json(constant: str) -> None:
    """NaN and infinities, which Python writes and no database takes."""
    raise ValueError(constant)


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

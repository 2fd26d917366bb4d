"""The interpreter as other processes see it: the NLU host over HTTP. Loads no model."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_before_delay, wait_random_exponential

from nlu.errors import InterpreterOverloaded, InterpreterUnavailable
from nlu.types import Embedded, Understanding

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 1.0
_CONNECT_TIMEOUT_S = 2.0
_SHORTEST_S = 0.05  # that an attempt is given, however late it begins
_EXPLAINED_WITHIN_S = 30.0  # the first time a host loads PyTorch for it
DEADLINE_HEADER = (
    "X-Deadline-Ms"  # how long the client waits: the host answers sooner or not at all
)


class NluClient:
    """An `Interpreter` that asks the NLU host; safe to share between threads and greenlets.

    A host that cannot be reached or is overloaded (503) is asked again, with growing random
    pauses, until `deadline_s` has passed since the call. Then `InterpreterUnavailable` or
    `InterpreterOverloaded` is raised. `close` gives the connections back.
    """

    def __init__(self, url: str, *, deadline_s: float = 5.0) -> None:
        self._deadline_s = deadline_s
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=32)
        self._http = httpx.Client(base_url=url, limits=limits)

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """Understand one message. Raises InterpreterUnavailable (or its kind, Overloaded)."""
        # Half of a surrogate pair cannot travel as UTF-8; a question mark stands in for it.
        sendable = text.encode("utf-8", "replace").decode("utf-8")
        body: dict[str, Any] = {"text": sendable}
        if message_id is not None:
            body["message_id"] = message_id
        attempts = Retrying(
            retry=retry_if_exception_type(InterpreterUnavailable),
            wait=wait_random_exponential(multiplier=_FIRST_PAUSE_S, max=_LONGEST_PAUSE_S),
            stop=stop_before_delay(self._deadline_s),
            reraise=True,
        )
        return attempts(self._ask, body, time.monotonic() + self._deadline_s)

    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        """Understand several texts in one request, asked once, without a retry.

        Raises InterpreterUnavailable (or its kind, Overloaded).
        """
        sendable = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        body = [{"text": text} for text in sendable]
        answer = self._answer(body, time.monotonic() + self._deadline_s)
        try:
            parsed = [Understanding.from_rasa(one) for one in answer.json()]
        except (ValueError, KeyError, TypeError) as error:
            raise InterpreterUnavailable("the NLU host's answer is no list of parses") from error
        if len(parsed) != len(sendable):
            raise InterpreterUnavailable("the NLU host understood other texts than asked")
        return parsed

    def explain(self, text: str) -> dict[str, Any]:
        """Why a message is understood as it is: the host's `explanation` object.

        Asked once, without a retry. Raises InterpreterUnavailable (or its kind, Overloaded).
        """
        sendable = text.encode("utf-8", "replace").decode("utf-8")
        ends = time.monotonic() + _EXPLAINED_WITHIN_S
        answer = self._answer({"text": sendable, "explain": True}, ends)
        try:
            explanation: dict[str, Any] = answer.json()["explanation"]
        except (ValueError, KeyError, TypeError) as error:
            raise InterpreterUnavailable("the NLU host's answer explains nothing") from error
        return explanation

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Vectors of at most 64 texts of at most 2,000 characters; of none, the version alone.

        Asked once, without a retry. Raises InterpreterUnavailable (or its kind, Overloaded).
        """
        sendable = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        ends = time.monotonic() + self._deadline_s
        answer = self._answer({"texts": sendable}, ends, path="/model/embed")
        try:
            told = answer.json()
            vectors = [[float(value) for value in row] for row in told["vectors"]]
            version = str(told["model_version"])
        except (ValueError, KeyError, TypeError) as error:
            raise InterpreterUnavailable("the NLU host's answer holds no vectors") from error
        if len(vectors) != len(sendable) or len({len(row) for row in vectors}) > 1:
            raise InterpreterUnavailable("the NLU host's answer holds other vectors than asked for")
        return Embedded(vectors, version)

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _ask(self, body: dict[str, Any], ends: float) -> Understanding:
        answer = self._answer(body, ends)
        try:
            return Understanding.from_rasa(answer.json())
        except (ValueError, KeyError, TypeError) as error:
            raise InterpreterUnavailable("the NLU host's answer is no parse result") from error

    def _answer(
        self, body: Mapping[str, Any] | list[Any], ends: float, path: str = "/model/parse"
    ) -> httpx.Response:
        """The host's answer, if it comes before the time `ends` of the monotonic clock."""
        left = max(_SHORTEST_S, ends - time.monotonic())
        try:
            answer = self._http.post(
                path,
                json=body,
                timeout=httpx.Timeout(left, connect=min(left, _CONNECT_TIMEOUT_S)),
                headers={DEADLINE_HEADER: str(round(1000 * left))},
            )
        except httpx.HTTPError as error:
            raise InterpreterUnavailable(
                f"the NLU host at {self._http.base_url} did not answer: {type(error).__name__}"
            ) from error
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise InterpreterOverloaded(f"the NLU host answered 503: {_reason(answer)}")
        if answer.status_code != httpx.codes.OK:
            raise InterpreterUnavailable(
                f"the NLU host answered {answer.status_code}: {_reason(answer)}"
            )
        return answer


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("message", ""))
    except (ValueError, AttributeError):
        return answer.reason_phrase

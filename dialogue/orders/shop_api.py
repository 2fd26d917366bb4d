"""Asking a shop's own HTTP API: one request, its answer in bounded time and size, or a clear error.

The contract is in `ORDERS_API.md`, beside this file.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from dialogue.orders.errors import OrderError, OrdersUnavailable
from dialogue.orders.rules import order_number
from dialogue.orders.views import Once, Viewer
from dialogue.orders.wire import NotReadable, error_from_json, from_json

LARGEST_ANSWER = 8 * 2**20
WAIT_S = 5.0
_CONNECT_WITHIN_S = 2.0
_SHORTEST_S = 0.05  # that an attempt is given, however late it begins
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 1.0
_ATTEMPTS = 4  # a customer waits
_NOT_NOW = frozenset({429, 503})  # the API has done nothing, and says so
_LOST = frozenset({502, 504})  # a proxy that does not know what became of the request

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Health:
    status: str


class NoSuchPlace(OrdersUnavailable):
    """The API has no such address: an optional part is missing, or the URL is wrong."""


class _Again(OrdersUnavailable):
    """What may be different in a moment."""


class ShopApi:
    """The HTTP side of a shop's API; safe to share between threads and greenlets.

    `wait_s` bounds a call with all its attempts. What only reads is tried again when it failed for
    a while, and so is a command under a key, which the API does once; a command without one only
    when no connection was made. `close` gives the connections back.
    """

    def __init__(self, url: str, token: str, *, wait_s: float = WAIT_S) -> None:
        self._url = httpx.URL(url.rstrip("/") + "/")
        self._wait_s = wait_s
        self._http = httpx.Client(
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # so that what is large is large on the way, too
            },
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
        )

    def read(
        self,
        kind: type[Answer],
        path: str,
        viewer: Viewer | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """What stands at `path`, as a view. Raises OrderError or OrdersUnavailable."""
        return self._ask(kind, "GET", path, viewer, params=params)

    def tell(
        self, kind: type[Answer], path: str, viewer: Viewer | None, body: Mapping[str, Any]
    ) -> Answer:
        """Post what may be posted twice without harm. Raises OrderError or OrdersUnavailable."""
        return self._ask(kind, "POST", path, viewer, body=body)

    def command(
        self, kind: type[Answer], path: str, viewer: Viewer, body: Mapping[str, Any], once: Once
    ) -> Answer:
        """Have something changed. Raises OrderError or OrdersUnavailable."""
        return self._ask(kind, "POST", path, viewer, body=body, once=once)

    def ping(self) -> None:
        """Raise OrdersUnavailable unless the API answers."""
        self.read(_Health, "health")

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _ask(
        self,
        kind: type[Answer],
        method: str,
        path: str,
        viewer: Viewer | None,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        once: Once | None = None,
    ) -> Answer:
        headers = {**_who(viewer), **_once(once)}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        request = self._http.build_request(
            method, self._url.join(path), params=params, content=content, headers=headers
        )
        ends = time.monotonic() + self._wait_s
        call = _Call(self._http, request, may_repeat=once is None or once.key is not None)
        attempts = Retrying(
            retry=retry_if_exception_type(_Again),
            wait=wait_random_exponential(multiplier=_FIRST_PAUSE_S, max=_LONGEST_PAUSE_S),
            stop=stop_before_delay(self._wait_s) | stop_after_attempt(_ATTEMPTS),
            reraise=True,
        )
        try:
            answer: Answer = attempts(call.answer, kind, ends, self._wait_s / 2)
        except OrdersUnavailable as error:
            unsure = once is not None and call.unsure
            kept = NoSuchPlace if isinstance(error, NoSuchPlace) else OrdersUnavailable
            raise kept(f"{method} {path}: {error}", unsure=unsure) from error
        return answer


class _Call:
    """One request with its attempts. `unsure`: one of them may have been heard and not answered."""

    def __init__(self, http: httpx.Client, request: httpx.Request, *, may_repeat: bool) -> None:
        self._http = http
        self._request = request
        self._may_repeat = may_repeat
        self.unsure = False

    def answer(self, kind: type[Answer], ends: float, attempt_s: float) -> Answer:
        """One attempt; it ends before the time `ends` of the monotonic clock."""
        left = max(_SHORTEST_S, min(attempt_s, ends - time.monotonic()))
        timeout = httpx.Timeout(left, connect=min(left, _CONNECT_WITHIN_S))
        self._request.extensions["timeout"] = timeout.as_dict()
        try:
            response = self._http.send(self._request, stream=True)
            try:
                content = _content(response, time.monotonic() + left)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _Again(f"cannot be reached ({type(error).__name__})") from error
        except (httpx.HTTPError, _TooSlow) as error:
            self.unsure = True
            raise self._perhaps_again(f"no answer ({type(error).__name__})") from error
        return self._understood(kind, response, content)

    def _understood(self, kind: type[Answer], response: httpx.Response, content: bytes) -> Answer:
        status = response.status_code
        if status in _NOT_NOW:
            raise self._perhaps_again(f"answered {status}")
        if status in _LOST:
            self.unsure = True
            raise self._perhaps_again(f"answered {status}")
        if response.is_success:
            self.unsure = True  # it has happened, but until the answer is read we cannot say what
            try:
                return from_json(kind, _json_of(response, content))
            except NotReadable as error:
                raise OrdersUnavailable(
                    f"answered what is no {kind.__name__.strip('_')}: {error}"
                ) from error
        refusal = _refusal(response, content)
        if refusal is not None:
            raise refusal
        if status == httpx.codes.UNAUTHORIZED:
            raise OrdersUnavailable("does not accept our token (FRONTDESK_ORDERS_TOKEN)")
        if status == httpx.codes.NOT_FOUND:
            raise NoSuchPlace("there is no such address (FRONTDESK_ORDERS_URL)")
        self.unsure = self.unsure or response.is_server_error
        raise OrdersUnavailable(f"answered {status} without an error of the contract")

    def _perhaps_again(self, reason: str) -> OrdersUnavailable:
        return _Again(reason) if self._may_repeat else OrdersUnavailable(reason)


class _TooSlow(Exception):
    """Drop by drop, an answer took longer than all of it may."""


def _content(response: httpx.Response, ends: float) -> bytes:
    """The body, as long as it comes in time and is not larger than any answer is."""
    parts, size = [], 0
    for part in response.iter_raw():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise OrdersUnavailable(f"answered more than {LARGEST_ANSWER} bytes")
        if time.monotonic() > ends:
            raise _TooSlow
        parts.append(part)
    return b"".join(parts)


def _json_of(response: httpx.Response, content: bytes) -> bytes:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotReadable(f"not JSON but {kind[:40] or 'of no type'}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise NotReadable("compressed, which was not asked for")
    return content


def _refusal(response: httpx.Response, content: bytes) -> OrderError | None:
    """The error of the contract that the answer tells, if it tells one."""
    try:
        told = json.loads(_json_of(response, content))["error"]
        return error_from_json(told) if isinstance(told, dict) else None
    except (NotReadable, ValueError, KeyError, TypeError, RecursionError):
        return None


def _who(viewer: Viewer | None) -> dict[str, str]:
    """The headers that say who asks; a stranger has none."""
    headers = {}
    if viewer is not None and viewer.customer_id is not None:
        headers["X-Customer-Id"] = str(viewer.customer_id)
    if viewer is not None:
        proven = sorted({number for text in viewer.proven_orders if (number := order_number(text))})
        if proven:
            headers["X-Proven-Orders"] = ",".join(proven)
    return headers


def _once(once: Once | None) -> dict[str, str]:
    headers = {}
    if once is not None and once.key is not None:
        headers["Idempotency-Key"] = once.key
    if once is not None and once.version is not None:
        headers["If-Match"] = f'"{once.version}"'
    return headers

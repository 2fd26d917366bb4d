"""Asking over HTTP/1.1 for a few microseconds a message: a general client costs a hundred times
more, and would take it from the host on the same processors."""

from __future__ import annotations

import asyncio
import math
from time import monotonic
from typing import NamedTuple, cast

import httptools

from app.load.target import Request, Target

# Hosts hang up on a connection that nobody uses (ours after 5 s), perhaps just as it is used again.
LONGEST_IDLE_S = 2.0
SHORTEST_WAIT_S = 0.001  # what the timers of event loops can count

TIMED_OUT = "timed out"
LOST = "connection lost"
NO_CONNECTION = "no connection"
NO_HTTP = "no HTTP"


class Answer(NamedTuple):
    """An HTTP status, and when it had come whole: seconds of the monotonic clock."""

    status: int
    at: float


class Unanswered(Exception):
    """A message that got no answer; `kind` says in two words why."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Client:
    """One customer: keeps one connection, opens it again when it is lost, asks one at a time.

    With `tells_patience` each request says in `X-Deadline-Ms` how many milliseconds it may take.
    """

    def __init__(self, target: Target, *, tells_patience: bool = False) -> None:
        self._target = target
        self._tells_patience = tells_patience
        self._connection: _Connection | None = None

    async def connect(self, until: float) -> None:
        """Open a connection until then. Raises OSError, of which TimeoutError is a kind."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(until - monotonic()):
            _, self._connection = await loop.create_connection(
                _Connection, self._target.host, self._target.port
            )

    async def ask(self, request: Request, until: float) -> Answer:
        """Send a request and wait for the whole answer, but no longer than `until`.

        Raises Unanswered.
        """
        if self._connection is None or not self._connection.fresh:
            self.close()
            try:
                await self.connect(until)
            except TimeoutError as error:
                raise Unanswered(TIMED_OUT) from error
            except OSError as error:
                raise Unanswered(NO_CONNECTION) from error
        left_s = until - monotonic()
        if left_s <= 0:
            raise Unanswered(TIMED_OUT)
        head = request.head
        if self._tells_patience:
            head += b"X-Deadline-Ms: %d\r\n" % math.ceil(left_s * 1000)
        connection = cast(_Connection, self._connection)
        return await connection.answer_to(head + request.body, until)

    def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            self._connection.abort()
            self._connection = None


class _Connection(asyncio.Protocol):
    """One connection for as long as it lasts, with one request at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._until = 0.0
        self._used = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def fresh(self) -> bool:
        """Whether it is open, and was used so lately that the host will not hang up."""
        return self._transport is not None and monotonic() - self._used < LONGEST_IDLE_S

    def answer_to(self, request: bytes, until: float) -> asyncio.Future[Answer]:
        """Send a request; the future fails with Unanswered, at the latest at `until`."""
        self._answer = self._loop.create_future()
        self._until = until
        if self._transport is None:
            self._fail(LOST)
            return self._answer
        if self._timer is None:
            self._watch()
        self._transport.write(request)
        return self._answer

    def abort(self) -> None:
        """Close without waiting for anything."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        self._transport = cast(asyncio.Transport, transport)
        self._used = monotonic()

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's protocol."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(NO_HTTP)

    def connection_lost(self, _error: Exception | None) -> None:
        """Part of asyncio's protocol."""
        self._fail(LOST)

    def on_message_complete(self) -> None:
        """Part of httptools' protocol: an answer has come whole."""
        self._used = monotonic()
        if self._answer is None or self._answer.done():
            self.abort()  # an answer to nothing
        elif self._used > self._until:
            self._fail(TIMED_OUT)  # here before the timer, and too late all the same
        else:
            self._answer.set_result(Answer(self._parser.get_status_code(), self._used))
            if not self._parser.should_keep_alive():
                self.abort()

    def _watch(self) -> None:
        """See to it that the request ends in time.

        One timer serves many requests: when it goes off, it is wound up again for the request of
        that moment, whose time is later. A timer for each would cost a tenth of the message.
        """
        left_s = self._until - monotonic()
        waits = self._answer is not None and not self._answer.done()
        if waits and left_s <= 0:
            self._fail(TIMED_OUT)
        elif waits:
            self._timer = self._loop.call_later(max(left_s, SHORTEST_WAIT_S), self._watch)
        else:
            self._timer = None

    def _fail(self, kind: str) -> None:
        self.abort()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Unanswered(kind))

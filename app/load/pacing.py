"""When the customers ask: again as soon as answered, or at times of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import monotonic
from typing import Protocol

from app.load.alarm import alarm


class Pace(Protocol):
    """Tells each free customer when its next message is due; many may wait at the same time."""

    async def next_due(self) -> float | None:
        """Return when a message is due: a time of the monotonic clock, in seconds, now or past.

        None when no more is to be asked.
        """
        ...


class ClosedLoop:
    """A customer asks again as soon as it was answered, so a message is due when it is sent.

    It ends after so many `messages` (None: without end) or at so many `seconds` from now,
    whichever comes first.
    """

    def __init__(self, messages: int | None, seconds: float) -> None:
        self._left = messages
        self._ends = monotonic() + seconds

    async def next_due(self) -> float | None:
        """See Pace."""
        now = monotonic()
        if self._left == 0 or now >= self._ends:
            return None
        if self._left is not None:
            self._left -= 1
        return now


class OpenLoop:
    """Messages are due at given times, whether or not a customer is free to ask.

    `times` are seconds from now, in order. A message that finds all customers waiting for answers
    waits itself, in order: its time is handed, late, to the next that is free. Of several that
    are free the latest to be so goes first, so that few connections are kept in use.
    """

    def __init__(self, times: Iterator[float]) -> None:
        self._start = monotonic()
        self._times = times
        self._upcoming = self._next_time()
        self._free: list[asyncio.Future[float | None]] = []
        self._loop = asyncio.get_running_loop()
        self._alarm = alarm(self._hand_out)

    async def next_due(self) -> float | None:
        """See Pace."""
        if self._upcoming is None or self._upcoming <= monotonic():
            return self._take()
        waiting: asyncio.Future[float | None] = self._loop.create_future()
        self._free.append(waiting)
        self._alarm.set(self._upcoming)
        return await waiting

    def close(self) -> None:
        """Give the alarm back."""
        self._alarm.close()

    def _hand_out(self) -> None:
        """Give what is due to the free; at the end, to tell them so."""
        now = monotonic()
        while self._free and (self._upcoming is None or self._upcoming <= now):
            self._free.pop().set_result(self._take())
        if self._free and self._upcoming is not None:
            self._alarm.set(self._upcoming)

    def _take(self) -> float | None:
        due, self._upcoming = self._upcoming, self._next_time()
        return due

    def _next_time(self) -> float | None:
        time = next(self._times, None)
        return None if time is None else self._start + time

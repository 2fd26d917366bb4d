"""Being woken at a moment, to some microseconds.

The timers of event loops count whole milliseconds. That is as long as an answer may take, and
would stand in each latency that counts from when a message was due.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Callable
from typing import Protocol

_ABSOLUTE = 1  # TFD_TIMER_ABSTIME of <sys/timerfd.h>


class Alarm(Protocol):
    """Calls what it was made for once at a time it is set to; a later setting takes its place."""

    def set(self, at: float) -> None:
        """Ring at this time of the monotonic clock, in seconds; a past one rings at once."""
        ...

    def close(self) -> None:
        """Never ring again."""
        ...


def alarm(ring: Callable[[], None]) -> Alarm:
    """The most precise alarm of this system, on the running event loop."""
    return KernelAlarm(ring) if sys.platform == "linux" else LoopAlarm(ring)


class LoopAlarm:
    """The event loop's own timer: precise to a millisecond, everywhere."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._ring = ring
        self._handle: asyncio.TimerHandle | None = None

    def set(self, at: float) -> None:
        """See Alarm."""
        self.close()
        self._handle = self._loop.call_later(max(0.0, at - time.monotonic()), self._ring)

    def close(self) -> None:
        """See Alarm."""
        if self._handle is not None:
            self._handle.cancel()


class KernelAlarm:
    """Linux's timerfd, by way of the C library: Python offers it from 3.13 on.

    Raises OSError where the kernel has none to give.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._library = ctypes.CDLL(None, use_errno=True)
        self._timer = self._library.timerfd_create(
            time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC
        )
        if self._timer < 0:
            raise OSError(ctypes.get_errno(), "no timer")
        self._ring = ring
        self._setting = _Setting()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._timer, self._rung)

    def set(self, at: float) -> None:
        """See Alarm."""
        nanoseconds = max(1, int(at * 1e9))  # 0 would mean never
        self._setting.first.seconds, self._setting.first.nanoseconds = divmod(nanoseconds, 10**9)
        self._library.timerfd_settime(self._timer, _ABSOLUTE, ctypes.byref(self._setting), None)

    def close(self) -> None:
        """See Alarm."""
        self._loop.remove_reader(self._timer)
        os.close(self._timer)

    def _rung(self) -> None:
        with contextlib.suppress(BlockingIOError):  # set anew in the meantime
            os.read(self._timer, 8)
            self._ring()


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Time), ("first", _Time))

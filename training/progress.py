"""How far a long work is, and where its time went."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[float, str], None]  # the share done, from 0 to 1, and a few words


def part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """A progress that fills only the stretch from `start` to `end` of another."""
    if progress is None:
        return None
    return lambda fraction, text: progress(start + fraction * (end - start), text)


def tell(progress: Progress | None, fraction: float, text: str) -> None:
    """Say how far it is to whoever listens."""
    if progress is not None:
        progress(fraction, text)


class Clock:
    """Adds up the seconds of each phase, by its name."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @contextmanager
    def measuring(self, phase: str) -> Iterator[None]:
        """The time of the body counts for `phase`."""
        started = time.monotonic()
        try:
            yield
        finally:
            spent = time.monotonic() - started
            self._seconds[phase] = self._seconds.get(phase, 0.0) + spent

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of each phase, to a tenth, in the order they began."""
        return {phase: round(spent, 1) for phase, spent in self._seconds.items()}

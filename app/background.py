"""Work that outlives its request: answering in the background, and catching up on what waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from gevent import get_hub

from app.errors import Unavailable
from dialogue.recommending.recommender import Recommender

_log = logging.getLogger(__name__)
SWEEP_S = 1.0
RESTOCK_S = 300.0
FIRST_RESTOCK_S = 5.0  # while the NLU host has not said yet what the goods are


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do what takes long in a thread of its own, so that conversations go on meanwhile."""
    return get_hub().threadpool.apply(work, arguments)


class Background:
    """Runs functions beside the requests; under gevent each is a greenlet."""

    def run(self, function: Callable[..., None], *arguments: Any) -> None:
        """Start `function` and return at once. What it raises is logged."""

        def guarded() -> None:
            try:
                function(*arguments)
            except Exception:
                _log.exception("%s failed in the background", function.__qualname__)

        threading.Thread(target=guarded, daemon=True).start()


class Sweeper:
    """Repeats a short round of work every second, beside the requests.

    Answers to messages that still wait (after a crash, a restart, or while Redis was away), and
    reminders whose moment has come, are such work.
    """

    def __init__(self, name: str, sweep: Callable[[], None]) -> None:
        self._name = name
        self._sweep_once = sweep
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to sweep, in the background."""
        threading.Thread(target=self._sweep, name=self._name, daemon=True).start()

    def stop(self) -> None:
        """Stop after the current round."""
        self._stopping.set()

    def _sweep(self) -> None:
        while not self._stopping.wait(SWEEP_S):
            try:
                self._sweep_once()
            except Unavailable as error:
                _log.warning("%s wait: %s", self._name, error)
            except Exception:
                _log.exception("%s failed on a round", self._name)


class Restocker:
    """Keeps what the recommender knows of the shop up to date, beside the requests."""

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin at once, in the background."""
        threading.Thread(target=self._restock, name="restocker", daemon=True).start()

    def stop(self) -> None:
        """Stop after the current round."""
        self._stopping.set()

    def _restock(self) -> None:
        pause = FIRST_RESTOCK_S
        while not self._stopping.is_set():
            try:
                self._recommender.refresh()
            except Exception:
                _log.exception("the recommender could not read the shop")
            pause = RESTOCK_S if self._recommender.complete else min(2 * pause, RESTOCK_S)
            self._stopping.wait(pause)

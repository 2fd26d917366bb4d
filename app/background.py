"""Work that outlives its request: answering in the background, and catching up on what waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.conversations import Conversations
from app.errors import Unavailable
from dialogue.recommending.recommender import Recommender

_log = logging.getLogger(__name__)
OVERDUE_AGE = timedelta(seconds=2)
SWEEP_S = 1.0
RESTOCK_S = 300.0
FIRST_RESTOCK_S = 5.0  # while the NLU host has not said yet what the goods are


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
    """Answers messages that still wait: after a crash, a restart, or while Redis was away."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to sweep, in the background."""
        threading.Thread(target=self._sweep, name="sweeper", daemon=True).start()

    def stop(self) -> None:
        """Stop after the current round."""
        self._stopping.set()

    def _sweep(self) -> None:
        while not self._stopping.wait(SWEEP_S):
            try:
                for conversation_id in self._conversations.overdue(OVERDUE_AGE):
                    self._conversations.answer_pending(conversation_id)
            except Unavailable as error:
                _log.warning("the sweeper waits: %s", error)
            except Exception:
                _log.exception("the sweeper failed on a round")


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

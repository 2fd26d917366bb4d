"""Work that outlives its request: answering in the background, and catching up on what waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.conversations import Conversations
from app.errors import Unavailable

_log = logging.getLogger(__name__)
OVERDUE_AGE = timedelta(seconds=2)
SWEEP_S = 1.0


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

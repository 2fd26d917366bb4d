"""Server-sent events: the database replayed by number, Redis only as the wake-up.

Point 3 of the delivery contract: ids are the messages' numbers, so a client that reconnects says
the last one it saw and misses nothing.
"""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response

from app.errors import Unauthorized, Unavailable
from app.live import Inbox, Live

HEARTBEAT_S = 15.0
POLL_WITHOUT_REDIS_S = 3.0
RETRY_MS = 1000


def frame(event: str, data: Any, seq: int | None = None) -> str:
    """One event of a stream; `seq` becomes its id."""
    head = f"id: {seq}\n" if seq is not None else ""
    return f"{head}event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def event_stream(frames: Iterator[str]) -> Response:
    """A response that no proxy may buffer or keep."""
    response = Response(frames, mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def conversation_frames(
    live: Live,
    conversation_id: str,
    after: int,
    read_after: Callable[[int], list[dict[str, Any]]],
    first: str,
) -> Iterator[str]:
    """Everything said after number `after`, then everything as it is said.

    `read_after(seq)` reads the database, and ends the stream with Unauthorized; `first` is sent at
    once (who owns the conversation).
    """
    yield f"retry: {RETRY_MS}\n\n{first}"
    last, beat = after, time.monotonic()
    with live.watch(conversation_id) as inbox:
        while True:
            try:
                said = read_after(last)
            except Unavailable:
                said = []
            except Unauthorized:
                return
            for message in said:
                last = message["seq"]
                yield frame("message", message, last)
            if said:
                continue  # a full page may have more behind it
            wait = HEARTBEAT_S if live.connected else POLL_WITHOUT_REDIS_S
            for kind, data in _bells(inbox, wait):
                if kind == "stop":
                    return
                if kind == "closed":
                    yield frame("closed", {})
                    return
                if kind != "wake":
                    yield frame(kind, data)
            if time.monotonic() - beat >= HEARTBEAT_S:
                beat = time.monotonic()
                yield ": ping\n\n"


def _bells(inbox: Inbox, wait_s: float) -> Iterator[tuple[str, dict[str, Any]]]:
    """What rang: the first bell within `wait_s` seconds, and all that rang with it."""
    try:
        bell = inbox.get(timeout=wait_s)
        while True:
            yield bell.kind, bell.data
            bell = inbox.get_nowait()
    except queue.Empty:
        return

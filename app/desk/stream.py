"""The desk's live updates: a note that something changed; the page then fetches what."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator

from app.channels.sse import HEARTBEAT_S, POLL_WITHOUT_REDIS_S, RETRY_MS, frame
from app.live import Live

# A session that ended is noticed within this time even when nothing happens.
CHECK_S = 1.0


def desk_frames(
    live: Live, conversation_id: str, still_signed_in: Callable[[], bool]
) -> Iterator[str]:
    """`change` events naming a conversation, until the session ends (then one `signed-out`)."""
    yield f"retry: {RETRY_MS}\n\n"
    # The page was rendered a moment ago: have it look once for what fell in between.
    yield frame("change", {"conversation_id": conversation_id, "kind": "wake"})
    idle = 0.0
    with live.watch(conversation_id) as inbox:
        while True:
            try:
                bell = inbox.get(timeout=CHECK_S)
            except queue.Empty:
                idle += CHECK_S
                if not still_signed_in():
                    yield frame("signed-out", {})
                    return
                if idle >= HEARTBEAT_S:
                    idle = 0.0
                    yield ": ping\n\n"
                elif not live.connected and idle % POLL_WITHOUT_REDIS_S < CHECK_S:
                    yield frame("change", {"conversation_id": conversation_id, "kind": "wake"})
                continue
            if bell.kind == "stop":
                return
            if bell.kind == "echo":
                continue
            if not still_signed_in():
                yield frame("signed-out", {})
                return
            note = {"conversation_id": bell.conversation_id, "kind": bell.kind, **bell.data}
            yield frame("change", note)

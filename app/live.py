"""Waking up whoever watches a conversation. Redis carries the bell, the database the words.

A lost bell costs time and never a message: a watcher re-reads the database at every bell, at
every heartbeat, and every few seconds while Redis is down.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

CHANNEL = "frontdesk:live"
EVERYTHING = "*"
_RETRY_S = 0.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bell:
    """Something happened in a conversation. `kind` is wake, typing, owner, closed or echo."""

    conversation_id: str
    kind: str = "wake"
    data: dict[str, Any] = field(default_factory=dict)


Inbox = queue.Queue  # of Bell


class Live:
    """One listener a process hands the bells to every watcher of that process.

    `start` and `stop` bound its life. `ring` may be called from any thread or greenlet.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._inboxes: dict[str, set[Inbox[Bell]]] = defaultdict(set)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.connected = False

    def start(self) -> None:
        """Begin to listen, in the background, for as long as the process lives."""
        self._thread = threading.Thread(target=self._listen, name="live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and tell every watcher to end."""
        self._stopping.set()
        self._deliver(Bell(EVERYTHING, "stop"))

    def ring(self, bell: Bell) -> None:
        """Tell every process. While Redis is down, tell at least the watchers of this one."""
        try:
            self._redis.publish(
                CHANNEL, json.dumps([bell.conversation_id, bell.kind, bell.data], default=str)
            )
        except RedisError:
            self._deliver(bell)

    @contextmanager
    def watch(self, conversation_id: str) -> Iterator[Inbox[Bell]]:
        """An inbox of the conversation's bells (of all conversations for EVERYTHING)."""
        inbox: Inbox[Bell] = queue.Queue(maxsize=256)
        with self._lock:
            self._inboxes[conversation_id].add(inbox)
        try:
            yield inbox
        finally:
            with self._lock:
                self._inboxes[conversation_id].discard(inbox)
                if not self._inboxes[conversation_id]:
                    del self._inboxes[conversation_id]

    def round_trip(self, token: str, timeout_s: float = 1.0) -> bool:
        """True when a published bell comes back: what `/healthz` calls healthy."""
        with self.watch(f"echo:{token}") as inbox:
            try:
                self._redis.publish(CHANNEL, json.dumps([f"echo:{token}", "echo", {}]))
                inbox.get(timeout=timeout_s)
            except (RedisError, queue.Empty):
                return False
            return True

    def _deliver(self, bell: Bell) -> None:
        with self._lock:
            if bell.conversation_id == EVERYTHING:
                targets = [inbox for inboxes in self._inboxes.values() for inbox in inboxes]
            else:
                targets = [
                    *self._inboxes.get(bell.conversation_id, ()),
                    *self._inboxes.get(EVERYTHING, ()),
                ]
        for inbox in targets:
            try:
                inbox.put_nowait(bell)
            except queue.Full:
                _log.debug("an inbox is full; its watcher reads the database anyway")

    def _listen(self) -> None:
        while not self._stopping.is_set():
            pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
            try:
                pubsub.subscribe(CHANNEL)
                self.connected = True
                # Whatever was rung while nobody listened is read from the database now.
                self._deliver(Bell(EVERYTHING))
                while not self._stopping.is_set():
                    note = pubsub.get_message(timeout=5.0)
                    if note is not None and note["type"] == "message":
                        conversation_id, kind, data = json.loads(note["data"])
                        self._deliver(Bell(conversation_id, kind, data))
            except (RedisError, OSError, ValueError) as error:
                if self.connected:
                    _log.warning("live updates lost Redis: %s", error)
                self.connected = False
                time.sleep(_RETRY_S)
            finally:
                pubsub.close()

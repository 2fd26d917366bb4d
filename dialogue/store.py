"""Trackers and locks in Redis. Losing them costs time: the event log in SQL is the truth."""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import LockError, RedisError

from dialogue.errors import LockUnavailable, StoreUnavailable

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True)
class StoredTracker:
    """A conversation's events (Rasa's JSON) and how long the event log was when they were kept."""

    events: tuple[Mapping[str, Any], ...]
    position: int


class TrackerStore(Protocol):
    """Keeps trackers between turns. Implemented in Redis and in memory.

    Called under the conversation's lock. A store may forget at any time; it raises
    StoreUnavailable when it is away, and the caller then folds the event log.
    """

    def load(self, conversation_id: str) -> StoredTracker | None:
        """What was kept, or None."""
        ...

    def save(
        self, conversation_id: str, events: Sequence[Mapping[str, Any]], position: int
    ) -> None:
        """Keep a tracker's events."""
        ...

    def drop(self, conversation_id: str) -> None:
        """Forget a conversation."""
        ...


class ConversationLocks(Protocol):
    """One turn at a time in a conversation. Implemented in Redis and in memory."""

    def hold(self, conversation_id: str) -> AbstractContextManager[None]:
        """Hold a conversation's lock. Raises LockUnavailable when it cannot be had in time."""
        ...


class RedisTrackerStore:
    """Trackers in Redis, forgotten after `ttl_seconds` without a turn."""

    def __init__(self, redis: Redis, ttl_seconds: int) -> None:
        self._redis = redis
        self._ttl = ttl_seconds

    def load(self, conversation_id: str) -> StoredTracker | None:
        """What was kept, or None."""
        try:
            kept = self._redis.get(_key("tracker", conversation_id))
        except RedisError as error:
            raise StoreUnavailable("the tracker store is away") from error
        if kept is None:
            return None
        data = json.loads(kept)
        return StoredTracker(tuple(data["events"]), data["position"])

    def save(
        self, conversation_id: str, events: Sequence[Mapping[str, Any]], position: int
    ) -> None:
        """Keep a tracker's events."""
        data = json.dumps({"position": position, "events": list(events)}, ensure_ascii=False)
        try:
            self._redis.set(_key("tracker", conversation_id), data, ex=self._ttl)
        except RedisError as error:
            raise StoreUnavailable("the tracker store is away") from error

    def drop(self, conversation_id: str) -> None:
        """Forget a conversation."""
        try:
            self._redis.delete(_key("tracker", conversation_id))
        except RedisError as error:
            raise StoreUnavailable("the tracker store is away") from error


class RedisLocks:
    """Locks in Redis with a token each, so that nobody frees another's.

    A lock lives `lifetime_s` seconds at most, should its holder die; waiters give up after
    `wait_s`.
    """

    def __init__(self, redis: Redis, lifetime_s: float, wait_s: float) -> None:
        self._redis = redis
        self._lifetime = lifetime_s
        self._wait = wait_s

    @contextmanager
    def hold(self, conversation_id: str) -> Iterator[None]:
        """Hold a conversation's lock."""
        lock = self._redis.lock(
            _key("lock", conversation_id),
            timeout=self._lifetime,
            blocking_timeout=self._wait,
            sleep=0.02,
            thread_local=False,
        )
        try:
            held = lock.acquire()
        except RedisError as error:
            raise LockUnavailable("the lock server is away") from error
        if not held:
            raise LockUnavailable(f"conversation {conversation_id} is busy")
        try:
            yield
        finally:
            try:
                lock.release()
            except (LockError, RedisError):
                # It ran out or Redis restarted; whoever has it now keeps it.
                pass


class InMemoryTrackerStore:
    """Trackers in this process, for a terminal chat and for tests."""

    def __init__(self) -> None:
        self._kept: dict[str, StoredTracker] = {}

    def load(self, conversation_id: str) -> StoredTracker | None:
        """What was kept, or None."""
        return self._kept.get(conversation_id)

    def save(
        self, conversation_id: str, events: Sequence[Mapping[str, Any]], position: int
    ) -> None:
        """Keep a tracker's events."""
        self._kept[conversation_id] = StoredTracker(tuple(events), position)

    def drop(self, conversation_id: str) -> None:
        """Forget a conversation."""
        self._kept.pop(conversation_id, None)


class InMemoryLocks:
    """Locks among the threads of this process."""

    def __init__(self, wait_s: float = 30.0) -> None:
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._wait = wait_s

    @contextmanager
    def hold(self, conversation_id: str) -> Iterator[None]:
        """Hold a conversation's lock."""
        lock = self._locks[conversation_id]
        if not lock.acquire(timeout=self._wait):
            raise LockUnavailable(f"conversation {conversation_id} is busy")
        try:
            yield
        finally:
            lock.release()


def _key(kind: str, conversation_id: str) -> str:
    """A Redis key; only ids of plain characters become part of one."""
    if not _ID.fullmatch(conversation_id):
        raise ValueError("not a conversation id")
    return f"frontdesk:{kind}:{conversation_id}"

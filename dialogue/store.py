"""Where trackers rest between turns, and the locks that let one turn at a time be taken.

Losing either costs time and never a message: the transcript's event log rebuilds a tracker.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

from dialogue.errors import DialogueError, LockUnavailable, StoreUnavailable

_log = logging.getLogger(__name__)
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_POLL_S = 0.02


@dataclass(frozen=True)
class StoredTracker:
    """A tracker's events, and how many events the log had when they were saved."""

    events: tuple[Mapping[str, Any], ...]
    position: int


class TrackerStore(Protocol):
    """Keeps trackers between turns.

    Every method may be called from several threads at once; who holds the conversation's lock
    calls them for that conversation. All raise StoreUnavailable when the store is down, and
    DialogueError for an id that is not of letters, digits, `_` and `-`. A store may forget.
    Implemented by `RedisTrackerStore` and `InMemoryTrackerStore`.
    """

    def load(self, conversation_id: str) -> StoredTracker | None:
        """What was saved last; None when nothing was, or it is forgotten."""
        ...

    def save(
        self, conversation_id: str, events: Sequence[Mapping[str, Any]], position: int
    ) -> None:
        """Keep these events (Rasa's JSON) in place of what was saved before."""
        ...

    def drop(self, conversation_id: str) -> None:
        """Forget a conversation."""
        ...


class ConversationLocks(Protocol):
    """One lock for each conversation.

    `hold` may be called from several threads and processes at once. It raises LockUnavailable
    when the lock cannot be had in time. Implemented by `RedisLocks` and `InMemoryLocks`.
    """

    def hold(self, conversation_id: str) -> AbstractContextManager[None]:
        """Hold the conversation's lock for the length of a `with` block."""
        ...


class RedisTrackerStore:
    """Trackers in Redis; each is forgotten `ttl_seconds` after it was saved last."""

    def __init__(self, redis: Redis, ttl_seconds: int) -> None:
        self._redis = redis
        self._ttl = ttl_seconds

    def load(self, conversation_id: str) -> StoredTracker | None:
        """What was saved last; damaged data counts as forgotten."""
        try:
            kept: Any = self._redis.get(_key("tracker", conversation_id))
        except RedisError as error:
            raise StoreUnavailable(f"a tracker cannot be read: {error}") from error
        if kept is None:
            return None
        try:
            data = json.loads(kept)
            return StoredTracker(tuple(data["events"]), int(data["position"]))
        except (ValueError, KeyError, TypeError):
            _log.warning("the tracker of %s is damaged and is forgotten", conversation_id)
            return None

    def save(
        self, conversation_id: str, events: Sequence[Mapping[str, Any]], position: int
    ) -> None:
        """Keep these events."""
        data = json.dumps({"position": position, "events": list(events)})
        try:
            self._redis.set(_key("tracker", conversation_id), data, ex=self._ttl)
        except RedisError as error:
            raise StoreUnavailable(f"a tracker cannot be saved: {error}") from error

    def drop(self, conversation_id: str) -> None:
        """Forget a conversation."""
        try:
            self._redis.delete(_key("tracker", conversation_id))
        except RedisError as error:
            raise StoreUnavailable(f"a tracker cannot be dropped: {error}") from error


class RedisLocks:
    """Locks in Redis, shared by all processes.

    A lock is renewed while it is held, however long that takes, and runs out `lifetime_s` after
    its process died. `wait_s` is how long `hold` waits for it.
    """

    def __init__(self, redis: Redis, lifetime_s: float, wait_s: float) -> None:
        self._redis = redis
        self._lifetime = lifetime_s
        self._wait = wait_s

    @contextmanager
    def hold(self, conversation_id: str) -> Iterator[None]:
        """Hold the conversation's lock."""
        lock = self._redis.lock(
            _key("lock", conversation_id),
            timeout=self._lifetime,
            sleep=_POLL_S,
            blocking_timeout=self._wait,
            thread_local=False,  # the renewing thread uses the same token
        )
        try:
            held = lock.acquire()
        except RedisError as error:
            raise LockUnavailable(f"the lock store is down: {error}") from error
        if not held:
            raise LockUnavailable(f"another turn of {conversation_id} takes too long")
        done = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(lock, done), daemon=True)
        renewing.start()
        try:
            yield
        finally:
            done.set()
            renewing.join()
            _release(lock, conversation_id)

    def _renew(self, lock: Lock, done: threading.Event) -> None:
        while not done.wait(self._lifetime / 3):
            try:
                lock.reacquire()
            except LockError:
                return  # it ran out while Redis was away; the one who has it now keeps it
            except RedisError as error:
                _log.warning("a lock cannot be renewed: %s", error)


class InMemoryTrackerStore:
    """Trackers in this process, as JSON, so that nothing is shared with who saved them."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, int]] = {}

    def load(self, conversation_id: str) -> StoredTracker | None:
        """What was saved last."""
        kept = self._kept.get(_valid(conversation_id))
        return None if kept is None else StoredTracker(tuple(json.loads(kept[0])), kept[1])

    def save(
        self, conversation_id: str, events: Sequence[Mapping[str, Any]], position: int
    ) -> None:
        """Keep these events."""
        self._kept[_valid(conversation_id)] = (json.dumps(list(events)), position)

    def drop(self, conversation_id: str) -> None:
        """Forget a conversation."""
        self._kept.pop(_valid(conversation_id), None)


class InMemoryLocks:
    """Locks for the threads of this process; `wait_s` is how long `hold` waits for one."""

    def __init__(self, wait_s: float) -> None:
        self._wait = wait_s
        self._freed = threading.Condition()
        self._held: set[str] = set()

    @contextmanager
    def hold(self, conversation_id: str) -> Iterator[None]:
        """Hold the conversation's lock."""
        name = _valid(conversation_id)
        with self._freed:
            if not self._freed.wait_for(lambda: name not in self._held, timeout=self._wait):
                raise LockUnavailable(f"another turn of {name} takes too long")
            self._held.add(name)
        try:
            yield
        finally:
            with self._freed:
                self._held.discard(name)
                self._freed.notify_all()


def _release(lock: Lock, conversation_id: str) -> None:
    try:
        lock.release()
    except (LockError, RedisError) as error:
        # The turn is done; a lock that Redis has lost, or that runs out, needs no freeing.
        _log.warning("the lock of %s was not freed: %s", conversation_id, error)


def _key(kind: str, conversation_id: str) -> str:
    return f"frontdesk:{kind}:{_valid(conversation_id)}"


def _valid(conversation_id: str) -> str:
    """The id itself, if it may be part of a key."""
    if not _ID.fullmatch(conversation_id):
        raise DialogueError(f"not a conversation's id: {conversation_id[:40]!r}")
    return conversation_id

"""Where trackers rest between turns, and the locks that let one turn at a time be taken.

Losing either costs time and never a message: the transcript's event log rebuilds a tracker.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import LockError, RedisError, ResponseError
from redis.lock import Lock

from dialogue.errors import DialogueError, LockUnavailable, StoreUnavailable

_log = logging.getLogger(__name__)
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_POLL_S = 0.02
# Atomic, because the lock may have run out meanwhile: what another process kept is not mixed up.
_APPEND = """
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
if redis.call('LLEN', KEYS[1]) ~= ARGV[2] + 1 then return 0 end
for index = 4, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[index]) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


@dataclass(frozen=True)
class StoredTracker:
    """Events of a tracker: those from `since` on, the first being 0.

    `position` is how many there are in all. `edition` names what was saved: it stays the same
    while events are only appended.
    """

    events: tuple[Mapping[str, Any], ...]
    position: int
    edition: str
    since: int = 0


class TrackerStore(Protocol):
    """Keeps trackers between turns.

    Every method may be called from several threads at once; who holds the conversation's lock
    calls them for that conversation. All raise StoreUnavailable when the store is down, and
    DialogueError for an id that is not of letters, digits, `_` and `-`. A store may forget.
    Implemented by `RedisTrackerStore` and `InMemoryTrackerStore`.
    """

    def load(
        self, conversation_id: str, since: int = 0, edition: str | None = None
    ) -> StoredTracker | None:
        """What is kept; None when nothing is, or it is forgotten.

        Who has the first `since` events of an edition already gets the rest, if it is that
        edition still; else all.
        """
        ...

    def save(self, conversation_id: str, events: Sequence[Mapping[str, Any]]) -> str:
        """Keep these events (Rasa's JSON) in place of what was kept before, as a new edition."""
        ...

    def append(
        self,
        conversation_id: str,
        edition: str,
        position: int,
        events: Sequence[Mapping[str, Any]],
    ) -> bool:
        """Keep these events too, after the first `position` of this edition.

        False, and nothing is changed, when the store has another edition or other events.
        """
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
    """Trackers in Redis; each is forgotten `ttl_seconds` after it was saved or appended to last.

    One is a list: its edition, then its events, so that a turn only writes what is new.
    """

    def __init__(self, redis: Redis, ttl_seconds: int) -> None:
        self._redis = redis
        self._ttl = ttl_seconds
        self._append = redis.register_script(_APPEND)

    def load(
        self, conversation_id: str, since: int = 0, edition: str | None = None
    ) -> StoredTracker | None:
        """What is kept; damaged data counts as forgotten."""
        since = since if edition else 0
        try:
            head, length, kept = self._read(conversation_id, since)
            if since and head != edition:
                since = 0
                head, length, kept = self._read(conversation_id, since)
            if head is None:
                return None
            events = tuple(json.loads(event) for event in kept)
            if all(isinstance(event, dict) for event in events):
                return StoredTracker(events, length - 1, head, since)
        except (ResponseError, ValueError):  # no list, or no JSON in it
            pass
        except RedisError as error:
            raise StoreUnavailable(f"a tracker cannot be read: {error}") from error
        _log.warning("the tracker of %s is damaged and is forgotten", conversation_id)
        return None

    def _read(self, conversation_id: str, since: int) -> tuple[str | None, int, list[Any]]:
        """The edition, the length of the list, and the events from `since` on."""
        key = _key("events", conversation_id)
        with self._redis.pipeline() as pipe:
            pipe.lindex(key, 0)
            pipe.llen(key)
            pipe.lrange(key, since + 1, -1)
            head, length, kept = pipe.execute()
        if isinstance(head, bytes):
            head = head.decode(errors="replace")
        return head, length, kept

    def save(self, conversation_id: str, events: Sequence[Mapping[str, Any]]) -> str:
        """Keep these events."""
        key, edition = _key("events", conversation_id), uuid.uuid4().hex
        try:
            with self._redis.pipeline() as pipe:
                pipe.delete(key)
                pipe.rpush(key, edition, *map(json.dumps, events))
                pipe.expire(key, self._ttl)
                pipe.execute()
        except RedisError as error:
            raise StoreUnavailable(f"a tracker cannot be saved: {error}") from error
        return edition

    def append(
        self,
        conversation_id: str,
        edition: str,
        position: int,
        events: Sequence[Mapping[str, Any]],
    ) -> bool:
        """Keep these events too."""
        key = _key("events", conversation_id)
        try:
            done = self._append([key], [edition, position, self._ttl, *map(json.dumps, events)])
        except ResponseError:  # what is there is no list
            return False
        except RedisError as error:
            raise StoreUnavailable(f"a tracker cannot be saved: {error}") from error
        return bool(done)

    def drop(self, conversation_id: str) -> None:
        """Forget a conversation."""
        try:
            self._redis.delete(_key("events", conversation_id))
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
        self._kept: dict[str, tuple[str, list[str]]] = {}

    def load(
        self, conversation_id: str, since: int = 0, edition: str | None = None
    ) -> StoredTracker | None:
        """What is kept."""
        kept = self._kept.get(_valid(conversation_id))
        if kept is None:
            return None
        since = since if edition == kept[0] else 0
        events = tuple(json.loads(event) for event in kept[1][since:])
        return StoredTracker(events, len(kept[1]), kept[0], since)

    def save(self, conversation_id: str, events: Sequence[Mapping[str, Any]]) -> str:
        """Keep these events."""
        edition = uuid.uuid4().hex
        self._kept[_valid(conversation_id)] = (edition, [json.dumps(event) for event in events])
        return edition

    def append(
        self,
        conversation_id: str,
        edition: str,
        position: int,
        events: Sequence[Mapping[str, Any]],
    ) -> bool:
        """Keep these events too."""
        kept = self._kept.get(_valid(conversation_id))
        if kept is None or (kept[0], len(kept[1])) != (edition, position):
            return False
        kept[1].extend(json.dumps(event) for event in events)
        return True

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

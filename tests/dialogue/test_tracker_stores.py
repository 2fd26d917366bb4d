"""Trackers and locks between turns, in a real Redis and in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from redis import Redis

from dialogue.errors import DialogueError, LockUnavailable, StoreUnavailable
from dialogue.store import (
    ConversationLocks,
    InMemoryLocks,
    InMemoryTrackerStore,
    RedisLocks,
    RedisTrackerStore,
    StoredTracker,
    TrackerStore,
)

EVENTS = ({"event": "slot", "name": "a", "value": ["ü", None]}, {"event": "restart"})


@pytest.fixture
def redis(redis_server) -> Iterator[Redis]:
    client = Redis.from_url(redis_server.url)
    yield client
    client.close()


@pytest.fixture(params=["redis", "memory"])
def store(request: pytest.FixtureRequest) -> TrackerStore:
    if request.param == "memory":
        return InMemoryTrackerStore()
    return RedisTrackerStore(request.getfixturevalue("redis"), ttl_seconds=60)


@pytest.fixture(params=["redis", "memory"])
def locks(request: pytest.FixtureRequest) -> ConversationLocks:
    if request.param == "memory":
        return InMemoryLocks(wait_s=0.3)
    return RedisLocks(request.getfixturevalue("redis"), lifetime_s=0.3, wait_s=0.3)


def test_what_is_saved_is_loaded(store: TrackerStore):
    assert store.load("c1") is None
    store.save("c1", EVENTS[:1])
    edition = store.save("c1", EVENTS)
    assert store.load("c1") == StoredTracker(EVENTS, 2, edition)
    assert store.load("c2") is None
    store.drop("c1")
    assert store.load("c1") is None
    store.drop("c1")


def test_a_tracker_without_events_is_kept_too(store: TrackerStore):
    edition = store.save("c1", ())
    assert store.load("c1") == StoredTracker((), 0, edition)
    assert store.append("c1", edition, 0, EVENTS)
    assert store.load("c1") == StoredTracker(EVENTS, 2, edition)


def test_new_events_are_appended_and_read_alone(store: TrackerStore):
    edition = store.save("c1", EVENTS)
    assert store.append("c1", edition, 2, EVENTS[:1])
    assert store.append("c1", edition, 3, [])
    assert store.load("c1", 2, edition) == StoredTracker(EVENTS[:1], 3, edition, 2)
    assert store.load("c1", 3, edition) == StoredTracker((), 3, edition, 3)


def test_who_has_another_edition_gets_everything(store: TrackerStore):
    old = store.save("c1", EVENTS)
    new = store.save("c1", EVENTS[::-1])
    assert old != new
    assert store.load("c1", 2, old) == StoredTracker(EVENTS[::-1], 2, new)
    assert store.load("c1", 2) == StoredTracker(EVENTS[::-1], 2, new)


def test_nothing_is_appended_to_what_is_not_there(store: TrackerStore):
    """Forgotten, another edition, fewer events or more: the store is left as it was."""
    assert not store.append("c1", "an edition", 0, EVENTS)
    assert store.load("c1") is None
    edition = store.save("c1", EVENTS)
    for known, position in ((edition, 1), (edition, 3), ("another", 2)):
        assert not store.append("c1", known, position, EVENTS)
    assert store.load("c1") == StoredTracker(EVENTS, 2, edition)


@pytest.mark.parametrize("bad", ["", "a b", "a:b", "a/b", "ä", "a\n", "x" * 129, "*"])
def test_only_plain_ids_become_keys(store: TrackerStore, locks: ConversationLocks, bad: str):
    for use in (
        store.load,
        store.drop,
        lambda id: store.save(id, EVENTS),
        lambda id: store.append(id, "an edition", 1, EVENTS),
    ):
        with pytest.raises(DialogueError, match="not a conversation's id"):
            use(bad)
    with pytest.raises(DialogueError), locks.hold(bad):
        pass


def test_a_tracker_is_forgotten_in_time(redis: Redis):
    store = RedisTrackerStore(redis, ttl_seconds=60)
    edition = store.save("c1", EVENTS)
    assert 0 < redis.ttl("frontdesk:events:c1") <= 60
    redis.expire("frontdesk:events:c1", 5)
    store.append("c1", edition, 2, EVENTS)
    assert 5 < redis.ttl("frontdesk:events:c1") <= 60


@pytest.mark.parametrize("damaged", [b"{", b"[]", b"\xff", b'"x"', b"null"])
def test_a_damaged_tracker_counts_as_forgotten(redis: Redis, damaged: bytes):
    redis.rpush("frontdesk:events:c1", "an edition", damaged)
    assert RedisTrackerStore(redis, 60).load("c1") is None


def test_what_is_no_list_counts_as_forgotten(redis: Redis):
    redis.set("frontdesk:events:c1", "{}")
    store = RedisTrackerStore(redis, 60)
    assert store.load("c1") is None
    assert not store.append("c1", "an edition", 0, EVENTS)
    edition = store.save("c1", EVENTS)
    assert store.load("c1") == StoredTracker(EVENTS, 2, edition)


def test_a_redis_that_is_down_has_a_name(own_redis):
    redis = Redis.from_url(own_redis.url)
    store, locks = RedisTrackerStore(redis, 60), RedisLocks(redis, 5, 0.2)
    edition = store.save("c1", EVENTS)
    own_redis.kill()
    for use in (
        store.load,
        store.drop,
        lambda id: store.save(id, EVENTS),
        lambda id: store.append(id, edition, 2, EVENTS),
    ):
        with pytest.raises(StoreUnavailable):
            use("c1")
    with pytest.raises(LockUnavailable), locks.hold("c1"):
        pass
    own_redis.start()
    assert store.load("c1") == StoredTracker(EVENTS, 2, edition)
    with locks.hold("c1"):
        pass
    redis.close()


def test_one_turn_at_a_time(locks: ConversationLocks):
    busy, log = [], []

    def take_turn() -> None:
        with locks.hold("c1"):
            busy.append(1)
            log.append(len(busy))
            time.sleep(0.01)
            busy.pop()

    threads = [threading.Thread(target=take_turn) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log == [1] * 8


def test_conversations_do_not_wait_for_each_other(locks: ConversationLocks):
    with locks.hold("c1"), locks.hold("c2"):
        pass


def test_who_waits_too_long_is_told(locks: ConversationLocks):
    with (
        locks.hold("c1"),
        pytest.raises(LockUnavailable, match="takes too long"),
        locks.hold("c1"),
    ):
        pass
    with locks.hold("c1"):
        pass


def test_a_turn_that_fails_frees_its_lock(locks: ConversationLocks):
    with pytest.raises(ZeroDivisionError), locks.hold("c1"):
        raise ZeroDivisionError
    with locks.hold("c1"):
        pass


def test_a_lock_is_renewed_while_it_is_held(redis: Redis):
    locks = RedisLocks(redis, lifetime_s=0.15, wait_s=0.01)
    with locks.hold("c1"):
        for _ in range(5):
            time.sleep(0.1)
            with pytest.raises(LockUnavailable), locks.hold("c1"):
                pass


def test_a_lock_of_a_process_that_died_runs_out(redis: Redis):
    redis.set("frontdesk:lock:c1", "of somebody who is gone", px=100)
    with RedisLocks(redis, lifetime_s=1, wait_s=5).hold("c1"):
        pass


def test_a_lock_that_redis_lost_is_not_freed_for_another(redis: Redis):
    locks = RedisLocks(redis, lifetime_s=30, wait_s=0.1)
    with locks.hold("c1"):
        redis.flushall()
        redis.set("frontdesk:lock:c1", "of another")
    assert redis.get("frontdesk:lock:c1") == b"of another"

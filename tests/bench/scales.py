"""How the host's figures change with the length of texts, the intents, the wait for company.

For `tests.bench.hosting`.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.commands.output import say
from nlu.bundle import open_bundle
from tests.bench.clocked import spreads
from tests.bench.loads import FIGURES, Host, host_of, load, texts_file
from tests.bench.rounds import taking_turns
from tests.bench.untrained import write_untrained

TOKENS = (4, 8, 16, 32, 64, 128, 256, 512)
INTENTS = (10, 30, 100, 300, 1000)
WINDOWS_MS = (0, 1, 2, 5, 10, 20)
CLIENTS = 64
WINDOW_CLIENTS = (1, 8, 64)
TEXTS = 500  # of each length
MARKS = 2  # tokens around a text
# Each of them is one token of the encoder.
COMMON = (
    *("the", "my", "card", "order", "is", "not", "here", "yet", "and", "you", "please", "help"),
    *("money", "account", "was", "sent", "back", "to", "a", "new", "address", "can", "why", "how"),
    *("long", "does", "it", "take", "i", "have", "paid", "twice", "for", "this", "week", "what"),
)

Points = dict[float, dict[str, Any]]


@dataclass(frozen=True)
class Bench:
    """A model's folder, a file of texts, a folder for logs, and how long and often to measure."""

    model: Path
    texts: Path
    home: Path
    seconds: float
    rounds: int
    quick: bool

    def some(self, values: Sequence[int]) -> Sequence[int]:
        """The values to measure: when in a hurry, the first and the last."""
        return (values[0], values[-1]) if self.quick else values


def mixed(texts: Sequence[str]) -> list[str]:
    """The texts in an order that is always the same: files have them by intent."""
    return random.Random(0).sample(texts, len(texts))


def tokens(bench: Bench) -> Points:
    """By the length of texts, in tokens; the host reads no more than 256 of them."""
    say("lengths of texts")
    words = random.Random(0)
    files = {
        count: texts_file(
            [" ".join(words.choices(COMMON, k=count - MARKS)) for _ in range(TEXTS)],
            bench.home / f"{count}-tokens.txt",
        )
        for count in bench.some(TOKENS)
    }
    with host_of(bench.model, bench.home) as host:
        turns = taking_turns(
            [*files],
            bench.rounds,
            lambda count: load(host.url, files[count], clients=CLIENTS, seconds=bench.seconds),
        )
    return {count: spreads(own, FIGURES) for count, own in turns.items()}


def intents(bench: Bench) -> Points:
    """By the number of intents, of models that were not trained."""
    say("numbers of intents")
    bundle = open_bundle(bench.model)
    with contextlib.ExitStack() as stack:
        hosts = {}
        for count in bench.some(INTENTS):
            folder = write_untrained(bundle, count, bench.home / "untrained")
            hosts[count] = stack.enter_context(host_of(folder, bench.home))
        turns = _against(hosts, CLIENTS, bench)
        backends = {count: host.health()["backend"] for count, host in hosts.items()}
    return {
        count: {**spreads(own, FIGURES), "backend": backends[count]} for count, own in turns.items()
    }


def windows(bench: Bench) -> dict[int, Points]:
    """By how long a text may wait for a fuller batch (ms), for each number of clients."""
    say("waiting for company")
    with contextlib.ExitStack() as stack:
        hosts = {
            wait: stack.enter_context(host_of(bench.model, bench.home, wait_ms=wait))
            for wait in bench.some(WINDOWS_MS)
        }
        found: dict[int, Points] = {}
        for clients in bench.some(WINDOW_CLIENTS):
            say(f"{clients} clients")
            turns = _against(hosts, clients, bench)
            found[clients] = {wait: spreads(own, FIGURES) for wait, own in turns.items()}
    return found


def _against(
    hosts: Mapping[int, Host], clients: int, bench: Bench
) -> dict[int, list[dict[str, Any]]]:
    """Rounds of hosts that take turns; those that are not asked are idle."""
    return taking_turns(
        [*hosts],
        bench.rounds,
        lambda key: load(hosts[key].url, bench.texts, clients=clients, seconds=bench.seconds),
    )

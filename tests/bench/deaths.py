"""The NLU host of a running product is killed under load; for `tests.bench.swaps`.

Supervision starts it again. Some ask it without a second try, to see when a connection breaks;
others through the product's own client, which tries again until its deadline.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.commands.output import say
from app.load.sentences import SENTENCES
from nlu.client import NluClient
from nlu.errors import InterpreterUnavailable
from tests.bench.clocked import spread
from tests.conftest import free_port, wait_until
from tests.e2e.conftest import Product

RAW, CLIENTS = 16, 8  # threads of either kind
DEADLINE_S = 5.0  # of the clients, as the product has it
BEFORE_S = AFTER_S = 2.0  # under load
AGAIN_S = 0.05  # pause after a failure without a second try
SERVES_WITHIN_S = 120.0
MOMENT_S = 0.1


@dataclass(frozen=True)
class Asked:
    """A question: when it was put and answered (monotonic, seconds), and what went wrong."""

    began: float
    ended: float
    error: str | None = None


def deaths(home: Path, kills: int) -> dict[str, Any]:
    """Run the product in a home that has models, and kill its host again and again."""
    product = Product(home, free_port(), free_port())
    say("starting the product")
    product.start()
    try:
        each = [_death(product, number) for number in range(1, kills + 1)]
    finally:
        product.stop()
    return {
        "seconds_to_serve_again": spread([one["seconds_to_serve_again"] for one in each]),
        "all_clients_answered_in_time": all(one["clients"]["in_time"] for one in each),
        "each": each,
    }


def _death(product: Product, number: int) -> dict[str, Any]:
    """Kill the host once."""
    url = product.environment["FRONTDESK_NLU_URL"]
    raw: list[Asked] = []
    clients: list[Asked] = []
    with httpx.Client(base_url=url, timeout=30) as http, _asking() as start:
        client = NluClient(url, deadline_s=DEADLINE_S)

        def ask(text: str) -> None:
            http.post("/model/parse", json={"text": text}).raise_for_status()

        for _ in range(RAW):
            start(ask, raw)
        for _ in range(CLIENTS):
            start(client.parse, clients)
        time.sleep(BEFORE_S)
        pids = product.pids("nlu")  # to look for them takes long, so not once the clock runs
        killed = time.monotonic()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: _served(raw, killed), "the host serves again", SERVES_WITHIN_S)
        time.sleep(AFTER_S)
    client.close()
    again = min(one.ended for one in _served(raw, killed)) - killed
    cut = [one.ended - killed for one in raw if one.began < killed < one.ended and one.error]
    met = [one for one in clients if one.ended > killed]  # by the death or what came of it
    late = [one for one in met if one.error or one.ended - one.began > DEADLINE_S]
    say(f"death {number}: serves again after {again:.1f} s")
    return {
        "seconds_to_serve_again": round(again, 2),
        "cut_off": {
            "requests": len(cut),
            "longest_ms_to_fail": round(1000 * max(cut), 1) if cut else None,
        },
        "clients": {
            "in_time": not late,
            "calls": len(met),
            "longest_s": round(max(one.ended - one.began for one in met), 2),
            "failed": dict(Counter(one.error or "late" for one in late)),
        },
    }


def _served(asked: Sequence[Asked], killed: float) -> list[Asked]:
    """The questions put after the death that were answered."""
    # One put at the very moment may still be answered by the dying.
    return [one for one in asked if one.began > killed + MOMENT_S and not one.error]


@contextlib.contextmanager
def _asking() -> Iterator[Callable[[Callable[[str], object], list[Asked]], None]]:
    """Threads that each ask one question after the other until the body ends."""
    stopped = threading.Event()

    def keep_asking(ask: Callable[[str], object], asked: list[Asked]) -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            began, error = time.monotonic(), None
            try:
                ask(SENTENCES[number % len(SENTENCES)])
            except (httpx.HTTPError, InterpreterUnavailable) as failure:
                error = type(failure).__name__
            asked.append(Asked(began, time.monotonic(), error))
            if error:
                stopped.wait(AGAIN_S)

    running: list[Future[None]] = []
    with ThreadPoolExecutor(RAW + CLIENTS) as threads:
        try:
            yield lambda ask, asked: running.append(threads.submit(keep_asking, ask, asked))
        finally:
            stopped.set()
    for one in running:
        one.result()  # an error that nobody expected

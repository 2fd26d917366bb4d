"""How long calls take: measured here, told as medians and spreads. Standard library only."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import Any, TypeVar

Question = TypeVar("Question")


def clocked(
    call: Callable[[Question], object], questions: Iterator[Question], seconds: float
) -> list[float]:
    """Call again and again, at least once and for about so many seconds; what each call took."""
    took: list[float] = []
    ends = time.perf_counter() + seconds
    while not took or time.perf_counter() < ends:
        question = next(questions)
        began = time.perf_counter()
        call(question)
        took.append(time.perf_counter() - began)
    return took


def rate(took: Sequence[float], size: int = 1) -> float:
    """Messages a second of calls with so many messages each, from the seconds they took."""
    return size * len(took) / sum(took)


def latencies(took: Sequence[float]) -> dict[str, float]:
    """Calls a second, and milliseconds that half and 99 % of them did not exceed."""
    ordered = sorted(took)
    p50, p99 = (1000 * ordered[math.ceil(share * len(took)) - 1] for share in (0.5, 0.99))
    return {"messages_per_second": rate(took), "p50_ms": p50, "p99_ms": p99}


def spread(values: Sequence[float]) -> dict[str, float]:
    """The median of the rounds, and the least and the most of them."""
    return {
        "median": _short(statistics.median(values)),
        "least": _short(min(values)),
        "most": _short(max(values)),
    }


def spreads(rounds: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """The spread of each of the named figures over rounds that have them."""
    found = {name: [one[name] for one in rounds if one.get(name) is not None] for name in names}
    return {name: spread(values) for name, values in found.items() if values}


def turns(texts: Sequence[str], size: int) -> Iterator[list[str]]:
    """The texts in full batches without end, in an order that is always the same but mixed."""
    mixed = random.Random(0).sample(texts, len(texts))
    endless = cycle(mixed)
    while True:
        yield [next(endless) for _ in range(size)]


def _short(value: float) -> float:
    return float(f"{value:.5g}")

"""When messages are due, where customers come of their own accord (open loop)."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator


def due_times(rate: float, seed: int, messages: int | None, seconds: float) -> Iterator[float]:
    """Seconds from the start at which messages are due, in order: a Poisson process.

    `rate` is messages a second; the gaps are exponential, and the same seed gives the same times.
    It ends after so many `messages` (None: without end) or at so many `seconds`, whichever comes
    first.
    """
    gaps = random.Random(seed)
    times = itertools.accumulate(gaps.expovariate(rate) for _ in itertools.count())
    return itertools.takewhile(lambda due: due < seconds, itertools.islice(times, messages))

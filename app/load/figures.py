"""What was measured, as figures: exact percentiles of all latencies, no buckets."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

OK = 200
REFUSED = 503


@dataclass(frozen=True)
class Tally:
    """What became of each message: latencies in seconds of the answered and of the refused, and
    how many had no answer, by what went wrong."""

    answered: array[float] = field(default_factory=lambda: array("d"))
    refused: array[float] = field(default_factory=lambda: array("d"))
    errors: Counter[str] = field(default_factory=Counter)

    def count(self, status: int, latency_s: float) -> None:
        """Count an answer by its HTTP status."""
        if status == OK:
            self.answered.append(latency_s)
        elif status == REFUSED:
            self.refused.append(latency_s)
        else:
            self.errors[f"status {status}"] += 1

    @property
    def messages(self) -> int:
        """How many messages were counted."""
        return len(self.answered) + len(self.refused) + self.errors.total()


@dataclass(frozen=True)
class Figures:
    """The report. Milliseconds are of answered messages; None where there was none.

    `messages_per_second` counts answered messages only. `processor_us` is what this process
    itself spent on a message, in microseconds of processor.
    """

    messages_per_second: float
    p50_ms: float | None
    p90_ms: float | None
    p99_ms: float | None
    p999_ms: float | None
    max_ms: float | None
    mean_ms: float | None
    errors: int
    errors_by_kind: dict[str, int]
    refused: int
    p99_refused_ms: float | None
    messages: int
    answered: int
    seconds: float
    clients: int
    mode: str
    rate: float | None
    url: str
    processor_us: float

    def to_json(self) -> dict[str, Any]:
        """All figures by their names."""
        return asdict(self)

    def table(self) -> str:
        """The figures for people, one a line, aligned."""
        pace = f"a Poisson process of {self.rate:g} a second, at most " if self.rate else ""
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.errors_by_kind.items())
        latencies = {
            "median": self.p50_ms,
            "90th percentile": self.p90_ms,
            "99th percentile": self.p99_ms,
            "99.9th percentile": self.p999_ms,
            "longest": self.max_ms,
            "mean": self.mean_ms,
            "99th, refused": self.p99_refused_ms,
        }
        rows = [
            ("loop", f"{self.mode}, {pace}{self.clients} at a time"),
            ("messages a second", f"{self.messages_per_second:.1f}"),
            ("answered", f"{self.answered} of {self.messages} in {self.seconds:.1f} s"),
            ("refused", f"{self.refused}"),
            ("errors", f"{self.errors} ({kinds})" if kinds else "0"),
            *((name, f"{ms:.2f} ms") for name, ms in latencies.items() if ms is not None),
            ("processor here", f"{self.processor_us:.1f} µs a message"),
        ]
        return "\n".join(f"{name:<18} {value}" for name, value in rows)


def figures_of(
    tally: Tally,
    *,
    seconds: float,
    processor_s: float,
    clients: int,
    rate: float | None,
    url: str,
) -> Figures:
    """The report of a run that took `seconds`, `processor_s` of them on the processor here."""
    times = np.frombuffer(tally.answered)
    p50, p90, p99, p999 = percentiles(tally.answered, (0.5, 0.9, 0.99, 0.999))
    (p99_refused,) = percentiles(tally.refused, (0.99,))
    return Figures(
        messages_per_second=round(len(times) / seconds, 3) if seconds else 0.0,
        p50_ms=_ms(p50),
        p90_ms=_ms(p90),
        p99_ms=_ms(p99),
        p999_ms=_ms(p999),
        max_ms=_ms(float(times.max())) if len(times) else None,
        mean_ms=_ms(float(times.mean())) if len(times) else None,
        errors=tally.errors.total(),
        errors_by_kind=dict(tally.errors.most_common()),
        refused=len(tally.refused),
        p99_refused_ms=_ms(p99_refused),
        messages=tally.messages,
        answered=len(times),
        seconds=round(seconds, 3),
        clients=clients,
        mode="closed" if rate is None else "open",
        rate=rate,
        url=url,
        processor_us=round(processor_s / max(1, tally.messages) * 1e6, 1),
    )


def percentiles(times: Sequence[float], shares: Sequence[float]) -> list[float | None]:
    """For each share the smallest of the times that at least so many of them do not exceed.

    Each is a time that was measured, never a mean of two; None where there are no times.
    """
    if not times:
        return [None for _ in shares]
    return [float(time) for time in np.quantile(times, shares, method="inverted_cdf")]


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)

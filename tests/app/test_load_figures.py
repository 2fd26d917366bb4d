"""What the load generator computes: due times, percentiles, the table, addresses, alarms."""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.load.alarm import KernelAlarm, LoopAlarm, alarm
from app.load.arrivals import due_times
from app.load.figures import Tally, figures_of, percentiles
from app.load.target import request_of, target_of

# What others read from the command's JSON.
KEYS = {
    *("messages_per_second", "p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms", "mean_ms"),
    *("errors", "refused", "p99_refused_ms", "messages", "answered", "seconds", "clients"),
    *("mode", "rate", "url"),
}


@given(
    st.lists(st.floats(0, 1e3), min_size=1, max_size=300),
    st.sampled_from(["0.5", "0.9", "0.99", "0.999"]),
)
def test_a_percentile_is_the_smallest_time_that_enough_do_not_exceed(
    times: list[float], share: str
) -> None:
    (found,) = percentiles(times, (float(share),))
    enough = math.ceil(Fraction(share) * len(times))
    assert found == sorted(times)[enough - 1]


def test_there_is_no_percentile_of_nothing() -> None:
    figures = figures_of(Tally(), seconds=0, processor_s=0, clients=1, rate=None, url="")
    assert figures.p50_ms is figures.max_ms is figures.p99_refused_ms is None
    assert figures.messages_per_second == 0
    assert json.loads(json.dumps(figures.to_json(), allow_nan=False))["mean_ms"] is None


@given(
    rate=st.floats(0.1, 1e4),
    seed=st.integers(),
    messages=st.none() | st.integers(0, 200),
    seconds=st.floats(0, 5),
)
def test_due_times_grow_end_and_come_again(
    rate: float, seed: int, messages: int | None, seconds: float
) -> None:
    def times() -> list[float]:
        return list(itertools.islice(due_times(rate, seed, messages, seconds), 500))

    assert times() == times() == sorted(times())
    assert all(0 <= due < seconds for due in times())
    assert messages is None or len(times()) <= messages


def test_due_times_are_a_poisson_process() -> None:
    times = list(due_times(50, 7, 20_000, math.inf))
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert sum(gaps) / len(gaps) == pytest.approx(1 / 50, rel=0.03)
    longer_than_mean = sum(gap > 1 / 50 for gap in gaps) / len(gaps)
    assert longer_than_mean == pytest.approx(1 / math.e, abs=0.02)


def test_the_table_shows_what_was_counted() -> None:
    tally = Tally()
    for latency in (0.010, 0.020, 0.030):
        tally.count(200, latency)
    tally.count(503, 0.001)
    tally.count(500, 0.5)
    figures = figures_of(tally, seconds=2, processor_s=1e-4, clients=4, rate=9.0, url="u")
    assert (figures.messages, figures.answered, figures.refused, figures.errors) == (5, 3, 1, 1)
    assert (figures.p50_ms, figures.max_ms, figures.mean_ms) == (20, 30, 20)
    assert (figures.p99_refused_ms, figures.messages_per_second) == (1, 1.5)
    assert (figures.mode, figures.processor_us) == ("open", 20)
    lines = figures.table().splitlines()
    assert "errors             1 (status 500 1)" in lines
    assert "median             20.00 ms" in lines
    assert set(figures.to_json()) >= KEYS


def test_the_url_names_the_host() -> None:
    assert target_of("http://nlu:8001/") == ("nlu", 8001, "/model/parse")
    assert target_of("http://[::1]/behind/") == ("::1", 80, "/behind/model/parse")
    assert b"Host: [::1]:80\r\n" in request_of("hello", target_of("http://[::1]")).head
    for wrong in ("nlu:8001", "https://nlu", "http://", "http://nlu:port", "http://[::1"):
        with pytest.raises(BadInput):
            target_of(wrong)


@pytest.mark.parametrize("kind", [LoopAlarm, KernelAlarm, alarm])
def test_an_alarm_rings_once_and_not_before_its_time(kind) -> None:
    async def rung() -> list[float]:
        rings: list[float] = []
        set_alarm = kind(lambda: rings.append(time.monotonic()))
        set_alarm.set(time.monotonic() + 10)
        set_alarm.set(at := time.monotonic() + 0.05)  # takes the other's place
        await asyncio.sleep(0.2)
        set_alarm.set(0)
        await asyncio.sleep(0.05)
        set_alarm.set(time.monotonic() + 0.01)
        set_alarm.close()
        await asyncio.sleep(0.05)
        return [ring - at for ring in rings]

    first, _at_once = asyncio.run(rung())
    assert first >= -0.001

"""Plays many customers of an NLU host and counts what becomes of their messages."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from app.errors import Unavailable
from app.load.arrivals import due_times
from app.load.connection import TIMED_OUT, Client, Unanswered
from app.load.figures import Figures, Tally, figures_of
from app.load.pacing import ClosedLoop, OpenLoop, Pace
from app.load.target import Request, request_of, target_of

new_event_loop: Callable[[], asyncio.AbstractEventLoop]
try:
    from uvloop import new_event_loop
except ImportError:  # not everywhere; it halves what a message costs here
    from asyncio import new_event_loop

PATIENCE_S = 30.0
# Whoever asks again at once would run through all messages while a host restarts.
PAUSE_S = 0.05
BETWEEN_REPORTS_S = 0.25

Progress = Callable[[int], None]  # how many messages were counted so far


@dataclass(frozen=True)
class Plan:
    """What to ask of which host, and how.

    `texts` are asked in turn. `messages` are counted, or as many as there are in `seconds`, or
    until the first of both; `warm_up` more go before. With `rate` (messages a second) they are
    due at random times, made from `seed`; without it each of the `clients` asks again as soon as
    it was answered. A client waits `deadline_ms` and tells the host so, or else 30 s.
    """

    url: str
    texts: Sequence[str]
    clients: int = 1
    messages: int | None = 1000
    seconds: float = math.inf
    rate: float | None = None
    deadline_ms: int | None = None
    warm_up: int = 50
    seed: int = 0

    @property
    def patience_s(self) -> float:
        """How long a message waits for its answer, in seconds from when it was due."""
        return PATIENCE_S if self.deadline_ms is None else self.deadline_ms / 1000


@dataclass
class Run:
    """What was counted, and what it took, in seconds by the clock and of the processor."""

    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0
    processor_s: float = 0.0

    @contextlib.contextmanager
    def measuring(self) -> Iterator[None]:
        """The time of the body is what the run took."""
        began, processor_began = time.monotonic(), time.process_time()
        yield
        self.seconds = time.monotonic() - began
        self.processor_s = time.process_time() - processor_began


def measure(plan: Plan, progress: Progress | None = None) -> Figures:
    """Carry the plan out, and report. Raises BadInput for a wrong URL, Unavailable without a host.

    A host that goes away later, or answers wrongly, raises nothing: it is counted.
    """
    run = generate(plan, progress)
    return figures_of(
        run.tally,
        seconds=run.seconds,
        processor_s=run.processor_s,
        clients=plan.clients,
        rate=plan.rate,
        url=plan.url,
    )


def generate(plan: Plan, progress: Progress | None = None) -> Run:
    """Carry the plan out, and give each latency. Raises as `measure` does."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(_generate(plan, progress))


async def _generate(plan: Plan, progress: Progress | None) -> Run:
    target = target_of(plan.url)
    requests = itertools.cycle([request_of(text, target) for text in plan.texts])
    tells_patience = plan.deadline_ms is not None
    clients = [Client(target, tells_patience=tells_patience) for _ in range(plan.clients)]
    run = Run()
    try:
        await _connect(clients, plan)
        await _ask_all(clients, ClosedLoop(plan.warm_up, math.inf), requests, plan, Tally())
        async with _reporting(run.tally, progress):
            with run.measuring(), _pace(plan) as pace:
                await _ask_all(clients, pace, requests, plan, run.tally)
    finally:
        for client in clients:
            client.close()
    return run


async def _connect(clients: Sequence[Client], plan: Plan) -> None:
    until = time.monotonic() + PATIENCE_S
    try:
        await asyncio.gather(*(client.connect(until) for client in clients))
    except OSError as error:
        raise Unavailable(f"{plan.url} cannot be reached: {str(error) or 'no answer'}") from error


@contextlib.contextmanager
def _pace(plan: Plan) -> Iterator[Pace]:
    if plan.rate is None:
        yield ClosedLoop(plan.messages, plan.seconds)
        return
    pace = OpenLoop(due_times(plan.rate, plan.seed, plan.messages, plan.seconds))
    try:
        yield pace
    finally:
        pace.close()


async def _ask_all(
    clients: Sequence[Client], pace: Pace, requests: Iterator[Request], plan: Plan, tally: Tally
) -> None:
    async with asyncio.TaskGroup() as tasks:
        for client in clients:
            tasks.create_task(_keep_asking(client, pace, requests, plan.patience_s, tally))


async def _keep_asking(
    client: Client, pace: Pace, requests: Iterator[Request], patience_s: float, tally: Tally
) -> None:
    while (due := await pace.next_due()) is not None:
        try:
            answer = await client.ask(next(requests), due + patience_s)
        except Unanswered as failure:
            tally.errors[failure.kind] += 1
            if failure.kind != TIMED_OUT:
                await asyncio.sleep(PAUSE_S)
        else:
            tally.count(answer.status, answer.at - due)


@contextlib.asynccontextmanager
async def _reporting(tally: Tally, progress: Progress | None) -> AsyncIterator[None]:
    """Tell now and then how far it is; not at each message, which would cost more than asking."""
    if progress is None:
        yield
        return

    async def report() -> None:
        while True:
            progress(tally.messages)
            await asyncio.sleep(BETWEEN_REPORTS_S)

    reports = asyncio.create_task(report())
    yield
    reports.cancel()
    progress(tally.messages)

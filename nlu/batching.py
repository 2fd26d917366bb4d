"""Dynamic batching: requests that wait together are answered together.

The decision (`next_batch`) is a pure function of what waits; the queue, the clock and the thread
stand around it (`Batcher`).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import NamedTuple, Protocol

from nlu.errors import InterpreterOverloaded
from nlu.types import Understanding

LOOKAHEAD = 4  # batches' worth of the queue that is sorted by length
BULK_GIVES_WAY_S = 1.0  # so long bulk lets live texts go first
SMOOTHING = 0.2  # weight of the latest batch in what a text is known to take


@dataclass(frozen=True, eq=False)
class Waiting:
    """One text that waits. Texts of different `group`s never share a batch.

    `arrived` and `deadline` are seconds of a monotonic clock; after its deadline nobody waits
    for it any more. A text in `bulk` is one of a list, which no person waits for.
    """

    text: str
    group: Hashable
    arrived: float
    deadline: float
    bulk: bool = False
    turn: float = field(init=False)

    def __post_init__(self) -> None:
        """Texts go in the order of `turn`, a time: bulk as if it had come a little later."""
        object.__setattr__(self, "turn", self.arrived + BULK_GIVES_WAY_S * self.bulk)


class Decision(NamedTuple):
    """What to run now, what to drop, and, if nothing is to be run yet, how long to wait."""

    batch: tuple[Waiting, ...]
    expired: tuple[Waiting, ...]
    wait_s: float


def next_batch(
    queue: Sequence[Waiting], now: float, *, max_batch: int, max_wait_s: float
) -> Decision:
    """Choose the next batch from a queue.

    A batch is due when it can be filled or the first text has waited `max_wait_s`. It is a
    stretch of texts of like length (so that little is padded) that holds the first in turn (so
    that none waits for ever). Bulk joins a batch of live texts only when its turn has come.
    """
    expired = tuple(one for one in queue if one.deadline <= now)
    alive = sorted((one for one in queue if one.deadline > now), key=attrgetter("turn"))
    if not alive:
        return Decision((), expired, 0.0)

    def kind(one: Waiting) -> tuple[Hashable, bool]:
        return one.group, one.bulk and one.turn > now

    first = alive[0]
    alike = (one for one in alive if kind(one) == kind(first))
    together = list(islice(alike, LOOKAHEAD * max_batch))
    waited = now - first.arrived
    if len(together) == len(alive) < max_batch and waited < max_wait_s:
        return Decision((), expired, max_wait_s - waited)
    by_length = sorted(together, key=lambda one: len(one.text))
    position = next(at for at, one in enumerate(by_length) if one is first)
    start = max(0, min(position - max_batch // 2, len(by_length) - max_batch))
    return Decision(tuple(by_length[start : start + max_batch]), expired, 0.0)


class BatchEngine(Protocol):
    """Something that understands many texts at once; called from several threads."""

    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        """One understanding a text, in their order. Does not raise for odd text."""
        ...


@dataclass(eq=False)
class _Ticket:
    engine: BatchEngine
    answer: asyncio.Future[Understanding]


@dataclass(frozen=True)
class BatchingLimits:
    """At most `max_waiting` texts wait; beyond it a request is refused at once.

    By default none waits for company while the engine is idle: under load batches fill by
    themselves, and a single text is answered soonest. `at_once` batches are at work together, so
    that the processors have the next one's products to do while the last one's answers are put
    together. `patience_s` is the deadline of a request that names none.
    """

    max_batch: int = 16
    at_once: int = 2
    max_wait_s: float = 0.0
    max_waiting: int = 1024
    patience_s: float = 10.0


class Batcher:
    """Collects texts from many requests and runs them through an engine, batch by batch.

    Threads run the engine, a batch each; the event loop stays free. `on_batch` is told the size
    of each batch.
    """

    def __init__(
        self, limits: BatchingLimits, on_batch: Callable[[int], None] = lambda _size: None
    ) -> None:
        self._limits = limits
        self._on_batch = on_batch
        self._tickets: dict[Waiting, _Ticket] = {}  # in order of arrival
        self._seconds_a_text = 0.0  # lately, of all threads together
        self._answered = 0.0  # when the latest batch was, by the monotonic clock
        self._arrival = asyncio.Event()
        self._threads = ThreadPoolExecutor(limits.at_once, thread_name_prefix="engine")

    @property
    def waiting(self) -> int:
        """How many texts wait for a batch."""
        return len(self._tickets)

    @property
    def full(self) -> bool:
        """Whether not even one text more may wait."""
        return self.waiting >= self._limits.max_waiting

    async def understand(
        self,
        engine: BatchEngine,
        texts: Sequence[str],
        *,
        patience_s: float | None = None,
        bulk: bool = False,
    ) -> list[Understanding]:
        """Understand the texts with this engine and no other, within `patience_s`.

        Raises InterpreterOverloaded at once when the queue cannot take them or would keep them
        longer than that, and later when they did wait too long. `bulk` lets others go first.
        """
        patience = self._limits.patience_s if patience_s is None else patience_s
        if self.waiting + len(texts) > self._limits.max_waiting:
            raise InterpreterOverloaded(f"{self.waiting} messages are waiting")
        if self.waiting * self._seconds_a_text > patience:
            raise InterpreterOverloaded(f"the queue is longer than {patience:.3f} s")
        now = time.monotonic()
        loop = asyncio.get_running_loop()
        added = []
        for text in texts:
            waiting = Waiting(text, id(engine), now, now + patience, bulk)
            self._tickets[waiting] = _Ticket(engine, loop.create_future())
            added.append((waiting, self._tickets[waiting].answer))
        self._arrival.set()
        try:
            return list(await asyncio.gather(*(answer for _, answer in added)))
        finally:
            # Whoever went away is waited for no longer.
            for waiting, _ in added:
                self._tickets.pop(waiting, None)

    async def run(self) -> None:
        """Answer batches until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._limits.at_once):
                    group.create_task(self._work())
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _work(self) -> None:
        """One batch after the other."""
        loop = asyncio.get_running_loop()
        while True:
            self._arrival.clear()
            decision = next_batch(
                list(self._tickets),
                time.monotonic(),
                max_batch=self._limits.max_batch,
                max_wait_s=self._limits.max_wait_s,
            )
            for waiting in decision.expired:
                self._answer(waiting, InterpreterOverloaded("the message waited too long"))
            if decision.batch:
                await self._run(loop, decision.batch)
            elif decision.wait_s > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._arrival.wait(), decision.wait_s)
            elif not self._tickets:
                await self._arrival.wait()

    async def _run(self, loop: asyncio.AbstractEventLoop, batch: tuple[Waiting, ...]) -> None:
        tickets = [self._tickets.pop(waiting) for waiting in batch]
        texts = [waiting.text for waiting in batch]
        self._on_batch(len(batch))
        started = time.monotonic()
        try:
            answers: Sequence[Understanding | Exception] = await loop.run_in_executor(
                self._threads, tickets[0].engine.parse_batch, texts
            )
        except Exception as error:
            # An engine does not raise for odd texts; memory may still run out.
            answers = [error] * len(batch)
        now = time.monotonic()
        took = (now - max(started, self._answered)) / len(batch)
        self._seconds_a_text += SMOOTHING * (took - self._seconds_a_text)
        self._answered = now
        for ticket, answer in zip(tickets, answers, strict=True):
            _settle(ticket.answer, answer)

    def _answer(self, waiting: Waiting, answer: Exception) -> None:
        ticket = self._tickets.pop(waiting, None)
        if ticket is not None:
            _settle(ticket.answer, answer)


def _settle(future: asyncio.Future[Understanding], answer: Understanding | Exception) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)

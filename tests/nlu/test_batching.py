"""The batching decision as a pure function, and the batcher around engines that are no model."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.batching import Batcher, BatchingLimits, Waiting, next_batch
from nlu.errors import InterpreterOverloaded
from nlu.types import Understanding

NOW = 100.0
queues = st.lists(
    st.builds(
        Waiting,
        text=st.text(max_size=20),
        group=st.sampled_from(["old", "new"]),
        arrived=st.floats(NOW - 5, NOW),
        deadline=st.floats(NOW - 1, NOW + 5),
        bulk=st.booleans(),
    ),
    max_size=40,
).map(lambda queue: sorted(queue, key=lambda one: one.arrived))


@given(queues, st.integers(1, 8), st.floats(0, 1))
def test_the_decision_is_fair_bounded_and_loses_nothing(queue, max_batch, max_wait) -> None:
    decision = next_batch(queue, NOW, max_batch=max_batch, max_wait_s=max_wait)
    alive = [one for one in queue if one.deadline > NOW]

    assert list(decision.expired) == [one for one in queue if one.deadline <= NOW]
    assert len(decision.batch) <= max_batch
    assert len({one.group for one in decision.batch}) <= 1
    assert {id(one) for one in decision.batch} <= {id(one) for one in alive}
    assert len({id(one) for one in decision.batch}) == len(decision.batch)
    if not alive:
        assert decision.batch == () and decision.wait_s == 0
    elif decision.batch:
        first = min(alive, key=lambda one: one.turn)
        assert first in decision.batch, "whose turn it is is never left waiting"
        gives_way = [one.bulk and one.turn > NOW for one in alive]
        assert len({one.bulk and one.turn > NOW for one in decision.batch}) == 1
        if not all(gives_way):
            assert not (first.bulk and first.turn > NOW), "live texts go first"
        same = [
            one
            for one, waits in zip(alive, gives_way, strict=True)
            if one.group == first.group and waits == (first.bulk and first.turn > NOW)
        ]
        assert len(decision.batch) == min(max_batch, len(same)), "a batch is as full as can be"
        lengths = [len(one.text) for one in decision.batch]
        assert lengths == sorted(lengths)
    else:
        assert 0 < decision.wait_s <= max_wait
        assert len(alive) < max_batch, "a full batch does not wait"


def test_texts_of_like_length_go_together() -> None:
    long_one = Waiting("x" * 500, "m", NOW, NOW + 9)
    short = [Waiting("x" * 5, "m", NOW + n / 1000, NOW + 9) for n in range(4)]
    another_long = Waiting("x" * 490, "m", NOW + 0.5, NOW + 9)
    batch = next_batch([long_one, *short, another_long], NOW + 1, max_batch=2, max_wait_s=0).batch
    assert set(batch) == {long_one, another_long}


class Echo:
    """An engine that answers with its own name, when it is let."""

    def __init__(self, name: str = "echo") -> None:
        self.name = name
        self.sizes: list[int] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        self.may_answer.wait(10)
        self.sizes.append(len(texts))
        return [Understanding(text, model_version=self.name) for text in texts]


class Broken(Echo):
    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        raise MemoryError("no room")


def with_batcher(story, at_once: int = 1, **limits) -> None:
    async def run() -> None:
        batcher = Batcher(BatchingLimits(at_once=at_once, **limits))
        task = asyncio.create_task(batcher.run())
        try:
            await story(batcher)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


def test_what_arrives_while_the_engine_works_is_answered_together() -> None:
    engine = Echo()

    async def story(batcher: Batcher) -> None:
        engine.may_answer.clear()
        first = asyncio.create_task(batcher.understand(engine, ["a"]))
        await asyncio.sleep(0.05)
        others = [asyncio.create_task(batcher.understand(engine, [str(n)])) for n in range(10)]
        await asyncio.sleep(0.05)
        engine.may_answer.set()
        assert [one.text for one in await first] == ["a"]
        answered = await asyncio.gather(*others)
        assert [one.text for (one,) in answered] == [str(n) for n in range(10)]
        assert engine.sizes == [1, 10]

    with_batcher(story)


def test_a_request_is_answered_by_the_engine_it_came_to() -> None:
    old, new = Echo("old"), Echo("new")

    async def story(batcher: Batcher) -> None:
        requests = [
            asyncio.create_task(batcher.understand(engine, ["x", "yy", "zzz"]))
            for engine in (old, new, old, new)
        ]
        answered = await asyncio.gather(*requests)
        names = [{one.model_version for one in answers} for answers in answered]
        assert names == [{"old"}, {"new"}, {"old"}, {"new"}]

    with_batcher(story, max_batch=2)


def test_a_full_queue_refuses_at_once_and_keeps_what_it_has() -> None:
    engine = Echo()

    async def story(batcher: Batcher) -> None:
        engine.may_answer.clear()
        first = asyncio.create_task(batcher.understand(engine, ["busy"]))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(batcher.understand(engine, ["a", "b", "c"]))
        await asyncio.sleep(0)
        with pytest.raises(InterpreterOverloaded):
            await batcher.understand(engine, ["one too many"])
        engine.may_answer.set()
        assert len(await waiting) == 3
        await first

    with_batcher(story, max_waiting=3)


def test_a_text_that_waited_too_long_is_dropped_and_says_so() -> None:
    engine = Echo()

    async def story(batcher: Batcher) -> None:
        engine.may_answer.clear()
        first = asyncio.create_task(batcher.understand(engine, ["busy"]))
        await asyncio.sleep(0.02)
        late = asyncio.create_task(batcher.understand(engine, ["late"]))
        await asyncio.sleep(0.1)
        engine.may_answer.set()
        with pytest.raises(InterpreterOverloaded):
            await late
        await first
        assert engine.sizes == [1], "nobody waited for it any more, so it was not run"
        assert batcher.waiting == 0

    with_batcher(story, patience_s=0.05)


def test_what_would_wait_longer_than_its_deadline_is_refused_at_once() -> None:
    engine = Echo()

    async def story(batcher: Batcher) -> None:
        engine.may_answer.clear()
        slow = asyncio.create_task(batcher.understand(engine, ["teaches how long a text takes"]))
        await asyncio.sleep(0.3)
        engine.may_answer.set()
        await slow
        engine.may_answer.clear()
        busy = asyncio.create_task(batcher.understand(engine, ["busy"]))
        await asyncio.sleep(0.02)
        patient = asyncio.create_task(batcher.understand(engine, ["a"] * 20, patience_s=60))
        await asyncio.sleep(0.02)
        with pytest.raises(InterpreterOverloaded, match="longer than"):
            await batcher.understand(engine, ["in a hurry"], patience_s=0.01)
        engine.may_answer.set()
        assert len(await patient) == 20
        await busy

    with_batcher(story)


def test_live_texts_go_before_bulk_and_bulk_is_not_forgotten() -> None:
    engine = Echo()
    answered: list[str] = []

    async def story(batcher: Batcher) -> None:
        async def ask(text: str, bulk: bool) -> None:
            await batcher.understand(engine, [text] * 4, bulk=bulk)
            answered.append(text)

        engine.may_answer.clear()
        first = asyncio.create_task(ask("first", False))
        await asyncio.sleep(0.02)
        bulk = asyncio.create_task(ask("bulk", True))
        await asyncio.sleep(0.02)
        live = asyncio.create_task(ask("live", False))
        await asyncio.sleep(0.02)
        engine.may_answer.set()
        await asyncio.gather(first, bulk, live)
        assert answered == ["first", "live", "bulk"]

    with_batcher(story, max_batch=4)


def test_whoever_goes_away_is_not_waited_for() -> None:
    engine = Echo()

    async def story(batcher: Batcher) -> None:
        engine.may_answer.clear()
        first = asyncio.create_task(batcher.understand(engine, ["busy"]))
        await asyncio.sleep(0.02)
        gone = asyncio.create_task(batcher.understand(engine, ["gone"]))
        await asyncio.sleep(0.02)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert batcher.waiting == 0
        engine.may_answer.set()
        await first

    with_batcher(story)


def test_an_engine_that_fails_harms_only_its_own_batch() -> None:
    async def story(batcher: Batcher) -> None:
        with pytest.raises(MemoryError):
            await batcher.understand(Broken(), ["a"])
        assert (await batcher.understand(Echo(), ["b"]))[0].text == "b"

    with_batcher(story)


def test_the_next_batch_is_at_work_before_the_last_one_is_answered() -> None:
    engine = Echo()

    async def story(batcher: Batcher) -> None:
        engine.may_answer.clear()
        asked = [asyncio.create_task(batcher.understand(engine, [text])) for text in "abcde"]
        await asyncio.sleep(0.05)
        assert batcher.waiting == 1, "two batches are at work, a third is not"
        engine.may_answer.set()
        answers = await asyncio.gather(*asked)
        assert [one.text for (one,) in answers] == [*"abcde"]
        assert sorted(engine.sizes) == [1, 2, 2]

    with_batcher(story, at_once=2, max_batch=2)

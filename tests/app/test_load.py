"""The load generator against a host that does what a test says, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.errors import Unavailable
from app.load import connection, generator
from app.load.arrivals import due_times
from app.load.generator import Plan, generate, measure
from tests.app.test_load_figures import KEYS
from tests.conftest import REPOSITORY, free_port


@dataclass(frozen=True)
class Asked:
    """A request as it came: when (monotonic clock), its headers in small letters, its text."""

    at: float
    headers: dict[str, str]
    text: str


@dataclass
class ScriptedHost:
    """A small HTTP host in a thread; `answer` is called for each request with its number from 0."""

    port: int = field(default_factory=free_port)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._open: set[asyncio.StreamWriter] = set()
        self._numbers = itertools.count()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[str]:
        return [asked.text for asked in self.asked]

    async def answer(self, number: int, writer: asyncio.StreamWriter) -> None:
        reply(writer)

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def go_away(self) -> None:
        """As a killed process would: nobody listens, and every connection is reset."""
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def stop(self) -> None:
        await self.go_away()
        answering = asyncio.all_tasks() - {asyncio.current_task()}
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        self.most_at_once = max(self.most_at_once, len(self._open))
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = head.split("\r\n")
                assert lines[0] == "POST /model/parse HTTP/1.1"
                headers = dict(line.lower().split(": ", 1) for line in lines[1:-2])
                body = await reader.readexactly(int(headers["content-length"]))
                self.asked.append(Asked(time.monotonic(), headers, json.loads(body)["text"]))
                await self.answer(next(self._numbers), writer)
                await writer.drain()
        self._open.discard(writer)
        writer.close()


def reply(writer: asyncio.StreamWriter, status: int = 200, headers: str = "") -> None:
    body = b'{"intent": {"name": "greet"}}'
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    writer.write(head.encode() + body)


Answer = Callable[[int, asyncio.StreamWriter], Awaitable[None]]
StartHost = Callable[..., ScriptedHost]


@pytest.fixture
def start_host() -> Iterator[StartHost]:
    """Start a host that answers 200 at once, or as the test's `answer` does."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    hosts = []

    def start(answer: Answer | None = None) -> ScriptedHost:
        host = ScriptedHost()
        if answer is not None:
            host.answer = answer
        asyncio.run_coroutine_threadsafe(host.listen(), loop).result(5)
        hosts.append(host)
        return host

    yield start
    for host in hosts:
        asyncio.run_coroutine_threadsafe(host.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


def plan_for(host: ScriptedHost, **settings: object) -> Plan:
    return Plan(host.url, **{"texts": ("hello",), "warm_up": 0, **settings})


# Closed loop


def test_each_message_is_asked_once_in_turn_on_kept_connections(start_host: StartHost) -> None:
    host = start_host()
    texts = ("hello", "wo ist mein Päckchen? \U0001f4e6", "half a pair: \ud83d")
    figures = measure(plan_for(host, texts=texts, messages=31, clients=3, warm_up=5))
    assert sorted(host.texts) == sorted(itertools.islice(itertools.cycle(texts), 36))
    assert host.connections == host.most_at_once == 3
    assert (figures.messages, figures.answered, figures.errors) == (31, 31, 0)
    assert figures.mode == "closed" and figures.rate is None
    assert figures.p50_ms <= figures.p90_ms <= figures.p99_ms <= figures.p999_ms <= figures.max_ms
    assert "x-deadline-ms" not in host.asked[0].headers


def test_refusals_and_errors_are_counted_apart(start_host: StartHost) -> None:
    async def moody(number: int, writer: asyncio.StreamWriter) -> None:
        reply(writer, {1: 503, 2: 500}.get(number % 4, 200))

    run = generate(plan_for(start_host(moody), messages=40, clients=2))
    assert len(run.tally.answered) == 20 and len(run.tally.refused) == 10
    assert run.tally.errors == {"status 500": 10}


def test_so_many_seconds_instead_of_so_many_messages(start_host: StartHost) -> None:
    figures = measure(plan_for(start_host(), messages=None, seconds=0.2, clients=2))
    assert figures.seconds >= 0.2 and figures.answered == figures.messages > 2


def test_a_connection_lost_in_the_middle_is_an_error_and_a_new_one_goes_on(
    start_host: StartHost,
) -> None:
    async def torn(number: int, writer: asyncio.StreamWriter) -> None:
        if number % 5 == 4:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            await writer.drain()
            writer.close()
        else:
            reply(writer)

    host = start_host(torn)
    run = generate(plan_for(host, messages=20, clients=2))
    assert len(run.tally.answered) == 16
    assert run.tally.errors == {connection.LOST: 4}
    # A client that has nothing more to ask does not connect again.
    assert 2 <= host.connections <= 6


def test_what_is_no_http_is_an_error(start_host: StartHost) -> None:
    async def rude(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n\r\n")

    run = generate(plan_for(start_host(rude), messages=3))
    assert run.tally.errors == {connection.NO_HTTP: 3}


def test_a_host_that_ends_connections_is_asked_on_new_ones(start_host: StartHost) -> None:
    async def polite(number: int, writer: asyncio.StreamWriter) -> None:
        reply(writer, headers="Connection: close\r\n")
        writer.close()

    host = start_host(polite)
    run = generate(plan_for(host, messages=6))
    assert len(run.tally.answered) == host.connections == 6


def test_a_connection_idle_for_long_is_not_trusted(
    start_host: StartHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LONGEST_IDLE_S", 0.0)
    host = start_host()
    assert len(generate(plan_for(host, messages=4)).tally.answered) == 4
    assert host.connections == 5  # the first was opened to see whether there is a host


def test_whoever_waits_too_long_gives_up_and_asks_again(start_host: StartHost) -> None:
    async def forgetful(number: int, writer: asyncio.StreamWriter) -> None:
        if number % 3 == 2:
            await asyncio.sleep(30)
        reply(writer)

    host = start_host(forgetful)
    run = generate(plan_for(host, messages=9, deadline_ms=400))
    assert run.tally.errors == {connection.TIMED_OUT: 3}
    assert len(run.tally.answered) == 6
    assert {asked.headers["x-deadline-ms"] for asked in host.asked} <= {
        str(left) for left in range(1, 401)
    }


def test_a_host_that_is_killed_and_comes_back_costs_errors_only(start_host: StartHost) -> None:
    async def dies_once(number: int, writer: asyncio.StreamWriter) -> None:
        if number == 10:
            await host.go_away()
            await asyncio.sleep(0.5)
            await host.listen()
        elif not writer.is_closing():
            reply(writer)

    host = start_host(dies_once)
    run = generate(plan_for(host, messages=100, clients=4))
    errors = run.tally.errors
    assert errors[connection.LOST] >= 1 and errors[connection.NO_CONNECTION] >= 1
    assert run.tally.messages == 100 and len(run.tally.answered) > 50


def test_a_host_that_is_not_there_is_said_so() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        generate(Plan(f"http://127.0.0.1:{free_port()}", ("hello",), clients=3))


# Open loop


def test_a_stall_is_felt_by_all_who_were_due_during_it(start_host: StartHost) -> None:
    rate, messages, stalls_at = 200, 300, 80
    stall: list[float] = []

    async def stalls_once(number: int, writer: asyncio.StreamWriter) -> None:
        if number == stalls_at:
            stall.append(time.monotonic())
            time.sleep(0.5)  # nothing at all is answered meanwhile
            stall.append(time.monotonic())
        reply(writer)

    host = start_host(stalls_once)
    run = generate(plan_for(host, rate=rate, messages=messages, clients=8))
    figures = measure(plan_for(start_host(), rate=rate, messages=30, clients=8))
    assert figures.mode == "open" and figures.rate == rate and figures.answered == 30

    times = list(due_times(rate, 0, messages, math.inf))
    # The k-th to come was due k-th or later; the promptest tells when the run began.
    start = min(asked.at - due for asked, due in zip(host.asked, times, strict=True))
    began, ended = (at - start for at in stall)
    due_in_it = sum(began <= due < ended - 0.1 for due in times)
    waited = sum(latency > 0.1 for latency in run.tally.answered)
    assert len(run.tally.answered) == messages
    assert max(run.tally.answered) >= 0.5
    assert due_in_it - 3 <= waited <= 2 * due_in_it, "eight connections hide none of them"
    assert host.most_at_once <= 8


def test_a_host_slower_than_the_rate_falls_ever_further_behind(start_host: StartHost) -> None:
    async def slow(number: int, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        reply(writer)

    host = start_host(slow)
    run = generate(plan_for(host, rate=500, messages=25))
    times = list(due_times(500, 0, 25, math.inf))
    assert max(run.tally.answered) >= 25 * 0.02 - (times[-1] - times[0])


def test_what_waited_longer_than_its_patience_is_not_even_sent(start_host: StartHost) -> None:
    async def slow(number: int, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        reply(writer)

    host = start_host(slow)
    run = generate(plan_for(host, rate=1000, messages=60, deadline_ms=200))
    assert run.tally.messages == 60 and run.tally.errors[connection.TIMED_OUT] > 30
    assert len(host.asked) < 60
    assert max(run.tally.answered) <= 0.2
    assert int(host.asked[-1].headers["x-deadline-ms"]) < 200, "what is left, not the whole"


# The command


def load(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["load", *arguments])


def test_the_command_prints_json_or_a_table(start_host: StartHost) -> None:
    url = start_host().url
    result = load("--url", url, "--messages", "20", "--clients", "2", "--json")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert set(figures) >= KEYS
    assert (figures["messages"], figures["clients"], figures["url"]) == (20, 2, url)
    assert "99.9th percentile" in load("--url", url, "--seconds", "0.1").stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("asked.txt", "hello\n\nwhere is it\n"),
        ("asked.csv", "text,intent\nhello,greet\nwhere is it,status\n"),
        ("asked.jsonl", '{"text": "hello", "label": "a"}\n{"text": "where is it", "label": "b"}\n'),
    ],
)
def test_the_command_asks_what_a_file_says(
    start_host: StartHost, tmp_path: Path, name: str, content: str
) -> None:
    host = start_host()
    (tmp_path / name).write_text(content)
    result = load(
        *("--url", host.url, "--texts", str(tmp_path / name), "--messages", "4", "--warm-up", "0")
    )
    assert result.exit_code == 0, result.output
    assert host.texts == ["hello", "where is it"] * 2


def test_errors_are_no_failure_of_the_command(start_host: StartHost) -> None:
    async def broken(number: int, writer: asyncio.StreamWriter) -> None:
        reply(writer, 500)

    result = load("--url", start_host(broken).url, "--messages", "5", "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["errors"] == 5


def test_without_a_host_the_command_fails_in_one_line_and_loads_no_model_library() -> None:
    program = (
        "import sys\nfrom app.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    assert 'torch' not in sys.modules and 'app.load.generator' in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "load", "--url", f"http://127.0.0.1:{free_port()}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and done.stdout == ""
    assert "cannot be reached" in done.stderr and done.stderr.count("\n") == 1


def test_it_goes_without_uvloop(start_host: StartHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "new_event_loop", asyncio.new_event_loop)
    run = generate(plan_for(start_host(), rate=500, messages=20, clients=2))
    assert len(run.tally.answered) == 20

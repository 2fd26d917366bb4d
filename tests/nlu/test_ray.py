"""The host on a Ray cluster: the contract of the plain host, and no request lost with a replica.

One local cluster serves the whole file; `frontdesk nlu --ray` runs it as anybody would.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import SettingsError
from app.settings import load_settings
from nlu.batching import BatchingLimits
from nlu.client import DEADLINE_HEADER, NluClient
from nlu.ray_door import TIMES, Door
from nlu.ray_host import Replica
from nlu.runtime import Runtime
from nlu.scale import Scale, deployment_options, replica_runtime
from nlu.types import Understanding
from tests.conftest import REPOSITORY, free_port, wait_until
from tests.nlu.conftest import RunningHost
from tests.nlu.test_engine import ODD
from tests.nlu.test_host import WRONG, OutOfMemory, another_version
from training.registry import Registry

PATIENCE_S = 300  # a machine may be busy
pytestmark = pytest.mark.timeout(4 * PATIENCE_S)


@dataclass
class Cluster(RunningHost):
    """Two replicas behind one address, and the command that runs them."""

    command: subprocess.Popen[bytes]
    before_a_model: httpx.Response

    def replicas(self) -> set[psutil.Process]:
        """The processes of the replicas."""
        found = set()
        for one in psutil.Process(self.command.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
                if "ray::ServeReplica" in " ".join(one.cmdline()):
                    found.add(one)
        return found

    def versions(self) -> dict[str, str]:
        """The model of each replica."""
        shown = httpx.get(f"{self.url}/metrics", timeout=30).text
        found = re.findall(r'nlu_model_info\{replica="(\w+)",version="([^"]+)"\}', shown)
        return dict(found)

    def wait_until_serving(self, version: str) -> None:
        wait_until(
            lambda: list(self.versions().values()) == [version] * 2,
            f"two replicas serve {version}",
            PATIENCE_S,
        )


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, tiny_folder: Path, tiny_version: str
) -> Iterator[Cluster]:
    home = tmp_path_factory.mktemp("ray")
    models_dir = shutil.copytree(tiny_folder / "models", home / "models", copy_function=os.link)
    url = f"http://127.0.0.1:{free_port()}"
    command = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "nlu", "--ray"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "FRONTDESK_HOME": str(home),
            "FRONTDESK_NLU_URL": url,
            "FRONTDESK_RAY_CPUS": "0.5",
            "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": str(PATIENCE_S),
        },
    )
    registry = Registry(models_dir)

    def started() -> bool:
        assert command.poll() is None, "the command runs"
        try:
            return "no model" in httpx.get(f"{url}/healthz", timeout=PATIENCE_S).text
        except httpx.TransportError:
            return False

    try:
        wait_until(started, "the replicas answer", PATIENCE_S)
        before = httpx.post(f"{url}/model/parse", json={"text": "hello"}, timeout=PATIENCE_S)
        made = Cluster(url, registry, models_dir, command, before)
        registry.promote(tiny_version)
        made.wait_until_serving(tiny_version)
        yield made
        parts = psutil.Process(command.pid).children(recursive=True)
        command.terminate()
        assert command.wait(PATIENCE_S) == 0, "the command ends well when it is told to stop"
        assert not psutil.wait_procs(parts, PATIENCE_S)[1], "nothing of the cluster is left"
    finally:
        command.kill()  # what is left of the cluster ends with it


ASKED = [
    ("POST", "/model/parse", json.dumps({"text": "where is order 1042", "message_id": "m1"})),
    ("POST", "/model/parse", json.dumps({"text": "cancel my order", "explain": True})),
    ("POST", "/model/parse", json.dumps([{"text": text} for text in ODD])),
    ("POST", "/model/parse", json.dumps([{"text": "hello", "explain": True}])),
    ("POST", "/model/parse", "[]"),
    *(("POST", "/model/parse", body) for body, _ in WRONG),
    ("GET", "/model/parse", ""),
    ("GET", "/healthz", ""),
    ("GET", "/nowhere", ""),
]


@pytest.mark.parametrize(("method", "path", "body"), ASKED)
def test_a_cluster_answers_as_the_host_does(
    cluster: Cluster, host: RunningHost, method: str, path: str, body: bytes | str
) -> None:
    told = []
    for url in (cluster.url, host.url):
        answer = httpx.request(method, url + path, content=body, timeout=PATIENCE_S)
        kind = answer.headers["content-type"]
        told.append((answer.status_code, kind, _but_for_rounding(answer.text)))
    assert told[0] == told[1]


def _but_for_rounding(text: str) -> object:
    """JSON whose numbers are alike on one thread and on several."""
    try:
        return json.loads(text, parse_float=lambda written: round(float(written), 4))
    except ValueError:
        return text


def test_a_cluster_knows_the_deadlines_of_the_host(cluster: Cluster, host: RunningHost) -> None:
    for deadline, status in (("60000", 200), ("soon", 400), ("0", 400)):
        headers = {DEADLINE_HEADER: deadline}
        told = [
            httpx.post(f"{url}/model/parse", json={"text": "hi"}, headers=headers, timeout=60)
            for url in (cluster.url, host.url)
        ]
        assert [one.status_code for one in told] == [status] * 2
        assert status == 200 or told[0].json() == told[1].json()


def test_without_a_model_a_cluster_answers_as_the_host_does(
    cluster: Cluster, start_host, tmp_path: Path
) -> None:
    ours, theirs = cluster.before_a_model, start_host(tmp_path).parse({"text": "hello"})
    assert ours.status_code == theirs.status_code == 503
    assert ours.json() == theirs.json()
    assert ours.headers["Retry-After"] == theirs.headers["Retry-After"]


class Load:
    """Customers who ask without pause until the block ends, each in a thread of its own."""

    def __init__(self, *customers: Callable[[], object]) -> None:
        self.answers: list[object] = []
        self._stop = threading.Event()
        self._threads = ThreadPoolExecutor(len(customers))
        self._running = [self._threads.submit(self._ask, customer) for customer in customers]

    def _ask(self, customer: Callable[[], object]) -> None:
        while not self._stop.is_set():
            self.answers.append(customer())

    def go_on(self) -> None:
        """Wait until each customer, one with another, has been answered ten times more."""
        enough = len(self.answers) + 10 * len(self._running)
        wait_until(lambda: len(self.answers) >= enough, "customers are answered", PATIENCE_S)

    def __enter__(self) -> Load:
        self.go_on()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for one in self._running:
            one.result()
        self._threads.shutdown()


def asking(url: str, texts: int) -> Callable[[], httpx.Response]:
    """A customer who takes the first answer, whatever it is."""
    headers = {DEADLINE_HEADER: str(1000 * PATIENCE_S)}
    http = httpx.Client(base_url=url, timeout=PATIENCE_S, headers=headers)
    body = [{"text": f"where is order {1000 + number}"} for number in range(texts)]
    return lambda: http.post("/model/parse", json=body)


def test_a_promotion_under_load_fails_no_request_and_mixes_no_models(
    cluster: Cluster, tiny_version: str
) -> None:
    second = another_version(cluster.models_dir, tiny_version)
    with Load(*(asking(cluster.url, 1 + number) for number in range(4))) as load:
        cluster.registry.promote(second)
        cluster.wait_until_serving(second)
        cluster.registry.rollback()
        cluster.wait_until_serving(tiny_version)
    assert not [answer.text for answer in load.answers if answer.status_code != 200]
    seen = [{one["model_version"] for one in answer.json()} for answer in load.answers]
    assert all(len(versions) == 1 for versions in seen), "no answer of two models"
    assert set.union(*seen) == {tiny_version, second}


def test_a_replica_is_killed_under_load_and_no_request_is_lost(cluster: Cluster) -> None:
    client = NluClient(cluster.url, deadline_s=PATIENCE_S)
    ours = [lambda: client.parse("where is my order 1042")] * 4
    others = [asking(cluster.url, 16) for _ in range(4)]
    before = set(cluster.versions())
    with Load(*ours, *others) as load:
        cluster.replicas().pop().kill()
        load.go_on()
    client.close()
    understood = [one.intent.name for one in load.answers if isinstance(one, Understanding)]
    assert set(understood) == {"order_status"}
    raw = [one for one in load.answers if isinstance(one, httpx.Response)]
    assert raw and not [one.text for one in raw if one.status_code != 200], "asked but once"

    def replaced() -> bool:
        now = set(cluster.versions())
        return len(now) == 2 and now != before

    wait_until(replaced, "another replica is in its place", PATIENCE_S)


def test_a_replica_whose_engine_fails_is_to_be_replaced(tmp_path: Path) -> None:
    replica = Replica(tmp_path, Runtime("cpu"), BatchingLimits())
    replica._host.serving.engine = OutOfMemory()

    async def checked() -> None:
        app = replica.__serve_build_asgi_app__()
        async with app.router.lifespan_context(app):
            await replica.check_health()

    with pytest.raises(MemoryError):
        asyncio.run(checked())


class Proxy:
    """Ray's proxy, as the door sees it: each time it is asked it does the next of these."""

    def __init__(self, *answers: ASGIApp) -> None:
        self._answers = iter(answers)
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append(await Request(scope, receive).body())
        await next(self._answers)(scope, receive, send)


async def dies(scope: Scope, receive: Receive, send: Send) -> None:
    pass


async def dies_in_the_middle(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"[{", "more_body": True})


async def client_leaves(scope: Scope, receive: Receive, send: Send) -> None:
    assert (await receive())["type"] == "http.disconnect"


def asked(proxy: Proxy, body: bytes = b"{}") -> httpx.Response:
    return TestClient(Door(proxy)).post("/model/parse", content=body)


def test_a_request_whose_replica_dies_is_put_to_another() -> None:
    proxy = Proxy(dies, dies_in_the_middle, JSONResponse([], headers={"X-Request-Id": "7"}))
    answer = asked(proxy, b"[]")
    assert (answer.status_code, answer.json()) == (200, [])
    assert answer.headers["X-Request-Id"] == "7"
    assert proxy.bodies == [b"[]"] * 3


def test_a_request_that_kills_replicas_is_not_put_to_all() -> None:
    proxy = Proxy(*[dies] * 9)
    answer = asked(proxy)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.json()["code"] == 503 and len(proxy.bodies) == TIMES


def test_what_a_replica_answers_passes_and_what_ray_refuses_is_said_in_our_words() -> None:
    ours = JSONResponse({"message": "3 messages are waiting"}, 503)
    assert asked(Proxy(ours)).content == ours.body
    answer = asked(Proxy(PlainTextResponse("queue is full", 503)))
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.json() == {"status": "failure", "code": 503, "message": "queue is full"}


def test_a_body_too_large_never_reaches_a_replica() -> None:
    proxy = Proxy()
    assert asked(proxy, b" " * 4_000_001).json()["code"] == 413
    assert proxy.bodies == []


def test_nobody_is_asked_again_for_a_client_who_left() -> None:
    proxy = Proxy(client_leaves, JSONResponse([]))
    messages = [{"type": "http.request", "body": b"[]"}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    asyncio.run(Door(proxy)({"type": "http", "headers": []}, receive, send))
    assert len(proxy.bodies) == 1


def test_rays_settings_come_from_ours() -> None:
    limits = BatchingLimits(max_batch=8, max_waiting=100, patience_s=5)
    options = deployment_options(Scale(2, 2, cpus=3), limits)
    assert options["num_replicas"] == 2 and "autoscaling_config" not in options
    assert options["ray_actor_options"] == {"num_cpus": 3, "num_gpus": 0}
    # The replica refuses before Ray holds anything back, and a dead one is missed in time.
    assert options["max_ongoing_requests"] > 100 + 8
    assert options["health_check_period_s"] < 5 < options["health_check_timeout_s"]
    assert options["graceful_shutdown_timeout_s"] > 5

    grows = deployment_options(Scale(1, 9, gpus=0.25), limits)
    assert "num_replicas" not in grows
    assert grows["autoscaling_config"] == {
        "min_replicas": 1,
        "max_replicas": 9,
        "target_ongoing_requests": 8,
    }
    assert grows["ray_actor_options"] == {"num_cpus": 1, "num_gpus": 0.25}


def test_a_replica_runs_on_what_ray_gives_it() -> None:
    runtime = Runtime("cuda:1", "torch", threads=64)
    assert replica_runtime(Scale(cpus=2), runtime) == Runtime("cpu", "torch", threads=2)
    assert replica_runtime(Scale(gpus=0.5, cpus=0.5), runtime) == Runtime("cuda", "torch", 1)


def test_the_scale_is_a_matter_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().scale == Scale()
    wanted = {"ADDRESS": "auto", "MIN_REPLICAS": "3", "MAX_REPLICAS": "12", "GPUS": "0.25"}
    for name, value in wanted.items():
        monkeypatch.setenv(f"FRONTDESK_RAY_{name}", value)
    assert load_settings().scale == Scale(3, 12, gpus=0.25, address="auto")
    monkeypatch.setenv("FRONTDESK_RAY_MAX_REPLICAS", "2")
    with pytest.raises(SettingsError, match="FRONTDESK_RAY_MAX_REPLICAS"):
        load_settings()


def test_without_ray_the_command_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['ray'] = None; from app.cli import main;"
        "sys.argv = ['frontdesk', 'nlu', '--ray']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "pip install '.[scale]'" in done.stderr

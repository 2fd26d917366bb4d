"""One tiny model a run, and hosts that serve it over real HTTP."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from nlu.batching import BatchingLimits
from nlu.engine import Engine, load_engine
from nlu.host import Host
from nlu.runtime import Runtime
from tests.conftest import wait_until
from tests.nlu import tiny
from training.registry import Registry


@dataclass
class RunningHost:
    """An NLU host in a thread of this process, and the registry it follows."""

    url: str
    registry: Registry
    models_dir: Path

    def health(self) -> dict:
        return httpx.get(f"{self.url}/healthz").json()

    def parse(self, body: object) -> httpx.Response:
        return httpx.post(f"{self.url}/model/parse", json=body, timeout=30)

    def wait_until_serving(self, version: str) -> None:
        wait_until(lambda: self.health()["model_version"] == version, f"{version} serves", 30)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny shop's `project` and `models`; not to be changed."""
    folder = tmp_path_factory.getbasetemp() / "tiny-shop"
    tiny.trained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_version(tiny_folder: Path) -> str:
    return tiny.trained(tiny_folder).version


@pytest.fixture(scope="session")
def engine(tiny_folder: Path, tiny_version: str) -> Engine:
    return load_engine(tiny_folder / "models" / tiny_version, Runtime("cpu"))


@pytest.fixture
def models_dir(tmp_path: Path, tiny_folder: Path) -> Path:
    """A models folder of a test's own; its files are links, so none is changed in place."""
    return Path(shutil.copytree(tiny_folder / "models", tmp_path / "models", copy_function=os.link))


StartHost = Callable[..., RunningHost]


@pytest.fixture(scope="session")
def start_host() -> Iterator[StartHost]:
    """Start a host on a port of its own; it stops with the last test."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(models_dir: Path, limits: BatchingLimits | None = None) -> RunningHost:
        app = Host(models_dir, Runtime("cpu"), limits)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        wait_until(lambda: server.started, "the host listens", 30)
        port = server.servers[0].sockets[0].getsockname()[1]
        running.append((server, thread))
        return RunningHost(f"http://127.0.0.1:{port}", Registry(models_dir), models_dir)

    yield start
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(20)


@pytest.fixture(scope="session")
def host(
    start_host: StartHost,
    tmp_path_factory: pytest.TempPathFactory,
    tiny_folder: Path,
    tiny_version: str,
) -> RunningHost:
    """A host that serves the tiny model, shared by the tests that move no pointer."""
    models_dir = tmp_path_factory.mktemp("shared") / "models"
    shutil.copytree(tiny_folder / "models", models_dir, copy_function=os.link)
    return _serving(start_host, models_dir, tiny_version)


@pytest.fixture
def own_host(start_host: StartHost, models_dir: Path, tiny_version: str) -> RunningHost:
    """A host whose models the test may swap."""
    return _serving(start_host, models_dir, tiny_version)


def _serving(start_host: StartHost, models_dir: Path, version: str) -> RunningHost:
    Registry(models_dir).promote(version)
    started = start_host(models_dir)
    started.wait_until_serving(version)
    return started

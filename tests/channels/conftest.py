"""A bot that says every kind of message, behind a real server, with clients at its channels."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from app.build import Frontdesk, build
from app.models import Staff
from app.settings import Settings
from app.setup_home import prepare_databases
from app.web import create_app
from nlu.types import IntentScore, Understanding
from tests.conftest import REPOSITORY, RedisServer, free_port, wait_until

BOT = Path(__file__).parent / "bot"
PHRASES = {"hello": "greet"}


class Phrases:
    """An interpreter that knows a few phrases word for word."""

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        intent = PHRASES.get(text.casefold(), "out_of_scope")
        return Understanding(text, (IntentScore(intent, 0.95), IntentScore("film", 0.05)))


@contextmanager
def served(app: Any) -> Iterator[str]:
    """A WSGI application behind a real port, a thread a request; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass
class House:
    """A wired Frontdesk of the bot behind a real port of this process."""

    frontdesk: Frontdesk
    app: Flask
    url: str

    def person(self) -> Staff:
        """Somebody who works at the desk."""
        name = uuid.uuid4().hex
        self.frontdesk.staff.add(name, "Anna", "correct horse battery", role="agent")
        with self.frontdesk.database.read() as session:
            return session.query(Staff).filter_by(username=name).one()

    def say(self, conversation_id: str, *texts: str) -> None:
        """Take a conversation over and speak in it."""
        anna = self.person()
        self.frontdesk.handover.take_over(conversation_id, anna)
        for text in texts:
            self.frontdesk.handover.say(conversation_id, anna, text)


Open = Callable[..., House]


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Databases, made once and copied for each house."""
    home = tmp_path_factory.mktemp("channels")
    prepare_databases(Settings(home=home, project=BOT, demo_shop=False))
    return home


def project_with(folder: Path, credentials: str | None) -> Path:
    """A copy of the bot with these credentials."""
    project = Path(shutil.copytree(BOT, folder / "bot"))
    if credentials is not None:
        (project / "credentials.yml").write_text(credentials)
    return project


@pytest.fixture
def open_house(tmp_path: Path, empty_home: Path, redis_server: RedisServer) -> Iterator[Open]:
    """Open a house on a project with these credentials and settings."""
    closing: list[Callable[[], Any]] = []

    def open_one(credentials: str | None = None, **settings: Any) -> House:
        folder = tmp_path / uuid.uuid4().hex
        shutil.copytree(empty_home, folder / "home")
        given = {
            "home": folder / "home",
            "redis_url": redis_server.url,
            "nlu_url": "http://127.0.0.1:9",
            "rate_limits": False,
            "demo_shop": False,
            **settings,
            "project": project_with(folder, credentials),
        }
        made = build(Settings(**given), interpreter=Phrases())
        made.start()
        closing.append(made.stop)
        wait_until(lambda: made.live.connected, "live updates are connected")
        app = create_app(made)
        context = served(app)
        url = context.__enter__()
        closing.append(lambda: context.__exit__(None, None, None))
        return House(made, app, url)

    yield open_one
    for close in reversed(closing):
        close()


@pytest.fixture
def house(open_house: Open) -> House:
    """The house of most tests: REST, and socket.io with persistent sessions."""
    return open_house()


class SocketUser:
    """A real socket.io client; `heard` has the payloads of bot messages in order."""

    def __init__(
        self,
        url: str,
        session_id: str | None = None,
        *,
        transports: list[str] | None = None,
        namespace: str = "/",
        request: bool = True,
        auth: Any = None,
        path: str = "socket.io",
        events: tuple[str, str] = ("user_uttered", "bot_uttered"),
        headers: dict[str, str] | None = None,
    ) -> None:
        self.client = socketio.Client(reconnection=False)
        self.heard: list[Any] = []
        self.confirmed: queue.Queue[Any] = queue.Queue()
        self.namespace = namespace
        self.said_event, heard_event = events
        self.client.on(heard_event, self.heard.append, namespace=namespace)
        self.client.on("session_confirm", self.confirmed.put, namespace=namespace)
        self.client.connect(
            url,
            transports=transports,
            namespaces=[namespace],
            auth=auth,
            socketio_path=path,
            headers=headers or {},
        )
        self.session_id: Any = None
        if request:
            self.session_id = self.request_session(session_id)

    def request_session(self, session_id: Any) -> Any:
        self.client.emit("session_request", {"session_id": session_id}, namespace=self.namespace)
        return self.confirmed.get(timeout=10)

    def emit(self, data: Any) -> None:
        self.client.emit(self.said_event, data, namespace=self.namespace)

    def say(self, text: str, **more: Any) -> None:
        self.emit({"message": text, "session_id": self.session_id, **more})

    def hears(self, *payloads: Any) -> None:
        """Exactly these payloads, in this order, so far."""
        wait_until(
            lambda: len(self.heard) >= len(payloads), f"{len(payloads)} payloads: {self.heard}"
        )
        assert self.heard == list(payloads)

    def leave(self) -> None:
        self.client.disconnect()


@pytest.fixture
def connect() -> Iterator[Callable[..., SocketUser]]:
    """Connect socket.io clients that leave at the end."""
    users: list[SocketUser] = []

    def one(url: str, *arguments: Any, **options: Any) -> SocketUser:
        users.append(SocketUser(url, *arguments, **options))
        return users[-1]

    yield one
    for user in users:
        user.leave()


@dataclass
class WebProcess:
    """The real web process: gunicorn with gevent, and an NLU host that knows a few phrases."""

    url: str
    home: Path


@pytest.fixture(scope="session")
def phrase_host() -> Iterator[str]:
    """A small NLU host that answers `/model/parse` from a list of phrases."""
    app = Flask("phrases")

    @app.post("/model/parse")
    def parse() -> Response:
        asked = request.get_json()
        return jsonify(Phrases().parse(asked["text"], asked.get("message_id")).to_rasa())

    with served(app) as url:
        yield url


@pytest.fixture
def run_web(
    tmp_path: Path, empty_home: Path, redis_server: RedisServer, phrase_host: str
) -> Iterator[Callable[..., WebProcess]]:
    """Start real web processes."""
    running: list[subprocess.Popen[bytes]] = []

    def start(credentials: str | None = None, **environment: str) -> WebProcess:
        folder = tmp_path / uuid.uuid4().hex
        home = Path(shutil.copytree(empty_home, folder / "home"))
        port = free_port()
        given = {
            "FRONTDESK_HOME": str(home),
            "FRONTDESK_PROJECT": str(project_with(folder, credentials)),
            "FRONTDESK_PORT": str(port),
            "FRONTDESK_NLU_URL": phrase_host,
            "FRONTDESK_DEMO_SHOP": "false",
            "REDIS_URL": redis_server.url,
        }
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "app.cli", "web"],
                cwd=REPOSITORY,
                env={**os.environ, **given, **environment},
            )
        )
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(url), "the web process answers", 60)
        return WebProcess(url, home)

    yield start
    for process in running:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=5).status_code in (200, 503)
    except httpx.HTTPError:
        return False


@dataclass
class Receiver:
    """An address that the callback channel posts to; `statuses` are answered one after another.

    `answer` is the body of each answer, and its headers.
    """

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer: tuple[bytes, dict[str, str]] = (b"", {})

    def app(self) -> Flask:
        app = Flask("receiver")

        @app.post("/bot")
        def take() -> tuple[bytes, int, dict[str, str]]:
            status = self.statuses.pop(0) if self.statuses else 200
            if status == 200:
                self.got.append(request.get_json())
                self.keys.append(request.headers["Idempotency-Key"])
            body, headers = self.answer
            return body, status, headers

        return app


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    with served(made.app()) as url:
        made.url = f"{url}/bot"
        yield made

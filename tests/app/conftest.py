"""A wired Frontdesk on real Redis and a real database, with a customer and an agent at the door."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.build import Frontdesk, build
from app.database import migrate
from app.sessions import sign_identity
from app.settings import Settings
from app.setup_home import prepare_databases
from app.web import create_app
from dialogue.project import Project, load_project
from nlu.types import IntentScore, Understanding
from tests.conftest import PROJECT, RedisServer, wait_until

MAYA = 1  # the first demonstration customer


@dataclass
class Phrases:
    """An interpreter that knows a few phrases word for word; all else is out of scope."""

    known: dict[str, str] = field(
        default_factory=lambda: {
            "hello": "greet",
            "thanks": "thank",
            "where is my order": "order_status",
            "cancel order 1042": "cancel_order",
            "talk to a human": "human_agent",
            "something like this but cheaper": "recommend_product",
        }
    )
    heard: dict[str, dict[str, Any]] = field(default_factory=dict)  # feelings, language

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        intent = self.known.get(text.casefold(), "out_of_scope")
        return Understanding(
            **self.heard.get(text, {}),
            text=text,
            intent_ranking=(IntentScore(intent, 0.9), IntentScore("praise", 0.1)),
            model_version="phrases",
            message_id=message_id,
        )


@dataclass
class Clock:
    """A clock that a test can turn forward."""

    shift: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def shop_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration shop, seeded once and copied for each test."""
    home = tmp_path_factory.mktemp("seeded")
    prepare_databases(Settings(home=home, project=PROJECT))
    return home / "orders.db"


@pytest.fixture
def settings(
    tmp_path: Path, redis_server: RedisServer, shop_database: Path, request: pytest.FixtureRequest
) -> Settings:
    """Settings of a private home. Tests that take `database_url` first run on both databases."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(shop_database, home / "orders.db")
    url = ""
    if "database_url" in request.fixturenames:
        url = request.getfixturevalue("database_url")
    made = Settings(
        home=home,
        project=PROJECT,
        redis_url=redis_server.url,
        database_url=url,
        nlu_url="http://127.0.0.1:9",
        rate_limits=False,
    )
    migrate(made.transcript_url)
    return made


@pytest.fixture
def interpreter() -> Phrases:
    return Phrases()


@pytest.fixture(scope="session")
def project() -> Project:
    """The shipped project, read once: it never changes."""
    return load_project(PROJECT)


@pytest.fixture
def frontdesk(
    settings: Settings, project: Project, interpreter: Phrases, clock: Clock
) -> Iterator[Frontdesk]:
    made = build(settings, project=project, interpreter=interpreter, clock=clock)
    made.start()
    wait_until(lambda: made.live.connected, "live updates are connected")
    yield made
    made.stop()


@pytest.fixture
def web(frontdesk: Frontdesk) -> Flask:
    app = create_app(frontdesk)
    app.testing = True
    return app


class WidgetUser:
    """A customer at the widget: opens a session, says things, reads what was answered."""

    def __init__(self, client: FlaskClient, identity: str | None = None) -> None:
        self.client = client
        body = {"identity": identity} if identity else {}
        opened = client.post("/api/v1/session", json=body)
        assert opened.status_code == 201, opened.text
        self.token = opened.json["token"]
        self.conversation_id = opened.json["conversation_id"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, text: Any, client_msg_id: str | None = None, **more: Any):
        body = {"text": text, "client_msg_id": client_msg_id or str(uuid.uuid4()), **more}
        return self.client.post("/api/v1/messages", json=body, headers=self.headers)

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        answer = self.client.get(f"/api/v1/messages?after={after}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json["messages"]

    def say(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """Say something and wait for the bot's answer to it."""
        posted = self.post(text, **more)
        assert posted.status_code == 201, posted.text
        seq = posted.json["seq"]
        wait_until(
            lambda: any(m["role"] == "bot" for m in self.messages(seq)), f"an answer to {text!r}"
        )
        return [m for m in self.messages(seq) if m["role"] == "bot"]


@pytest.fixture
def customer(web: Flask) -> WidgetUser:
    return WidgetUser(web.test_client())


@pytest.fixture
def identity(settings: Settings, clock: Clock):
    """Sign a customer in as the shop's server would."""

    def sign(customer_id: int = MAYA, name: str = "Maya Lindqvist") -> str:
        return sign_identity(settings.identity_secret, customer_id, name, clock())

    return sign


class DeskUser:
    """A member of staff in a browser: signs in, and posts forms with their CSRF token."""

    def __init__(self, client: FlaskClient, username: str, password: str) -> None:
        self.client = client
        page = client.get("/desk/login")
        self._token(page.text)
        self.login = self.post("/desk/login", username=username, password=password)

    def post(self, path: str, **fields: Any):
        return self.client.post(path, data={"csrf_token": self.csrf, **fields})

    def get(self, path: str):
        answer = self.client.get(path)
        self._token(answer.text)
        return answer

    def _token(self, page: str) -> None:
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        if found:
            self.csrf = found.group(1)


PASSWORD = "correct horse battery"


@pytest.fixture
def agent(web: Flask, frontdesk: Frontdesk) -> DeskUser:
    frontdesk.staff.add("anna", "Anna", PASSWORD, role="agent")
    user = DeskUser(web.test_client(), "anna", PASSWORD)
    assert user.login.status_code == 302
    user.get("/desk/")
    return user


@pytest.fixture
def admin(web: Flask, frontdesk: Frontdesk) -> DeskUser:
    frontdesk.staff.add("boss", "Boss", PASSWORD, role="admin")
    user = DeskUser(web.test_client(), "boss", PASSWORD)
    user.get("/desk/")
    return user


def events_of(body: str) -> list[dict[str, Any]]:
    """The frames of an event stream as dictionaries."""
    frames = []
    for block in body.split("\n\n"):
        frame = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in frame:
            frames.append({**frame, "data": json.loads(frame["data"])})
    return frames

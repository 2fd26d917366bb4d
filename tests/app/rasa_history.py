"""A conversation as a Rasa bot keeps it, and the stores that it is kept in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from redis import Redis
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, create_engine

from app.database import with_driver

BEGAN = 1_700_000_000.0  # 14 November 2023, 22:13:20 UTC
Event = dict[str, Any]

# What Rasa's SQLTrackerStore makes.
TRACKER_STORE = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255), nullable=False, index=True),
    Column("type_name", String(255), nullable=False),
    Column("timestamp", Float),
    Column("intent_name", String(255)),
    Column("action_name", String(255)),
    Column("data", Text),
)
# What Rasa's SQLEventBroker makes.
BROKER = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255)),
    Column("data", Text),
)


def user(at: float, text: str, intent: str, confidence: float = 0.9, **more: Any) -> Event:
    """A customer's message as Rasa logs it."""
    parse_data = {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "entities": more.pop("entities", []),
        "intent_ranking": [
            {"name": intent, "confidence": confidence},
            {"name": "other", "confidence": 1 - confidence},
        ],
        "response_selector": {
            "all_retrieval_intents": [],
            "default": {
                "response": {"responses": None, "confidence": 0.0, "intent_response_key": None},
                "ranking": [],
            },
        },
        "message_id": f"m{at}",
        "metadata": {},
        "text_tokens": [[0, 3]],
    }
    said = {"text": text, "parse_data": parse_data, "input_channel": "rest", **more}
    return event("user", at, message_id=f"m{at}", **said)


def bot(at: float, text: str | None, metadata: Event | None = None, **parts: Any) -> Event:
    names = ("elements", "quick_replies", "buttons", "attachment", "image", "custom")
    data = {**dict.fromkeys(names), **parts}
    return event("bot", at, text=text, data=data, metadata=metadata or {})


def action(at: float, name: str) -> Event:
    return event("action", at, name=name, policy="RulePolicy", confidence=1.0, action_text=None)


def event(kind: str, at: float | None, **more: Any) -> Event:
    stamp = None if at is None else BEGAN + at
    return {"event": kind, "timestamp": stamp, "metadata": {"model_id": "m1"}, **more}


def first_session() -> list[Event]:
    """Hello, and a question with a pressed button."""
    yes = {"title": "Yes, please", "payload": "/affirm"}
    return [
        action(0, "action_session_start"),
        event("session_started", 0.1),
        action(0.2, "action_listen"),
        user(1, "hello there", "greet"),
        action(1.1, "utter_greet"),
        bot(1.2, "Hi! Shall I look your order up?", {"utter_action": "utter_greet"}, buttons=[yes]),
        action(1.3, "action_listen"),
        user(60.5, "/affirm", "affirm", 1.0),
        event("slot", 60.6, name="size", value="L"),
        action(60.7, "utter_order"),
        bot(60.8, "Here it is.", image="https://shop.example/parcel.png"),
        action(60.9, "action_listen"),
    ]


def second_session() -> list[Event]:
    """A day later: something badly understood, with an entity."""
    city = {"entity": "city", "value": "Oslo", "start": 8, "end": 12, "extractor": "DIET"}
    return [
        action(90_000, "action_session_start"),
        event("session_started", 90_000.1),
        event("slot", 90_000.2, name="size", value="L"),
        action(90_000.3, "action_listen"),
        user(90_001, "ship to Oslo", "order_status", 0.4, entities=[city]),
        action(90_001.1, "utter_status"),
        bot(90_001.2, "It is on its way."),
        action(90_001.3, "action_listen"),
    ]


def whole() -> list[Event]:
    return first_session() + second_session()


def write_sql(
    url: str, histories: Iterable[tuple[str, list[Any]]], table: Table = TRACKER_STORE
) -> None:
    """Add events to a table of Rasa's; what is no object goes in as it is."""
    engine = create_engine(with_driver(url))
    table.metadata.create_all(engine)
    rows = []
    for sender, events in histories:
        for one in events:
            data = {"sender_id": sender, **one} if table is BROKER else one
            row = {"sender_id": sender, "data": one if isinstance(one, str) else json.dumps(data)}
            rows.append(row | ({} if table is BROKER else {"type_name": "x"}))
    with engine.begin() as connection:
        connection.execute(table.insert(), rows)
    engine.dispose()


def write_redis(redis: Redis, sender: str, events: list[Any], prefix: str = "") -> None:
    redis.set(f"{prefix}tracker:{sender}", json.dumps({"events": events, "name": sender}))


def write_lines(path: Path, histories: Iterable[tuple[str, list[Event]]]) -> Path:
    with path.open("a", encoding="utf-8") as file:
        for sender, events in histories:
            for one in events:
                file.write(json.dumps({"sender_id": sender, **one}) + "\n")
    return path

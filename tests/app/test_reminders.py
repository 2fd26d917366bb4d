"""Reminders: rows of the turn that made them, which go off once, whatever happens meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.build import Frontdesk, build
from app.models import Event, Message, Reminder
from app.reminders import moment_of
from app.settings import Settings
from app.web import create_app
from dialogue.events import event_from_json
from dialogue.project import Project, load_project
from tests.app.conftest import Clock, DeskUser, Phrases, WidgetUser
from tests.conftest import wait_until

PROJECT = """
    version: "3.1"
    intents: [greet, thank, remind_me, forget_it, EXTERNAL_dry_plant]
    entities: [plant]
    slots:
      plant: {type: text, mappings: [{type: from_entity, entity: plant}]}
    actions: [action_set_reminder, action_forget_reminder]
    responses:
      utter_greet: [{text: hello}]
      utter_dry: [{text: "your {plant} is dry"}]
    rules:
    - {rule: hello, steps: [{intent: greet}, {action: utter_greet}]}
    - {rule: thanks, steps: [{intent: thank}, {action: utter_greet}]}
    - {rule: set, steps: [{intent: remind_me}, {action: action_set_reminder}]}
    - {rule: forget, steps: [{intent: forget_it}, {action: action_forget_reminder}]}
    - {rule: dry, steps: [{intent: EXTERNAL_dry_plant}, {action: utter_dry}]}
"""
IN_AN_HOUR = timedelta(hours=1)


def reminder(clock: Clock, **changed: Any) -> dict[str, Any]:
    return {
        "event": "reminder",
        "intent": "EXTERNAL_dry_plant",
        "entities": {"plant": "fern"},
        "date_time": (clock() + IN_AN_HOUR).isoformat(),
        "name": "water",
        "kill_on_user_msg": False,
        **changed,
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A bot that reminds people of their plants."""
    folder: Path = tmp_path_factory.mktemp("plants")
    (folder / "all.yml").write_text(dedent(PROJECT), encoding="utf-8")
    return load_project(folder)


@pytest.fixture
def action_server(clock: Clock) -> Iterator[str]:
    """An action server whose one action sets a reminder, the other cancels it."""

    class Actions(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            events = [{"event": "cancel_reminder", "name": "water"}]
            if call["next_action"] == "action_set_reminder":
                events = [reminder(clock)]
            body = json.dumps({"events": events, "responses": [{"text": "noted"}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Actions)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/webhook"
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(settings: Settings, action_server: str) -> Settings:
    return settings.model_copy(update={"action_endpoint": action_server})


@pytest.fixture
def interpreter() -> Phrases:
    known = {"hello": "greet", "remind me": "remind_me", "forget it": "forget_it"}
    return Phrases(known={**known, "thanks": "thank"})


@pytest.fixture
def kept(frontdesk: Frontdesk) -> Callable[[], list[Reminder]]:
    def read() -> list[Reminder]:
        with frontdesk.database.read() as session:
            return list(session.scalars(select(Reminder).order_by(Reminder.id)))

    return read


def let(frontdesk: Frontdesk, customer: WidgetUser, *events: dict[str, Any], **more: Any) -> None:
    """Let events happen with their side effects."""
    read = [event_from_json(event) for event in events]
    frontdesk.external.append(customer.conversation_id, read, side_effects=True, **more)


def said(customer: WidgetUser) -> list[str]:
    return [m["text"] for m in customer.messages() if m["role"] == "bot"]


def test_a_reminder_of_an_action_reaches_the_customer(
    database_url: str, frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept
) -> None:
    """reminder: intent, entities, date_time, name, kill_on_user_msg → an external trigger."""
    assert customer.say("remind me")[0]["text"] == "noted"
    (row,) = kept()
    assert (row.name, row.intent) == ("water", "EXTERNAL_dry_plant")
    assert row.entities == [{"entity": "plant", "value": "fern", "start": 0, "end": 0}]
    frontdesk.external.fire_due()
    assert said(customer) == ["noted"]
    clock.shift = IN_AN_HOUR + timedelta(minutes=30)
    with frontdesk.live.watch(customer.conversation_id) as inbox:
        wait_until(lambda: said(customer) == ["noted", "your fern is dry"], "the reminder")
        assert inbox.get(timeout=5).kind == "wake"  # the usual bell
    assert kept() == []
    with frontdesk.database.read() as session:
        events = session.scalars(select(Event).order_by(Event.position)).all()
        external = [e.data for e in events if e.data["event"] == "user"][-1]
        assert external["text"] == "EXTERNAL: EXTERNAL_dry_plant"
        assert external["metadata"]["is_external"] is True
        # It is nothing that the customer said.
        people = session.scalars(select(Message.text).where(Message.role == "customer")).all()
        assert people == ["remind me"]


def test_an_action_cancels_it(customer: WidgetUser, kept) -> None:
    customer.say("remind me")
    customer.say("forget it")
    assert kept() == []


def test_the_same_name_replaces(frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept):
    let(frontdesk, customer, reminder(clock), reminder(clock, entities={"plant": "ivy"}))
    assert [row.entities[0]["value"] for row in kept()] == ["ivy"]
    nameless = reminder(clock, name=None)
    let(frontdesk, customer, nameless, nameless)
    assert len(kept()) == 3


@pytest.mark.parametrize(
    ("cancelled", "left"),
    [
        ({}, []),
        ({"name": "a"}, ["b", "c"]),
        ({"intent": "greet"}, ["a", "b"]),
        ({"entities": {"plant": "ivy"}}, ["a", "c"]),
        ({"entities": [{"entity": "plant", "value": "ivy"}]}, ["a", "c"]),
        ({"name": "a", "intent": "greet"}, ["a", "b", "c"]),
        ({"name": "unknown"}, ["a", "b", "c"]),
    ],
)
def test_what_is_cancelled(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept, cancelled: dict, left: list
) -> None:
    """cancel_reminder: name?, intent?, entities? (all absent = cancel all for sender)."""
    other = WidgetUser(customer.client)
    let(frontdesk, other, reminder(clock, name="another's"))
    let(
        frontdesk,
        customer,
        reminder(clock, name="a"),
        reminder(clock, name="b", entities={"plant": "ivy"}),
        reminder(clock, name="c", intent="greet"),
        {"event": "cancel_reminder", **cancelled},
    )
    assert [row.name for row in kept()] == ["another's", *left]


def test_a_message_kills_the_reminders_that_end_with_one(
    database_url: str, frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept
) -> None:
    """kill_on_user_msg (default true)."""
    standing = reminder(clock, name="standing")
    fleeting = reminder(clock, name="fleeting")
    del fleeting["kill_on_user_msg"]
    let(frontdesk, customer, standing, fleeting)
    frontdesk.external.trigger(customer.conversation_id, "greet")
    assert len(kept()) == 2  # no person spoke
    customer.say("hello")
    assert [row.name for row in kept()] == ["standing"]


def test_a_message_that_waits_for_the_bot_kills_already(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept
) -> None:
    let(frontdesk, customer, reminder(clock, kill_on_user_msg=True))
    frontdesk.conversations.post(customer.conversation_id, "hello")
    assert kept() == []


def test_a_new_session_keeps_and_a_restart_drops(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept
) -> None:
    let(frontdesk, customer, reminder(clock), {"event": "session_started"})
    assert len(kept()) == 1
    let(frontdesk, customer, {"event": "restart"})
    assert kept() == []


def test_who_ends_the_conversation_is_not_reminded(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept
) -> None:
    let(frontdesk, customer, reminder(clock))
    frontdesk.sessions.revoke(customer.conversation_id)
    assert kept() == []


def test_events_without_side_effects_make_none(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept
) -> None:
    """POST events: ?execute_side_effects."""
    frontdesk.external.append(customer.conversation_id, [event_from_json(reminder(clock))])
    assert kept() == []
    let(frontdesk, customer, reminder(clock))
    frontdesk.external.append(
        customer.conversation_id, [event_from_json({"event": "cancel_reminder"})]
    )
    assert len(kept()) == 1


def test_over_http_with_side_effects(
    web: Flask, settings: Settings, clock: Clock, kept, customer: WidgetUser
) -> None:
    url = f"/conversations/{customer.conversation_id}/tracker/events"
    args = {"token": settings.api_token_in_use, "execute_side_effects": "true"}
    answer = web.test_client().post(url, json=reminder(clock), query_string=args)
    assert answer.json["events"][-1]["date_time"] == kept()[0].due_at.isoformat()


def test_many_processes_let_it_go_off_once(
    database_url: str,
    frontdesk: Frontdesk,
    settings: Settings,
    project: Project,
    interpreter: Phrases,
    customer: WidgetUser,
    clock: Clock,
    kept,
) -> None:
    """Several web processes: one takes the row."""
    others = [
        build(settings, project=project, interpreter=interpreter, clock=clock) for _ in range(4)
    ]
    let(frontdesk, customer, *[reminder(clock, name=str(n)) for n in range(5)])
    clock.shift = IN_AN_HOUR + timedelta(minutes=30)
    threads = [threading.Thread(target=one.external.fire_due) for one in (*others, frontdesk)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: kept() == [], "all have gone off")
    assert said(customer) == ["your fern is dry"] * 5
    for one in others:
        one.stop()


def test_it_survives_a_restart(
    settings: Settings,
    frontdesk: Frontdesk,
    project: Project,
    interpreter: Phrases,
    customer: WidgetUser,
    clock: Clock,
    kept,
) -> None:
    let(frontdesk, customer, reminder(clock))
    frontdesk.stop()
    clock.shift = IN_AN_HOUR + timedelta(minutes=30)
    again = build(settings, project=project, interpreter=interpreter, clock=clock)
    again.start()
    reader = WidgetUser.__new__(WidgetUser)
    reader.client, reader.token = create_app(again).test_client(), customer.token
    wait_until(lambda: said(reader) == ["your fern is dry"], "the reminder after a restart")
    again.stop()


def test_while_a_human_has_the_conversation_it_lapses(
    frontdesk: Frontdesk, customer: WidgetUser, agent: DeskUser, clock: Clock, kept
) -> None:
    """The bot is silent for a human: what would have been said then is not said later either."""
    let(frontdesk, customer, reminder(clock))
    agent.post(f"/desk/conversations/{customer.conversation_id}/take-over")
    clock.shift = IN_AN_HOUR + timedelta(minutes=30)
    wait_until(lambda: kept() == [], "it lapses")
    assert said(customer) == []


def test_while_paused_it_goes_off_unheard(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept
) -> None:
    let(frontdesk, customer, reminder(clock), {"event": "pause"})
    clock.shift = IN_AN_HOUR + timedelta(minutes=30)
    wait_until(lambda: kept() == [], "it goes off")
    assert said(customer) == []


def test_one_that_cannot_go_off_is_dropped_and_named(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept, caplog
) -> None:
    let(
        frontdesk,
        customer,
        reminder(clock, intent="EXTERNAL_dry_plants"),
        reminder(clock, name="b"),
    )
    clock.shift = IN_AN_HOUR + timedelta(minutes=30)
    wait_until(lambda: kept() == [], "both are dealt with")
    assert said(customer) == ["your fern is dry"]
    assert "did you mean 'EXTERNAL_dry_plant'" in caplog.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"date_time": "tomorrow"}, "Invalid isoformat"),
        ({"date_time": "9999-12-31T23:59:59-23:59"}, "out of range"),
        ({"entities": "fern"}, "a list or an object"),
    ],
)
def test_one_that_makes_no_sense_is_told_and_the_conversation_goes_on(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock, kept, caplog, changed: dict, told: str
) -> None:
    let(frontdesk, customer, reminder(clock, **changed))
    assert kept() == []
    assert told in caplog.text
    assert customer.say("hello")[0]["text"] == "hello"


def test_when_it_is_due() -> None:
    """date_time (ISO 8601 with tz); without one it is this machine's time."""
    assert moment_of("2026-05-01T09:00:00+02:00") == datetime(2026, 5, 1, 7, tzinfo=UTC)
    assert moment_of("2026-05-01T07:00:00Z") == datetime(2026, 5, 1, 7, tzinfo=UTC)
    local = datetime(2026, 5, 1, 7).astimezone()
    assert moment_of("2026-05-01T07:00:00") == local
    assert moment_of("2026-05-01T07:00:00").tzinfo == timezone.utc  # noqa: UP017

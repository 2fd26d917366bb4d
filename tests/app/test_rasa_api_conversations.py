"""`/conversations/{id}/…` of Rasa's HTTP API, line by line (contract 1d)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from ruamel.yaml import YAML

from app.build import Frontdesk
from app.models import AuditEvent, Conversation, Event, Message
from app.settings import Settings
from tests.app.conftest import DeskUser, WidgetUser

SPOKEN = {"event": "bot", "text": "Your parcel is here.", "data": {}, "metadata": {}}


@dataclass
class Api:
    """A program with the token."""

    client: FlaskClient
    token: str

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200, **args: Any):
        answer = self.client.open(
            path,
            method=method,
            query_string=args,
            headers={"Authorization": f"Bearer {self.token}"},
            **({} if body is None else {"json": body}),
        )
        assert answer.status_code == status, answer.text
        return answer

    def tracker(self, sender: str = "ada", **args: Any) -> dict[str, Any]:
        return self("GET", f"/conversations/{sender}/tracker", **args).json


@pytest.fixture
def api(web: Flask, settings: Settings) -> Api:
    return Api(web.test_client(), settings.api_token_in_use)


@pytest.fixture
def rows(frontdesk: Frontdesk) -> Callable[[type, str], list[Any]]:
    """What the transcript has of the conversation of a sender."""

    def read(kind: type, sender: str = "ada") -> list[Any]:
        with frontdesk.database.read() as session:
            found = session.query(Conversation).filter_by(external_id=sender).one()
            order = Message.seq if kind is Message else Event.position
            return session.query(kind).filter_by(conversation_id=found.id).order_by(order).all()

    return read


def consistent(rows, sender: str = "ada") -> None:
    """The transcript's rules: numbers without a gap, counts that fit."""
    assert [m.seq for m in rows(Message, sender)] == list(range(1, len(rows(Message, sender)) + 1))
    positions = [event.position for event in rows(Event, sender)]
    assert positions == list(range(1, len(positions) + 1))


def test_an_unknown_id_is_created_and_a_session_started(database_url: str, api: Api, rows) -> None:
    """GET tracker: unknown id ⇒ creates + starts a session."""
    tracker = api.tracker()
    assert tracker["sender_id"] == "ada"
    assert [event["event"] for event in tracker["events"]] == [
        "action",
        "session_started",
        "action",
    ]
    assert tracker["latest_action_name"] == "action_listen"
    assert api.tracker()["events"] == tracker["events"]  # once
    consistent(rows)


def test_a_conversation_is_found_by_its_sender_and_by_our_id(
    api: Api, web: Flask, customer: WidgetUser
) -> None:
    web.test_client().post("/webhooks/rest/webhook", json={"sender": "ada", "message": "hello"})
    assert api.tracker()["latest_message"]["text"] == "hello"
    customer.say("thanks")
    mine = api.tracker(customer.conversation_id)
    assert mine["latest_message"]["text"] == "thanks"
    assert mine["sender_id"] == customer.conversation_id


def test_an_id_may_hold_slashes(api: Api) -> None:
    assert api.tracker("tel/+49 30/1")["sender_id"] == "tel/+49 30/1"


@pytest.mark.parametrize("odd", ["x" * 256, "a%00b", "a%7Fb"])
def test_odd_ids_are_refused(api: Api, odd: str) -> None:
    assert api("GET", f"/conversations/{odd}/tracker", status=400).json["reason"] == "BadRequest"


def test_which_events_a_tracker_shows(api: Api) -> None:
    """?include_events=ALL|APPLIED|AFTER_RESTART(default)|NONE."""
    api("POST", "/conversations/ada/tracker/events", {"event": "slot", "name": "size", "value": 1})
    api("POST", "/conversations/ada/tracker/events", {"event": "restart"})
    api("POST", "/conversations/ada/tracker/events", {"event": "pause"})
    assert [event["event"] for event in api.tracker()["events"]] == ["pause"]
    assert len(api.tracker(include_events="ALL")["events"]) == 6
    assert [e["event"] for e in api.tracker(include_events="applied")["events"]] == ["pause"]
    assert api.tracker(include_events="NONE")["events"] is None
    answer = api("GET", "/conversations/ada/tracker", status=400, include_events="SOME")
    assert "ALL, APPLIED, AFTER_RESTART, NONE" in answer.json["message"]


def test_a_tracker_as_it_was(api: Api) -> None:
    """?until=ts."""
    api.tracker()
    moment = time.time()
    time.sleep(0.01)
    api("POST", "/conversations/ada/tracker/events", {"event": "pause"})
    assert api.tracker()["paused"]
    assert not api.tracker(until=moment)["paused"]
    assert len(api.tracker(until=moment)["events"]) == 3
    for wrong in ("then", "nan", "inf"):
        api("GET", "/conversations/ada/tracker", status=400, until=wrong)


def test_events_are_appended_one_or_many(database_url: str, api: Api, rows) -> None:
    """POST events: body one event or list; new ids get a session first; → tracker."""
    one = api("POST", "/conversations/ada/tracker/events", SPOKEN).json
    assert [event["event"] for event in one["events"]][-2:] == ["action", "bot"]
    many = [
        {"event": "user", "text": "hello", "parse_data": {"intent": {"name": "greet"}}},
        {"event": "slot", "name": "order_number", "value": "1042"},
        {"event": "agent", "text": "I am Ben."},
        SPOKEN,
    ]
    tracker = api("POST", "/conversations/ada/tracker/events", many, include_events="ALL").json
    assert tracker["slots"]["order_number"] == "1042"
    assert tracker["latest_message"]["intent"]["name"] == "greet"
    assert [(m.role, m.text, m.state) for m in rows(Message)] == [
        ("bot", "Your parcel is here.", None),
        ("customer", "hello", "answered"),
        ("agent", "I am Ben.", None),
        ("bot", "Your parcel is here.", None),
    ]
    assert {event.message_seq for event in rows(Event)} == {0, 2}
    consistent(rows)


def test_the_desk_shows_what_came_this_way(api: Api, agent: DeskUser, customer: WidgetUser) -> None:
    customer.say("hello")
    url = f"/conversations/{customer.conversation_id}/tracker/events"
    api("POST", url, [SPOKEN, {"event": "agent", "text": "It is Ben."}])
    page = agent.get(f"/desk/conversations/{customer.conversation_id}").text
    assert "Your parcel is here." in page
    assert "It is Ben." in page
    assert "Your parcel is here." in [message["text"] for message in customer.messages()]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ([], "no event"),
        ([{"event": "slot", "name": "a", "value": 1}, {"event": "slott"}], "event 2 of 2"),
        ({"event": "slot", "name": "a"}, "lacks 'value'"),
        ({"no": "event"}, "event 1 of 1"),
        ("slot", "event 1 of 1"),
        (3, "event 1 of 1"),
        ([[]], "event 1 of 1"),
        ({"event": "bot", "text": {"a": 1}}, "'text' is a string"),
        ({"event": "user", "text": "x", "timestamp": "y"}, "a timestamp"),
    ],
)
def test_what_is_no_event_is_refused_and_nothing_is_written(
    api: Api, rows, body: Any, told: str
) -> None:
    api.tracker()
    before = len(rows(Event))
    answer = api("POST", "/conversations/ada/tracker/events", body, status=400)
    assert told in answer.json["message"]
    assert len(rows(Event)) == before


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b"nope", b'{"a": NaN}', b"[1e999]", b"[" * 5000 + b"]" * 5000],
    ids=["empty", "cut", "binary", "word", "nan", "infinite", "deep"],
)
def test_bodies_that_are_no_json(api: Api, raw: bytes) -> None:
    answer = api.client.post(f"/conversations/ada/tracker/events?token={api.token}", data=raw)
    assert answer.status_code == 400
    assert answer.json["reason"] == "BadRequest"


def test_a_huge_body_is_refused(api: Api) -> None:
    for path, size in (("messages", 100_000), ("tracker/events", 9_000_000)):
        answer = api.client.post(
            f"/conversations/ada/{path}?token={api.token}", data=b'"' + b"x" * size + b'"'
        )
        assert answer.status_code == 413
        assert answer.json["code"] == 413


def test_a_deep_value_is_refused(api: Api) -> None:
    value: Any = 1
    for _ in range(60):
        value = [value]
    event = {"event": "slot", "name": "a", "value": value}
    answer = api("POST", "/conversations/ada/tracker/events", event, status=400)
    assert "levels" in answer.json["message"]


def test_all_events_are_replaced(database_url: str, api: Api, rows, frontdesk: Frontdesk) -> None:
    """PUT events: replace all events → tracker."""
    api("POST", "/conversations/ada/messages", {"text": "hello", "sender": "user"})
    api("POST", "/conversations/ada/tracker/events", SPOKEN)
    events = api.tracker(include_events="ALL")["events"]
    kept = [event for event in events if event["event"] in ("user", "bot")]
    new = [*kept, {"event": "bot", "text": "And more."}]
    tracker = api("PUT", "/conversations/ada/tracker/events", new, include_events="ALL").json
    assert [event["event"] for event in tracker["events"]] == ["user", "bot", "bot"]
    assert api.tracker(include_events="ALL") == tracker
    # What was said stays, once; what is new is said.
    assert [m.text for m in rows(Message)] == ["hello", "Your parcel is here.", "And more."]
    assert {event.message_seq for event in rows(Event)} == {1}
    consistent(rows)
    with frontdesk.database.read() as session:
        (line,) = session.query(AuditEvent).all()
        assert (line.actor, line.action) == ("api", "replace_events")
    assert api("PUT", "/conversations/ada/tracker/events", []).json["events"] == []
    assert len(rows(Message)) == 3


def test_a_message_among_the_new_events_is_not_answered_again(
    api: Api, rows, frontdesk: Frontdesk
) -> None:
    """It waited for the bot when somebody set the conversation right, its answer included."""
    api.tracker()
    with frontdesk.database.read() as session:
        conversation_id = session.query(Conversation.id).scalar()
    frontdesk.conversations.post(conversation_id, "hello")
    new = [{"event": "user", "text": "hello"}, {"event": "bot", "text": "It is settled."}]
    api("PUT", "/conversations/ada/tracker/events", new)
    frontdesk.conversations.answer_pending(conversation_id)
    said = [(message.text, message.state) for message in rows(Message)]
    assert said == [("hello", "answered"), ("It is settled.", None)]


def test_a_story_is_yaml(api: Api) -> None:
    """GET story: ?until, ?all_sessions → YAML story text (404 unknown id)."""
    assert api("GET", "/conversations/ada/story", status=404).json["reason"] == "NotFound"
    api("POST", "/conversations/ada/messages", {"text": "hello", "sender": "user"})
    answer = api("GET", "/conversations/ada/story")
    assert answer.mimetype == "text/plain"
    story = YAML(typ="safe").load(answer.text)["stories"][0]
    assert story["story"] == "ada"
    assert {"intent": "greet", "user": "hello"} in story["steps"]
    assert "hello" not in api("GET", "/conversations/ada/story", until=1).text
    api("POST", "/conversations/ada/tracker/events", {"event": "session_started"})
    assert "hello" not in api("GET", "/conversations/ada/story").text
    assert "hello" in api("GET", "/conversations/ada/story", all_sessions="true").text


def test_a_message_is_logged_and_not_answered(database_url: str, api: Api, rows) -> None:
    """POST messages: {text, sender: "user", parse_data?} → user turn, NO prediction → tracker."""
    body = {"text": "hello", "sender": "user", "metadata": {"page": 1, "is_external": True}}
    tracker = api("POST", "/conversations/ada/messages", body).json
    assert tracker["latest_message"]["intent"]["name"] == "greet"
    assert tracker["latest_message"]["metadata"] == {"page": 1}
    assert tracker["latest_action_name"] == "action_listen"
    assert [(m.role, m.text, m.intent, m.state) for m in rows(Message)] == [
        ("customer", "hello", "greet", "answered")
    ]
    parsed = {"intent": {"name": "thank", "confidence": 0.4}, "entities": []}
    body = {"text": "ta", "sender": "user", "parse_data": parsed}
    tracker = api("POST", "/conversations/ada/messages", body).json
    assert tracker["latest_message"]["intent"] == {"name": "thank", "confidence": 0.4}
    consistent(rows)


@pytest.mark.parametrize(
    "body",
    [
        {"text": "hello", "sender": "bot"},
        {"text": "hello"},
        {"sender": "user"},
        {"text": 3, "sender": "user"},
        {"text": " ", "sender": "user"},
        {"text": "a", "sender": "user", "parse_data": "greet"},
        {"text": "a", "sender": "user", "parse_data": {"intent": "greet"}},
        {"text": "a", "sender": "user", "parse_data": {"entities": [{}]}},
        {"text": "a", "sender": "user", "metadata": []},
        ["hello"],
    ],
)
def test_messages_that_are_refused(api: Api, body: Any) -> None:
    """sender: "user" (else 400)."""
    assert api("POST", "/conversations/ada/messages", body, status=400).json["code"] == 400


def test_a_message_too_long_is_refused(api: Api) -> None:
    body = {"text": "x" * 5000, "sender": "user"}
    api("POST", "/conversations/ada/messages", body, status=413)


def test_the_next_action_is_predicted(api: Api) -> None:
    """predict → {scores:[{action,score}], policy, confidence, tracker} (404 unknown)."""
    api("POST", "/conversations/ada/predict", {}, status=404)
    api("POST", "/conversations/ada/messages", {"text": "thanks", "sender": "user"})
    told = api("POST", "/conversations/ada/predict", {}).json
    assert list(told) == ["scores", "policy", "confidence", "tracker"]
    best = max(told["scores"], key=lambda score: score["score"])
    assert best["action"] != "action_listen"
    assert best["score"] == told["confidence"] == 1.0
    assert told["policy"] == "RulePolicy"
    assert told["tracker"]["sender_id"] == "ada"
    assert {score["action"] for score in told["scores"]} >= {"action_listen", "action_restart"}


def test_an_action_is_executed(database_url: str, api: Api, rows) -> None:
    """execute: {name, policy?, confidence?} ?output_channel → {tracker, messages}."""
    told = api("POST", "/conversations/ada/execute", {"name": "utter_greet"}).json
    assert told["messages"][0]["recipient_id"] == "ada"
    said = [m.text for m in rows(Message)]
    assert told["messages"][0]["text"] in said[0]
    assert told["tracker"]["latest_action_name"] == "utter_greet"
    consistent(rows)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": 3}, 400),
        ({"name": "utter_greets"}, 404),
        ({"name": "utter_greet", "policy": 3}, 400),
        ({"name": "utter_greet", "confidence": "high"}, 400),
        ({"name": "utter_greet", "confidence": 2}, 400),
        ({"name": "utter_greet", "confidence": True}, 400),
    ],
)
def test_actions_that_are_refused(api: Api, body: dict, status: int) -> None:
    assert api("POST", "/conversations/ada/execute", body, status=status).json["code"] == status


def test_an_intent_is_triggered(database_url: str, api: Api, rows) -> None:
    """trigger_intent: {name, entities?} → {tracker, messages}; 404 unknown intent."""
    told = api("POST", "/conversations/ada/trigger_intent", {"name": "greet"}).json
    assert told["messages"]
    assert told["messages"][0]["recipient_id"] == "ada"
    message = told["tracker"]["latest_message"]
    assert message["text"] == "EXTERNAL: greet"
    assert [m.role for m in rows(Message)] == ["bot"] * len(rows(Message))
    entities: Any
    for entities in ({"order_number": "1042"}, [{"entity": "order_number", "value": "1042"}]):
        body = {"name": "greet", "entities": entities}
        told = api("POST", "/conversations/ada/trigger_intent", body).json
        assert told["tracker"]["latest_message"]["entities"][0]["value"] == "1042"
    assert (
        "greet"
        in api("POST", "/conversations/ada/trigger_intent", {"name": "gret"}, status=404).json[
            "message"
        ]
    )
    for body in ({}, {"name": "greet", "entities": "x"}, {"name": "greet", "entities": [{}]}):
        api("POST", "/conversations/ada/trigger_intent", body, status=400)
    consistent(rows)


def test_messages_stand_in_the_answer_of_the_collecting_channel_only(
    api: Api, customer: WidgetUser
) -> None:
    """?output_channel=latest|<name>; messages only for the collecting channel."""
    customer.say("thanks")
    url = f"/conversations/{customer.conversation_id}/trigger_intent"
    body = {"name": "greet"}
    for channel in ("latest", "widget"):
        assert "messages" not in api("POST", url, body, output_channel=channel).json
    for channel in ("collector", "rest", "unheard-of"):
        assert api("POST", url, body, output_channel=channel).json["messages"]
    # In every case the customer reads it in the widget.
    assert [m["role"] for m in customer.messages(2)].count("bot") >= 5


def test_what_no_channel_would_deliver_stands_in_the_answer(api: Api) -> None:
    """A conversation's own channel delivers, and none that a program names in its place."""
    for channel in ("callback", "socketio", "widget"):
        url = "/conversations/ada/trigger_intent"
        assert api("POST", url, {"name": "greet"}, output_channel=channel).json["messages"]


def test_who_writes_cannot_say_that_nobody_did(api: Api, web: Flask, rows) -> None:
    body = {"sender": "ada", "message": "hello", "metadata": {"page": 1, "is_external": True}}
    assert web.test_client().post("/webhooks/rest/webhook", json=body).json
    (heard,) = [event.data for event in rows(Event) if event.type_name == "user"]
    assert heard["metadata"] == heard["parse_data"]["metadata"] == {"page": 1}


def test_while_a_human_has_the_conversation_the_bot_is_silent(
    api: Api, customer: WidgetUser, agent: DeskUser
) -> None:
    customer.say("hello")
    agent.post(f"/desk/conversations/{customer.conversation_id}/take-over")
    before = customer.messages()
    url = f"/conversations/{customer.conversation_id}"
    for path in ("trigger_intent", "execute"):
        told = api("POST", f"{url}/{path}", {"name": "greet"}, status=409)
        assert told.json["reason"] == "Conflict"
    api("POST", f"{url}/messages", {"text": "still there", "sender": "user"})
    assert [m["text"] for m in customer.messages()][len(before) :] == ["still there"]


def test_a_paused_conversation_logs_and_is_silent(api: Api, web: Flask) -> None:
    """Paused conversation → `[]`; resumed by an event."""
    api("POST", "/conversations/ada/tracker/events", {"event": "pause"})
    rest = web.test_client()
    said = {"sender": "ada", "message": "hello"}
    assert rest.post("/webhooks/rest/webhook", json=said).json == []
    assert api.tracker()["latest_message"]["text"] == "hello"
    assert (
        api("POST", "/conversations/ada/trigger_intent", {"name": "greet"}).json["messages"] == []
    )
    api("POST", "/conversations/ada/tracker/events", {"event": "resume"})
    assert rest.post("/webhooks/rest/webhook", json=said).json


def test_a_log_with_unknown_events_goes_on(
    api: Api, web: Flask, frontdesk: Frontdesk, rows, caplog: pytest.LogCaptureFixture
) -> None:
    """Tracker with unknown events: a clear error with its place, and the conversation goes on."""
    said = {"sender": "ada", "message": "hello"}
    rest = web.test_client()
    rest.post("/webhooks/rest/webhook", json=said)
    with frontdesk.database.write() as session:
        row = session.get(Event, rows(Event)[2].id)
        row.data = {"event": "flow_started", "flow_id": "x"}
        conversation_id = row.conversation_id
    frontdesk.redis.delete(f"frontdesk:events:{conversation_id}")
    assert rest.post("/webhooks/rest/webhook", json=said).json
    assert f"event 3 of {conversation_id}: there is no kind of event 'flow_started'" in caplog.text
    shown = api.tracker(include_events="ALL")["events"]
    assert {"event": "flow_started", "flow_id": "x"} in shown


def test_two_programs_at_once_lose_nothing(database_url: str, api: Api, web: Flask, rows) -> None:
    def append() -> None:
        own = Api(web.test_client(), api.token)
        for _ in range(5):
            own("POST", "/conversations/ada/tracker/events", SPOKEN)

    api.tracker()
    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(Message)) == 20
    assert len(rows(Event)) == 23
    consistent(rows)
    assert json.loads(json.dumps(api.tracker(include_events="ALL")))["events"][-1]["event"] == "bot"

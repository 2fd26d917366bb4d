"""Who may open which conversation, and what the door says to bad input."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from flask import Flask

from app.build import Frontdesk, build
from app.settings import Settings
from app.web import create_app
from dialogue.project import Project
from tests.app.conftest import Clock, Phrases, WidgetUser
from tests.conftest import wait_until


def test_a_token_opens_its_own_conversation_and_no_other(web: Flask) -> None:
    one, other = WidgetUser(web.test_client()), WidgetUser(web.test_client())
    one.say("hello")
    assert other.messages() == []
    for header in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {one.token}x"}):
        assert web.test_client().get("/api/v1/messages", headers=header).status_code == 401


def test_a_token_in_the_address_or_a_cookie_opens_nothing(web: Flask) -> None:
    one = WidgetUser(web.test_client())
    client = web.test_client()
    assert client.get(f"/api/v1/messages?token={one.token}").status_code == 401
    client.set_cookie("token", one.token)
    assert client.get("/api/v1/messages").status_code == 401


def test_no_cookie_is_set_by_the_widget_api(web: Flask) -> None:
    one = WidgetUser(web.test_client())
    one.say("hello")
    answer = one.client.get("/api/v1/messages", headers=one.headers)
    assert "Set-Cookie" not in answer.headers


@pytest.fixture
def strict(settings: Settings, project: Project, interpreter: Phrases) -> Iterator[Flask]:
    """The web application with its limits."""
    limited = settings.model_copy(update={"rate_limits": True})
    made = build(limited, project=project, interpreter=interpreter)
    made.start()
    yield create_app(made)
    made.stop()


def test_a_conversation_has_five_streams_at_once(strict: Flask) -> None:
    user = WidgetUser(strict.test_client())

    def opened(method: str = "GET"):
        return strict.test_client().open("/api/v1/stream", method=method, headers=user.headers)

    streams = [opened() for _ in range(5)]
    refused = opened()
    assert (refused.status_code, refused.json["error"]) == (429, "too_many")
    streams.pop().close()
    for _ in range(6):
        assert opened("HEAD").status_code == 200
    streams.append(opened())
    assert {stream.status_code for stream in streams} == {200}
    for stream in streams:
        stream.close()


def test_an_address_may_send_ten_messages_a_second_in_all_its_conversations(strict: Flask) -> None:
    client = strict.test_client()
    seen = [
        client.post("/api/v1/messages", headers={"Authorization": f"Bearer {n}"}).status_code
        for n in range(601)
    ]
    assert seen == [401] * 600 + [429]


def test_a_revoked_token_is_worthless(customer: WidgetUser) -> None:
    customer.say("hello")
    ended = customer.client.delete("/api/v1/session", headers=customer.headers)
    assert ended.status_code == 204
    assert customer.client.get("/api/v1/session", headers=customer.headers).status_code == 401
    assert customer.post("hello").status_code == 401


def test_no_token_can_be_read_from_the_database(customer: WidgetUser, frontdesk: Frontdesk) -> None:
    with frontdesk.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM conversation").all()
    assert customer.token not in str(rows)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"exp": datetime.now(UTC) - timedelta(minutes=1)},
        {"exp": datetime.now(UTC) + timedelta(days=300)},
        {"exp": None},
        {"sub": None},
        {"sub": "1 OR 1=1"},
    ],
)
def test_a_bad_identity_is_refused(web: Flask, frontdesk: Frontdesk, claims: dict) -> None:
    now = datetime.now(UTC)
    good = {"sub": "1", "aud": "frontdesk", "iat": now, "exp": now + timedelta(minutes=5)}
    body = {key: value for key, value in {**good, **claims}.items() if value is not None}
    token = jwt.encode(body, frontdesk.settings.identity_secret, algorithm="HS256")
    answer = web.test_client().post("/api/v1/session", json={"identity": token})
    assert answer.status_code == 401
    assert answer.json["error"] == "identity_invalid"


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_an_identity_of_another_algorithm_or_key_is_refused(web: Flask, algorithm: str) -> None:
    now = datetime.now(UTC)
    body = {"sub": "1", "aud": "frontdesk", "iat": now, "exp": now + timedelta(minutes=5)}
    key = None if algorithm == "none" else "k" * 64
    token = jwt.encode(body, key, algorithm=algorithm)
    assert web.test_client().post("/api/v1/session", json={"identity": token}).status_code == 401


def test_a_conversation_belongs_to_one_customer(web: Flask, identity) -> None:
    maya = WidgetUser(web.test_client(), identity(1))
    answer = maya.client.put(
        "/api/v1/session/identity", json={"identity": identity(2, "Tom")}, headers=maya.headers
    )
    assert answer.status_code == 409
    assert answer.json["error"] == "other_customer"


def test_a_token_that_a_guest_kept_opens_nothing_once_somebody_signs_in(
    web: Flask, identity, frontdesk: Frontdesk
) -> None:
    maya = WidgetUser(web.test_client())
    maya.say("hello")
    guest = maya.headers  # copied from the browser by whoever sat there before
    stream = web.test_client().get("/api/v1/stream?after=99", headers=guest, buffered=False)
    frames = iter(stream.response)
    next(frames)

    def sign_in() -> Any:
        url, body = "/api/v1/session/identity", {"identity": identity(1)}
        return maya.client.put(url, json=body, headers=maya.headers)

    answer = sign_in()
    assert answer.status_code == 200
    maya.token = answer.json["token"]
    assert maya.headers != guest
    assert not any(b"message" in piece for piece in frames), "the stream ends and says nothing"
    thief = web.test_client()
    for method, path in (("GET", "messages"), ("GET", "stream"), ("GET", "session")):
        assert thief.open(f"/api/v1/{path}", method=method, headers=guest).status_code == 401
    body = {"text": "/list_orders", "client_msg_id": "1"}
    assert thief.post("/api/v1/messages", json=body, headers=guest).status_code == 401
    assert "sign" not in maya.say("/list_orders")[0]["text"].casefold()
    assert maya.messages()[0]["text"] == "hello"
    again = sign_in()
    assert (again.status_code, again.data) == (204, b""), "the same customer keeps the token"
    assert maya.messages()


def test_a_widget_conversation_that_is_too_long_goes_on_in_a_new_one(
    web: Flask, customer: WidgetUser, frontdesk: Frontdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.conversations.MOST_MESSAGES", 2)
    customer.say("hello")
    first = customer.messages()[0]["client_msg_id"]
    refused = customer.post("hello")
    assert (refused.status_code, refused.json["error"]) == (422, "chat_too_long")
    assert "begin a new chat" in refused.json["message"]
    assert customer.post("hello", first).status_code == 200, "a retry of what is stored is harmless"
    assert WidgetUser(web.test_client()).say("hello")
    for _ in range(3):  # who comes by another channel has no new chat to begin
        said = {"sender": "u1", "message": "hello"}
        assert web.test_client().post("/webhooks/rest/webhook", json=said).json


def test_an_identity_runs_out(
    web: Flask, identity, clock: Clock, settings, frontdesk: Frontdesk
) -> None:
    maya = WidgetUser(web.test_client(), identity(1))
    assert "sign" not in maya.say("/list_orders")[0]["text"].casefold()
    clock.shift = timedelta(minutes=settings.identity_minutes + 1)
    later = " ".join(m["text"] or "" for m in maya.say("/list_orders"))
    assert "sign" in later.casefold()


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", None, 7, ["a"], {"$ne": ""}])
def test_empty_and_wrongly_typed_texts_are_refused(customer: WidgetUser, text: object) -> None:
    answer = customer.post(text)
    assert answer.status_code == 422
    assert "'text'" in answer.json["message"]


def test_a_text_of_ten_thousand_characters_is_refused_in_plain_words(customer: WidgetUser) -> None:
    answer = customer.post("a" * 10_000)
    assert answer.status_code == 413
    assert "too long" in answer.json["message"]


@pytest.mark.parametrize(
    "text",
    ["🙂🙃🙂", "Привет, where is 我的包裹؟", "\x00binary\x07", "\ud800 half a pair", "a\u202eb"],
)
def test_odd_texts_are_stored_and_answered(database_url, customer: WidgetUser, text: str) -> None:
    assert customer.say(text)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"client_msg_id": 5}'])
def test_a_body_that_is_no_message_is_refused(customer: WidgetUser, body: bytes) -> None:
    headers = {**customer.headers, "Content-Type": "application/json"}
    answer = customer.client.post("/api/v1/messages", data=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json["message"]


def test_a_huge_body_is_refused(customer: WidgetUser) -> None:
    answer = customer.client.post("/api/v1/messages", data=b"x" * 200_000, headers=customer.headers)
    assert answer.status_code == 413


def test_the_rest_channel_answers_like_rasa(web: Flask) -> None:
    client = web.test_client()
    assert client.get("/webhooks/rest/").json == {"status": "ok"}
    said = client.post("/webhooks/rest/webhook", json={"sender": "u1", "message": "hello"}).json
    assert said
    for part in said:
        assert part["recipient_id"] == "u1"
        assert set(part) <= {"recipient_id", "text", "image", "buttons", "attachment", "custom"}
        assert None not in part.values()


def test_the_rest_channel_streams_one_object_a_line(web: Flask) -> None:
    url = "/webhooks/rest/webhook?stream=true"
    answer = web.test_client().post(url, json={"sender": "u2", "message": "hello"})
    assert answer.mimetype == "text/event-stream"
    lines = answer.text.strip().splitlines()
    assert lines
    assert all(line.startswith("{") for line in lines)


def test_a_rest_sender_named_like_a_widget_conversation_reads_nothing_of_it(
    web: Flask, identity
) -> None:
    maya = WidgetUser(web.test_client(), identity(1))
    body = {"sender": maya.conversation_id, "message": "/list_orders"}
    said = web.test_client().post("/webhooks/rest/webhook", json=body).json
    assert said == []
    assert maya.messages() == []


def test_the_page_says_which_product_is_looked_at(web: Flask, customer: WidgetUser) -> None:
    customer.post("something like this but cheaper", product="CL-JA-01")
    wait_until(lambda: "Alder Rain Jacket" in str(customer.messages()), "cards like the jacket")
    assert "and €60.00 less" in str(customer.messages())
    for wrong in ("", 7, "x" * 65, ["CL-JA-01"]):
        assert customer.post("hello", product=wrong).status_code == 422

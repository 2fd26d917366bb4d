"""1a, REST: what `tests/channels/test_rest.py` leaves open, with rasa-sdk's own action server."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.conformance.conftest import Bot, Talk, serve_bot

APOLOGY = {"text": "Sorry, something went wrong on our side. Please try again in a moment."}


def test_the_sender_is_told_back_in_each_object(bot: Bot) -> None:
    """`recipient_id` beside exactly the parts that are not null."""
    body = {"sender": "ada", "message": "/say_parts"}
    said = httpx.post(f"{bot.url}/webhooks/rest/webhook", json=body).json()
    assert [set(part) - {"recipient_id"} for part in said] == [
        {"text"},
        {"text"},
        {"text", "buttons"},
        {"custom"},
        {"image"},
        {"attachment"},
        {"text", "buttons"},
    ]
    assert {part["recipient_id"] for part in said} == {"ada"}


def test_quick_replies_go_before_buttons(talk: Talk) -> None:
    """Of quick_replies, buttons and text one is sent, in that preference; it is not split."""
    assert talk.say("/both_kinds") == [
        {"text": "Choose.\n\nNow.", "buttons": [{"title": "Quick", "payload": "/greet"}]}
    ]


def test_what_was_collected_before_a_failure_is_answered(talk: Talk) -> None:
    assert talk.say("/say_and_break") == [{"text": "We open at nine."}, APOLOGY]


@contextmanager
def silent_server() -> Iterator[str]:
    """A server that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def hanging_bot(tmp_path_factory: pytest.TempPathFactory, shared_redis) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("hanging")
    with (
        silent_server() as address,
        serve_bot(folder, shared_redis.url, address, action_timeout_s=0.5) as bot,
    ):
        yield bot


def test_an_action_that_times_out_is_answered_with_what_there_is(
    hanging_bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    """A timeout while handling is logged; the response is still 200."""
    assert hanging_bot.talk().say("/say_and_break") == [{"text": "We open at nine."}, APOLOGY]
    assert "ReadTimeout" in caplog.text


def test_a_stream_is_strict(bot: Bot) -> None:
    """text/event-stream; a JSON object a line, without `data:`, whatever counts for a line's end;
    and the body ends with the turn."""
    body = {"sender": "ada", "message": "/odd_signs"}
    url = f"{bot.url}/webhooks/rest/webhook?stream=true"
    begun = time.monotonic()
    with httpx.stream("POST", url, json=body, timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        raw = answer.read()
    assert time.monotonic() - begun < 20, "it is closed"
    assert raw.endswith(b"\n") and raw.isascii()
    assert raw.decode().splitlines() == [raw.decode().strip()]
    told = json.loads(raw)
    assert told == {"recipient_id": "ada", "text": "One\nline\u2028of\x85odd signs: é"}


def test_a_stream_has_the_same_objects_as_the_array(bot: Bot) -> None:
    url = f"{bot.url}/webhooks/rest/webhook"
    body = {"sender": "ada", "message": "/say_parts"}
    lines = httpx.post(f"{url}?stream=true", json=body).text.splitlines()
    assert [json.loads(line) for line in lines] == httpx.post(url, json=body).json()


def test_the_default_sender_is_one_conversation(bot: Bot) -> None:
    url = f"{bot.url}/webhooks/rest/webhook"
    for body in ({"message": "/faq"}, {"sender": None, "message": "/faq"}, {"message": "/faq"}):
        assert httpx.post(url, json=body).json()[0]["recipient_id"] == "default"
    talk = Talk(bot, "default")
    assert len(talk.events("user")) == 3
    assert len(talk.events("session_started")) == 1


def test_the_route_needs_no_credential_while_the_api_does(bot: Bot) -> None:
    """No auth on this route even when the HTTP API has a token."""
    assert bot.frontdesk.settings.api_token_in_use
    assert httpx.get(f"{bot.url}/domain").status_code == 401
    assert bot.talk().say("/faq") == [{"text": "We open at nine."}]

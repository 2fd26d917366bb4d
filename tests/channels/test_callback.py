"""The callback channel, with an address that really receives, or really does not."""

from __future__ import annotations

import socket

import httpx
import pytest
from sqlalchemy import select

import app.channels.deliveries as deliveries
from app.live import Bell
from app.models import Message
from app.transcript import add_message, locked_conversation
from tests.channels.conftest import House, Open, Receiver
from tests.conftest import wait_until

GREETING = [
    {"recipient_id": "u1", "text": "Hello!"},
    {"recipient_id": "u1", "text": "How can I help?"},
]


@pytest.fixture(autouse=True)
def quick_tries(monkeypatch) -> None:
    monkeypatch.setattr(deliveries, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(deliveries, "SWEEP_S", 0.2)


def house_for(open_house: Open, url: str) -> House:
    return open_house(f"rest:\ncallback:\n  url: {url}\n")


def say(house: House, message: str, **more) -> httpx.Response:
    body = {"sender": "u1", "message": message, **more}
    return httpx.post(f"{house.url}/webhooks/callback/webhook", json=body)


def states(house: House) -> list[str | None]:
    with house.frontdesk.database.read() as session:
        rows = session.scalars(
            select(Message.state).where(Message.role != "customer").order_by(Message.id)
        )
        return list(rows)


def test_the_health_probe(open_house: Open, receiver: Receiver) -> None:
    answer = httpx.get(f"{house_for(open_house, receiver.url).url}/webhooks/callback/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_the_webhook_answers_success_and_the_messages_are_posted(
    open_house: Open, receiver: Receiver
) -> None:
    house = house_for(open_house, receiver.url)
    answer = say(house, "hello")
    assert (answer.status_code, answer.text) == (200, "success")
    assert answer.headers["content-type"].startswith("text/plain")
    wait_until(lambda: len(receiver.got) == 2, "the greeting")
    assert receiver.got == GREETING
    wait_until(lambda: states(house) == ["sent"], "it is noted")


def test_a_message_has_the_rest_channels_objects(open_house: Open, receiver: Receiver) -> None:
    house = house_for(open_house, receiver.url)
    say(house, "/everything")
    url = f"{house.url}/webhooks/rest/webhook"
    body = {"sender": "u1", "message": "/everything"}
    wait_until(lambda: len(receiver.got) == 5, "five objects")
    assert receiver.got == httpx.post(url, json=body).json()


def test_the_input_channel_and_metadata_are_the_bodys(open_house: Open, receiver: Receiver) -> None:
    house = house_for(open_house, receiver.url)
    say(house, "/where_am_i", input_channel="kiosk", metadata={"a": 1})
    wait_until(lambda: receiver.got, "an answer")
    assert receiver.got[0]["text"] == "In the kiosk."


def test_a_person_is_heard_too_and_the_order_is_kept(open_house: Open, receiver: Receiver) -> None:
    house = house_for(open_house, receiver.url)
    say(house, "hello")
    wait_until(lambda: states(house) != [], "an answer")
    said = [f"Line {number}" for number in range(10)]
    house.say(house.frontdesk.sessions.by_sender("callback", "u1"), *said)
    wait_until(lambda: len(receiver.got) == 13, "all of it")
    texts = [each["text"] for each in receiver.got]
    assert texts == ["Hello!", "How can I help?", "Anna has joined the chat.", *said]
    assert len(set(receiver.keys)) == 13


def test_what_is_not_taken_is_tried_again_before_what_comes_after_it(
    open_house: Open, receiver: Receiver
) -> None:
    receiver.statuses = [503, 429, 500]
    house = house_for(open_house, receiver.url)
    say(house, "hello")
    wait_until(lambda: len(receiver.got) == 2, "the greeting")
    assert receiver.got == GREETING


def test_an_address_that_refuses_is_given_up_and_told_without_the_words(
    open_house: Open, receiver: Receiver, caplog
) -> None:
    receiver.statuses = [404]
    house = house_for(open_house, receiver.url + "?secret=1")
    say(house, "hello")
    wait_until(lambda: states(house) == ["lost"], "it is given up")
    told = "\n".join(record.message for record in caplog.records if "deliver" in record.name)
    assert "is lost: the callback address answers 404" in told
    assert "Hello" not in told and "u1" not in told and "secret" not in told
    say(house, "hello")
    wait_until(lambda: receiver.got == GREETING, "the next message is posted")


def test_of_an_answer_the_status_alone_counts(open_house: Open, receiver: Receiver) -> None:
    """A body that cannot be read, or has no end, neither doubles a message nor keeps others."""
    receiver.answer = (b"no gzip", {"Content-Encoding": "gzip"})
    house = house_for(open_house, receiver.url)
    say(house, "hello")
    wait_until(lambda: states(house) == ["sent"], "it is posted")
    assert receiver.got == GREETING


def test_half_a_surrogate_pair_is_posted_as_json_writes_it(
    open_house: Open, receiver: Receiver
) -> None:
    house = house_for(open_house, receiver.url)
    say(house, "hello")
    wait_until(lambda: states(house) == ["sent"], "the greeting")
    f = house.frontdesk
    with f.database.write() as session:
        conversation = locked_conversation(session, f.sessions.by_sender("callback", "u1"))
        custom = {"custom": {"a": "\ud83d"}}
        add_message(session, conversation, role="bot", text=None, data=custom, now=f.clock())
    f.live.ring(Bell(conversation.id))
    wait_until(lambda: states(house) == ["sent", "sent"], "it is posted")
    assert receiver.got[-1]["custom"] == {"a": "\ud83d"}


def test_a_message_that_nobody_takes_is_kept_for_some_tries_and_then_lost(
    open_house: Open, caplog
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    house = house_for(open_house, f"http://127.0.0.1:{port}/bot")
    say(house, "hello")
    wait_until(lambda: states(house) == ["lost"], "it is given up", 30)
    assert "cannot be reached (ConnectError)" in caplog.text


def test_what_a_stopped_process_left_is_posted_by_the_next(
    open_house: Open, receiver: Receiver
) -> None:
    house = house_for(open_house, receiver.url)
    assert house.frontdesk.deliveries is not None
    house.frontdesk.deliveries.stop()
    say(house, "hello")
    wait_until(lambda: states(house) == ["outgoing"], "it waits")
    again = deliveries.Deliveries(
        receiver.url,
        house.frontdesk.database,
        house.frontdesk.deliveries._locks,
        house.frontdesk.live,
        house.frontdesk.background,
    )
    again.start()
    wait_until(lambda: receiver.got == GREETING, "the greeting")
    again.stop()


def test_two_processes_post_each_message_once(open_house: Open, receiver: Receiver) -> None:
    house = house_for(open_house, receiver.url)
    f = house.frontdesk
    assert f.deliveries is not None
    other = deliveries.Deliveries(
        receiver.url, f.database, f.deliveries._locks, f.live, f.background
    )
    other.start()
    for _ in range(10):
        say(house, "/picture")
    wait_until(lambda: len(receiver.got) >= 10, "ten pictures")
    wait_until(lambda: set(states(house)) == {"sent"}, "all are noted")
    other.stop()
    assert len(receiver.got) == 10


def test_a_body_without_a_message_is_a_success_without_a_turn(
    open_house: Open, receiver: Receiver
) -> None:
    house = house_for(open_house, receiver.url)
    answer = httpx.post(f"{house.url}/webhooks/callback/webhook", json={"sender": "u1"})
    assert (answer.status_code, answer.text) == (200, "success")
    assert states(house) == []


def test_a_body_that_is_no_json_is_refused(open_house: Open, receiver: Receiver) -> None:
    house = house_for(open_house, receiver.url)
    assert httpx.post(f"{house.url}/webhooks/callback/webhook", content="{").status_code == 400


def test_a_project_without_it_has_no_such_door(house: House) -> None:
    assert httpx.get(f"{house.url}/webhooks/callback/").status_code == 404

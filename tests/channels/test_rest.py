"""The REST channel, line by line of its contract."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.transcript import event_log
from tests.channels.conftest import House, Open


class RestUser:
    """A program at the REST channel."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.address = f"{house.url}/webhooks/rest/webhook"

    def post(self, body: Any, query: str = "") -> httpx.Response:
        return httpx.post(self.address + query, json=body, timeout=20)

    def say(self, message: str, **more: Any) -> list[dict[str, Any]]:
        answer = self.post({"sender": "u1", "message": message, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self, kind: str, sender: str = "u1") -> list[dict[str, Any]]:
        """The conversation's events of one kind."""
        frontdesk = self.house.frontdesk
        conversation_id = frontdesk.sessions.by_sender("rest", sender)
        with frontdesk.database.read() as session:
            log = event_log(session, conversation_id)
        return [event for event in log if event["event"] == kind]


@pytest.fixture
def rest(house: House) -> RestUser:
    return RestUser(house)


def test_the_health_probe(house: House) -> None:
    answer = httpx.get(f"{house.url}/webhooks/rest/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_plain_text_is_split_on_blank_lines(rest: RestUser) -> None:
    assert rest.say("hello") == [
        {"recipient_id": "u1", "text": "Hello!"},
        {"recipient_id": "u1", "text": "How can I help?"},
    ]


def test_text_with_buttons_is_whole_and_its_buttons_keep_their_keys(rest: RestUser) -> None:
    assert rest.say("/pick") == [
        {
            "recipient_id": "u1",
            "text": "There is a choice.\n\nWhich one?",
            "buttons": [
                {"title": "The picture", "payload": "/picture", "type": "postback"},
                {"title": "Our site", "url": "https://shop.example/", "type": "web_url"},
            ],
        }
    ]


def test_quick_replies_come_out_as_buttons(rest: RestUser) -> None:
    reply = {"title": "A film", "payload": "/film", "content_type": "text"}
    assert rest.say("/pick_quickly") == [
        {"recipient_id": "u1", "text": "Quickly!", "buttons": [reply]}
    ]


def test_quick_replies_and_buttons_are_both_kept_in_the_transcript(rest: RestUser) -> None:
    rest.say("/pick_quickly")
    rest.say("/pick")
    quick, plain = (event["data"] for event in rest.events("bot"))
    assert quick["quick_replies"] and quick["buttons"] is None
    assert plain["buttons"] and plain["quick_replies"] is None


def test_the_order_of_a_messages_parts(rest: RestUser) -> None:
    assert [sorted(set(part) - {"recipient_id"}) for part in rest.say("/everything")] == [
        ["buttons", "text"],
        ["custom"],
        ["image"],
        ["attachment"],
        ["buttons", "text"],
    ]


def test_image_attachment_and_custom_are_objects_of_their_own(rest: RestUser) -> None:
    film = {
        "type": "video",
        "payload": {"title": "How to pitch a tent", "src": "https://shop.example/tent"},
    }
    assert rest.say("/film") == [{"recipient_id": "u1", "attachment": film}]
    image = {"recipient_id": "u1", "image": "https://shop.example/tiger.png"}
    assert rest.say("/picture") == [image]
    custom = {"handoff_host": "agent.example"}
    assert rest.say("/json") == [{"recipient_id": "u1", "custom": custom}]


def test_each_element_is_an_object_of_title_and_subtitle(rest: RestUser) -> None:
    tent, stove = rest.say("/cards")
    assert tent["text"] == "Tent : for two"
    assert tent["buttons"][0]["title"] == "Take the tent"
    assert stove == {"recipient_id": "u1", "text": "Stove : burns gas", "buttons": []}


def test_a_missing_sender_is_default_and_others_become_text(rest: RestUser) -> None:
    assert rest.post({"message": "hello"}).json()[0]["recipient_id"] == "default"
    assert rest.post({"sender": 7, "message": "hello"}).json()[0]["recipient_id"] == "7"


def test_the_message_is_stripped(rest: RestUser) -> None:
    rest.say("  hello \n")
    assert rest.events("user")[0]["text"] == "hello"


def test_the_input_channel_is_the_bodys_or_rest(rest: RestUser) -> None:
    assert rest.say("/where_am_i")[0]["text"] == "On REST."
    assert rest.say("/where_am_i", input_channel="kiosk")[0]["text"] == "In the kiosk."
    assert [event["input_channel"] for event in rest.events("user")] == ["rest", "kiosk"]


@pytest.mark.parametrize("metadata", [{"page": "/tents", "n": [1]}, [1, {"a": 2}], "text", 7])
def test_metadata_is_the_user_events_whatever_json_it_is(rest: RestUser, metadata: Any) -> None:
    assert rest.say("hello", metadata=metadata)
    user = rest.events("user")[0]
    assert user["metadata"] == metadata
    assert user["parse_data"]["metadata"] == metadata
    assert rest.say("hello"), "the conversation goes on"


def test_a_stream_has_one_json_object_a_line_and_ends_with_the_turn(rest: RestUser) -> None:
    answer = rest.post({"sender": "u1", "message": "/everything"}, "?stream=true")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.endswith("\n")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == rest.say("/everything")


def test_a_stream_without_an_answer_is_empty(rest: RestUser) -> None:
    answer = rest.post({"sender": "u1"}, "?stream=True")
    assert (answer.status_code, answer.text) == (200, "")


def test_a_missing_message_is_answered_with_nothing(rest: RestUser) -> None:
    for body in ({"sender": "u1"}, {"sender": "u1", "message": None}):
        assert (rest.post(body).status_code, rest.post(body).json()) == (200, [])


def test_an_empty_message_is_a_turn_as_in_rasa(rest: RestUser) -> None:
    assert rest.say("  ") == [{"recipient_id": "u1", "text": "Sorry?"}]


def test_a_failure_is_answered_with_what_there_is(rest: RestUser, monkeypatch) -> None:
    def fail(conversation_id: str) -> None:
        raise RuntimeError("no")

    assert rest.say("x" * 5000) == []
    monkeypatch.setattr(rest.house.frontdesk.conversations, "answer_pending", fail)
    assert rest.say("hello") == []


def test_a_conversation_that_a_person_has_taken_over_is_answered_with_nothing(
    rest: RestUser,
) -> None:
    rest.say("hello")
    rest.house.say(rest.house.frontdesk.sessions.by_sender("rest", "u1"))
    assert rest.say("hello") == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"null", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(rest: RestUser, body: bytes) -> None:
    answer = httpx.post(rest.address, content=body)
    assert answer.status_code == 400
    assert "JSON object" in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"message": 7}, "message"),
        ({"message": {"$ne": ""}}, "message"),
        ({"message": "a", "sender": "x" * 256}, "sender"),
        ({"message": "a", "sender": "a\0b"}, "sender"),
        ({"message": "a", "sender": "\ud800"}, "sender"),
        ({"message": "a", "input_channel": ["a"]}, "input_channel"),
        ({"message": "a", "input_channel": "widget"}, "input_channel"),
    ],
)
def test_a_wrong_field_is_refused_by_name(rest: RestUser, body: Any, field: str) -> None:
    answer = httpx.post(rest.address, content=json.dumps(body).encode())
    assert answer.status_code == 422
    assert f"'{field}'" in answer.json()["message"]


def test_a_project_that_does_not_name_rest_has_none(open_house: Open) -> None:
    house = open_house("socketio:\n")
    assert httpx.get(f"{house.url}/webhooks/rest/").status_code == 404


def test_pages_of_named_origins_may_ask(open_house: Open) -> None:
    house = open_house(allowed_origins=["https://shop.example"])
    url = f"{house.url}/webhooks/rest/webhook"
    asked = {"Access-Control-Request-Method": "POST"}
    for origin, told in (("https://shop.example", "https://shop.example"), ("https://x.y", None)):
        answer = httpx.options(url, headers={"Origin": origin, **asked})
        assert answer.headers.get("Access-Control-Allow-Origin") == told


def test_more_than_two_kilobytes_of_metadata_are_refused(rest: RestUser) -> None:
    body = {"sender": "n", "message": "hello", "metadata": {"a": "地" * 679}}
    assert httpx.post(rest.address, json=body, timeout=20).status_code == 200
    body["metadata"]["b"] = "more"
    answer = httpx.post(rest.address, json=body, timeout=20)
    assert answer.status_code == 422 and "2048 bytes" in answer.json()["message"]
    assert len(rest.events("user", "n")) == 1


def test_a_number_that_is_none_is_no_metadata(house: House, rest: RestUser) -> None:
    """Python's programs may write NaN, which no database takes; nothing is stored."""
    body = '{"sender": "n", "message": "hello", "metadata": {"a": NaN}}'
    answer = httpx.post(rest.address, content=body, timeout=20)
    assert answer.status_code == 422 or answer.json() == []
    assert rest.events("user", "n") == []


def test_nobody_speaks_as_a_conversation_of_the_widget(rest: RestUser) -> None:
    _token, state = rest.house.frontdesk.sessions.open()
    assert rest.say("hello", sender=state.conversation_id) == []
    with rest.house.frontdesk.database.read() as session:
        assert event_log(session, state.conversation_id) == []

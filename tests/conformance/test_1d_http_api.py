"""1d, Rasa's HTTP API: over a real port, with rasa-sdk's action server and a socket.io client.

Most of its lines are proven in `tests/app/test_rasa_api_*.py`; here are those that several parts
have to keep together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from flask import Flask, Response, jsonify, request

from tests.channels.conftest import SocketUser, served
from tests.conformance.conftest import QUESTION, Bot, Talk, serve_bot
from tests.conftest import RedisServer, wait_until

ERROR_KEYS = {"version", "status", "message", "reason", "details", "help", "code"}


class Api:
    """A program with the token."""

    def __init__(self, bot: Bot) -> None:
        token = bot.frontdesk.settings.api_token_in_use
        self.client = httpx.Client(base_url=bot.url, params={"token": token}, timeout=20)

    def ask(self, method: str, path: str, body: Any = None, status: int = 200, **args: Any) -> Any:
        answer = self.client.request(
            method, path, json=body, params={**dict(self.client.params), **args}
        )
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def api(bot: Bot) -> Iterator[Api]:
    made = Api(bot)
    yield made
    made.client.close()


def test_what_rest_has_said_is_what_the_tracker_tells(api: Api, talk: Talk) -> None:
    """GET tracker: the events of a conversation of another channel, by its sender."""
    talk.say("/plan_trip", metadata={"page": 1})
    talk.say('/inform{"city": "oslo"}')
    tracker = api.ask("GET", f"/conversations/{talk.sender}/tracker", include_events="ALL")
    assert tracker["events"] == talk.events()
    assert tracker["slots"]["city"] == "Oslo"
    assert tracker["active_loop"]["name"] == "trip_form"
    assert tracker["latest_input_channel"] == "rest"


def test_an_executed_action_runs_in_rasas_server(api: Api, talk: Talk) -> None:
    """execute: {name, policy?, confidence?} → {tracker, messages}."""
    talk.say("/faq")
    told = api.ask("POST", f"/conversations/{talk.sender}/execute", {"name": "action_look"})
    (message,) = told["messages"]
    assert message["recipient_id"] == talk.sender
    assert message["custom"]["sender_id"] == talk.sender
    assert told["tracker"]["latest_action_name"] == "action_look"


def test_a_triggered_intent_reaches_the_socket_or_stands_in_the_answer(
    api: Api, socket: SocketUser
) -> None:
    """?output_channel=latest: the customer's channel; messages only for the collecting one."""
    socket.say("/faq")
    socket.hears({"text": "We open at nine."})
    url = f"/conversations/{socket.session_id}/trigger_intent"
    body = {"name": "EXTERNAL_reminder", "entities": {"city": "Oslo"}}
    told = api.ask("POST", url, body, output_channel="latest")
    assert "messages" not in told
    socket.hears({"text": "We open at nine."}, {"text": "It is time for Oslo."})
    told = api.ask("POST", url, body)
    assert [message["text"] for message in told["messages"]] == ["It is time for Oslo."]
    assert told["tracker"]["latest_message"]["text"] == "EXTERNAL: EXTERNAL_reminder"


def test_an_appended_bot_message_reaches_the_socket(api: Api, socket: SocketUser) -> None:
    """POST events, ?output_channel=latest: what the bot is told to say is said."""
    socket.say("/faq")
    socket.hears({"text": "We open at nine."})
    said = {"event": "bot", "text": "Your parcel is here.", "data": {}}
    url = f"/conversations/{socket.session_id}/tracker/events"
    api.ask("POST", url, [said], output_channel="latest")
    socket.hears({"text": "We open at nine."}, {"text": "Your parcel is here."})


def test_a_reminder_of_an_action_reaches_the_socket(socket: SocketUser) -> None:
    """Set by an action in rasa-sdk's server, heard by a socket.io client when it is due."""
    socket.say('/remind_me{"city": "Oslo"}')
    socket.hears({"text": "I will."})
    socket.hears({"text": "I will."}, {"text": "It is time for Oslo."})


def test_a_message_that_is_logged_is_not_answered_and_then_predicted(api: Api, talk: Talk) -> None:
    """messages → no prediction; predict → what would follow; and REST goes on from there."""
    url = f"/conversations/{talk.sender}"
    api.ask("POST", f"{url}/messages", {"text": "/faq", "sender": "user"})
    assert talk.events("bot") == []
    told = api.ask("POST", f"{url}/predict")
    best = max(told["scores"], key=lambda one: one["score"])
    assert (best["action"], told["policy"]) == ("utter_faq", "RulePolicy")
    assert talk.say("/faq") == [{"text": "We open at nine."}]


def test_events_put_back_give_the_same_tracker(api: Api, talk: Talk) -> None:
    """PUT events: replace all events."""
    talk.say("/plan_trip")
    talk.say('/inform{"city": "oslo"}')
    url = f"/conversations/{talk.sender}/tracker"
    before = api.ask("GET", url, include_events="ALL")
    assert api.ask("PUT", f"{url}/events", before["events"], include_events="ALL") == before
    assert [part["text"] for part in talk.say("4") if "text" in part] == ["4 days in Oslo."]


def test_a_parse_result_has_rasas_keys(api: Api) -> None:
    """text, intent, entities, text_tokens, intent_ranking, response_selector."""
    parsed = api.ask("POST", "/model/parse", {"text": QUESTION, "message_id": "m1"})
    assert parsed["text"] == QUESTION
    assert parsed["intent"]["name"] == "faq"
    assert parsed["intent"]["full_retrieval_intent_name"] == "faq/hours"
    assert parsed["entities"] == []
    assert parsed["text_tokens"] == [[0, 4], [5, 7], [8, 11], [12, 16]]
    assert [one["name"] for one in parsed["intent_ranking"]] == ["faq", "inform"]


def test_a_selector_tells_what_it_chose(api: Api) -> None:
    """response_selector: the intent's response and ranking."""
    selectors = api.ask("POST", "/model/parse", {"text": QUESTION})["response_selector"]
    assert set(selectors) >= {"all_retrieval_intents", "faq"}
    response = selectors["faq"]["response"]
    assert set(response) >= {"responses", "confidence", "intent_response_key", "utter_action"}
    assert response["intent_response_key"] == "faq/hours"
    assert response["utter_action"] == "utter_faq/hours"
    assert [one["intent_response_key"] for one in selectors["faq"]["ranking"]] == [
        "faq/hours",
        "faq/parking",
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "reason"),
    [
        ("POST", "/conversations/a/messages", {"text": "x", "sender": "bot"}, 400, "BadRequest"),
        ("GET", "/conversations/never/story", None, 404, "NotFound"),
        ("POST", "/conversations/a/trigger_intent", {"name": "no"}, 404, "NotFound"),
        ("GET", "/status", None, 409, "Conflict"),
    ],
)
def test_an_error_has_rasas_body(
    api: Api, method: str, path: str, body: Any, status: int, reason: str
) -> None:
    told = api.ask(method, path, body, status)
    assert set(told) == ERROR_KEYS
    assert (told["status"], told["code"], told["reason"]) == ("failure", status, reason)


@pytest.fixture
def worded_bot(tmp_path_factory, shared_redis, sdk_server) -> Iterator[tuple[Bot, list[Any]]]:
    """The bot with an NLG server in its endpoints.yml, and what that server was asked."""
    asked: list[Any] = []
    app = Flask("words")

    @app.post("/nlg")
    def words() -> Response:
        asked.append(request.get_json())
        return jsonify(
            text=f"Served: {asked[-1]['response']}",
            buttons=[{"title": "Go", "payload": "/faq"}],
            image=None,
            custom={"a": 1},
            attachment=None,
            elements=[],
        )

    folder = tmp_path_factory.mktemp("worded")
    with (
        served(app) as address,
        serve_bot(folder, shared_redis.url, sdk_server, f"nlg: {{url: {address}/nlg}}\n") as bot,
    ):
        yield bot, asked


def test_an_nlg_server_words_the_responses(worded_bot: tuple[Bot, list[Any]]) -> None:
    """`nlg: {url}`: POST {response, id, arguments, tracker, channel} → a message's parts."""
    bot, asked = worded_bot
    talk = bot.talk()
    assert talk.say("/faq") == [
        {"text": "Served: utter_faq", "buttons": [{"title": "Go", "payload": "/faq"}]},
        {"custom": {"a": 1}},
    ]
    (question,) = asked
    assert set(question) == {"response", "id", "arguments", "tracker", "channel"}
    assert question["channel"] == {"name": "rest"}
    told = [event["event"] for event in question["tracker"]["events"]]
    assert told[-1] == "user" and "session_started" in told
    assert json.dumps(question["arguments"]) == "{}"
    wait_until(lambda: talk.events("bot"), "it is in the transcript")


def test_the_broker_hears_of_every_event(
    tmp_path_factory: pytest.TempPathFactory, shared_redis: RedisServer, sdk_server: str
) -> None:
    """`{"sender_id", …event JSON}`, also of what no message led to."""
    folder = tmp_path_factory.mktemp("published")
    broker = "event_broker: {type: file, path: events.log}\n"
    with serve_bot(folder, shared_redis.url, sdk_server, broker) as bot:
        talk = bot.talk()
        talk.say("/faq")
        with closing(Api(bot).client) as client:
            body = {"name": "EXTERNAL_reminder", "entities": {"city": "Oslo"}}
            client.post(f"/conversations/{talk.sender}/trigger_intent", json=body)
        log = talk.events()
    lines = (folder / "bot" / "events.log").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"sender_id": talk.sender, **event} for event in log
    ]
    assert {"/faq", "EXTERNAL: EXTERNAL_reminder"} <= {event.get("text") for event in log}

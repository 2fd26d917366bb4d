"""1c, the action server: against rasa-sdk's own, and against one that notes what it is sent."""

from __future__ import annotations

import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server, make_ssl_devcert

from app.action_calls import remote_actions
from app.own_actions import own_actions
from app.rasa_files.endpoints import ActionServer, Endpoints, read_endpoints
from app.settings import Settings
from dialogue.actions.runner import HttpRunner
from dialogue.domain import Domain
from dialogue.errors import ActionFailed, ActionNotFound, ActionRejected
from dialogue.events import (
    Event,
    Restarted,
    SlotSet,
)
from dialogue.project import load_project
from dialogue.tracker import Tracker
from tests.conformance.conftest import BOT, LISTEN, Talk, seen

APOLOGY = "Sorry, something went wrong on our side. Please try again in a moment."


# The request.


def test_rasas_own_server_understands_the_request(talk: Talk) -> None:
    """It reads next_action, sender_id, tracker and domain, and minds no older version."""
    (told,) = talk.say('/look{"city": "Oslo"}', input_channel="kiosk")
    view = told["custom"]
    assert version("rasa-sdk") == "3.21.1"
    assert view["sender_id"] == talk.sender
    assert (view["intent"], view["cities"], view["channel"]) == ("look", ["Oslo"], "kiosk")
    assert {"intents", "slots", "responses", "forms", "actions"} <= set(view["domain"])
    assert "utter_greet" in view["responses"]
    assert view["state"]["slots"]["city"] is None, "its mapping waits for the form"
    assert view["state"]["latest_message"]["intent"]["confidence"] == 1.0
    assert view["state"]["latest_action_name"] == "action_listen"
    assert view["state"]["active_loop"] == {}


def test_the_tracker_has_all_events_also_those_before_a_restart(
    runner: HttpRunner, bot_domain: Domain
) -> None:
    happened: list[Event] = [LISTEN, SlotSet("note", "a"), Restarted(), SlotSet("note", "b")]
    tracker = Tracker.from_events("ada", bot_domain, happened)
    view = seen(runner.run("action_look", tracker, bot_domain))
    assert view["events"] == ["action", "slot", "restart", "slot"]
    assert view["state"]["slots"]["note"] == "b"


def test_rasas_own_server_reads_a_deflated_body(
    sdk_server: str, client: httpx.Client, tracker: Tracker, bot_domain: Domain
) -> None:
    runner = HttpRunner(f"{sdk_server}/webhook", client, compress=True)
    assert seen(runner.run("action_look", tracker, bot_domain))["sender_id"] == "ada"


def test_the_environment_turns_deflating_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPRESS_ACTION_SERVER_REQUEST", "true")
    assert Settings().compress_actions


def test_449_of_rasas_own_server_is_answered_with_the_domain(
    sdk_server: str, client: httpx.Client, tracker: Tracker, bot_domain: Domain
) -> None:
    call = {"next_action": "action_look", "sender_id": "ada", "tracker": tracker.current_state()}
    told = client.post(f"{sdk_server}/webhook", json=call)
    assert told.status_code == 449
    assert set(told.json()) == {"error", "action_name"}
    runner = HttpRunner(f"{sdk_server}/webhook", client, selective_domain=True)
    for action in ("action_look", "action_marked"):
        assert seen(runner.run(action, tracker, bot_domain))["responses"]


@dataclass
class Noted:
    """What a server was sent."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask("noted")

        @app.post("/webhook")
        def take() -> Response:
            auth = request.authorization
            self.asked.append(
                {
                    "query": request.args.to_dict(),
                    "key": request.headers.get("X-Key"),
                    "auth": auth and (auth.username, auth.password),
                    "call": request.get_json(),
                }
            )
            return jsonify(events=[], responses=[])

        return app


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[Noted]:
    """A server whose certificate nobody has signed."""
    pair = make_ssl_devcert(str(tmp_path / "tls"), host="localhost")
    noted = Noted()
    server = make_server("localhost", 0, noted.app(), threaded=True, ssl_context=pair)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    noted.url = f"https://localhost:{server.server_port}/webhook"
    yield noted
    server.shutdown()
    thread.join()


def test_every_option_of_the_endpoint_is_in_the_request(
    tls_server: Noted, tmp_path: Path, tracker: Tracker, bot_domain: Domain
) -> None:
    """url, params, headers, basic_auth, token and token_name in the query, cafile."""
    path = tmp_path / "endpoints.yml"
    path.write_text(
        f"""
        action_endpoint:
          url: {tls_server.url}?a=1
          params: {{tenant: 7}}
          headers: {{X-Key: secret}}
          basic_auth: {{username: ann, password: pass}}
          token: abc
          token_name: key
          cafile: tls.crt
        """
    )
    found = read_endpoints(path, {}).actions
    assert found is not None
    remote_actions(Settings(), found).run("action_look", tracker, bot_domain)
    (asked,) = tls_server.asked
    assert asked["query"] == {"a": "1", "tenant": "7", "key": "abc"}
    assert (asked["key"], asked["auth"]) == ("secret", ("ann", "pass"))
    assert set(asked["call"]) == {"next_action", "sender_id", "tracker", "domain", "version"}
    plain = remote_actions(Settings(), ActionServer(tls_server.url, token="abc"))
    with pytest.raises(ActionFailed, match="CERTIFICATE_VERIFY_FAILED"):
        plain.run("action_look", tracker, bot_domain)


def test_a_token_without_a_name_is_called_token(
    tls_server: Noted, tmp_path: Path, tracker: Tracker, bot_domain: Domain
) -> None:
    server = ActionServer(tls_server.url, token="abc", cafile=tmp_path / "tls.crt")
    remote_actions(Settings(), server).run("action_look", tracker, bot_domain)
    assert tls_server.asked[0]["query"] == {"token": "abc"}
    assert ssl.create_default_context(cafile=server.cafile)


# The answer.


def test_each_part_of_an_utterance_is_said(talk: Talk) -> None:
    """text, buttons, elements, custom, image, attachment, as the SDK's dispatcher sends them."""
    film = {"type": "video", "payload": {"title": "t", "src": "https://shop.example/t"}}
    assert talk.say("/say_parts") == [
        {"text": "One."},
        {"text": "Two."},
        {
            "text": "Pick.\n\nNow.",
            "buttons": [{"title": "A", "payload": "/a", "type": "postback"}],
        },
        {"custom": {"answer": 42}},
        {"image": "https://shop.example/a.png"},
        {"attachment": film},
        {"text": "Card : small", "buttons": [{"title": "Go"}]},
    ]


def test_what_is_said_stands_before_what_is_done(talk: Talk) -> None:
    talk.say("/say_parts")
    kinds = [event["event"] for event in talk.events()][-5:]
    assert kinds == ["action", "bot", "bot", "slot", "action"]


def test_a_response_is_filled_added_to_and_overridden(talk: Talk) -> None:
    """Other keys are its variables; buttons are appended; an image replaces; `template=` works."""
    one = {"title": "One", "payload": "/greet"}
    assert talk.say("/say_responses") == [
        {"text": "Hello Ann.", "buttons": [one, {"title": "Two", "payload": "/faq"}]},
        {"image": "https://shop.example/new.png"},
        {"text": "Hello Bob.", "buttons": [one]},
        {"image": "https://shop.example/old.png"},
    ]


def test_an_unknown_response_is_skipped_and_the_rest_is_said(talk: Talk) -> None:
    assert talk.say("/say_unknown") == [{"text": "Still here."}]


def test_a_slot_event_without_a_value_is_a_failure_and_nothing_of_it_is_said(talk: Talk) -> None:
    """Response is schema-checked; a violation is an action failure."""
    assert talk.say("/babble") == [{"text": APOLOGY}]
    assert talk.events("slot") == []


# Errors.


def test_the_shapes_of_the_servers_errors(sdk_server: str, client: httpx.Client) -> None:
    """400, 404 and 500 with their bodies; what is no JSON object is an invalid body."""
    call = {"sender_id": "a", "tracker": {"sender_id": "a", "events": []}, "domain": {"a": 1}}
    for action, status, keys in (
        ("action_decline", 400, {"error", "action_name"}),
        ("action_vanish", 404, {"error", "action_name"}),
        ("action_break", 500, {"error", "request_body"}),
    ):
        told = client.post(f"{sdk_server}/webhook", json={**call, "next_action": action})
        assert (told.status_code, set(told.json())) == (status, keys)
    told = client.post(f"{sdk_server}/webhook", json=None, content=b"null")
    assert (told.status_code, told.json()) == (400, {"error": "Invalid body request"})


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ("action_decline", ActionRejected),
        ("action_vanish", ActionNotFound),
        ("action_break", ActionFailed),
        ("action_babble", ActionFailed),
    ],
)
def test_each_error_has_its_meaning(
    runner: HttpRunner, tracker: Tracker, bot_domain: Domain, action: str, error: type
) -> None:
    with pytest.raises(error) as raised:
        runner.run(action, tracker, bot_domain)
    assert type(raised.value) is error


def test_an_action_that_declines_leaves_it_to_the_next_prediction(talk: Talk) -> None:
    """400 ⇒ action_execution_rejected; that action's score is zero, so the fallback follows."""
    assert talk.say("/decline") == [{"text": "Sorry?"}]
    (rejected,) = talk.events("action_execution_rejected")
    assert rejected["name"] == "action_decline"
    assert (rejected["policy"], rejected["confidence"]) == ("RulePolicy", 1.0)
    assert [e["name"] for e in talk.events("action")][-2:] == [
        "action_default_fallback",
        "action_listen",
    ]


@pytest.mark.parametrize("intent", ["break", "vanish"])
def test_a_failure_is_told_to_the_operator_and_answered(
    talk: Talk, intent: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Never silence; the action counts as executed, without events, and the talk goes on."""
    assert talk.say(f"/{intent}") == [{"text": APOLOGY}]
    assert f"action_{intent}" in caplog.text
    assert [e["name"] for e in talk.events("action")][-2:] == [f"action_{intent}", "action_listen"]
    assert talk.say("/faq") == [{"text": "We open at nine."}]


def test_the_server_lists_its_actions_and_its_health(sdk_server: str, client: httpx.Client) -> None:
    listed = client.get(f"{sdk_server}/actions").json()
    assert {"name": "action_look"} in listed
    assert {"name": "validate_trip_form"} in listed
    assert client.get(f"{sdk_server}/health").json() == {"status": "ok"}


# The SDK's own semantics.


def checks(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What `validate_trip_form` saw, run by run."""
    return [part["custom"] for part in said if "candidates" in part.get("custom", {})]


def texts(said: list[dict[str, Any]]) -> list[str]:
    return [part["text"] for part in said if "text" in part]


def test_candidates_are_the_last_events_after_the_request_and_the_form(talk: Talk) -> None:
    """`tracker.slots_to_validate()` finds the message's slots and no others."""
    assert texts(talk.say("/plan_trip")) == ["Where to?"]
    (check,) = checks(talk.say('/inform{"city": "oslo"}'))
    assert check["candidates"] == {"city": "oslo"}
    assert check["tail"][-3:] == ["slot", "action", "slot"]
    assert check["named"][-3:] == ["requested_slot", "trip_form", "city"]


def test_a_form_is_validated_slot_by_slot(talk: Talk) -> None:
    """FormValidationAction is `validate_<form>`: validate_<slot> may change or refuse a value."""
    talk.say("/plan_trip")
    assert texts(talk.say('/inform{"city": "Atlantis"}')) == ["It has sunk.", "Where to?"]
    assert texts(talk.say('/inform{"city": "oslo"}')) == ["How many days?"]
    assert talk.slot("city") == "Oslo"
    assert texts(talk.say("many")) == ["How many days?"]
    assert texts(talk.say("3")) == ["3 days in Oslo."]


def test_extract_methods_fill_slots_that_no_mapping_does(talk: Talk) -> None:
    talk.say("/plan_trip")
    talk.say('/inform{"city": "oslo"}')
    said = talk.say("99")
    assert texts(said) == []
    assert talk.slot("requested_slot") == "note", "it is asked for, though nobody wrote how"
    assert texts(talk.say("note window seat")) == ["99 days in Oslo."]
    assert talk.slot("note") == "window seat"


def test_required_slots_may_be_fewer_and_end_the_form(talk: Talk) -> None:
    """An override returns `requested_slot`: the next one, or null, which ends the form."""
    talk.say("/plan_trip")
    assert texts(talk.say('/inform{"city": "nowhere"}')) == ["None days in Nowhere."]
    assert [event["name"] for event in talk.events("active_loop")] == ["trip_form", None]
    assert talk.slot("requested_slot") is None


def test_slots_of_no_form_are_checked_by_the_validation_action(talk: Talk) -> None:
    """ValidationAction is `action_validate_slot_mappings`; null refuses."""
    (told,) = talk.say('/ask_size{"size": "m"}')
    assert told["custom"]["state"]["slots"]["size"] == "M"
    (told,) = talk.say('/ask_size{"size": "huge"}')
    assert told["custom"]["state"]["slots"]["size"] is None


def test_slots_that_only_a_form_fills_are_not_its_business(talk: Talk) -> None:
    """It handles slots whose mappings have no active_loop condition."""
    talk.say("/plan_trip")
    talk.say('/inform{"city": "oslo", "size": "s"}')
    assert (talk.slot("city"), talk.slot("size")) == ("Oslo", "S")


def test_the_knowledge_bases_slots_are_there_and_its_action_works(talk: Talk) -> None:
    """Implicit slots of `action_query_knowledge_base`."""
    said = " ".join(texts(talk.say('/list_films{"object_type": "film"}')))
    assert "Alien" in said and "Brazil" in said, "in an order that the SDK draws"
    assert talk.slot("knowledge_base_last_object_type") == "film"
    (told,) = talk.say("/look")
    assert told["custom"]["state"]["slots"]["knowledge_base_listed_objects"] is not None


def test_the_projects_own_server_has_the_usual_port(tmp_path: Path) -> None:
    project = Path(shutil.copytree(BOT, tmp_path / "bot"))
    settings = Settings(project=project, home=tmp_path / "home", demo_shop=False)
    said: list[str] = []
    found = own_actions(settings, Endpoints(), load_project(project).domain, said.append)
    assert found is not None, said
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken = probe.connect_ex(("127.0.0.1", 5055)) == 0
    assert taken or found.port == 5055
    assert found.url.endswith("/webhook")

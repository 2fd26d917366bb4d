"""The protocol of action servers, line by line, against a server that notes what it was sent."""

from __future__ import annotations

import json
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from bot_stories import Bot, project_of

from dialogue.actions.runner import PAUSES_S, HttpRunner
from dialogue.domain import Domain
from dialogue.errors import ActionFailed, ActionNotFound, ActionRejected
from dialogue.events import ActionExecuted, BotUttered, SlotSet
from dialogue.tracker import Tracker

DOMAIN = """
    intents: [greet]
    actions: [action_a, action_b: {send_domain: true}]
    slots: {name: {type: text, mappings: [{type: custom}]}}
    responses:
      utter_hello: [{text: "Hello {name}", buttons: [{title: one, payload: /one}]}]
      utter_default: [text: Pardon?]
"""
RULES = "rules: [{rule: g, steps: [{intent: greet}, {action: action_a}]}]"
NOTHING = {"events": [], "responses": []}


@dataclass
class Server:
    """Answers calls in the order the test gave, then with nothing to do; keeps what it was sent."""

    answers: list[tuple[int, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    def answer(self, status: int, body: Any) -> None:
        self.answers.append((status, body))


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "deflate":
                body = zlib.decompress(body)
            state.calls.append(json.loads(body))
            state.headers.append({k.lower(): v for k, v in self.headers.items()})
            state.paths.append(self.path)
            status, answer = state.answers.pop(0) if state.answers else (200, NOTHING)
            if status == 0:  # it was read, and then the line goes dead
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = http.server_port
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield state
    http.shutdown()
    http.server_close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5) as client:
        yield client


@pytest.fixture
def domain(tmp_path: Any) -> Domain:
    return project_of(tmp_path, domain=DOMAIN).domain


@pytest.fixture
def tracker(domain: Domain) -> Tracker:
    return Tracker.from_events("u1", domain, [ActionExecuted("action_listen", timestamp=1.0)])


def test_the_call_has_exactly_rasas_keys_and_all_events(server, client, tracker, domain):
    HttpRunner(server.url, client).run("action_a", tracker, domain)
    call = server.calls[0]
    assert set(call) == {"next_action", "sender_id", "tracker", "domain", "version"}
    assert (call["next_action"], call["sender_id"]) == ("action_a", "u1")
    assert [event["event"] for event in call["tracker"]["events"]] == ["action"]
    assert server.paths == ["/webhook"]
    assert "content-encoding" not in server.headers[0]


def test_the_body_may_be_deflated(server, client, tracker, domain):
    HttpRunner(server.url, client, compress=True).run("action_a", tracker, domain)
    assert server.headers[0]["content-encoding"] == "deflate"
    assert server.calls[0]["next_action"] == "action_a"


def test_with_a_selective_domain_only_marked_actions_are_sent_it(server, client, tracker, domain):
    runner = HttpRunner(server.url, client, selective_domain=True)
    runner.run("action_a", tracker, domain)
    runner.run("action_b", tracker, domain)
    assert ["domain" in call for call in server.calls] == [False, True]


def test_449_is_answered_with_the_domain(server, client, tracker, domain):
    server.answer(449, {"error": "no domain", "action_name": "action_a"})
    HttpRunner(server.url, client, selective_domain=True).run("action_a", tracker, domain)
    assert ["domain" in call for call in server.calls] == [False, True]


def test_449_of_a_server_that_has_the_domain_is_a_failure(server, client, tracker, domain):
    server.answer(449, {})
    with pytest.raises(ActionFailed, match="449"):
        HttpRunner(server.url, client).run("action_a", tracker, domain)
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "not now", "action_name": "action_a"}, ActionRejected),
        (400, {"error": "Invalid body request"}, ActionFailed),
        (404, {"error": "unknown", "action_name": "action_a"}, ActionNotFound),
        (500, {"error": "1/0", "request_body": {}}, ActionFailed),
        (503, {}, ActionFailed),
        (200, {"events": {}}, None),
        (200, {"events": {"a": 1}}, ActionFailed),
        (200, {"events": "slot"}, ActionFailed),
        (200, {"events": [{"name": "a"}]}, ActionFailed),
        (200, {"events": [{"event": "slot", "value": 1}]}, ActionFailed),
        (200, {"events": [{"event": "slot", "name": "a"}]}, ActionFailed),
        (200, {"events": [{"event": "entities", "entities": [{"value": 1}]}]}, ActionFailed),
        (200, {"responses": {"text": "a"}}, ActionFailed),
        (200, {}, None),
    ],
)
def test_each_status_and_the_schema_of_an_answer(
    server, client, tracker, domain, status, body, error
):
    server.answer(status, body)
    runner = HttpRunner(server.url, client)
    if error is None:
        assert runner.run("action_a", tracker, domain).events == ()
        return
    with pytest.raises(error, match="action_a") as raised:
        runner.run("action_a", tracker, domain)
    assert type(raised.value) is error
    assert len(server.calls) == 1, "what was answered is not asked again"


def test_a_refused_connection_is_tried_again(server, client, tracker, domain):
    """Nothing was sent, so nothing can have run twice: a server that restarts is waited for."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            runner._url = server.url  # it is back

    runner = HttpRunner(f"http://127.0.0.1:{port}/webhook", client, sleep=sleep)
    runner.run("action_a", tracker, domain)
    assert waits == list(PAUSES_S[:2]) and len(server.calls) == 1


def test_a_server_that_stays_away_is_given_up(client, tracker, domain):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    waits: list[float] = []
    url = f"http://127.0.0.1:{port}/webhook?token=secret"
    with pytest.raises(ActionFailed, match="cannot be asked for 'action_a'") as raised:
        HttpRunner(url, client, sleep=waits.append).run("action_a", tracker, domain)
    assert waits == list(PAUSES_S)
    assert "secret" not in str(raised.value), "a token is not told to the log"


def test_what_was_sent_is_never_sent_again(server, client, tracker, domain):
    """The action may have run: a line that goes dead after the request is a failure."""
    server.answer(0, None)
    with pytest.raises(ActionFailed):
        HttpRunner(server.url, client, sleep=lambda _: None).run("action_a", tracker, domain)
    assert len(server.calls) == 1


def test_said_before_done(server, client, make_bot: Callable[..., Bot]):
    """Bot events of the responses stand before the returned events."""
    answer = {
        "events": [{"event": "slot", "name": "name", "value": "Ann"}],
        "responses": [{"text": "one"}, {"template": "utter_hello", "name": "Eve"}],
    }
    server.answer(200, answer)
    bot = make_bot(runner=HttpRunner(server.url, client), domain=DOMAIN, rules=RULES)
    assert bot.hears("/greet") == ["one", "Hello Eve"]
    kinds = [type(event) for event in bot.turn.events]
    assert kinds.index(SlotSet) > max(n for n, kind in enumerate(kinds) if kind is BotUttered)


def test_explicit_buttons_come_after_the_responses_own(server, client, make_bot):
    server.answer(
        200,
        {"responses": [{"response": "utter_hello", "buttons": [{"title": "two"}], "name": "Eve"}]},
    )
    bot = make_bot(runner=HttpRunner(server.url, client), domain=DOMAIN, rules=RULES)
    bot.hears("/greet")
    assert [button["title"] for button in bot.buttons] == ["one", "two"]


def test_an_unknown_response_is_skipped_and_told(server, client, make_bot):
    server.answer(200, {"responses": [{"response": "utter_helo"}, {"text": "still"}]})
    bot = make_bot(runner=HttpRunner(server.url, client), domain=DOMAIN, rules=RULES)
    assert bot.hears("/greet") == ["still"]
    assert "unknown response 'utter_helo'; did you mean 'utter_hello'?" in bot.problems[0]


def test_an_action_that_declines_lets_another_be_predicted(server, client, make_bot):
    server.answer(400, {"error": "not now", "action_name": "action_a"})
    bot = make_bot(runner=HttpRunner(server.url, client), domain=DOMAIN, rules=RULES)
    assert bot.hears("/greet") == ["Pardon?"]
    assert "action_execution_rejected" in [event.KIND for event in bot.turn.events]

"""Custom actions, in process and in a real action server: the same answers, the same errors."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
import sample_actions
from bot_stories import Bot, project_of
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from dialogue.actions.runner import ActionRunner, HttpRunner, InProcessRunner
from dialogue.domain import Domain
from dialogue.errors import ActionError, ActionFailed, ActionNotFound, ActionRejected
from dialogue.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from dialogue.tracker import Tracker
from nlu.types import IntentScore, Understanding

DOMAIN = """
    intents: [greet]
    entities: [spoilt]
    actions: [action_greets, action_declines, action_breaks, action_babbles, action_missing]
    slots:
      name: {type: text, mappings: [{type: custom}]}
      colours: {type: list, mappings: [{type: custom}]}
    responses:
      utter_hello: [text: "Hello {name}"]
      utter_default: [text: Pardon?]
"""


@pytest.fixture(scope="module")
def action_server() -> Iterator[str]:
    """The address of a running rasa-sdk action server."""
    command = [sys.executable, str(Path(sample_actions.__file__))]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    yield f"http://127.0.0.1:{port}/webhook"
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10, transport=httpx.HTTPTransport(retries=5)) as client:
        yield client


@pytest.fixture(params=["in process", "over HTTP"])
def runner(request: pytest.FixtureRequest) -> ActionRunner:
    if request.param == "in process":
        return InProcessRunner(sample_actions.executor())
    return HttpRunner(request.getfixturevalue("action_server"), request.getfixturevalue("client"))


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    return project_of(tmp_path_factory.mktemp("bot"), domain=DOMAIN).domain


@pytest.fixture
def tracker(domain: Domain) -> Tracker:
    greet = UserUttered("hi", Understanding("hi", (IntentScore("greet", 1.0),)), timestamp=1.0)
    listen = ActionExecuted("action_listen", timestamp=1.0)
    slots = [SlotSet("name", "Ann", timestamp=1.0), SlotSet("colours", ["red"], timestamp=1.0)]
    return Tracker.from_events("someone", domain, [listen, greet, *slots])


def test_an_action_sees_the_conversation_and_the_domain(runner, tracker, domain):
    before = tracker.current_state()
    result = runner.run("action_greets", tracker, domain)
    assert [(e.name, e.value) for e in result.events] == [
        ("name", None),
        ("colours", ["utter_default", "utter_hello"]),
    ]
    plain, named = result.responses
    assert plain.parts == {"text": "Ann likes red", "buttons": [{"title": "x"}]}
    assert (named.response, named.variables) == ("utter_hello", {"name": "Ann"})
    assert tracker.current_state() == before, "an action cannot change what it is shown"


def test_an_action_that_returns_nothing(runner, tracker, domain):
    assert runner.run("action_says_nothing", tracker, domain).events == ()


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ("action_declines", ActionRejected),
        ("action_missing", ActionNotFound),
        ("action_breaks", ActionFailed),
        ("action_babbles", ActionFailed),
    ],
)
def test_what_goes_wrong_has_a_name(runner, tracker, domain, action, error):
    with pytest.raises(error, match=action) as raised:
        runner.run(action, tracker, domain)
    assert raised.value.name == action


def test_an_action_in_process_sees_the_running_session_only(tracker, domain):
    """An action server is shown all events: that is Rasa's contract."""
    seen = []

    class Looks(Action):
        def name(self):
            return "action_looks"

        def run(self, _dispatcher, tracker, _domain):
            seen.extend((event["event"], event.get("value")) for event in tracker.events)

    executor = ActionExecutor()
    executor.register_action(Looks())
    runner = InProcessRunner(executor)
    runner.run("action_looks", tracker, domain)
    assert [event for event, _ in seen] == ["action", "user", "slot", "slot"]
    seen.clear()
    tracker.apply(SessionStarted(), SlotSet("name", "Bob"))
    runner.run("action_looks", tracker, domain)
    assert seen == [("session_started", None), ("slot", "Bob")]


def test_coroutines_run_where_the_caller_wants(tracker, domain):
    threads = []

    def in_a_thread(coroutine):
        import asyncio

        results = []
        thread = threading.Thread(target=lambda: results.append(asyncio.run(coroutine)))
        thread.start()
        thread.join()
        threads.append(thread)
        return results[0]

    runner = InProcessRunner(sample_actions.executor(), run_coroutine=in_a_thread)
    assert len(runner.run("action_greets", tracker, domain).events) == 2
    assert len(threads) == 1


class OddServer(BaseHTTPRequestHandler):
    """Answers every call with what the test put into `answer`."""

    answer: tuple[int, bytes] = (200, b"")

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def odd_server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), OddServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/webhook"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"not json"),
        (200, b"[]"),
        (200, b"null"),
        (200, b'{"events": 3}'),
        (200, b'{"events": [3]}'),
        (200, b'{"events": [{"event": "nonsense"}]}'),
        (200, b'{"events": [{"event": "entities", "entities": [{"entity": "a"}]}]}'),
        (200, b'{"responses": ["hello"]}'),
        (200, b'{"responses": [{"buttons": "yes"}]}'),
        (449, b"{}"),
        (500, b"{}"),
        (302, b""),
    ],
)
def test_a_server_that_breaks_the_protocol(odd_server, client, tracker, domain, status, body):
    OddServer.answer = (status, body)
    with pytest.raises(ActionFailed):
        HttpRunner(odd_server, client).run("action_greets", tracker, domain)


def test_half_of_a_surrogate_pair_is_replaced(odd_server, client, tracker, domain):
    """JSON can write it, and no database or browser takes it; a whole pair is a character."""
    OddServer.answer = (200, rb'{"responses": [{"text": "cut \ud83d, whole \ud83d\ude00"}]}')
    result = HttpRunner(odd_server, client).run("action_greets", tracker, domain)
    assert result.responses[0].parts["text"] == "cut ?, whole \N{GRINNING FACE}"


def test_a_server_that_is_not_there(tracker, domain):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with httpx.Client(timeout=1) as client, pytest.raises(ActionFailed, match="cannot be asked"):
        HttpRunner(f"http://127.0.0.1:{port}/webhook", client).run("action_x", tracker, domain)


def test_a_server_that_does_not_answer(tracker, domain):
    with socket.create_server(("127.0.0.1", 0)) as silent, httpx.Client(timeout=0.2) as client:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/webhook"
        with pytest.raises(ActionFailed, match="ReadTimeout"):
            HttpRunner(url, client).run("action_x", tracker, domain)


RULES = """
    rules:
    - {rule: g, steps: [{intent: greet}, {action: %s}, {action: utter_hello}]}
"""


@pytest.mark.parametrize("action", ["action_breaks", "action_babbles", "action_missing"])
def test_a_failing_action_is_never_silent(
    runner: ActionRunner, make_bot: Callable[..., Bot], action: str
):
    """The customer hears it, the operator too; it counts as done, and the conversation goes on."""
    bot = make_bot(runner=runner, domain=DOMAIN, rules=RULES % action)
    assert bot.hears("/greet") == [
        "Sorry, something went wrong on our side. Please try again in a moment.",
        "Hello None",
    ]
    assert bot.actions == [action, "utter_hello", "action_listen"]
    assert action in bot.problems[0]


def test_of_several_that_fail_in_a_turn_the_customer_hears_once(make_bot: Callable[..., Bot]):
    rules = RULES.replace("{action: %s}", "{action: action_missing}, {action: action_breaks}")
    bot = make_bot(domain=DOMAIN, rules=rules)
    assert bot.hears("/greet") == [
        "Sorry, something went wrong on our side. Please try again in a moment.",
        "Hello None",
    ]
    failed, broke = bot.problems
    assert "action_missing" in failed and "action_breaks" in broke


def test_a_project_may_word_the_apology(make_bot: Callable[..., Bot]):
    own = "responses: {utter_action_failed: [text: Oh dear]}"
    bot = make_bot(domain=DOMAIN, rules=RULES % "action_missing", own=own)
    assert bot.hears("/greet") == ["Oh dear", "Hello None"]


def test_an_action_that_declines_is_not_asked_twice(
    runner: ActionRunner, make_bot: Callable[..., Bot]
):
    bot = make_bot(runner=runner, domain=DOMAIN, rules=RULES % "action_declines")
    assert bot.hears("/greet") == ["Pardon?"]
    assert bot.problems == ()


def test_errors_of_runners_are_of_one_family():
    assert issubclass(ActionRejected, ActionError)
    assert issubclass(ActionNotFound, ActionError)


def test_a_message_that_nobody_could_read_is_answered(make_bot: Callable[..., Bot]):
    bot = make_bot(domain=DOMAIN, rules=RULES % "utter_default")
    bot.meanings.away = True
    assert bot.hears("hello") == [
        "Sorry, I cannot read messages right now. Please try again in a moment."
    ]
    assert bot.turn.understanding is None
    assert bot.actions == ["utter_nlu_unavailable", "action_listen"]
    assert "no host answers" in bot.problems[0]
    assert bot.tracker.latest_message.text == "hello"
    assert bot.hears("/greet") == ["Pardon?", "Hello None"], "buttons need no interpreter"
    bot.meanings.away = False
    bot.meanings.teach("hello", "greet")
    assert bot.hears("hello") == ["Pardon?", "Hello None"]

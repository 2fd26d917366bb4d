"""`/`, `/version`, `/status`, `/domain` and `/model/…` of Rasa's HTTP API (contract 1d)."""

from __future__ import annotations

import io
import json
import os
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from flask import Flask
from ruamel.yaml import YAML

from app import api_jobs, sent_work
from app.build import Frontdesk
from app.errors import BadInput, Unavailable
from app.rasa_api.callbacks import check_callback
from app.rasa_api.emulation import emulated
from app.settings import Settings
from app.worker import test_sent_job as judge_job
from app.worker import test_sent_stories_job as judge_stories_job
from app.worker import train_sent_job
from dialogue.events import UserUttered
from nlu.bundle import FILES, MANIFEST, write_bundle
from nlu.errors import InterpreterUnavailable
from nlu.types import Entity, IntentScore, Understanding
from tests.app.conftest import Phrases
from tests.app.test_rasa_api_conversations import Api
from tests.conftest import wait_until
from tests.nlu import tiny
from training.registry import Registry


@pytest.fixture
def api(web: Flask, settings: Settings) -> Api:
    return Api(web.test_client(), settings.api_token_in_use)


@pytest.fixture
def version(settings: Settings) -> str:
    """A model on disk; what is in it does not matter here."""
    contents = dict.fromkeys(FILES, b"{}")
    manifest = write_bundle(
        settings.models_dir,
        contents,
        data_version="d",
        code_version="c",
        encoder="e",
        metrics={},
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return manifest.version


def test_the_root_greets_programs_and_shows_people_the_shop(web: Flask) -> None:
    """GET / → text "Hello from Rasa: 3.6.21" unless the client asks for text/html."""
    client = web.test_client()
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        answer = client.get("/", headers=headers)
        assert answer.text == "Hello from Rasa: 3.6.21"
        assert answer.mimetype == "text/plain"
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert client.get("/", headers=browser).status_code == 302


def test_the_version_is_open(web: Flask) -> None:
    """GET /version → {version, minimum_compatible_version}."""
    told = web.test_client().get("/version").json
    assert told == {"version": "3.6.21", "minimum_compatible_version": "3.5.0"}


def test_the_status(api: Api, settings: Settings, version: str, frontdesk: Frontdesk) -> None:
    """GET /status → {model_file, model_id, num_active_training_jobs}; 409 when no model serves."""
    assert api("GET", "/status", status=409).json["reason"] == "Conflict"
    Registry(settings.models_dir).promote(version)
    frontdesk.jobs.enqueue_retrain(None)
    assert api("GET", "/status").json == {
        "model_file": f"models/{version}",
        "model_id": version,
        "num_active_training_jobs": 1,
    }


@pytest.mark.parametrize(
    ("accept", "read"),
    [
        ("application/json", json.loads),
        ("*/*", json.loads),
        ("application/yaml", YAML(typ="safe").load),
        ("application/x-yaml, text/plain;q=0.5", YAML(typ="safe").load),
    ],
)
def test_the_domain(
    web: Flask, frontdesk: Frontdesk, settings: Settings, accept: str, read: Callable
) -> None:
    """GET /domain, Accept: application/json or application/yaml."""
    url = f"/domain?token={settings.api_token_in_use}"
    answer = web.test_client().get(url, headers={"Accept": accept})
    assert read(answer.text) == json.loads(json.dumps(frontdesk.project.domain.document))


def test_the_domain_in_no_other_form(web: Flask, settings: Settings) -> None:
    """406 otherwise."""
    url = f"/domain?token={settings.api_token_in_use}"
    answer = web.test_client().get(url, headers={"Accept": "text/html"})
    assert answer.status_code == 406
    assert answer.json["reason"] == "NotAcceptable"


def test_a_text_is_parsed(api: Api) -> None:
    """POST /model/parse {text, message_id?} → parse result."""
    told = api("POST", "/model/parse", {"text": "where is my order", "message_id": "m7"}).json
    assert told["text"] == "where is my order"
    assert told["intent"] == {"name": "order_status", "confidence": 0.9}
    assert told["text_tokens"] == [[0, 5], [6, 8], [9, 11], [12, 17]]
    assert told["message_id"] == "m7"
    assert told["response_selector"] == {"all_retrieval_intents": []}
    assert told["intent_ranking"][1]["name"] == "praise"
    slash = api("POST", "/model/parse", {"text": "/greet"}).json
    assert slash["intent"] == {"name": "greet", "confidence": 1.0}


@pytest.mark.parametrize(
    "body", [{}, {"text": 3}, {"text": None}, [], {"text": "a", "message_id": 1}]
)
def test_no_text_to_parse(api: Api, body: Any) -> None:
    assert api("POST", "/model/parse", body, status=400).json["reason"] == "BadRequest"


def test_a_text_too_long_to_parse(api: Api) -> None:
    api("POST", "/model/parse", {"text": "x" * 4001}, status=413)


def test_parsing_without_a_model_and_without_a_host(
    api: Api,
    interpreter: Phrases,
    settings: Settings,
    version: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """409 Conflict (no model loaded)."""

    def away(text: str, message_id: str | None = None) -> Understanding:
        raise InterpreterUnavailable("no host")

    monkeypatch.setattr(interpreter, "parse", away)
    assert api("POST", "/model/parse", {"text": "hello"}, status=409).json["reason"] == "Conflict"
    Registry(settings.models_dir).promote(version)
    api("POST", "/model/parse", {"text": "hello"}, status=503)


MEANING = Understanding(
    "to Oslo now",
    (IntentScore("travel", 0.8), IntentScore("greet", 0.1)),
    (Entity("city", "oslo", 3, 7, role="to", confidence=0.7, extractor="x"),),
)


def test_the_parse_results_of_other_services(api: Api) -> None:
    """?emulation_mode=WIT|LUIS|DIALOGFLOW."""
    parsed = UserUttered("to Oslo now", MEANING).parse_data()
    wit = emulated("WIT", parsed)
    assert wit["intents"][0] == {"name": "travel", "confidence": 0.8}
    assert wit["entities"]["city:to"][0]["body"] == "Oslo"
    assert wit["entities"]["city:to"][0]["value"] == "oslo"
    luis = emulated("luis", parsed)["prediction"]
    assert luis["topIntent"] == "travel"
    assert luis["intents"] == {"travel": {"score": 0.8}, "greet": {"score": 0.1}}
    assert luis["entities"]["to"] == ["oslo"]
    assert luis["entities"]["$instance"]["to"][0]["startIndex"] == 3
    flow = emulated("DIALOGFLOW", parsed)["queryResult"]
    assert flow["intent"] == {"name": "travel", "displayName": "travel"}
    assert flow["intentDetectionConfidence"] == 0.8
    assert flow["parameters"] == {"city": ["oslo"]}
    told = api("POST", "/model/parse", {"text": "hello"}, emulation_mode="WIT").json
    assert told["intents"][0]["name"] == "greet"
    wrapped = {"queryInput": {"text": {"text": "hello", "languageCode": "en"}}}
    told = api("POST", "/model/parse", wrapped, emulation_mode="DIALOGFLOW").json
    assert told["queryResult"]["action"] == "greet"
    wrong = api("POST", "/model/parse", {"text": "hello"}, status=400, emulation_mode="LEX")
    assert "WIT, LUIS, DIALOGFLOW" in wrong.json["message"]


def test_the_next_action_after_a_list_of_events(api: Api) -> None:
    """POST /model/predict: list of events → predict result."""
    events = [
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": "hi", "parse_data": {"intent": {"name": "thank"}}},
    ]
    told = api("POST", "/model/predict", events).json
    assert list(told) == ["scores", "policy", "confidence", "tracker"]
    assert told["tracker"]["sender_id"] == "default"
    assert max(told["scores"], key=lambda one: one["score"])["action"] != "action_listen"
    assert api("POST", "/model/predict", []).json["tracker"]["events"] == []
    api("POST", "/model/predict", [{"event": "x"}], status=400)


def test_a_model_of_the_registry_is_put_in_place(
    api: Api, settings: Settings, version: str
) -> None:
    """PUT /model {model_file} → 204."""
    for name in (version, f"models/{version}", f"models/{version}.tar.gz"):
        assert api("PUT", "/model", {"model_file": name}, status=204).data == b""
        assert api("GET", "/status").json["model_id"] == version
    assert api("DELETE", "/model", status=204).data == b""
    assert Registry(settings.models_dir).serving() is None
    api("GET", "/status", status=409)
    api("DELETE", "/model", status=204)


@pytest.mark.parametrize(
    "body",
    [
        {"model_file": "20260101-000000-aaaaaa"},
        {"model_file": "/etc/passwd"},
        {"model_file": "../../models/x.tar.gz"},
        {"model_file": "models/../x"},
        {"model_file": ""},
        {"model_file": ["x"]},
        {},
        {"model_server": {"url": "http://example.com/model.tar.gz"}},
        {"remote_storage": "aws", "model_file": "x"},
    ],
)
def test_no_other_model_is_taken(api: Api, settings: Settings, body: dict) -> None:
    """No remote model addresses; local registry names only."""
    told = api("PUT", "/model", body, status=400).json
    assert told["status"] == "failure"
    assert Registry(settings.models_dir).serving() is None


def test_an_altered_model_is_not_taken(api: Api, settings: Settings, version: str) -> None:
    (settings.models_dir / version / MANIFEST).write_text("{}")
    api("PUT", "/model", {"model_file": version}, status=400)


# --- trainings -------------------------------------------------------------------------------


@pytest.fixture
def worker(
    frontdesk: Frontdesk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The worker's jobs, run beside the test with its settings and a short recipe."""
    monkeypatch.setattr("app.worker.load_settings", lambda: settings)
    monkeypatch.setattr(sent_work, "plan_of", lambda _settings: tiny.PLAN)
    done = threading.Event()
    jobs = {
        "api_train": train_sent_job,
        "api_test": judge_job,
        "api_test_stories": judge_stories_job,
    }

    def work() -> None:
        while not done.wait(0.1):
            for kind, job in jobs.items():
                newest = frontdesk.jobs.newest(kind)
                if newest and newest["state"] == "queued":
                    job(newest["id"])

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    done.set()
    thread.join()


DOMAIN = """
intents: [order_status, cancel_order, return_item, greet, thank]
responses: {utter_greet: [{text: hello}]}
rules:
- {rule: hello, steps: [{intent: greet}, {action: utter_greet}]}
recipe: default.v1
language: en
"""


@pytest.mark.timeout(300)
def test_a_merged_file_is_trained_and_a_test_set_judged(
    api: Api, settings: Settings, worker: None
) -> None:
    """POST /model/train: one merged YAML → tar.gz bytes, header `filename`; then test/intents."""
    answer = api.client.post(
        f"/model/train?token={api.token}&force_training=true&augmentation=20&num_threads=2",
        data=tiny.NLU + DOMAIN,
        content_type="application/yaml",
    )
    assert answer.status_code == 200, answer.text
    name = answer.headers["filename"]
    version = name.removesuffix(".tar.gz")
    assert Registry(settings.models_dir).path(version).is_dir()
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as archive:
        members = archive.getmembers()
    assert all(member.isfile() for member in members)
    assert {member.name.split("/")[0] for member in members} == {version}
    assert f"{version}/{MANIFEST}" in {member.name for member in members}
    answer.close()
    assert list((settings.home / "api_jobs").iterdir()) == []
    assert Registry(settings.models_dir).serving() is None  # nothing is promoted

    sent = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi\n'
    url = f"/model/test/intents?token={api.token}&model={version}"
    told = api.client.post(url, data=sent).json
    intents = told["intent_evaluation"]
    assert {one["text"] for one in intents["predictions"]} == {"hello", "hi"}
    assert set(intents) >= {"report", "accuracy", "precision", "f1_score", "errors"}
    assert "support" in intents["report"]["greet"]
    assert {"entity_evaluation", "response_selection_evaluation"} <= told.keys()
    wrong = sent.replace("greet", "dance")
    refused = api.client.post(url, data=wrong)
    assert refused.status_code == 500
    assert "knows no intent 'dance'" in refused.json["message"]
    assert str(settings.home) not in refused.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nlu: []",
        b"nope",
        b"a: [",
        b"\xff\xfe",
        b"version: '3.1'",
        b"- nlu",
        b'{"nlu": [1], "intents": []}',
    ],
    ids=["empty", "no examples", "word", "cut", "binary", "no nlu", "list", "one line"],
)
def test_what_cannot_be_trained(api: Api, settings: Settings, body: bytes) -> None:
    for path in ("/model/train", "/model/test/intents"):
        answer = api.client.post(f"{path}?token={api.token}", data=body)
        assert answer.status_code == 400, answer.text
        assert str(settings.home) not in answer.text
    assert list((settings.home / "api_jobs").iterdir()) == []


def test_a_mistake_is_named_with_its_line(api: Api, worker: None) -> None:
    sent = "language: en\n\nnlu:\n- intent: greet\n  examples: |\n    - hello\n- intnt: x\n"
    answer = api.client.post(f"/model/train?token={api.token}", data=sent)
    assert answer.json["message"].startswith("data/nlu.yml:7: ")


def test_a_training_that_fails_is_told(api: Api, settings: Settings, worker: None) -> None:
    sent = "nlu:\n- intent: greet\n  examples: |\n    - hello\n"
    answer = api.client.post(f"/model/train?token={api.token}", data=sent)
    assert answer.status_code == 500
    assert answer.json["status"] == "failure"
    assert answer.json["message"]
    assert list((settings.home / "api_jobs").iterdir()) == []


def test_without_a_worker_nobody_waits_for_ever(
    api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rasa_api.job_routes.PATIENCE_S", 0.0)
    answer = api.client.post(f"/model/train?token={api.token}", data=tiny.NLU)
    assert answer.status_code == 500
    assert "No worker" in answer.json["message"]
    assert list((settings.home / "api_jobs").iterdir()) == []


def test_without_the_queue_nothing_is_left_behind(
    api: Api, frontdesk: Frontdesk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rasa_api.job_routes.PATIENCE_S", 0.0)

    def away() -> int:
        raise Unavailable("The job queue cannot be reached right now.")

    monkeypatch.setattr(frontdesk.jobs, "workers", away)
    assert api.client.post(f"/model/train?token={api.token}", data=tiny.NLU).status_code == 503
    assert list((settings.home / "api_jobs").iterdir()) == []


def test_folders_that_nobody_came_for_are_swept(
    api: Api, frontdesk: Frontdesk, settings: Settings
) -> None:
    """The web process stopped while it waited; what still runs, and what is new, is kept."""
    folders = [api_jobs.new_folder(settings, tiny.NLU.encode()) for _ in range(3)]
    frontdesk.jobs.enqueue("api_train", "app.worker.train_sent_job", folders[0].name)
    old = time.time() - 2 * api_jobs.KEPT_S
    for folder in folders[:2]:
        os.utime(folder, (old, old))
    api_jobs.sweep(settings, frontdesk.jobs.is_active, datetime.now(UTC))
    assert set((settings.home / "api_jobs").iterdir()) == {folders[0], folders[2]}


def test_one_training_at_a_time(api: Api, frontdesk: Frontdesk, settings: Settings) -> None:
    frontdesk.jobs.enqueue("api_train", "app.worker.train_sent_job", "0" * 32)
    answer = api.client.post(f"/model/train?token={api.token}", data=tiny.NLU)
    assert answer.status_code == 409
    assert list((settings.home / "api_jobs").iterdir()) == []


CONVERSATIONS = """
stories:
- story: as it goes
  steps:
  - {user: thanks, intent: thank}
  - action: utter_thank
- story: as it does not go
  steps:
  - {user: thanks, intent: thank}
  - action: utter_goodbye
"""


def test_conversations_are_played(api: Api, settings: Settings, worker: None) -> None:
    """POST /model/test/stories?e2e → evaluation JSON."""
    url = f"/model/test/stories?token={api.token}"
    told = api.client.post(url, data=CONVERSATIONS).json
    assert told["report"]["conversation_accuracy"] == {"correct": 1, "total": 2, "accuracy": 0.5}
    assert {"action": "utter_goodbye", "predicted": "utter_thank"} in told["actions"]
    assert told["is_end_to_end_evaluation"] is False
    assert {"precision", "f1", "accuracy"} <= told.keys()
    for body in ("", "stories: 3", "a: [", "version: '3.1'"):
        assert api.client.post(url, data=body).status_code == 400
    assert list((settings.home / "api_jobs").iterdir()) == []


def test_cross_validation_is_refused(api: Api) -> None:
    url = f"/model/test/intents?token={api.token}&cross_validation_folds="
    for folds in ("3", "x"):
        assert api.client.post(f"{url}{folds}", data=tiny.NLU).status_code == 400


class Receiver:
    """A program that waits for the outcome of a training."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = self.headers.get("Content-Length")
                body = self.rfile.read(int(size)) if size else b""
                outer.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


class TestCallback:
    @pytest.fixture
    def settings(self, settings: Settings, receiver: Receiver) -> Settings:
        return settings.model_copy(update={"api_callback_hosts": [receiver.host]})

    def test_the_outcome_goes_to_a_listed_host(
        self, api: Api, settings: Settings, worker: None, receiver: Receiver
    ) -> None:
        """?callback_url (→204 now, POST later)."""
        url = f"/model/train?token={api.token}&callback_url=http://{receiver.host}/done"
        answer = api.client.post(url, data="nlu:\n- intent: a\n  examples: |\n    - b\n")
        assert answer.status_code == 204
        wait_until(lambda: receiver.got, "the callback", seconds=60)
        told = json.loads(receiver.got[0][1])
        assert told["status"] == "failure"
        assert told["code"] == 500
        wait_until(lambda: not list((settings.home / "api_jobs").iterdir()), "the folder is gone")

    def test_an_address_that_refuses_it_is_not_named_in_the_log(
        self, api: Api, worker: None, receiver: Receiver, caplog: pytest.LogCaptureFixture
    ) -> None:
        receiver.status = 404
        url = f"/model/train?token={api.token}&callback_url=http://{receiver.host}/done?key=secret"
        api.client.post(url, data="nlu:\n- intent: a\n  examples: |\n    - b\n")
        wait_until(lambda: "cannot be sent: HTTPStatusError" in caplog.text, "it is told", 60)
        told = [r for r in caplog.records if r.name.startswith("app.")]
        assert not any("secret" in (record.exc_text or record.message) for record in told)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "http://127.0.0.1:6379/",
        "file:///etc/passwd",
        "gopher://listed.example/",
        "http://listed.example@evil.example/",
        "http://user:pass@listed.example/",
        "http://listed.example.evil.example/",
        "http://[::1",
        "nonsense",
        "",
    ],
)
def test_no_other_host_is_called(api: Api, settings: Settings, url: str) -> None:
    with pytest.raises(BadInput):
        check_callback(url, ["listed.example"])
    answer = api.client.post(
        "/model/train", query_string={"token": api.token, "callback_url": url}, data=tiny.NLU
    )
    assert answer.status_code == 400
    assert not (settings.home / "api_jobs").exists()


def test_a_listed_host_with_and_without_its_port() -> None:
    assert check_callback("https://listed.example/x", ["listed.example"])
    assert check_callback("http://listed.example:81/x", ["listed.example:81"])
    with pytest.raises(BadInput):
        check_callback("http://listed.example:82/x", ["listed.example:81"])

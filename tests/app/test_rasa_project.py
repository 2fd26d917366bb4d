"""A whole Rasa project, run as it is: its own home, its own action server, and no shop."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from app import first_start
from app.build import Frontdesk, build
from app.event_broker import EventStream, FileBroker, SqlBroker, broker_of
from app.first_start import prepare_everything, start
from app.own_actions import ActionsBroken, OwnActions, actions_of, own_actions
from app.own_words import APOLOGY as FAILED
from app.rasa_files.endpoints import Broker, Endpoints, project_endpoints
from app.settings import Settings, load_settings
from app.setup_home import prepare_databases
from app.supervisor import configuration, programs
from app.trained_from import is_outdated, note
from app.web import create_app
from dialogue.project import load_project
from tests.app.conftest import DeskUser, Phrases, WidgetUser
from tests.conftest import PROJECT, REPOSITORY, RedisServer, free_port, wait_until

BOT = Path(__file__).parent / "workshop_bot"
APOLOGY = "Sorry, something went wrong on our side. Please try again in a moment."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bicycle workshop's project, copied."""
    return Path(shutil.copytree(BOT, tmp_path / "workshop_bot"))


@pytest.fixture
def workshop(folder: Path, redis_server: RedisServer) -> Iterator[Settings]:
    """Settings of the workshop's bot; nothing listens where its action server should."""
    url = f"http://127.0.0.1:{free_port()}/webhook"
    (folder / "endpoints.yml").write_text(f"action_endpoint: {{url: {url}}}\n")
    settings = load_settings(
        project=folder, redis_url=redis_server.url, nlu_url="http://127.0.0.1:9", rate_limits=False
    )
    prepare_databases(settings)
    yield settings


@pytest.fixture
def running(workshop: Settings) -> Iterator[Frontdesk]:
    made = build(workshop, interpreter=Phrases({"hello": "greet", "is it done": "check_repair"}))
    made.start()
    wait_until(lambda: made.live.connected, "live updates are connected")
    yield made
    made.stop()


# What decides what a project is.


def test_the_shops_folder_has_the_usual_home_and_the_shop() -> None:
    settings = load_settings(project=PROJECT)
    assert settings.home == Path(".frontdesk").resolve()
    assert settings.demo_shop and settings.sells and not settings.rasa_project


def test_orders_of_ones_own_have_no_demonstration_unless_it_is_asked_for(tmp_path: Path) -> None:
    """Its mailbox would show the codes of real customers to anybody."""
    url = f"sqlite:///{tmp_path}/orders.db"
    own = load_settings(project=PROJECT, home=tmp_path, orders_url=url)
    assert own.sells and not own.demo_shop and not own.local_mail
    asked = load_settings(project=PROJECT, home=tmp_path, orders_url=url, demo_shop=True)
    assert asked.demo_shop and asked.local_mail


def test_a_rasa_project_has_a_home_of_its_own_and_no_shop(folder: Path, tmp_path: Path) -> None:
    settings = load_settings(project=folder)
    assert settings.home == folder / ".frontdesk"
    assert settings.rasa_project and not settings.demo_shop and not settings.sells
    asked = load_settings(project=folder, home=tmp_path / "h", demo_shop=True)
    assert (asked.home, asked.demo_shop, asked.sells) == (tmp_path / "h", True, True)


def test_who_stands_in_a_project_means_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert load_settings().project == folder


def test_an_action_of_a_project_may_take_five_minutes_unless_set(folder: Path) -> None:
    assert load_settings(project=folder).actions_wait_s == 300.0
    assert load_settings(project=PROJECT).actions_wait_s == 30.0
    assert load_settings(project=folder, action_timeout_s=7).actions_wait_s == 7.0


def test_other_tools_files_do_not_break_the_load(folder: Path) -> None:
    """docker-compose.yml, workflows and the test stories stand beside the bot."""
    assert (folder / "docker-compose.yml").exists() and (folder / ".github").exists()
    assert load_project(folder).domain.declared_actions == {
        "action_check_repair",
        "validate_repair_form",
    }


# Without the shop.


def test_there_is_no_order_database_and_no_shop(running: Frontdesk, workshop: Settings) -> None:
    assert not (workshop.home / "orders.db").exists()
    assert running.orders is None and running.restocker is None
    web = create_app(running).test_client()
    assert web.get("/shop/").status_code == 404
    assert "orders" not in web.get("/healthz").json["components"]
    assert (workshop.home / ".gitignore").read_text() == "*\n"


def test_the_front_page_has_the_chat_and_the_way_to_the_desk(running: Frontdesk) -> None:
    page = create_app(running).test_client().get("/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<h1>Workshop bot</h1>" in page.text
    assert "/widget.js" in page.text and 'href="/desk/"' in page.text


def test_a_hostile_folder_name_is_escaped(running: Frontdesk, tmp_path: Path) -> None:
    odd = tmp_path / "<b>x"
    odd.mkdir()
    running.settings.project = odd
    (odd / "endpoints.yml").touch()
    assert (
        "<b>"
        not in create_app(running).test_client().get("/", headers={"Accept": "text/html"}).text
    )


# Actions that fail are told.


def test_a_failing_action_is_answered_counted_and_seen_on_the_desk(running: Frontdesk) -> None:
    web = create_app(running)
    counted = re.compile(r'frontdesk_action_failures_total\{action="action_check_repair"\} (\d+)')

    def failures() -> int:
        found = counted.search(web.test_client().get("/metrics").text)
        return int(found.group(1)) if found else 0

    before = failures()
    customer = WidgetUser(web.test_client())
    assert [said["text"] for said in customer.say("is it done")] == [APOLOGY]
    assert failures() == before + 1
    assert "problems" not in json.dumps(customer.messages()), "the customer is not told why"
    running.staff.add("anna", "Anna", "correct horse battery", role="agent")
    desk = DeskUser(web.test_client(), "anna", "correct horse battery")
    page = desk.get(f"/desk/conversations/{customer.conversation_id}")
    assert "cannot be asked for &#39;action_check_repair&#39;" in page.text
    health = web.test_client().get("/healthz").json
    assert health["components"]["actions"]["status"] == "down"


def test_a_turn_that_cannot_be_stored_is_told_once_and_not_tried_for_ever(
    workshop: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Half a surrogate pair, which JSON can write, is no text for a database."""
    project = load_project(workshop.project)
    project.domain.responses["utter_greet"][0].parts["text"] = "Hello \ud83d"
    understood = Phrases({"hello": "greet", "bye": "goodbye"})
    made = build(workshop, interpreter=understood, project=project)
    customer = WidgetUser(create_app(made).test_client())
    customer.post("hello")
    wait_until(lambda: len(customer.messages()) == 2, "an apology")
    made.conversations.catch_up()
    assert [m["text"] for m in customer.messages()] == ["hello", FAILED["en"]]
    assert "the bot failed on message 1" in caplog.text
    customer.post("bye")
    wait_until(lambda: len(customer.messages()) == 4, "the next message is answered")
    assert customer.messages()[-1]["text"] == "Ride safely!"
    made.stop()


def test_without_any_action_server_it_is_said_what_is_missing(workshop: Settings) -> None:
    (workshop.project / "endpoints.yml").write_text("")
    shutil.rmtree(workshop.project / "actions")
    made = build(workshop, interpreter=Phrases({"is it done": "check_repair"}))
    made.start()
    customer = WidgetUser(create_app(made).test_client())
    assert [said["text"] for said in customer.say("is it done")] == [APOLOGY]
    made.stop()


def test_what_is_meant_for_one_server_is_not_sent_to_another(workshop: Settings) -> None:
    """The setting goes before endpoints.yml, and does not inherit its token."""
    (workshop.project / "endpoints.yml").write_text(
        "action_endpoint: {url: 'http://a/webhook', token: secret}"
    )
    made = build(workshop.model_copy(update={"action_endpoint": "http://b/webhook"}))
    assert made.action_server is not None
    assert (made.action_server.url, made.action_server.token) == ("http://b/webhook", None)
    made.stop()


# The project's own action server.


def plan(
    settings: Settings, endpoints: Endpoints | None = None
) -> tuple[OwnActions | None, list[str]]:
    said: list[str] = []
    found = endpoints or project_endpoints(settings.project, {})
    return own_actions(settings, found, load_project(settings.project).domain, said.append), said


def test_actions_on_this_machine_are_run_for_the_project(workshop: Settings) -> None:
    """Also where no action_endpoint is named at all; on a free port when the usual is taken."""
    found, said = plan(workshop)
    assert found is not None and said == []
    assert (found.folder, found.module) == (workshop.project, "actions")
    port = found.port
    with socket.create_server(("127.0.0.1", port)):
        other, _ = plan(workshop)
    assert other is not None and other.port != port
    alone, said = plan(workshop, Endpoints())
    assert alone is not None and said == []


def test_the_server_is_supervised_in_its_folder(workshop: Settings, tmp_path: Path) -> None:
    found = OwnActions(workshop.project, "actions", 5055)
    running = programs(workshop, found)
    assert [program.name for program in running] == ["nlu", "actions", "worker", "web"]
    written = configuration(workshop, tmp_path, running)
    section = written.split("[program:actions]")[1].split("[program:")[0]
    assert f"directory = {workshop.project}" in section
    assert '"-m" "rasa_sdk" "--actions" "actions" "-p" "5055"' in section
    assert 'SANIC_HOST="127.0.0.1"' in section, "whoever reaches it is trusted"


def test_a_package_that_is_not_installed_is_named(workshop: Settings) -> None:
    path = workshop.project / "actions" / "actions.py"
    path.write_text("import pandax.core\n" + path.read_text())
    found, said = plan(workshop)
    assert found is None
    assert said[0].startswith(
        "warning: 'actions' needs the module 'pandax', which is not installed"
    )


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("1/0", "cannot be imported: ZeroDivisionError: division by zero"),
        ("def a(:", "cannot be imported: SyntaxError"),
        ("import sys; sys.exit(3)", "cannot be imported"),
    ],
)
def test_actions_that_cannot_be_imported_say_why(folder: Path, code: str, why: str) -> None:
    (folder / "actions" / "actions.py").write_text(code)
    with pytest.raises(ActionsBroken, match=re.escape(why)):
        actions_of(folder, "actions")


def test_an_action_that_nobody_has_is_told_with_the_nearest(workshop: Settings) -> None:
    path = workshop.project / "actions" / "actions.py"
    path.write_text(path.read_text().replace('"action_check_repair"', '"action_check_repairs"'))
    _, said = plan(workshop)
    assert said == [
        "warning: no action 'action_check_repair' in actions, which the domain lists; "
        "did you mean 'action_check_repairs'?"
    ]


def test_a_project_without_actions_and_without_a_server_is_warned(workshop: Settings) -> None:
    shutil.rmtree(workshop.project / "actions")
    found, said = plan(workshop)
    assert found is None
    assert "action_check_repair, validate_repair_form will fail" in said[0]


def test_another_machines_server_is_used_and_told_when_it_is_away(workshop: Settings) -> None:
    (workshop.project / "endpoints.yml").write_text(
        "action_endpoint: {url: 'http://actions.invalid/webhook'}"
    )
    found, said = plan(workshop)
    assert found is None
    assert said == [
        "warning: no action server answers at http://actions.invalid/webhook: its actions will fail"
    ]


def test_a_module_of_another_name_is_run(workshop: Settings) -> None:
    (workshop.project / "actions").rename(workshop.project / "my_actions")
    (workshop.project / "endpoints.yml").write_text("action_endpoint: {actions_module: my_actions}")
    found, said = plan(workshop)
    assert found is not None and found.module == "my_actions" and said == []


@pytest.fixture
def served(workshop: Settings) -> Iterator[Settings]:
    """The workshop with its action server running, started as the supervisor starts it."""
    found, _ = plan(workshop)
    assert found is not None
    environment = {**os.environ, **found.environment}
    with subprocess.Popen(found.command, cwd=found.folder, env=environment) as server:
        wait_until(lambda: _answers(found.url.replace("webhook", "health")), "it answers", 60)
        yield workshop
        server.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_server_that_runs_already_is_used(served: Settings) -> None:
    found, said = plan(served)
    assert found is None
    assert said[0].startswith("actions: the server that runs at http://127.0.0.1:")


def test_a_slow_action_holds_up_no_other_conversation(served: Settings) -> None:
    """The action sleeps for 3 s; in the meantime the one web process answers somebody else."""
    port = free_port()
    environment = {
        **served.environment(),
        "REDIS_URL": served.redis_url,
        "FRONTDESK_PORT": str(port),
        "FRONTDESK_NLU_URL": served.nlu_url,
    }
    address = f"http://127.0.0.1:{port}"
    finished: list[tuple[str, list[Any]]] = []
    begun = threading.Event()

    def ask(sender: str, message: str) -> None:
        body = {"sender": sender, "message": message}
        begun.set()
        answer = httpx.post(f"{address}/webhooks/rest/webhook", json=body, timeout=60)
        finished.append((sender, [said.get("text") for said in answer.json()]))

    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "web"], cwd=REPOSITORY, env=environment
    ) as web:
        wait_until(lambda: _answers(f"{address}/webhooks/rest/"), "the web process answers", 60)
        slow = threading.Thread(target=ask, args=("slow", "/check_repair"))
        slow.start()
        begun.wait()
        ask("quick", "/ask_hours")
        slow.join()
        web.terminate()
    hours = "We are open from nine to six, and until one on Saturdays."
    assert finished == [("quick", [hours]), ("slow", ["It is nearly done.", hours])]


# What `up` says.


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be supervised, and the trainings that were asked for."""
    found: list[Any] = []
    monkeypatch.setattr(first_start, "refuse_taken_port", lambda *_: None)
    monkeypatch.setattr(first_start, "supervise", lambda *args: found.append(args) or 0)
    monkeypatch.setattr(first_start, "_train", lambda settings: found.append("trained"))
    return found


def test_up_names_once_what_is_read_otherwise(workshop: Settings, started: list[Any]) -> None:
    endpoints = workshop.project / "endpoints.yml"
    endpoints.write_text(endpoints.read_text() + "tracker_store: {type: SQL}\nlok_store: {}\n")
    said: list[str] = []
    assert start(workshop, said.append) == 0
    lines = [line for line in said if "endpoints.yml:" in line]
    assert len(lines) == 2 and len(said) == len(set(said))
    assert "tracker_store: conversations are kept in our own transcript" in lines[0]
    assert "did you mean 'lock_store'?" in lines[1]
    assert any("TEDPolicy" in line for line in said)
    _, (settings, _, actions) = started
    assert settings.action_endpoint == actions.url
    assert settings.environment()["FRONTDESK_ACTION_ENDPOINT"] == actions.url


def test_a_project_that_has_changed_is_told_and_trained_only_when_asked(
    workshop: Settings, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_start, "read_manifest", lambda _: None)
    monkeypatch.setattr(first_start.Registry, "serving", lambda _: "v1")
    workshop.models_dir.mkdir(parents=True)
    said: list[str] = []
    prepare_everything(workshop, said.append)
    assert said == [], "nothing is known of a model that was made elsewhere"
    note(workshop.models_dir, "v1", workshop.project)
    prepare_everything(workshop, said.append)
    assert said == [] and not is_outdated(workshop.models_dir, "v1", workshop.project)
    nlu = workshop.project / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text().replace("- hiya", "- hiya\n    - ahoy"))
    prepare_everything(workshop, said.append)
    assert "has changed since v1 was trained" in said[0] and "up --train" in said[0]
    assert started == []
    prepare_everything(workshop, said.append, train=True)
    assert started == ["trained"]


# Events for others.

EVENTS = [{"event": "user", "text": "hi"}, {"event": "slot", "name": "a", "value": None}]


def test_events_in_a_file(tmp_path: Path) -> None:
    stream = EventStream(broker_of(Broker("file", {"path": "events.log"}), tmp_path))
    stream.start()
    stream.take("ann", EVENTS)
    stream.take("bob", EVENTS[:1])
    stream.stop()
    lines = (tmp_path / "events.log").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"sender_id": "ann", **EVENTS[0]},
        {"sender_id": "ann", **EVENTS[1]},
        {"sender_id": "bob", **EVENTS[0]},
    ]


def test_events_in_a_table(tmp_path: Path) -> None:
    broker = broker_of(Broker("sql", {"dialect": "sqlite", "db": "events.db"}), tmp_path)
    assert isinstance(broker, SqlBroker)
    stream = EventStream(broker)
    stream.start()
    stream.take("ann", EVENTS)
    stream.stop()
    with create_engine(f"sqlite:///{tmp_path}/events.db").connect() as connection:
        rows = connection.execute(text("SELECT sender_id, data FROM events ORDER BY id")).all()
    assert [(sender, json.loads(data)["event"]) for sender, data in rows] == [
        ("ann", "user"),
        ("ann", "slot"),
    ]


def test_a_broker_that_is_away_for_a_moment_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.event_broker.PAUSE_S", 0.01)
    path = tmp_path / "not" / "there" / "yet.log"
    stream = EventStream(FileBroker(path))
    stream.start()
    stream.take("ann", EVENTS[:1])
    path.parent.mkdir(parents=True)
    stream.take("ann", EVENTS[1:])
    stream.stop()
    kinds = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert kinds == ["user", "slot"]


def test_an_event_that_no_broker_could_take_does_not_end_the_stream(tmp_path: Path) -> None:
    """Anybody may send half a surrogate pair as metadata, and a program of ours may err."""
    stream = EventStream(FileBroker(tmp_path / "events.log"))
    stream.start()
    stream.take("ann", [{"event": "user", "metadata": {"a": "\ud83d"}}])
    stream.take("ann", [{"event": "slot", "value": object()}])
    stream.take("ann", EVENTS[:1])
    stream.stop()
    lines = [json.loads(line) for line in (tmp_path / "events.log").read_text().splitlines()]
    assert lines == [
        {"sender_id": "ann", "event": "user", "metadata": {"a": "\ud83d"}},
        {"sender_id": "ann", **EVENTS[0]},
    ]


def test_a_turns_events_are_published_once_committed(workshop: Settings) -> None:
    endpoints = workshop.project / "endpoints.yml"
    endpoints.write_text("event_broker: {type: file, path: events.log}")
    made = build(workshop, interpreter=Phrases({"hello": "greet"}))
    made.start()
    web = create_app(made).test_client()
    body = {"sender": "ann", "message": "hello"}
    assert web.post("/webhooks/rest/webhook", json=body).json
    made.stop()
    lines = (workshop.project / "events.log").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    assert {event["sender_id"] for event in events} == {"ann"}
    assert [e["event"] for e in events if e["event"] in ("user", "bot")] == ["user", "bot"]

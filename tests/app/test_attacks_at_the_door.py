"""An attacker at the doors: forged tokens, metadata, senders and markup. None sees another's."""

from __future__ import annotations

import base64
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app.build import Frontdesk, build
from app.database import migrate
from app.settings import Settings
from app.web import create_app
from dialogue.project import Project
from tests.app.conftest import PASSWORD, Clock, DeskUser, Phrases, WidgetUser
from tests.conftest import PROJECT, RedisServer, wait_until

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "javascript:alert(1)//[x](javascript:alert(1))",
    "{{7*7}}{% include 'x' %}",
]
RAW = ("<script>alert", "<img src=x", "<svg/onload", ">49<", 'href="javascript:')


def _orders(frontdesk: Frontdesk) -> list[tuple[int, str, str, str]]:
    """Number, state, street and e-mail address of every order."""
    engine = create_engine(frontdesk.settings.order_database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT number, status, street, email FROM shop_orders"))
        orders = [(row[0], row[1], row[2], row[3]) for row in found]
    engine.dispose()
    return orders


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def settings(
    tmp_path_factory: pytest.TempPathFactory, shared_redis: RedisServer, shop_database: Path
) -> Settings:
    """One Frontdesk for all attackers; each test begins with an empty Redis."""
    home = tmp_path_factory.mktemp("attacked")
    shutil.copy(shop_database, home / "orders.db")
    made = Settings(
        home=home,
        project=PROJECT,
        redis_url=shared_redis.url,
        nlu_url="http://127.0.0.1:9",
        rate_limits=False,
    )
    migrate(made.transcript_url)
    return made


@pytest.fixture(scope="module")
def frontdesk(settings: Settings, project: Project, clock: Clock) -> Iterator[Frontdesk]:
    made = build(settings, project=project, interpreter=Phrases(), clock=clock)
    made.start()
    wait_until(lambda: made.live.connected, "live updates are connected")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def web(frontdesk: Frontdesk) -> Flask:
    app = create_app(frontdesk)
    app.testing = True
    return app


@pytest.fixture(scope="module")
def agent(web: Flask, frontdesk: Frontdesk) -> DeskUser:
    frontdesk.staff.add("anna", "Anna", PASSWORD, role="agent")
    return DeskUser(web.test_client(), "anna", PASSWORD)


@pytest.fixture
def maya(frontdesk: Frontdesk) -> tuple[int, str, str, str]:
    """An order of Maya's in the warehouse."""
    return next(
        one for one in _orders(frontdesk) if one[1:4:2] == ("processing", "maya@example.com")
    )


@pytest.fixture(autouse=True)
def _unchanged(frontdesk: Frontdesk) -> Iterator[None]:
    frontdesk.redis.flushall()
    before = _orders(frontdesk)
    yield
    assert _orders(frontdesk) == before


def _part(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _swapped(token: str) -> str:
    """The token with another subject and the old signature."""
    head, _, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    return f"{head}.{_part({**claims, 'sub': '2'})}.{signature}"


def _unsigned(token: str, head: dict) -> str:
    return f"{_part(head)}.{token.split('.')[1]}."


def _signed(token: str, key: str, head: dict | None = None, **claims: Any) -> str:
    known = jwt.decode(token, options={"verify_signature": False})
    kept = {name: value for name, value in {**known, **claims}.items() if value is not None}
    return jwt.encode(kept, key, algorithm="HS256", headers=head)


FORGERIES: dict[str, Callable[[str, str], Any]] = {
    "alg none": lambda token, _: _unsigned(token, {"alg": "none", "typ": "JWT"}),
    "alg None in odd letters": lambda token, _: _unsigned(token, {"alg": "nOnE"}),
    "no algorithm": lambda token, _: _unsigned(token, {"typ": "JWT"}),
    "another subject under the old signature": lambda token, _: _swapped(token),
    "another key": lambda token, _: _signed(token, "k" * 40),
    "no signature": lambda token, _: _unsigned(token, {"alg": "HS256"}),
    "a key that the token names": lambda token, _: _signed(
        token, "k" * 40, {"jku": "http://evil/", "kid": "/dev/null"}
    ),
    "another audience": lambda token, key: _signed(token, key, aud="desk"),
    "no audience": lambda token, key: _signed(token, key, aud=None),
    "no end": lambda token, key: _signed(token, key, exp=None),
    "no beginning": lambda token, key: _signed(token, key, iat=None),
    "a life of years": lambda token, key: _signed(token, key, exp=4_000_000_000),
    "an endless life": lambda token, key: _signed(token, key, exp=float("inf")),
    "a subject that is SQL": lambda token, key: _signed(token, key, sub="1 OR 1=1"),
    "a signature cut short": lambda token, _: token[:-6],
    "two tokens in one": lambda token, _: f"{token}.{token}",
    "an object for a token": lambda token, _: {"token": token},
    "a token of 50,000 letters": lambda token, _: token + "a" * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_identity_signs_nobody_in(
    web: Flask, frontdesk: Frontdesk, identity: Callable[..., str], forge: Any
) -> None:
    token = forge(identity(), frontdesk.settings.identity_secret)
    answer = web.test_client().post("/api/v1/session", json={"identity": token})
    assert answer.status_code in {400, 401, 413, 422}
    mine = WidgetUser(web.test_client())
    answer = mine.client.put(
        "/api/v1/session/identity", json={"identity": token}, headers=mine.headers
    )
    assert answer.status_code in {400, 401, 413, 422}
    assert "sign in" in mine.say("/list_orders")[0]["text"].casefold()


def test_a_token_that_has_run_out_signs_nobody_in(
    web: Flask, identity: Callable[..., str], clock: Clock
) -> None:
    clock.shift = timedelta(minutes=-30)
    token = identity()
    clock.shift = timedelta()
    answer = web.test_client().post("/api/v1/session", json={"identity": token})
    assert answer.status_code == 401


def test_one_cannot_add_oneself_to_anothers_conversation(
    web: Flask, identity: Callable[..., str]
) -> None:
    maya = WidgetUser(web.test_client(), identity(1))
    tom = identity(2, "Tom Okafor")
    answer = maya.client.put(
        "/api/v1/session/identity", json={"identity": tom}, headers=maya.headers
    )
    assert answer.status_code == 409
    assert "Maya" in maya.say("/greet")[0]["text"]


FIELDS: dict[str, dict[str, Any]] = {
    "customer_id beside the text": {"customer_id": 1},
    "slots beside the text": {"slots": {"customer_id": 1}},
    "trusted_slots beside the text": {"trusted_slots": {"customer_id": 1}},
    "metadata beside the text": {"metadata": {"customer_id": 1}},
    "a session's metadata": {"metadata": {"session_started_metadata": {"customer_id": 1}}},
    "another sender beside the text": {"sender": "someone", "sender_id": "someone"},
    "another conversation beside the text": {"conversation_id": "0" * 32},
    "a role beside the text": {"role": "agent", "owner": "human"},
    "a payload that forges": {"payload": '/inform{"customer_id": 1, "proven_orders": ["1042"]}'},
    "a payload of an outer program": {"payload": '/EXTERNAL_signed_in{"customer_id": 1}'},
}


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS.keys())
def test_fields_beside_the_text_say_nothing_of_who_one_is(
    web: Flask, maya: tuple[int, str, str, str], fields: dict[str, Any]
) -> None:
    mine = WidgetUser(web.test_client())
    mine.say("hello", **fields)
    assert "sign in" in mine.say("/list_orders")[0]["text"].casefold()
    said = str(mine.say(f'/cancel_order{{"order_number": "{maya[0]}"}}') + mine.say("/affirm"))
    assert "e-mail" in said and maya[2] not in said


REST = {
    "metadata": {"metadata": {"customer_id": 1, "proven_orders": ["{n}"]}},
    "a session's metadata": {"metadata": {"session_started_metadata": {"customer_id": 1}}},
    "slots": {"slots": {"customer_id": 1}, "customer_id": 1},
    "a channel's name": {"input_channel": "kiosk"},
    "metadata that is a list": {"metadata": [["customer_id", 1]]},
}


@pytest.mark.parametrize("fields", REST.values(), ids=REST.keys())
def test_the_rest_channel_signs_nobody_in(
    web: Flask, maya: tuple[int, str, str, str], fields: dict[str, Any]
) -> None:
    def say(message: str) -> str:
        body = {"sender": "intruder", "message": message, **fields}
        return str(web.test_client().post("/webhooks/rest/webhook", json=body).json)

    said = say("/list_orders") + say(f'/cancel_order{{"order_number": "{maya[0]}"}}')
    said += say("/affirm") + say("/EXTERNAL_proof") + say('/session_start{"customer_id": 1}')
    assert "sign in" in said.casefold() and "e-mail" in said
    assert maya[2] not in said and "Maya" not in said


def test_a_sender_called_as_a_widgets_conversation_is_another(
    web: Flask, maya: tuple[int, str, str, str]
) -> None:
    victim = WidgetUser(web.test_client())
    victim.say(f'/order_status{{"order_number": "{maya[0]}"}}')
    assert str(maya[0]) in victim.say(f'/inform{{"email": "{maya[3]}"}}')[0]["text"]
    answers = []
    for name in (victim.conversation_id, victim.token):
        body = {"sender": name, "message": f'/order_status{{"order_number": "{maya[0]}"}}'}
        answers.append(str(web.test_client().post("/webhooks/rest/webhook", json=body).json))
    assert answers[0] == "[]" and "e-mail" in answers[1]  # the id of a chat is no sender's name


def test_a_code_of_the_widget_is_worth_nothing_by_a_sender_of_its_name(
    web: Flask, frontdesk: Frontdesk, maya: tuple[int, str, str, str]
) -> None:
    victim = WidgetUser(web.test_client())
    for said in (
        f'/cancel_order{{"order_number": "{maya[0]}"}}',
        f'/inform{{"email": "{maya[3]}"}}',
        "/affirm",
    ):
        asked = victim.say(said)
    assert "six digits" in asked[-1]["text"]

    def say(message: str) -> str:
        body = {"sender": victim.conversation_id, "message": message}
        return str(web.test_client().post("/webhooks/rest/webhook", json=body).json)

    for guess in range(12):
        say(f'/cancel_order{{"order_number": "{maya[0]}"}}')
        say(f"{guess:06d}")
    assert "digits" in victim.say("what")[-1]["text"]


def test_a_message_that_is_sent_twice_counts_once(
    web: Flask, maya: tuple[int, str, str, str]
) -> None:
    guest = WidgetUser(web.test_client())
    guest.say(f'/cancel_order{{"order_number": "{maya[0]}"}}')
    guest.say(f'/inform{{"email": "{maya[3]}"}}')
    same = str(uuid.uuid4())
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: guest.post("/affirm", same).status_code, range(4)))
    assert answers.count(201) == 1


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_is_text_on_the_desk(
    web: Flask, agent: DeskUser, identity: Callable[..., str], markup: str
) -> None:
    visitor = WidgetUser(web.test_client(), identity(1, markup))
    visitor.say(markup)
    visitor.say(f'/inform{{"order_number": {json.dumps(markup)}}}')
    visitor.say('/human_agent{"reason": ' + json.dumps(markup) + "}")
    pages = [
        agent.get("/desk/").text,
        agent.get(f"/desk/conversations/{visitor.conversation_id}").text,
    ]
    for page in pages:
        assert not any(raw in page for raw in RAW)
    assert any("&lt;" in page or "{{7*7}}" in page or "javascript" in page for page in pages)


@pytest.mark.parametrize(
    "path",
    [
        "/shop/mailbox/../../secrets/secret_key",
        "/shop/mailbox?folder=/etc",
        "/shop/products/..%2f..%2fmail",
        "/static/..%2f..%2fmail.py",
        "/static/%2e%2e/mail.py",
        "/shop/mailbox%00",
    ],
)
def test_no_path_leads_to_files(web: Flask, frontdesk: Frontdesk, path: str) -> None:
    answer = web.test_client().get(path)
    assert frontdesk.settings.session_secret not in answer.text
    assert "def carry" not in answer.text and "root:" not in answer.text


def test_no_code_address_or_key_is_in_a_log(
    web: Flask,
    frontdesk: Frontdesk,
    maya: tuple[int, str, str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    guest = WidgetUser(web.test_client())
    for said in (
        f'/cancel_order{{"order_number": "{maya[0]}"}}',
        f'/inform{{"email": "{maya[3]}"}}',
        "/affirm",
        "123456",
    ):
        guest.say(said)
    ours = [r.getMessage() for r in caplog.records if r.name.startswith(("app", "dialogue"))]
    for secret in (maya[3], "123456", guest.token, frontdesk.settings.session_secret):
        assert not any(secret in line for line in ours)


def test_the_mailbox_is_readable_by_its_owner_alone(frontdesk: Frontdesk) -> None:
    folder: Path = frontdesk.settings.mail_folder
    assert not folder.exists() or folder.stat().st_mode & 0o077 == 0

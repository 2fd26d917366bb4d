"""Who gets in at the HTTP API, and how far (contract 1d)."""

from __future__ import annotations

import stat
import time

import jwt
import pytest
from flask import Flask

from app.build import Frontdesk, build
from app.errors import SettingsError
from app.settings import Settings, load_settings
from app.web import create_app
from dialogue.project import Project
from tests.app.conftest import Phrases, WidgetUser

SECRET = "s" * 64


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"api_jwt_secret": SECRET})


@pytest.fixture
def token(settings: Settings) -> str:
    return settings.api_token_in_use


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def signed(username: object = "ada", role: object = "user", key: str = SECRET, **claims) -> dict:
    user = {"username": username, "role": role}
    return bearer(jwt.encode({"user": user, **claims}, key, algorithm="HS256"))


def doors(app: Flask):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("rasa_api.") and rule.endpoint != "rasa_api.version":
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule.rule.replace("<path:conversation_id>", "ada"), method


def test_authentication_is_on_by_default(web: Flask) -> None:
    """401 NotAuthenticated on every route, with Rasa's error body."""
    tried = 0
    for path, method in doors(web):
        answer = web.test_client().open(path, method=method, json={})
        assert answer.status_code == 401, path
        assert answer.json == {
            "version": "3.6.21",
            "status": "failure",
            "message": "User is not authenticated.",
            "reason": "NotAuthenticated",
            "details": {},
            "help": None,
            "code": 401,
        }
        tried += 1
    assert tried >= 16


def test_the_token_is_generated_and_kept_for_the_owner_alone(settings: Settings) -> None:
    path = settings.home / "secrets" / "api_token"
    assert settings.api_token_in_use == path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(settings.api_token_in_use) >= 40


def test_a_setting_goes_before_the_generated_token() -> None:
    assert load_settings(api_token="t" * 32).api_token_in_use == "t" * 32
    with pytest.raises(SettingsError, match="at least 32"):
        load_settings(api_token="short")
    with pytest.raises(SettingsError, match="at least 32"):
        load_settings(api_jwt_secret="short")


def test_the_token_opens_as_an_argument_and_as_a_bearer(web: Flask, token: str) -> None:
    """`--auth-token T` → `?token=T`."""
    client = web.test_client()
    assert client.get(f"/domain?token={token}").status_code == 200
    assert client.get("/domain", headers=bearer(token)).status_code == 200
    for wrong in ("", "x", token[:-1], token + "x", "ä" * 43):
        assert client.get("/domain", query_string={"token": wrong}).status_code == 401
    assert client.get("/domain?token=%ff%00").status_code == 401
    assert client.get("/domain", headers={"Authorization": token}).status_code == 401


def test_a_token_is_never_told_back_or_logged(
    web: Flask, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("/domain", "/conversations/ada/tracker", "/status", "/model/parse"):
        answer = web.test_client().get(f"{path}?token={token}")
        assert token not in answer.text
    assert token not in caplog.text


def test_an_admins_jwt_opens_everything(web: Flask) -> None:
    """JWT claim `user:{username, role: admin|user}`."""
    client = web.test_client()
    assert client.get("/domain", headers=signed("boss", "admin")).status_code == 200
    assert client.get("/domain", headers=signed({"a": 1}, "admin")).status_code == 200
    got = client.get("/conversations/ada/tracker", headers=signed("boss", "admin"))
    assert got.json["sender_id"] == "ada"


def test_a_user_touches_their_own_conversation_and_nothing_else(web: Flask) -> None:
    """Role user may only touch conversations/{id == username}: 403 NotAuthorized."""
    client = web.test_client()
    assert client.get("/conversations/ada/tracker", headers=signed()).status_code == 200
    for path, method in doors(web):
        answer = client.open(
            path.replace("/ada/", "/bob/"), method=method, json={}, headers=signed()
        )
        assert answer.status_code == 403, path
        assert answer.json["reason"] == "NotAuthorized"
        assert answer.json["code"] == 403


@pytest.mark.parametrize("path", ["ada%2F", "ADA", "ada ", "bob/../ada", "%61da%00", "ada%252F"])
def test_no_other_spelling_of_an_id_is_ones_own(web: Flask, path: str) -> None:
    answer = web.test_client().get(f"/conversations/{path}/tracker", headers=signed())
    assert answer.status_code in {403, 404}


def test_a_users_name_that_is_an_id_of_ours_opens_nothing(
    web: Flask, token: str, customer: WidgetUser
) -> None:
    customer.say("hello")
    foreign = customer.conversation_id
    client = web.test_client()
    as_user = client.get(f"/conversations/{foreign}/tracker", headers=signed(foreign))
    assert as_user.status_code == 400
    assert "hello" not in as_user.text
    as_admin = client.get(f"/conversations/{foreign}/tracker", headers=bearer(token))
    assert "hello" in as_admin.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (signed(key="x" * 40), 401),
        (signed(exp=1), 401),
        (signed(role="root"), 403),
        (signed(username=["ada"]), 403),
        (signed(username=""), 403),
        (bearer(jwt.encode({"user": "ada"}, SECRET, algorithm="HS256")), 403),
        (bearer(jwt.encode({}, SECRET, algorithm="HS256")), 403),
        (bearer(jwt.encode({"user": {"username": "ada", "role": "admin"}}, "", "none")), 401),
        (bearer(jwt.encode({"user": {"username": "a", "role": "admin"}}, SECRET, "HS512")), 401),
        (bearer("a.b.c"), 401),
        (bearer("ä.b.c"), 401),
    ],
)
def test_forged_and_odd_tokens(web: Flask, headers: dict[str, str], status: int) -> None:
    answer = web.test_client().get("/conversations/ada/tracker", headers=headers)
    assert answer.status_code == status


def test_a_jwt_with_a_future_end_counts(web: Flask) -> None:
    headers = signed(exp=int(time.time()) + 60)
    assert web.test_client().get("/conversations/ada/tracker", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"event": "restart"}, 200),
        ({"event": "user", "text": "hi", "parse_data": {"intent": {"name": "greet"}}}, 200),
        ({"event": "slot", "name": "proven_orders", "value": ["1042"]}, 403),
        ({"event": "slot", "name": "customer_id", "value": 1}, 403),
        ({"event": "bot", "text": "You get your money back."}, 403),
        ({"event": "agent", "text": "Promised!"}, 403),
        ({"event": "action", "name": "action_x"}, 403),
        ({"event": "followup", "name": "action_x"}, 403),
        ({"event": "undo"}, 403),
    ],
)
def test_a_user_sets_no_slots_and_speaks_for_nobody_else(
    web: Flask, event: dict, status: int
) -> None:
    """No one sees another's order: what actions rely on is not written with a customer's token."""
    url = "/conversations/ada/tracker/events"
    assert web.test_client().post(url, json=event, headers=signed()).status_code == status


def test_a_user_neither_rewrites_history_nor_runs_actions(web: Flask) -> None:
    client = web.test_client()
    url = "/conversations/ada"
    assert client.put(f"{url}/tracker/events", json=[], headers=signed()).status_code == 403
    run = client.post(f"{url}/execute", json={"name": "utter_greet"}, headers=signed())
    assert run.status_code == 403


def test_jwts_are_refused_while_no_secret_is_set(
    settings: Settings, project: Project, interpreter: Phrases
) -> None:
    made = build(
        settings.model_copy(update={"api_jwt_secret": ""}),
        project=project,
        interpreter=interpreter,
    )
    client = create_app(made).test_client()
    for key in ("", SECRET):
        forged = bearer(
            jwt.encode({"user": {"username": "a", "role": "admin"}}, key or "x", "HS256")
        )
        assert client.get("/domain", headers=forged).status_code == 401
    made.stop()


def test_a_widgets_token_opens_nothing_here(web: Flask, customer: WidgetUser) -> None:
    for path, method in doors(web):
        answer = web.test_client().open(path, method=method, headers=customer.headers, json={})
        assert answer.status_code == 401


def test_the_doors_need_no_csrf_token_because_no_cookie_opens_them(
    web: Flask, token: str, admin
) -> None:
    assert admin.client.post("/model/parse", json={"text": "hi"}).status_code == 401
    url = f"/model/parse?token={token}"
    assert web.test_client().post(url, json={"text": "hello"}).status_code == 200


def test_too_many_requests_are_refused(
    settings: Settings, project: Project, interpreter: Phrases, frontdesk: Frontdesk
) -> None:
    limited = settings.model_copy(update={"rate_limits": True})
    made = build(limited, project=project, interpreter=interpreter)
    client = create_app(made).test_client()
    seen = {client.get("/domain").status_code for _ in range(1250)}
    answer = client.get("/domain")
    made.stop()
    assert seen == {401, 429}
    assert answer.json["reason"] == "TooManyRequests"
    assert answer.headers["Retry-After"]

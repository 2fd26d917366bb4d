"""Every route of the URL map, with every role and foreign ids: no one sees what is not theirs.

New routes are covered the moment they exist: an address that this test does not know fails it.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.app.conftest import DeskUser, WidgetUser

# What anyone may open, and why: pages without personal data, and doors that ask for credentials.
OPEN = {
    "static", "widget_loader", "front_page",
    "health.healthz", "health.metrics",
    "rest_channel.health", "rest_channel.webhook",
    "socketio_channel.health",
    "widget_api.open_session",
    "rasa_api.version",  # of the protocol, not of ours
    "documents.page",  # of the shop's own, which it publishes
    "desk_auth.login", "desk_auth.sign_in",
    "shop.index", "shop.product", "shop.sign_in", "shop.sign_out", "shop.identity",
    "shop.mailbox",  # only in the demonstration, and only while no mail server is set
}  # fmt: skip
ADMIN_ONLY = {"desk_models.retrain", "desk_models.promote", "desk_models.rollback"}
FOREIGN = {
    "conversation_id": "0" * 32,
    "message_id": "999999",
    "job_id": "0" * 32,
    "version": "x",
    "answer_id": "999999",
}


def routes(app: Flask):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(rule, values: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found.group(1), "x"), rule.rule)


def test_without_a_credential_nothing_but_the_open_doors_opens(
    web: Flask, customer: WidgetUser
) -> None:
    customer.say("hello")
    values = {**FOREIGN, "conversation_id": customer.conversation_id, "message_id": "1"}
    for rule, method in routes(web):
        if rule.endpoint in OPEN:
            continue
        answer = web.test_client().open(address(rule, values), method=method)
        # 400 is the refusal for want of a CSRF token, which comes before the sign-in.
        assert answer.status_code in {302, 400, 401, 403}, (rule.rule, method, answer.status_code)
        if answer.status_code == 302:
            assert "/desk/login" in answer.location
        assert "hello" not in answer.text


def test_a_customers_token_opens_nothing_of_the_desk(web: Flask, customer: WidgetUser) -> None:
    for rule, method in routes(web):
        if not rule.endpoint.startswith("desk"):
            continue
        if rule.endpoint in OPEN:
            continue
        answer = web.test_client().open(
            address(rule, {**FOREIGN, "conversation_id": customer.conversation_id}),
            method=method,
            headers=customer.headers,
        )
        assert answer.status_code in {302, 400, 401, 403}, (rule.rule, method)


def test_an_agent_gets_404_for_what_does_not_exist(web: Flask, agent: DeskUser) -> None:
    for rule, method in routes(web):
        if not rule.endpoint.startswith("desk") or not rule.arguments:
            continue
        path = address(rule, FOREIGN)
        if method == "GET":
            answer = agent.client.get(path)
        else:
            answer = agent.post(path, kind="confirm", text="x")
        expected = {403} if rule.endpoint in ADMIN_ONLY else {404}
        assert answer.status_code in expected, (rule.rule, method, answer.status_code)


def test_an_agent_may_not_do_what_administrators_do(web: Flask, agent: DeskUser) -> None:
    for rule, method in routes(web):
        if rule.endpoint in ADMIN_ONLY:
            assert agent.post(address(rule, FOREIGN)).status_code == 403, (rule.rule, method)


def test_every_change_at_the_desk_needs_its_csrf_token(web: Flask, admin: DeskUser) -> None:
    for rule, method in routes(web):
        if method != "POST" or not rule.endpoint.startswith(("desk", "shop")):
            continue
        answer = admin.client.post(address(rule, FOREIGN), data={})
        assert answer.status_code == 400, (rule.rule, answer.status_code)


def test_reading_changes_nothing(web: Flask) -> None:
    """A GET has no side effect: each route that changes something takes another method."""
    changing = re.compile(
        r"take|hand|close|label|say|promote|rollback|retrain|sign_(in|out)|logout"
    )
    for rule, method in routes(web):
        if changing.search(rule.endpoint.rsplit(".", 1)[-1]):
            assert method != "GET", rule.rule


@pytest.mark.parametrize("path", ["..%2f..%2fapp/settings.py", "%252e%252e/web.py", "..\\web.py"])
def test_static_files_cannot_be_left(web: Flask, path: str) -> None:
    assert web.test_client().get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize("value", ["'", '" OR 1=1 --', "1; DROP TABLE message", "%", "_", "\x00"])
@pytest.mark.parametrize("key", ["search", "status", "intent", "from", "to", "page", "sort"])
def test_the_lists_filters_never_become_sql(
    web: Flask, agent: DeskUser, key: str, value: str
) -> None:
    answer = agent.client.get("/desk/", query_string={key: value})
    assert answer.status_code in {200, 422}
    assert "sqlite" not in answer.text.casefold()


def test_pages_carry_the_headers_that_protect_them(web: Flask, agent: DeskUser) -> None:
    headers = agent.client.get("/desk/").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    cookie = agent.login.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie

"""endpoints.yml: what is used, what is ours already, and mistakes with their place."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from app.rasa_files.endpoints import Endpoints, project_endpoints, read_endpoints
from nlu.errors import SourceError


def read(folder: Path, text: str, **environment: str) -> Endpoints:
    path = folder / "endpoints.yml"
    path.write_text(dedent(text), encoding="utf-8")
    return read_endpoints(path, environment)


def test_a_project_without_the_file_has_none(tmp_path: Path) -> None:
    assert project_endpoints(tmp_path, {}) == Endpoints()


@pytest.mark.parametrize("content", ["", "# all in comments\n"])
def test_an_empty_file_says_nothing(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content) == Endpoints()


def test_every_option_of_an_action_endpoint(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    found = read(
        tmp_path,
        """
        action_endpoint:
          url: https://actions.example/webhook
          params: {tenant: 7}
          headers: {X-Key: secret}
          basic_auth: {username: ann, password: "${ACTIONS_PASSWORD}"}
          token: abc
          token_name: key
          cafile: ca.pem
          enable_selective_domain: true
          actions_module: bot.actions
        """,
        ACTIONS_PASSWORD="pass",
    )
    server = found.actions
    assert server is not None and found.notes == ()
    assert server.url == "https://actions.example/webhook"
    assert server.query == {"tenant": "7", "key": "abc"}
    assert (server.headers, server.basic_auth) == ({"X-Key": "secret"}, ("ann", "pass"))
    assert (server.cafile, server.selective_domain) == (tmp_path / "ca.pem", True)
    assert server.module == "bot.actions"
    assert "secret" not in repr(found) and "abc" not in repr(found), "credentials are not shown"


def test_actions_of_a_module_need_no_address(tmp_path: Path) -> None:
    server = read(tmp_path, "action_endpoint: {actions_module: actions}").actions
    assert server is not None and (server.url, server.module) == ("", "actions")


def test_what_is_ours_is_named_in_one_line_with_its_place(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """\
        tracker_store: {type: SQL, password: $NOBODY_SET_THIS}
        lock_store: {type: redis}
        models: {url: "http://models.example"}
        nlu: {url: "http://nlu.example"}
        """,
    )
    assert [line.split(": ")[:2] for line in found.notes] == [
        [f"{tmp_path}/endpoints.yml:{number}", name]
        for number, name in enumerate(("tracker_store", "lock_store", "models", "nlu"), 1)
    ]
    assert "`frontdesk conversations import` brings the old ones" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("\nactions_endpoint: {}", ":2: the unknown 'actions_endpoint' is not used; did you mean"),
        (
            "action_endpoint:\n  url: http://a/webhook\n  tokn: a",
            ":3: the unknown 'tokn' of action_endpoint is not used; did you mean 'token'?",
        ),
        ("nlg: {type: response}", ":1: nlg: has no 'url'; the domain's responses are said"),
        (
            "event_broker: {type: kafka, url: localhost}",
            ":1: event_broker: 'kafka' is not served; 'file' and 'sql' are",
        ),
        ("event_broker: {url: localhost}", "event_broker: 'pika' is not served"),
    ],
)
def test_what_is_not_used_is_warned_of(tmp_path: Path, text: str, note: str) -> None:
    found = read(tmp_path, text)
    assert len(found.notes) == 1 and note in found.notes[0], found.notes


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- action_endpoint", ": endpoints.yml must be a mapping"),
        ("action_endpoint: [", "not valid YAML"),
        ("action_endpoint: http://a", ":1: 'action_endpoint' must be a mapping"),
        ("\naction_endpoint: {token: a}", ":2: action_endpoint needs a 'url'"),
        ("action_endpoint:\n  url: localhost:5055", ":2: the url of action_endpoint must be"),
        ("action_endpoint:\n  url: grpc://localhost:5055", ":2: the url of action_endpoint must"),
        ("action_endpoint:\n  url: http://a:b/c", ":2: the url of action_endpoint must be"),
        ("action_endpoint:\n  url: 3", ":2: the url of action_endpoint must be a name"),
        ("action_endpoint:\n  url: http://a\n  params: [a]", ":3: the params of action_endpoint"),
        ("action_endpoint:\n  url: http://a\n  headers: {a: [b]}", ":3: 'a' must be a text"),
        (
            "action_endpoint:\n  url: http://a\n  basic_auth: {username: a}",
            ":3: the basic_auth of action_endpoint needs a 'username' and a 'password'",
        ),
        (
            "action_endpoint:\n  url: http://a\n  cafile: nowhere.pem",
            ":3: the cafile of action_endpoint does not exist",
        ),
        (
            "action_endpoint:\n  url: http://a\n  enable_selective_domain: often",
            ":3: 'enable_selective_domain' must be true or false",
        ),
        ("action_endpoint:\n  url: $NOT_SET", ":2: the environment variable 'NOT_SET'"),
        ("nlg:\n  url: nowhere", ":2: the url of nlg must be"),
        ("event_broker:\n  type: [sql]", ":2: the type of event_broker must be a name"),
        ("event_broker:\n  type: sql\n  port: high", ":3: the port of event_broker must be"),
    ],
)
def test_what_is_malformed_has_a_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(tmp_path, text)
    assert str(tmp_path / "endpoints.yml") in str(raised.value)
    assert place in str(raised.value)

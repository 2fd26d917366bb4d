"""`credentials.yml`: what it may say, and what is said of its mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rasa_files.credentials import Channels, SocketIo, read_channels
from nlu.errors import SourceError


@pytest.fixture
def read(tmp_path: Path):
    def from_text(text: str | None, **environment: str) -> Channels:
        if text is not None:
            (tmp_path / "credentials.yml").write_text(text)
        return read_channels(tmp_path, environment)

    return from_text


def test_a_project_without_the_file_has_rest_and_persistent_socketio(read) -> None:
    found = read(None)
    assert found.rest and found.callback_url is None and not found.warnings
    assert found.socketio == SocketIo(session_persistence=True)


def test_a_project_has_what_its_file_names(read) -> None:
    assert read("rest:\n") == Channels()
    assert read("socketio:\n") == Channels(rest=False, socketio=SocketIo())
    url = "http://localhost:5034/bot"
    assert read(f"callback:\n  url: {url}\n") == Channels(rest=False, callback_url=url)


def test_socketio_has_rasas_defaults(read) -> None:
    assert read("socketio:\n").socketio == SocketIo(
        user_message_evt="user_uttered",
        bot_message_evt="bot_uttered",
        namespace="/",
        session_persistence=False,
        socketio_path="/socket.io",
        jwt_key=None,
        jwt_method="HS256",
        metadata_key="metadata",
    )


def test_socketio_takes_every_key(read) -> None:
    text = """
socketio:
  user_message_evt: asked
  bot_message_evt: answered
  namespace: chat
  session_persistence: true
  socketio_path: /bot/socket/
  jwt_key: ${KEY}
  jwt_method: HS512
  metadata_key: customData
"""
    assert read(text, KEY="s3cret").socketio == SocketIo(
        "asked", "answered", "/chat", True, "/bot/socket", "s3cret", "HS512", "customData"
    )


def test_a_key_without_a_value_has_its_default(read) -> None:
    text = "socketio:\n  namespace: null\n  jwt_key:\n  session_persistence:\n"
    assert read(text).socketio == SocketIo()


def test_rasas_class_names_are_known(read) -> None:
    text = "rasa.core.channels.socketio.SocketIOInput:\n  session_persistence: true\n"
    assert read(text).socketio == SocketIo(session_persistence=True)


def test_what_is_not_served_is_named_with_its_line(read, tmp_path: Path) -> None:
    text = "rest:\nfacebook:\n  verify: x\naddons.my.Channel:\n  a: 1\n"
    found = read(text)
    assert found.rest
    facebook, own = found.warnings
    assert facebook.startswith(
        f"{tmp_path}/credentials.yml:2: the channel 'facebook' is not served"
    )
    assert ":4: the channel 'addons.my.Channel' is not served" in own
    assert "did you mean" not in facebook + own


def test_variables_of_channels_that_are_not_served_need_not_be_set(read) -> None:
    assert read("rest:\ntelegram: {access_token: '${TOKEN}'}\n").rest


def test_a_file_that_names_nothing_to_serve_leaves_rest(read) -> None:
    assert read("").rest
    assert read("telegram: {access_token: x}\n").rest


def test_an_unknown_channel_and_key_are_warned_of_with_the_nearest(read) -> None:
    found = read("soketio:\nsocketio:\n  sesion_persistence: true\nrest:\n  port: 5\n")
    assert ":1: the channel 'soketio' is not served" in found.warnings[0]
    assert "did you mean 'socketio'?" in found.warnings[0]
    assert ":3: unknown key 'sesion_persistence' of 'socketio'" in found.warnings[1]
    assert "did you mean 'session_persistence'?" in found.warnings[1]
    assert ":5: unknown key 'port' of 'rest'" in found.warnings[2]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- rest\n", None, "must be a mapping"),
        ("rest: yes please\n", 1, "'rest' must be a mapping"),
        ("callback:\n", 1, "needs the key 'url'"),
        ("callback:\n  url: 7\n", 2, "'url' must be a text"),
        ("callback:\n  url: ftp://x/y\n", 2, "http or https"),
        ("callback:\n  url: file:///etc/passwd\n", 2, "http or https"),
        ("callback:\n  url: http://[\n", 2, "http or https"),
        ("callback:\n  url: http://x:99999/\n", 2, "http or https"),
        ("socketio:\n  session_persistence: sometimes\n", 2, "true or false"),
        ("socketio:\n  jwt_method: HS25\n", 2, "did you mean 'HS256'?"),
        ("socketio:\n  jwt_method: none\n", 2, "unknown jwt_method 'none'"),
        ("socketio:\n  jwt_key: ${MISSING}\n", 2, "'MISSING' is not set"),
        ("socketio:\n  socketio_path: /\n", 2, "'socketio_path' is empty"),
        ("socketio:\n  user_message_evt: connect\n", 2, "the protocol's own"),
        ("socketio:\n  bot_message_evt: [a]\n", 2, "'bot_message_evt' must be a text"),
        ("rest:\nrest:\n", 2, "not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(
    read, tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    with pytest.raises(SourceError) as told:
        read(text)
    place = f"{tmp_path}/credentials.yml:" + (f"{line}:" if line else "")
    assert str(told.value).startswith(place)
    assert words in str(told.value)

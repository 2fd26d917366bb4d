"""A project's `credentials.yml`: the channels that its conversations come through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jwt.algorithms import get_default_algorithms

from app.rasa_files.expanding import read_expanded
from dialogue.yaml_source import YamlFile
from nlu.source import nearest

FILES = ("credentials.yml", "credentials.yaml")
SERVED = ("rest", "callback", "socketio")
# Rasa knows its channels by name and by their classes.
_CLASSES = {
    "rasa.core.channels.rest.RestInput": "rest",
    "rasa.core.channels.callback.CallbackInput": "callback",
    "rasa.core.channels.socketio.SocketIOInput": "socketio",
}
_OTHERS = frozenset(
    [
        "facebook",
        "slack",
        "telegram",
        "twilio",
        "twilio_voice",
        "hangouts",
        "botframework",
        "mattermost",
        "rocketchat",
        "webexteams",
        "rasa",
        "cmdline",
        "audiocodes",
        "genesys",
        "jambonz",
        "vier_cvg",
        "browser_audio",
        "inspector",
    ]
)
_OF_THE_PROTOCOL = frozenset({"connect", "connect_error", "disconnect"})


@dataclass(frozen=True)
class SocketIo:
    """The socket.io channel's settings, with Rasa's names and defaults."""

    user_message_evt: str = "user_uttered"
    bot_message_evt: str = "bot_uttered"
    namespace: str = "/"
    session_persistence: bool = False
    socketio_path: str = "/socket.io"
    jwt_key: str | None = None
    jwt_method: str = "HS256"
    metadata_key: str = "metadata"


@dataclass(frozen=True)
class Channels:
    """The channels to serve, beside our own widget. `warnings` are for who wrote the file."""

    rest: bool = True
    callback_url: str | None = None
    socketio: SocketIo | None = None
    warnings: tuple[str, ...] = ()


# A project that names no channels gets those that need no configuration.
WITHOUT_A_FILE = Channels(socketio=SocketIo(session_persistence=True))


def read_channels(project: Path, environment: Mapping[str, str]) -> Channels:
    """The channels that a project's `credentials.yml` names; without one, REST and socket.io.

    What we do not serve, and unknown keys, are warned of. As in Rasa, a file that names nothing to
    serve leaves REST. Raises SourceError with file and line for a wrong value.
    """
    path = next((project / name for name in FILES if (project / name).is_file()), None)
    if path is None:
        return WITHOUT_A_FILE
    content = read_expanded(path, environment, {*SERVED, *_CLASSES})
    return _Reading(YamlFile(str(path), content)).channels()


class _Reading:
    """One reading of one file."""

    def __init__(self, file: YamlFile) -> None:
        self._file = file
        self._warnings: list[str] = []

    def channels(self) -> Channels:
        content = self._file.content
        if not isinstance(content, Mapping):
            raise self._file.error("must be a mapping of channels")
        found = {name: key for key in content if (name := self._served(str(key), key))}
        callback_url = self._callback(found["callback"]) if "callback" in found else None
        socketio = self._socketio(found["socketio"]) if "socketio" in found else None
        if "rest" in found:
            self._section(found["rest"], ())
        return Channels(
            rest="rest" in found or not found,
            callback_url=callback_url,
            socketio=socketio,
            warnings=tuple(self._warnings),
        )

    def _served(self, name: str, key: Any) -> str | None:
        name = _CLASSES.get(name, name)
        if name in SERVED:
            return name
        hint = "" if name in _OTHERS or "." in name else nearest(name, SERVED)
        self._warn(f"the channel '{name}' is not served, only {', '.join(SERVED)}{hint}", None, key)
        return None

    def _section(self, key: Any, known: tuple[str, ...]) -> Mapping[str, Any]:
        """A channel's mapping; keys that it does not know are warned of."""
        section = self._file.mapping(self._file.content, key, f"'{key}'")
        for own in section:
            if own not in known:
                self._warn(
                    f"unknown key '{own}' of '{key}'{nearest(str(own), known)}", section, own
                )
        return section

    def _warn(self, message: str, node: Any, key: Any) -> None:
        place = self._file.content if node is None else node
        self._warnings.append(str(self._file.error(message, place, key)))

    def _callback(self, key: Any) -> str:
        section = self._section(key, ("url",))
        if section.get("url") is None:
            raise self._file.error(f"'{key}' needs the key 'url'", self._file.content, key)
        url = self._text(section, "url")
        try:
            parts = urlsplit(url)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname)
            sound = sound and (parts.port is None or parts.port > 0)
        except ValueError:
            sound = False
        if not sound:
            raise self._file.error("'url' must be an http or https address", section, "url")
        return url

    def _socketio(self, key: Any) -> SocketIo:
        section = self._section(key, tuple(field.name for field in fields(SocketIo)))
        # As in Rasa, a key without a value has its default.
        given: dict[str, Any] = {
            field.name: self._text(section, field.name)
            for field in fields(SocketIo)
            if section.get(field.name) is not None and field.name != "session_persistence"
        }
        if section.get("session_persistence") is not None:
            given["session_persistence"] = self._file.flag(section, "session_persistence", False)
        for event in ("user_message_evt", "bot_message_evt"):
            if given.get(event) in _OF_THE_PROTOCOL:
                text = f"'{event}' may not be '{given[event]}', which is the protocol's own"
                raise self._file.error(text, section, event)
        if "namespace" in given:
            given["namespace"] = "/" + given["namespace"].strip("/")
        if "socketio_path" in given:
            given["socketio_path"] = "/" + given["socketio_path"].strip("/")
            if given["socketio_path"] == "/":
                raise self._file.error("'socketio_path' is empty", section, "socketio_path")
        method = given.get("jwt_method")
        methods = sorted(set(get_default_algorithms()) - {"none"})
        if method is not None and method not in methods:
            raise self._file.unknown("jwt_method", method, methods, section, "jwt_method")
        return SocketIo(**given)

    def _text(self, section: Mapping[str, Any], key: str) -> str:
        value = section[key]
        if not isinstance(value, str) or not value.strip():
            raise self._file.error(f"'{key}' must be a text that is not empty", section, key)
        return str(value)

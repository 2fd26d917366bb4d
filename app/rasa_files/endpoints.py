"""`endpoints.yml` of a Rasa project: where its actions, its wording and its events are served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.rasa_files.expanding import read_expanded
from dialogue.yaml_source import YamlFile, plain
from nlu.source import nearest

FILES = ("endpoints.yml", "endpoints.yaml")
SERVER_KEYS = ("url", "params", "headers", "basic_auth", "token", "token_name", "cafile")
ACTION_KEYS = (*SERVER_KEYS, "enable_selective_domain", "actions_module")
BROKERS = ("file", "sql")
BROKER_KEYS = {
    "file": ("type", "path"),
    "sql": (*("type", "dialect", "url", "host", "port"), *("db", "username", "password")),
}
# What Rasa has and we keep ourselves: how each line goes on after its name.
OURS = {
    "tracker_store": "conversations are kept in our own transcript; `frontdesk conversations "
    "import` brings the old ones",
    "lock_store": "conversations are locked in our own Redis",
    "models": "models come from our own registry; no remote one is loaded",
    "nlu": "messages are understood by our own NLU host (FRONTDESK_NLU_URL)",
}
USED = ("action_endpoint", "nlg", "event_broker")
_KNOWN = (*USED, *OURS)


@dataclass(frozen=True)
class Server:
    """A server to ask over HTTP. `cafile` is a file with certificates to trust."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    token_name: str = "token"  # noqa: S105 - the name of a parameter
    cafile: Path | None = None

    @property
    def query(self) -> dict[str, str]:
        """What every request carries in its address."""
        return {**self.params, **({self.token_name: self.token} if self.token else {})}

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine."""
        return urlsplit(self.url).hostname in {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104


@dataclass(frozen=True)
class ActionServer(Server):
    """The action server; without an `url` its actions are in `module`, for us to run."""

    selective_domain: bool = False
    module: str | None = None


@dataclass(frozen=True)
class Broker:
    """Where events are published; `options` as the file has them, `kind` one of BROKERS."""

    kind: str
    options: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Endpoints:
    """What a project says about its surroundings. `notes` are for people, a line each."""

    actions: ActionServer | None = None
    wording: Server | None = None
    broker: Broker | None = None
    notes: tuple[str, ...] = ()


def project_endpoints(project: Path, environment: Mapping[str, str]) -> Endpoints:
    """The endpoints of a project; none when it has no such file. Raises as `read_endpoints`."""
    path = next((project / name for name in FILES if (project / name).is_file()), None)
    return Endpoints() if path is None else read_endpoints(path, environment)


def read_endpoints(path: Path, environment: Mapping[str, str]) -> Endpoints:
    """Read and check one file. Raises SourceError with file and line for what is malformed."""
    content = read_expanded(path, environment, USED)
    file = YamlFile(str(path), content)
    if not isinstance(content, Mapping):
        raise file.error("endpoints.yml must be a mapping", content)
    notes = [_note(file, key) for key in content if key not in _KNOWN or key in OURS]
    actions, wording, broker = None, None, None
    if content.get("action_endpoint") is not None:
        actions = _action_server(file, notes)
    if content.get("nlg") is not None:
        options = file.mapping(content, "nlg", "'nlg'")
        if "url" in options:
            _warn_unknown(file, options, (*SERVER_KEYS, "type"), "nlg", notes)
            wording = Server(**_server(file, options, "nlg"))
        else:
            place = f"{path}:{_line(file, content, 'nlg')}"
            notes.append(f"{place}: nlg: has no 'url'; the domain's responses are said")
    if content.get("event_broker") is not None:
        broker = _broker(file, notes)
    return Endpoints(actions, wording, broker, tuple(notes))


def _note(file: YamlFile, key: Any) -> str:
    place = f"{file.path}:{_line(file, file.content, key)}"
    if key in OURS:
        return f"{place}: {key}: {OURS[key]}"
    return f"{place}: the unknown '{key}' is not used{nearest(str(key), _KNOWN)}"


def _warn_unknown(
    file: YamlFile, options: Mapping[str, Any], known: tuple[str, ...], what: str, notes: list[str]
) -> None:
    for key in options:
        if key not in known:
            place = f"{file.path}:{_line(file, options, key)}"
            hint = nearest(str(key), known)
            notes.append(f"{place}: the unknown '{key}' of {what} is not used{hint}")


def _action_server(file: YamlFile, notes: list[str]) -> ActionServer:
    options = file.mapping(file.content, "action_endpoint", "'action_endpoint'")
    _warn_unknown(file, options, ACTION_KEYS, "action_endpoint", notes)
    module = None
    if options.get("actions_module") is not None:
        module = file.text(options, "actions_module", "'actions_module'")
    selective = file.flag(options, "enable_selective_domain", False)
    if options.get("url") is None and module is not None:
        return ActionServer(url="", selective_domain=selective, module=module)
    server = _server(file, options, "action_endpoint")
    return ActionServer(**server, selective_domain=selective, module=module)


def _server(file: YamlFile, options: Mapping[str, Any], what: str) -> dict[str, Any]:
    if options.get("url") is None:
        raise file.error(f"{what} needs a 'url'", file.content, what)
    url = file.text(options, "url", f"the url of {what}")
    _check_url(file, options, url, what)
    found: dict[str, Any] = {"url": url}
    for key in ("params", "headers"):
        if options.get(key) is not None:
            entries = file.mapping(options, key, f"the {key} of {what}")
            found[key] = {name: _single(file, entries, name) for name in entries}
    if options.get("basic_auth") is not None:
        auth = file.mapping(options, "basic_auth", f"the basic_auth of {what}")
        if auth.get("username") is None or auth.get("password") is None:
            wanted = f"the basic_auth of {what} needs a 'username' and a 'password'"
            raise file.error(wanted, options, "basic_auth")
        found["basic_auth"] = (_single(file, auth, "username"), _single(file, auth, "password"))
    for key in ("token", "token_name"):
        if options.get(key) is not None:
            found[key] = _single(file, options, key)
    if options.get("cafile") is not None:
        cafile = Path(file.path).parent / file.text(options, "cafile", f"the cafile of {what}")
        if not cafile.is_file():
            raise file.error(f"the cafile of {what} does not exist: {cafile}", options, "cafile")
        found["cafile"] = cafile
    return found


def _check_url(file: YamlFile, options: Mapping[str, Any], url: str, what: str) -> None:
    try:
        parts = urlsplit(url)
        usable = bool(parts.scheme in {"http", "https"} and parts.hostname)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        wanted = "must be an address that begins with http:// or https://"
        raise file.error(f"the url of {what} {wanted}", options, "url")


def _single(file: YamlFile, node: Mapping[str, Any], key: Any) -> str:
    """A text, also where YAML made a number of it."""
    value = plain(node[key])
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, float)):
        raise file.error(f"'{key}' must be a text", node, key)
    return str(value)


def _broker(file: YamlFile, notes: list[str]) -> Broker | None:
    options = file.mapping(file.content, "event_broker", "'event_broker'")
    if options.get("type") is None:
        # Rasa takes a broker without a type for RabbitMQ.
        kind = "pika"
    else:
        kind = file.text(options, "type", "the type of event_broker").lower()
    if kind not in BROKERS:
        place = f"{file.path}:{_line(file, file.content, 'event_broker')}"
        served = " and ".join(f"'{name}'" for name in BROKERS)
        notes.append(f"{place}: event_broker: '{kind}' is not served; {served} are")
        return None
    _warn_unknown(file, options, BROKER_KEYS[kind], "event_broker", notes)
    port = options.get("port")
    if port is not None and (isinstance(port, bool) or not str(port).isdecimal()):
        raise file.error("the port of event_broker must be a number", options, "port")
    return Broker(kind, {str(key): plain(options[key]) for key in options})


def _line(file: YamlFile, node: Any, key: Any) -> int | None:
    return file.error("", node, key).line

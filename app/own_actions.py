"""A project's own actions: whether we run rasa-sdk's server for them, where, and what they miss."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.action_calls import action_server
from app.errors import AppError
from app.rasa_files.endpoints import Endpoints
from app.settings import Settings
from dialogue.domain import Domain
from nlu.source import nearest

USUAL_MODULE = "actions"
USUAL_PORT = 5055
ADDRESS = "127.0.0.1"  # the server trusts whoever reaches it
LOOK_S = 60.0  # for the project's code to be imported once, to see what it has
# Prints the names of the actions in a package, imported as the action server does.
_LOOK = """
import json, sys
from rasa_sdk.executor import ActionExecutor
executor = ActionExecutor()
executor.register_package(sys.argv[1])
print(json.dumps(sorted(executor.actions)))
"""
_ERROR = re.compile(r"^\w*(?:Error|Exception|Warning)\b.*$", re.MULTILINE)
_MISSING = re.compile(r"No module named '([^']+)'")


@dataclass(frozen=True)
class OwnActions:
    """rasa-sdk's server for the package `module` of the folder `folder`, on `port`."""

    folder: Path
    module: str
    port: int

    @property
    def command(self) -> list[str]:
        """How it is started, in the project's folder."""
        return [sys.executable, "-m", "rasa_sdk", "--actions", self.module, "-p", str(self.port)]

    @property
    def environment(self) -> dict[str, str]:
        """What its process is told: where to listen, which rasa-sdk has no option for."""
        return {"SANIC_HOST": ADDRESS, "PYTHONUNBUFFERED": "1"}

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{ADDRESS}:{self.port}/webhook"


class ActionsBroken(AppError):
    """The project's actions cannot be imported; the text says why, in one line."""


def own_actions(
    settings: Settings, endpoints: Endpoints, domain: Domain, say: Callable[[str], None]
) -> OwnActions | None:
    """The action server that we are to run for a project; None when it needs none of ours.

    `say` is told, a line each, what a person should know: whose server is used, which actions
    nobody has, and why actions cannot run at all.
    """
    wanted = custom_actions(domain)
    if settings.sells or not wanted:
        return None
    server = action_server(settings, endpoints)
    if server is not None and (settings.action_endpoint or not server.is_local):
        if not _served(server.url):
            say(f"warning: no action server answers at {server.url}: its actions will fail")
        return None
    if server is not None and wanted & _served(server.url):
        say(f"actions: the server that runs at {server.url} is used")
        return None
    named = endpoints.actions.module if endpoints.actions else None
    module = named or USUAL_MODULE
    if not _has_module(settings.project, module):
        where = f"'{module}'" if named else "actions/ or actions.py"
        say(
            f"warning: there is no {where} in the project and no action server: "
            f"{_listed(wanted)} will fail"
        )
        return None
    try:
        found = actions_of(settings.project, module)
    except ActionsBroken as error:
        say(f"warning: {error}; its actions fail until that is mended and this started again")
        return None
    for name in sorted(wanted - found):
        say(
            f"warning: no action '{name}' in {module}, which the domain lists{nearest(name, found)}"
        )
    port = httpx.URL(server.url).port if server is not None else None
    return OwnActions(settings.project, module, free_port(port or USUAL_PORT))


def custom_actions(domain: Domain) -> frozenset[str]:
    """The actions that somebody has to run: those of the domain that are no responses."""
    return frozenset(name for name in domain.declared_actions if not name.startswith("utter_"))


def actions_of(project: Path, module: str) -> frozenset[str]:
    """The names of the actions in a project's package. Raises ActionsBroken."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _LOOK, module],
            cwd=project,
            capture_output=True,
            text=True,
            timeout=LOOK_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ActionsBroken(f"importing '{module}' takes more than {LOOK_S:.0f} s") from error
    try:
        return frozenset(json.loads(done.stdout.splitlines()[-1]))
    except (IndexError, ValueError, TypeError) as error:
        raise ActionsBroken(_why(module, done.stderr)) from error


def free_port(wanted: int) -> int:
    """The port `wanted` if nothing listens there, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AppError("there is no free port for the action server")


def _why(module: str, errors: str) -> str:
    """One line of a traceback: the package that is not installed, or the last error."""
    found = _ERROR.findall(errors)
    last = found[-1] if found else "it prints no names"
    missing = _MISSING.search(last)
    if missing is None:
        return f"'{module}' cannot be imported: {last:.300}"
    name = missing.group(1)
    return f"'{module}' needs the module '{name}', which is not installed (pip install it here)"


def _has_module(project: Path, module: str) -> bool:
    path = project.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _served(url: str) -> frozenset[str]:
    """The actions of the server at this address, as it lists them; none when none answers."""
    try:
        answer = httpx.get(httpx.URL(url).join("/actions"), timeout=3.0, trust_env=False)
        return frozenset(str(one["name"]) for one in answer.json())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError):
        return frozenset()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))

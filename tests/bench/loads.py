"""An NLU host as a process, and the load generator as another that drives it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.bench.apart import REPOSITORY
from tests.conftest import free_port, wait_until

START_S = 120.0
FIGURES = ("messages_per_second", "p50_ms", "p99_ms", "errors", "refused")


@dataclass(frozen=True)
class Host:
    """A host that serves, and the process that it is."""

    url: str
    pid: int

    def health(self) -> dict[str, Any]:
        """What it says of itself; nothing while it cannot be reached."""
        try:
            return dict(httpx.get(f"{self.url}/healthz", timeout=5).json())
        except (httpx.HTTPError, ValueError):
            return {}


@contextlib.contextmanager
def host_of(model: Path, home: Path, wait_ms: float | None = None) -> Iterator[Host]:
    """`frontdesk nlu` with a model's folder or a folder of models, once it serves.

    `home` is for its log. With `wait_ms` texts wait so long for company, which the command cannot
    be told; `tests.bench.waiting_host` then stands in for it.
    """
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "nlu", "--model", str(model), "--port", str(port)]
    if wait_ms is not None:
        command = [sys.executable, "-m", "tests.bench.waiting_host"]
        command += [str(model), str(port), str(wait_ms)]
    log = home / f"nlu-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={**os.environ, "FRONTDESK_HOME": str(home)},
            stdout=output,
            stderr=output,
        )
    host = Host(f"http://127.0.0.1:{port}", process.pid)
    try:
        wait_until(
            lambda: process.poll() is not None or host.health().get("status") == "ok",
            f"the host serves; its log: {log}",
            START_S,
        )
        if process.poll() is not None:
            raise RuntimeError(f"the host ended: {log.read_text('utf-8')[-2000:]}")
        yield host
    finally:
        process.terminate()
        process.wait(30)


def texts_file(texts: Sequence[str], file: Path) -> Path:
    """A file for the load generator, a text a line."""
    file.write_text("\n".join(" ".join(text.split()) for text in texts) + "\n", "utf-8")
    return file


def load(url: str, texts: Path, **options: object) -> dict[str, Any]:
    """The report of `frontdesk load` with these options; None is left out."""
    with started_load(url, texts, **options) as process:
        return report_of(process)


def started_load(url: str, texts: Path, **options: object) -> subprocess.Popen[str]:
    """The same, still at work; `report_of` waits for it."""
    command = [sys.executable, "-m", "app.cli", "load", "--json", "--url", url]
    command += ["--texts", str(texts)]
    for name, value in options.items():
        if value is not None:
            command += [f"--{name.replace('_', '-')}", str(value)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def report_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the load generator found, once it has ended. Raises RuntimeError when it failed."""
    output, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError("the load generator failed; what it wrote above says why")
    return dict(json.loads(output))

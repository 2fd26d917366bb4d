"""Three whole Rasa projects, none of them a shop, hold the conversations that they promise.

Their actions run on rasa-sdk's own server; messages mean what the tests say.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.checks import check_project
from app.conversation_tests import TestPlan, run_tests
from app.settings import load_settings
from dialogue.testing.report import as_text

PROJECTS = Path(__file__).parents[1] / "projects"


@pytest.fixture(scope="module", params=["bank", "clinic", "telecom"])
def project(request: pytest.FixtureRequest) -> Path:
    """A project's folder."""
    return PROJECTS / request.param


@pytest.fixture(scope="module")
def actions(project: Path) -> Iterator[str]:
    """The address of the project's own action server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "-p", str(port)]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/health")
        yield f"{address}/webhook"
        server.terminate()


def test_every_conversation_goes_as_it_was_written(
    project: Path, actions: str, tmp_path: Path
) -> None:
    """Also those that no story has word for word: the learned policy knows what to do."""
    settings = load_settings(project=project, home=tmp_path)
    tested = run_tests(settings, TestPlan(understood=True, actions=actions))
    assert len(tested.played) >= 40
    assert all(one.passed for one in tested.played), as_text(tested.played)


def test_the_checks_find_nothing_to_mend(project: Path) -> None:
    assert check_project(project).problems == ()


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")

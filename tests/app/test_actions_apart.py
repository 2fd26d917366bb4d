"""The same actions through an action server: rasa-sdk's own, started as a shop would start it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.settings import Settings
from tests.app.conftest import WidgetUser
from tests.conftest import REPOSITORY, RedisServer, free_port, wait_until


@pytest.fixture
def settings(settings: Settings, redis_server: RedisServer) -> Iterator[Settings]:
    """Settings whose action endpoint is a process of its own."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "actions", "--port", str(port)],
        cwd=REPOSITORY,
        env={**os.environ, "FRONTDESK_HOME": str(settings.home), "REDIS_URL": redis_server.url},
    ) as server:
        wait_until(lambda: _answers(f"http://127.0.0.1:{port}/health"), "the server answers", 60)
        endpoint = f"http://127.0.0.1:{port}/webhook"
        yield settings.model_copy(update={"action_endpoint": endpoint})
        server.terminate()


def test_a_customers_own_order_is_found_by_the_action_server(web: Any, identity: Any) -> None:
    maya = WidgetUser(web.test_client(), identity())
    assert "2073" in str(maya.say("where is my order"))


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False

"""The same actions behind Rasa's action-server protocol: nothing is kept between two calls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from retail_stories import NOW, Customer, Words
from sqlalchemy import Engine

from dialogue.actions.runner import HttpRunner
from dialogue.agent import Agent
from dialogue.orders.states import OrderStatus as S
from dialogue.project import Project

SERVER = Path(__file__).with_name("action_server.py")


@pytest.fixture
def action_server(engine: Engine) -> Iterator[str]:
    """The address of a running action server over this test's shop."""
    url = engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, str(SERVER), url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def test_a_conversation_works_through_an_action_server(
    action_server: str, engine: Engine, project: Project
) -> None:
    with httpx.Client(timeout=10, transport=httpx.HTTPTransport(retries=5)) as client:
        runner = HttpRunner(f"{action_server}/webhook", client)
        guest = Customer(Agent(project, Words(), runner, clock=NOW.timestamp), engine)
        number = guest.number("Maya", S.PROCESSING)
        guest.says(f"cancel order {number}").says("tom@example.com")
        assert "can't find an order with this number" in guest.text
        guest.says(f"{number}, maya@example.com")
        assert f"Shall I cancel order {number}" in guest.text
        guest.presses("Yes, cancel it").says("111111")
        assert guest.order(number).status is S.PROCESSING
        guest.says("it is 482 913")
        assert guest.order(number).status is S.CANCELLED

"""`frontdesk test` and `frontdesk validate` as a person types them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from tests.conftest import REPOSITORY, free_port, wait_until

BANK = REPOSITORY / "tests" / "projects" / "bank"
TOLD = str(BANK / "tests" / "test_stories.yml")  # holds without the actions, too


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def bank_actions() -> Iterator[str]:
    """The bank's own action server."""
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "-p", str(port)]
    process = subprocess.Popen(
        command, cwd=BANK, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )

    def answers() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health").is_success
        except httpx.HTTPError:
            return False

    wait_until(answers, "the action server answers", 60)
    yield f"http://127.0.0.1:{port}/webhook"
    process.terminate()
    process.wait()


def test_a_project_is_tested_without_model_and_actions() -> None:
    result = run("test", TOLD, "--project", str(BANK), "--understood", "--no-actions", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0 and told["failures"] == []
    assert told["passed"] == told["conversations"] == 32


def test_a_project_is_tested_with_its_action_server(bank_actions: str) -> None:
    result = run("test", "--project", str(BANK), "--understood", "--actions", bank_actions)
    assert "40 of 40 conversations passed" in result.stdout
    assert result.exit_code == 0


def test_a_failing_conversation_is_shown_written_and_exit_status_1(tmp_path: Path) -> None:
    file = tmp_path / "test_wrong.yml"
    file.write_text(
        "stories:\n- story: wrong\n  steps:\n  - {user: hi, intent: greet}\n"
        "  - action: utter_nice_to_meet_you\n"
    )
    out = tmp_path / "out"
    arguments = [str(file), "--project", str(BANK), "--understood", "--no-actions"]
    result = run("test", *arguments, "--out", str(out))
    assert result.exit_code == 1
    assert "0 of 1 conversations passed" in result.stdout
    assert "# action: utter_greet" in (out / "failed_test_stories.yml").read_text()
    told = json.loads(run("test", *arguments, "--json").stdout)
    assert told["failures"][0]["differences"][0]["expected"] == "utter_nice_to_meet_you"


SHOP = """
stories:
- story: a customer who is signed in
  metadata: {customer: 1}
  steps:
  - user: my orders
    intent: list_orders
  - slot_was_set: [customer_id: 1]
  - action: action_list_orders
- story: a guest, in a shop of its own
  steps:
  - user: hello
    intent: greet
  - slot_was_set: [customer_id: null]
  - action: action_greet
"""


def test_the_shop_is_tested_on_orders_of_its_own(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path / "home"))
    file = tmp_path / "test_shop.yml"
    file.write_text(SHOP)
    result = run("test", str(file), "--project", str(REPOSITORY / "data"), "--understood")
    assert "2 of 2 conversations passed" in result.stdout, result.stdout
    assert not (tmp_path / "home").exists()


def test_a_customer_is_a_number(tmp_path: Path) -> None:
    file = tmp_path / "test_shop.yml"
    file.write_text(SHOP.replace("customer: 1}", "customer: Maya}"))
    result = run("test", str(file), "--project", str(REPOSITORY / "data"), "--understood")
    assert f"{file}:3: 'customer' is a customer's number" in str(result.exception)


def test_validate_fails_on_errors_and_if_asked_on_warnings(tmp_path: Path) -> None:
    project = Path(shutil.copytree(BANK, tmp_path / "bank"))
    more = project / "data" / "more.yml"
    sound = run("validate", "--project", str(project))
    assert sound.exit_code == 0, sound.stdout
    more.write_text("intents: [never_meant]\n")
    warned = run("validate", "--project", str(project))
    assert warned.exit_code == 0 and f"warning: {more}:1: " in warned.stdout
    assert run("validate", "--project", str(project), "--fail-on-warnings").exit_code == 1
    more.write_text("rules:\n- rule: r\n  steps: [{intent: greet}, {action: utter_helo}]\n")
    wrong = run("validate", "--project", str(project), "--json")
    assert wrong.exit_code == 1
    assert any(
        f"{more}:3: unknown action 'utter_helo'" in one
        for one in json.loads(wrong.stdout)["problems"]
    )

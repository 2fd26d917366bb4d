"""The compose file is sound, and each of its commands runs as a plain process.

No container engine is needed: the commands and environments are the file's own, with its
PostgreSQL and Redis replaced by real ones of this machine.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML

from tests.conftest import (
    REPOSITORY,
    RedisServer,
    free_port,
    new_postgres_database,
    wait_until,
)

FILE = REPOSITORY / "docker" / "compose.yml"
DOCKERFILE = (REPOSITORY / "docker" / "Dockerfile").read_text()
OURS = ("setup", "nlu", "worker", "web")
SECRETS = {
    "POSTGRES_PASSWORD": "p" * 16,
    "REDIS_PASSWORD": "r" * 16,
    "FRONTDESK_SECRET_KEY": "s" * 40,
    "FRONTDESK_SHOP_SECRET": "t" * 40,
    "FRONTDESK_ADMIN_PASSWORD": "a good password",
}


@pytest.fixture(scope="module")
def compose() -> dict:
    return YAML(typ="safe").load(FILE.read_text())


def interpolated(value: str, variables: dict[str, str]) -> str:
    """Compose's ${NAME:-default} and ${NAME:?message}."""

    def replace(found: re.Match[str]) -> str:
        name, operator, rest = found.group(1), found.group(2), found.group(3) or ""
        if name in variables:
            return variables[name]
        if operator == ":?":
            raise KeyError(f"{name}: {rest}")
        return rest

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", replace, str(value))


def test_every_service_has_what_production_needs(compose: dict) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "redis", *OURS}
    for name in OURS:
        service = services[name]
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True
        target = interpolated(service["build"]["target"], {})
        assert re.search(rf"^FROM \w+ AS {target}$", DOCKERFILE, re.M), target
    for name in ("postgres", "redis", "nlu", "web"):
        assert services[name]["healthcheck"]["test"]


def test_images_do_not_run_as_root() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.M)[2:]
    users = {stage.split()[2]: "USER frontdesk" in stage for stage in stages}
    parents = {stage.split()[2]: stage.split()[0] for stage in stages}
    for image in ("web", "worker", "nlu", "nlu-cuda"):
        assert users[image] or users[parents[image]], image


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_starts_without_its_secrets(compose: dict, secret: str) -> None:
    others = {name: value for name, value in SECRETS.items() if name != secret}
    whole = str(compose)
    with pytest.raises(KeyError, match=secret):
        interpolated(whole, others)


def test_no_secret_stands_in_the_file() -> None:
    for line in FILE.read_text().splitlines():
        found = re.search(r"(PASSWORD|SECRET\w*|KEY): (.+)", line)
        if found:
            assert found.group(2).startswith("${"), line


def test_each_command_runs(
    compose: dict,
    tmp_path: Path,
    redis_server: RedisServer,
    postgres_server: str,
    trained_models: Path,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(trained_models)
    web_port, nlu_port = free_port(), free_port()
    here = {
        "DATABASE_URL": new_postgres_database(postgres_server),
        "REDIS_URL": redis_server.url,
        "FRONTDESK_NLU_URL": f"http://127.0.0.1:{nlu_port}",
        "FRONTDESK_PORT": str(web_port),
        "FRONTDESK_HOST": "127.0.0.1",
        "FRONTDESK_HOME": str(home),
    }
    here["FRONTDESK_ORDERS_URL"] = here["DATABASE_URL"]
    replaced = {"8001": str(nlu_port), "0.0.0.0": "127.0.0.1"}

    def start(name: str) -> subprocess.Popen[bytes]:
        service = compose["services"][name]
        environment = {k: interpolated(v, SECRETS) for k, v in service["environment"].items()}
        command = [replaced.get(part, part) for part in service["command"]]
        assert command[0] == "frontdesk"
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", *command[1:]],
            cwd=REPOSITORY,
            env={**os.environ, **environment, **here},
        )

    assert start("setup").wait(120) == 0
    running = [start(name) for name in ("nlu", "worker", "web")]
    try:

        def healthy() -> bool:
            try:
                return httpx.get(f"http://127.0.0.1:{web_port}/healthz").status_code == 200
            except httpx.HTTPError:
                return False

        wait_until(healthy, "the three processes work together on PostgreSQL", 60)
        said = httpx.post(
            f"http://127.0.0.1:{web_port}/webhooks/rest/webhook",
            json={"sender": "compose", "message": "hello there"},
            timeout=20,
        )
        assert said.json()
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)

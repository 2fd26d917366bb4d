"""The whole product as a stranger starts it, and people at it in a real browser."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.chromium import chromium_browser
from tests.conftest import PROJECT, REPOSITORY, free_port, shorter_shop, wait_until

# The browser tests need a bot that understands, not the best one: two passes over the examples do.
QUICK = {"FRONTDESK_RECIPE": "epochs=2"}
PICTURES = Path(__file__).parent / "pictures"
Picture = Callable[[Page, str], None]


def frontdesk(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the `frontdesk` command in a home, as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "FRONTDESK_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass
class Product:
    """A running `frontdesk up`."""

    home: Path
    project: Path
    port: int
    nlu_port: int
    process: subprocess.Popen[str] | None = None
    banner: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "FRONTDESK_PORT": str(self.port),
            "FRONTDESK_NLU_URL": f"http://127.0.0.1:{self.nlu_port}",
            "FRONTDESK_PROJECT": str(self.project),
            **QUICK,
        }

    @property
    def password(self) -> str:
        return (self.home / "secrets" / "admin_password").read_text()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up"],
            cwd=REPOSITORY,
            env={**os.environ, "FRONTDESK_HOME": str(self.home), **self.environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.banner += line
            if "Ctrl-C" in line:
                return
        raise AssertionError(f"frontdesk up ended: {self.banner}")

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return frontdesk(self.home, *arguments, **self.environment)

    def health(self) -> dict[str, Any]:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).json()
        except (httpx.HTTPError, ValueError):
            return {"status": "down", "components": {}}

    def wait_until_healthy(self) -> None:
        wait_until(lambda: self.health()["status"] == "ok", "everything is healthy", 60)

    def wait_until_serving(self, version: str) -> None:
        def serves() -> bool:
            return self.health()["components"].get("nlu", {}).get("model_version") == version

        wait_until(serves, f"the NLU host serves {version}", 30)

    def pids(self, name: str) -> list[int]:
        """Process ids of a supervised program, found by its command line."""
        marks = {
            "redis": f"unixsocket:{self.home}",
            "nlu": "app.cli nlu",
            "web": "gunicorn",
            "worker": "app.cli worker",
        }
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            # redis-server writes its title over its environment; its socket's path names it.
            ours = f"FRONTDESK_HOME={self.home}\0" in environment + "\0" or name == "redis"
            if ours and marks[name] in command:
                found.append(int(folder.name))
        return found

    def kill(self, name: str) -> None:
        pids = self.pids(name)
        assert pids, f"no process of {name}"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)


LONGEST_TRAINING_S = 1800
TRAINING = pytest.StashKey[subprocess.Popen[bytes]]()


def model_home(config: pytest.Config) -> Path:
    """Where the shipped bot's model is kept as long as what it is made of is the same."""
    digest = hashlib.sha256()
    for folder in (PROJECT / "nlu", PROJECT / "faq", REPOSITORY / "training", REPOSITORY / "nlu"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".yml", ".py"}:
                digest.update(path.read_bytes())
    return config.cache.mkdir(f"model-{digest.hexdigest()[:16]}")


def begin_training(home: Path) -> subprocess.Popen[bytes]:
    shop = shorter_shop(home / "shop")
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "train", "--promote"],
        cwd=REPOSITORY,
        # The other processor is the tests': threads that share both wait for one another.
        env={
            **os.environ,
            "FRONTDESK_HOME": str(home),
            "FRONTDESK_PROJECT": str(shop),
            "OMP_NUM_THREADS": "1",
            **QUICK,
        },
        stdout=subprocess.DEVNULL,
        stderr=(home / "training.log").open("wb"),
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to train beside the tests that need no model: the run is minutes shorter."""
    home = model_home(session.config)
    needed = any("trained_models" in getattr(item, "fixturenames", ()) for item in session.items)
    if session.config.option.collectonly or not needed or (home / "models").exists():
        return
    if _is_first(home):
        session.config.stash[TRAINING] = begin_training(home)


def _is_first(home: Path) -> bool:
    """Whether no other process of this test run has begun to train."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    try:
        (home / f"begun-{run}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@pytest.fixture(scope="session")
def trained_models(pytestconfig: pytest.Config) -> Path:
    """The shipped bot's model, trained once."""
    home = model_home(pytestconfig)
    serving = home / "models" / "serving.json"
    training = pytestconfig.stash.get(TRAINING, None)
    if not serving.exists() and training is None and _is_first(home):
        training = begin_training(home)
    for _ in range(LONGEST_TRAINING_S):
        if serving.exists() or (training is not None and training.poll() is not None):
            break
        time.sleep(1)
    assert serving.exists(), (home / "training.log").read_text()[-2000:]
    return home / "models"


def new_product(short_tmp: Path, trained_models: Path, name: str) -> Product:
    home = short_tmp / name
    home.mkdir(mode=0o700)
    shutil.copytree(trained_models, home / "models")
    return Product(home, trained_models.parent / "shop", free_port(), free_port())


@pytest.fixture(scope="session")
def product(short_tmp: Path, trained_models: Path) -> Iterator[Product]:
    """The product, running, shared by the tests that break nothing."""
    made = new_product(short_tmp, trained_models, "product")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For a module only, because other modules use asyncio."""
    with chromium_browser() as started:
        yield started


@dataclass
class ShopVisitor:
    """A person on the shop's page with the chat widget."""

    page: Page
    url: str

    def open_shop(self, sign_in_as: str | None = None) -> None:
        self.page.goto(f"{self.url}/shop/")
        if sign_in_as:
            self.page.get_by_role("button", name=re.compile(sign_in_as)).first.click()
            self.page.wait_for_load_state()

    def open_chat(self) -> None:
        self.page.get_by_role("button", name=re.compile("chat", re.I)).first.click()

    def say(self, text: str) -> None:
        before = len(self.answers())
        box = self.page.get_by_role("textbox")
        box.fill(text)
        box.press("Enter")
        wait_until(lambda: len(self.answers()) > before, f"an answer to {text!r}", 20)

    def press(self, title: str) -> None:
        before = len(self.answers())
        self.page.get_by_role("button", name=title).last.click()
        wait_until(lambda: len(self.answers()) > before, f"an answer to [{title}]", 20)

    def answers(self) -> list[str]:
        return self.page.locator("[data-role=bot], [data-role=agent]").all_inner_texts()

    def transcript(self) -> str:
        return self.page.get_by_role("log").inner_text()


@pytest.fixture
def visitor(browser: Browser, product: Product) -> Iterator[ShopVisitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    yield ShopVisitor(context.new_page(), product.url)
    context.close()


@dataclass
class DeskBrowser:
    """A member of staff at the desk in a browser."""

    page: Page
    url: str

    def sign_in(self, password: str, username: str = "admin") -> None:
        self.page.goto(f"{self.url}/desk/login")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/desk/")


@pytest.fixture(scope="module")
def desk_cookies(browser: Browser, product: Product) -> StorageState:
    """Signed in once, as a person is: signing in again and again is refused."""
    context = browser.new_context()
    DeskBrowser(context.new_page(), product.url).sign_in(product.password)
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture
def desk(browser: Browser, product: Product, desk_cookies: StorageState) -> Iterator[DeskBrowser]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, storage_state=desk_cookies
    )
    made = DeskBrowser(context.new_page(), product.url)
    made.page.goto(f"{product.url}/desk/")
    yield made
    context.close()


@pytest.fixture(scope="session")
def picture(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Picture:
    """Keep a picture of a page: in the repository with `--pictures`, else with the run's files."""
    kept = pytestconfig.getoption("--pictures")
    folder = PICTURES if kept else tmp_path_factory.mktemp("pictures")

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return take

"""A real browser, a server that fails on command, and a visitor of a shop with the chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.chromium import chromium_browser
from tests.conftest import wait_until
from tests.widget.fake_server import FakeServer

CHOICES = [{"title": "Yes, please", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]
GOODS = [
    {
        "title": f"Jacket {number}",
        "subtitle": "€99.00",
        "buttons": [{"title": f"Sizes {number}", "payload": f"/check_stock{number}"}],
    }
    for number in range(5)
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with chromium_browser() as started:
        yield started


@pytest.fixture(scope="session")
def fake_server() -> Iterator[FakeServer]:
    started = FakeServer()
    started.start()
    yield started
    started.stop()


@pytest.fixture
def server(fake_server: FakeServer) -> Iterator[FakeServer]:
    """The server, having forgotten what came before."""
    fake_server.forget()
    yield fake_server
    fake_server.forget()
    fake_server.cut()


@dataclass
class Visitor:
    """A person with the chat on a page, as they see it."""

    page: Page
    server: FakeServer

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox")

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher")

    @property
    def status(self) -> Locator:
        return self.page.locator(".status")

    @property
    def notice(self) -> Locator:
        return self.page.locator(".notice")

    def visit(self, path: str = "/host") -> Visitor:
        self.page.goto(self.server.url + path)
        expect(self.launcher).to_be_attached()
        return self

    def open(self) -> Visitor:
        self.page.get_by_role("button", name="Open chat").click()
        return self

    def type(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def ask(self, text: str) -> None:
        """Write, and wait for an answer."""
        before = self.page.locator("[data-role=bot]").count()
        self.type(text)
        expect(self.page.locator("[data-role=bot]").nth(before)).to_be_visible()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def texts(self, role: str = "") -> list[str]:
        """What the messages say, top to bottom; of one role or of all."""
        scope = f"[data-role={role}]" if role else "[data-role]"
        return self.page.locator(f"{scope} > .text").all_text_contents()

    def sees(self, *texts: str) -> None:
        """Exactly these messages, in this order."""
        wait_until(lambda: self.texts() == list(texts), f"{texts}, not {self.texts()}", 10)

    def online(self) -> Visitor:
        expect(self.status).to_have_text("Assistant · online")
        return self


def _new_context(chromium: Browser) -> BrowserContext:
    made = chromium.new_context(viewport={"width": 1200, "height": 820}, locale="en-GB")
    made.set_default_timeout(10_000)
    return made


@pytest.fixture(scope="session")
def everyday_page(chromium: Browser) -> Iterator[Page]:
    """A page that most tests use one after another: opening it anew costs more than they do."""
    context = _new_context(chromium)
    yield context.new_page()
    context.close()


@pytest.fixture
def visitor(everyday_page: Page, server: FakeServer) -> Iterator[Visitor]:
    """A visitor whose browser has never been here; its page may have listeners of other tests."""
    yield Visitor(everyday_page, server)
    everyday_page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    everyday_page.goto("about:blank")
    everyday_page.context.clear_cookies()
    # What the page stored while it was left goes too.
    browser = everyday_page.context.new_cdp_session(everyday_page)
    browser.send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "all"})
    browser.detach()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of the test's own, for clocks, cables and settings that the next must not find."""
    made = _new_context(chromium)
    yield made
    made.close()


@pytest.fixture
def new_tab(context: BrowserContext, server: FakeServer) -> Callable[[], Visitor]:
    """Another tab of the test's own browser."""
    return lambda: Visitor(context.new_page(), server)


@pytest.fixture
def newcomer(new_tab: Callable[[], Visitor]) -> Visitor:
    """A visitor in the test's own browser."""
    return new_tab()

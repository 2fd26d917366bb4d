"""A conversation through rasa-webchat: every kind of message is shown as that widget shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, Route, expect

from app.build import build
from app.settings import Settings
from tests.channels.conftest import Phrases, WebProcess, served
from tests.channels.webchat import download
from tests.chromium import chromium_browser
from tests.conftest import REPOSITORY, RedisServer

PICTURE = REPOSITORY / "tests" / "e2e" / "pictures" / "widget.png"
SHOP_PAGE = """<!doctype html>
<title>A shop</title>
<body>
<div id="webchat"></div>
<script src="/webchat.js"></script>
<script>
  WebChat.default({
    socketUrl: SOCKET_URL,
    initPayload: "/where_am_i",
    customData: {language: "en"},
    title: "Help",
    customMessageDelay: () => 0,
    params: {storage: "local"},
    customComponent: data => `custom: ${data.stars} ${data.handoff_host}`,
  });
</script>
</body>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_browser() as started:
        yield started


@pytest.fixture(scope="module")
def widget_script(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return download(tmp_path_factory.mktemp("webchat"))


@dataclass
class Visitor:
    """A visitor of the shop with the widget."""

    page: Page
    shop: str

    def visit(self) -> None:
        self.page.goto(self.shop)
        launcher = self.page.locator(".rw-launcher")
        expect(launcher).to_be_visible(timeout=20_000)
        if not self.page.locator(".rw-conversation-container").is_visible():
            launcher.click()

    def say(self, text: str) -> None:
        self.page.locator(".rw-new-message").fill(text)
        self.page.locator(".rw-new-message").press("Enter")

    def sees(self, *texts: str) -> None:
        """The bot's texts so far, exactly these, in this order."""
        expect(self.page.locator(".rw-response .rw-message-text")).to_have_text(list(texts))


def _elsewhere(route: Route) -> None:
    """What lies on other sites: pictures and pages from here, nothing else."""
    if route.request.url.endswith(".png"):
        route.fulfill(path=PICTURE)
    elif "shop.example" in route.request.url:
        route.fulfill(body="<h1>A film</h1>", content_type="text/html")
    else:
        route.abort()


@pytest.fixture
def shop(widget_script: bytes, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The shop's pages; `socket_url` is set once the bot runs."""
    app = Flask("shop")

    @app.get("/")
    def page() -> str:
        return SHOP_PAGE.replace("SOCKET_URL", json.dumps(app.config["SOCKET_URL"]))

    @app.get("/webchat.js")
    def script() -> Response:
        return Response(widget_script, mimetype="text/javascript")

    with served(app) as url:
        app.config["URL"] = url
        yield app


@pytest.fixture
def web(shop: Flask, run_web) -> WebProcess:
    started = run_web(FRONTDESK_ALLOWED_ORIGINS=json.dumps([shop.config["URL"]]))
    shop.config["SOCKET_URL"] = started.url
    return started


@pytest.fixture
def visitor(browser: Browser, shop: Flask, web: WebProcess) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 900, "height": 900})
    context.route(
        lambda url: not url.startswith(("http://127.0.0.1", "ws://127.0.0.1")), _elsewhere
    )
    yield Visitor(context.new_page(), shop.config["URL"])
    context.close()


def test_a_conversation_shows_every_kind_of_message(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.visit()
    visitor.sees("On socket.io.")  # the first message, which the widget sends by itself
    visitor.say("hello")
    visitor.sees("On socket.io.", "Hello!", "How can I help?")

    visitor.say("/pick")
    expect(page.locator(".rw-reply")).to_have_count(2)
    expect(page.locator("a.rw-reply")).to_have_attribute("href", "https://shop.example/")
    page.locator(".rw-reply", has_text="The picture").click()
    expect(page.locator("img.rw-image-frame")).to_have_attribute(
        "src", "https://shop.example/tiger.png"
    )
    expect(page.locator(".rw-client").last).to_have_text("The picture")
    expect(page.locator(".rw-reply")).to_have_count(0)
    page.screenshot(path=tmp_path / "buttons.png")

    visitor.say("/pick_quickly")
    page.locator(".rw-reply", has_text="A film").click()
    expect(page.locator("iframe")).to_have_attribute("src", "https://shop.example/tent")

    visitor.say("/json_data")
    expect(page.get_by_text("custom: 5 undefined")).to_be_visible()
    visitor.say("/json")
    expect(page.get_by_text("custom: undefined agent.example")).to_be_visible()
    page.screenshot(path=tmp_path / "custom.png")

    visitor.say("/cards")
    expect(page.locator(".rw-carousel-card-title")).to_have_text(["Tent", "Stove"])
    expect(page.locator(".rw-carousel-card-subtitle")).to_have_text(["for two", "burns gas"])
    page.screenshot(path=tmp_path / "cards.png")
    before = page.get_by_text("How can I help?").count()
    page.get_by_text("Take the tent").click()
    expect(page.get_by_text("How can I help?")).to_have_count(before + 1)


def test_a_person_is_heard_and_a_reload_shows_nothing_twice(
    visitor: Visitor, web: WebProcess, redis_server: RedisServer
) -> None:
    """What was said while the page was away is there when it is back."""
    visitor.visit()
    visitor.say("hello")
    visitor.sees("On socket.io.", "Hello!", "How can I help?")
    session_id = visitor.page.evaluate("JSON.parse(localStorage.chat_session).session_id")
    desk = build(
        Settings(home=web.home, redis_url=redis_server.url, demo_shop=False),
        interpreter=Phrases(),
    )
    anna = desk.staff.add("anna", "Anna", "correct horse battery", role="agent")
    conversation_id = desk.sessions.by_sender("socketio", session_id)
    desk.handover.take_over(conversation_id, anna)
    desk.handover.say(conversation_id, anna, "This is Anna.")
    told = ["On socket.io.", "Hello!", "How can I help?", "Anna has joined the chat."]
    visitor.sees(*told, "This is Anna.")
    visitor.page.goto("about:blank")
    desk.handover.say(conversation_id, anna, "Where did you go?")
    visitor.visit()
    visitor.sees(*told, "This is Anna.", "Where did you go?")
    visitor.say("Here I am.")
    desk.handover.say(conversation_id, anna, "Good.")
    visitor.sees(*told, "This is Anna.", "Where did you go?", "Good.")
    desk.stop()

"""The widget's looks: on a phone, in the dark, from right to left, beside a shop's own styles."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.conftest import wait_until
from tests.widget.conftest import CHOICES, GOODS, Visitor
from tests.widget.fake_server import FakeServer

STATES = ["light", "dark"]


@pytest.fixture(params=STATES)
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def dressed(chromium: Browser, server: FakeServer, scheme: str) -> Iterator[Visitor]:
    """A newcomer whose system is set to a colour scheme."""
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1200, "height": 820})
    yield Visitor(context.new_page(), server)
    context.close()


def test_every_text_can_be_read(dressed: Visitor, server: FakeServer) -> None:
    server.answer = lambda text: [
        {"text": "See https://a.example", "elements": GOODS, "buttons": CHOICES}
    ]
    dressed.visit().open().ask("Begin")
    server.say("system", "Anna has joined the chat.")
    server.say("agent", "Hello", agent_name="Anna")
    server.say("bot", "Back", buttons=CHOICES)
    expect(dressed.page.get_by_role("button", name="Yes, please")).to_be_visible()
    server.faults.refuse_posts = [(422, "invalid", {})]
    dressed.type("refused")
    expect(dressed.page.locator("[data-state=failed]")).to_be_visible()
    low = dressed.page.evaluate(
        """async () => {
          const { contrast } = await import("/static/widget/colour.js");
          const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
          const ground = (element) => {
            for (let at = element; at; at = at.parentElement) {
              const colour = rgb(getComputedStyle(at).backgroundColor);
              if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
            }
          };
          const root = document.querySelector("#frontdesk-widget").shadowRoot;
          const low = [];
          for (const element of root.querySelectorAll("p, span, button, a, h2, textarea")) {
            const says = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
            if (!says || !element.getClientRects().length) continue;
            const ink = rgb(getComputedStyle(element).color).slice(0, 3);
            const ratio = contrast(ink, ground(element)).toFixed(2);
            if (ratio < 4.5) low.push(`${element.className || element.tagName} ${ratio}`);
          }
          return low;
        }"""
    )
    assert low == []


def test_a_phone_shows_the_chat_on_the_whole_screen(chromium: Browser, server: FakeServer) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 780}, is_mobile=True, has_touch=True
    )
    phone = Visitor(context.new_page(), server).visit().open()
    whole = {"x": 0, "y": 0, "width": 390, "height": 780}
    wait_until(lambda: phone.panel.bounding_box() == whole, "the panel has risen")
    expect(phone.launcher).to_be_hidden()
    expect(phone.panel).to_have_attribute("aria-modal", "true")
    for _ in range(12):
        phone.page.keyboard.press("Tab")
        assert phone.page.evaluate("document.activeElement.id") == "frontdesk-widget"
    phone.page.get_by_role("button", name="Close chat").tap()
    expect(phone.launcher).to_be_visible()
    context.close()


def test_a_page_written_from_right_to_left_has_the_chat_on_its_left(visitor: Visitor) -> None:
    visitor.visit("/host?dir=rtl").open().ask("שלום")
    box = visitor.launcher.bounding_box()
    assert box is not None and box["x"] < 100
    bubble = visitor.page.locator("[data-role=customer] > .text").bounding_box()
    panel = visitor.panel.bounding_box()
    assert bubble and panel and bubble["x"] - panel["x"] < 40, "one's own words stand at the end"


def test_who_wants_no_motion_gets_none(newcomer: Visitor, context: BrowserContext) -> None:
    newcomer.page.emulate_media(reduced_motion="reduce")
    newcomer.visit().open()
    assert newcomer.panel.evaluate("(panel) => getComputedStyle(panel).animationName") == "none"


def test_the_shops_own_styles_do_not_reach_in(visitor: Visitor) -> None:
    visitor.visit("/host?lax")
    visitor.page.add_style_tag(
        content="* { color: red !important; display: inline; font-size: 40px !important }"
        " button { background: red !important; } div { position: static !important }"
    )
    visitor.open()
    heading = visitor.panel.get_by_role("heading")
    assert heading.evaluate("(e) => getComputedStyle(e).fontSize") == "16px"
    assert heading.evaluate("(e) => getComputedStyle(e).color") != "rgb(255, 0, 0)"


def test_a_chinese_page_has_a_chinese_chat(newcomer: Visitor, server: FakeServer) -> None:
    server.settings = '{shopName: "Larkspur", language: "zh"}'
    page = newcomer.visit().page
    assert page.locator("#frontdesk-widget").get_attribute("lang") == "zh"
    page.get_by_role("button", name="打开聊天").click()
    expect(page.get_by_role("button", name="我要退货")).to_be_visible()
    newcomer.type("你好")
    expect(newcomer.status).to_have_text("智能助手 · 在线")
    seen = page.evaluate("document.querySelector('#frontdesk-widget').shadowRoot.textContent")
    assert re.findall(r"[A-Za-z]{3,}", seen.replace("You said", "").replace("Larkspur", "")) == []
    names = page.evaluate(
        "[...document.querySelector('#frontdesk-widget').shadowRoot.querySelectorAll('*')]"
        ".flatMap(one => ['aria-label', 'placeholder', 'title', 'alt']"
        ".map(name => one.getAttribute(name)))"
        ".filter(Boolean).join(' ')"
    )
    assert re.findall(r"[A-Za-z]{3,}", names.replace("Larkspur", "")) == []

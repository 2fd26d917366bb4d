"""The demonstration shop's pages, rendered by the shop's own blueprint, with the chat on them."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from playwright.sync_api import expect

from tests.conftest import PROJECT, REPOSITORY, wait_until
from tests.widget.conftest import Visitor
from tests.widget.fake_server import FakeServer

SHOP = REPOSITORY / "app" / "static" / "shop"
SVG = "{http://www.w3.org/2000/svg}"


def test_goods_are_shown_by_department_with_a_page_each(visitor: Visitor) -> None:
    problems: list[str] = []
    visitor.page.on("console", lambda line: problems.append(line.text))
    visitor.visit("/shop/")
    page = visitor.page
    expect(page.locator("main h2")).to_have_count(4)
    page.get_by_role("link", name="Outdoor").click()
    expect(page.locator("main h2")).to_have_text(["Two-Person Tent"])
    expect(page.locator(".product")).to_contain_text("Sold out at the moment")
    page.get_by_role("link", name="Two-Person Tent").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two-Person Tent")
    expect(page.locator("main")).to_contain_text("€229.00")
    page.get_by_role("button", name="Ask about it").click()
    expect(visitor.panel).to_be_visible()
    assert problems == [], "nothing that the page's policy forbids"


def test_every_kind_of_goods_has_its_drawing() -> None:
    drawn = {symbol.get("id") for symbol in ET.parse(SHOP / "art.svg").iter(f"{SVG}symbol")}
    listed = (REPOSITORY / "app" / "templates" / "shop" / "_art.html").read_text()
    for line in (PROJECT / "shop" / "catalogue.yml").read_text().splitlines():
        if line.startswith("  - name: "):
            kind = line.removeprefix("  - name: ").replace(" & ", "-").replace(" ", "-")
            assert kind in drawn
            assert f'"{kind}"' in listed


def test_a_customer_signs_in_chats_and_leaves_nothing_for_the_next(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit("/shop/")
    visitor.press("Maya Lindqvist")
    expect(visitor.page.locator(".demo")).to_contain_text("signed in as Maya Lindqvist")
    visitor.open().ask("My secret")
    mayas = server.conversation
    assert mayas.customer == "1"

    visitor.press("Sign out")
    wait_until(lambda: mayas.closed, "signing out has closed the conversation")
    expect(visitor.panel).to_be_visible()
    visitor.sees()

    visitor.press("Tom Becker")
    expect(visitor.page.locator(".demo")).to_contain_text("signed in as Tom Becker")
    visitor.sees()
    visitor.ask("Hello?")
    assert server.conversation.customer == "2"
    assert "secret" not in visitor.page.content()


def test_a_guests_chat_goes_on_when_they_sign_in(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit("/shop/").open().ask("Hello?")
    visitor.press("Maya Lindqvist")
    visitor.sees("Hello?", "You said: Hello?")
    wait_until(lambda: server.conversation.customer == "1", "the server knows")

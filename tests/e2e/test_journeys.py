"""The customer, the agent and the bot builder, each at their whole job, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import make_engine
from dialogue.orders.models import Order
from dialogue.orders.states import OrderStatus
from tests.conftest import wait_until
from tests.e2e.conftest import DeskBrowser, Picture, Product, ShopVisitor

pytestmark = pytest.mark.e2e
MAYA = "Maya Lindqvist"


@contextmanager
def shop(product: Product) -> Iterator[Session]:
    """The shop's own database, as it is on the disk."""
    engine = make_engine(f"sqlite:///{product.home / 'orders.db'}")
    with Session(engine) as session:
        yield session
    engine.dispose()


def order_in_state(product: Product, email: str, status: OrderStatus) -> int:
    """The number of a customer's first order in this state."""
    query = select(Order.number).where(Order.email == email, Order.status == status)
    with shop(product) as session:
        return session.scalars(query.order_by(Order.number)).first()


def status_of(product: Product, number: int) -> OrderStatus:
    with shop(product) as session:
        return session.scalars(select(Order.status).where(Order.number == number)).one()


def test_a_signed_in_customer_cancels_an_order_and_it_is_cancelled(
    visitor: ShopVisitor, product: Product, picture: Picture
) -> None:
    number = order_in_state(product, "maya@example.com", OrderStatus.PROCESSING)
    visitor.open_shop(sign_in_as=MAYA)
    visitor.open_chat()
    visitor.say("hi there!")
    visitor.say(f"please cancel order {number}")
    picture(visitor.page, "widget")
    visitor.press("Yes, cancel it")
    assert status_of(product, number) == OrderStatus.CANCELLED
    assert "cancelled" in visitor.transcript().casefold()


def test_a_shipped_order_is_not_cancelled_and_the_bot_says_what_can_be_done(
    visitor: ShopVisitor, product: Product
) -> None:
    number = order_in_state(product, "maya@example.com", OrderStatus.SHIPPED)
    visitor.open_shop(sign_in_as=MAYA)
    visitor.open_chat()
    visitor.say(f"cancel order {number}")
    assert status_of(product, number) == OrderStatus.SHIPPED
    assert re.search(r"return|refuse", visitor.answers()[-1], re.I)


def test_a_stranger_cancels_nothing(visitor: ShopVisitor, product: Product) -> None:
    number = order_in_state(product, "tom@example.com", OrderStatus.PACKED)
    visitor.open_shop()
    visitor.open_chat()
    visitor.say(f"cancel order {number}")
    assert "mail" in visitor.answers()[-1].casefold()
    visitor.say("stranger@example.com")
    assert status_of(product, number) == OrderStatus.PACKED
    assert "Becker" not in visitor.transcript()


def test_the_history_is_there_after_a_reload(visitor: ShopVisitor) -> None:
    visitor.open_shop()
    visitor.open_chat()
    visitor.say("what are your opening hours?")
    before = visitor.answers()
    visitor.page.reload()
    # The panel was open before, so it opens by itself.
    expect(visitor.page.get_by_role("log")).to_be_visible()
    wait_until(lambda: visitor.answers() == before, "the history is there")


def test_a_human_takes_over_speaks_and_hands_back(
    visitor: ShopVisitor, desk: DeskBrowser, picture: Picture
) -> None:
    visitor.open_shop()
    visitor.open_chat()
    visitor.say("I want to talk to a real person please")
    page = desk.page
    page.get_by_role("link", name=re.compile("Waiting for a human")).click()
    page.locator("table.list a").first.click()
    page.get_by_role("button", name="Take over").click()
    box = page.get_by_label(re.compile("Answer as"))
    box.fill("Hello, this is Anna. <b>How</b> can I help?")
    box.press("Enter")
    log = visitor.page.get_by_role("log")
    expect(log).to_contain_text("<b>How</b> can I help?", timeout=10_000)
    visitor.page.get_by_role("textbox").fill("where is my order?")
    visitor.page.get_by_role("textbox").press("Enter")
    expect(page.locator("#transcript")).to_contain_text("where is my order?", timeout=10_000)
    picture(page, "desk-takeover")
    page.get_by_role("button", name="Hand back").click()
    expect(log).to_contain_text("assistant again", timeout=10_000)
    visitor.say("thanks a lot!")


def test_an_agent_reads_what_was_understood_and_labels_it(
    visitor: ShopVisitor, desk: DeskBrowser, picture: Picture
) -> None:
    visitor.open_shop()
    visitor.open_chat()
    visitor.say("Hi! Where is my order?")
    page: Page = desk.page
    page.goto(f"{desk.url}/desk/?search=Hi! Where is my order")
    page.locator("table.list a").first.click()
    message = page.locator("li.customer").first
    expect(message).to_contain_text("order_status")
    picture(page, "desk")
    message.get_by_role("button", name="Right").click()
    expect(page.locator(".labelled").first).to_contain_text("order_status")
    page.goto(f"{desk.url}/desk/models/")
    expect(page.locator("main")).to_contain_text("Where is my order?")
    picture(page, "models")


def test_an_agent_asks_why(visitor: ShopVisitor, desk: DeskBrowser, picture: Picture) -> None:
    visitor.open_shop()
    visitor.open_chat()
    visitor.say("I'd love to know where my lovely new kettle is")
    page = desk.page
    page.goto(f"{desk.url}/desk/?search=lovely new kettle")
    page.locator("table.list a").first.click()
    message = page.locator("li.customer").first
    message.get_by_text("Why?").click()
    because = message.locator(".because")
    expect(because).to_contain_text("Nearest examples it learnt from", timeout=20_000)
    expect(because).to_contain_text("nlu/")
    assert because.locator(".word").all_inner_texts()[-2:] == ["kettle", "is"]
    assert because.locator("[class*='for-4'], [class*='against-4']").count() >= 1
    picture(page, "desk-why")
    page.set_viewport_size({"width": 390, "height": 844})
    because.scroll_into_view_if_needed()
    picture(page, "desk-why-phone")


@pytest.mark.parametrize(
    "text_typed",
    ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "javascript:alert(1)"],
)
def test_hostile_text_runs_nowhere(
    visitor: ShopVisitor, desk: DeskBrowser, text_typed: str
) -> None:
    dialogs: list[str] = []
    for page in (visitor.page, desk.page):
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    visitor.open_shop()
    visitor.open_chat()
    visitor.say(text_typed)
    desk.page.goto(f"{desk.url}/desk/")
    desk.page.locator("table.list a").first.click()
    expect(desk.page.locator("li.customer .text").first).to_have_text(text_typed)
    expect(visitor.page.get_by_role("log")).to_contain_text(text_typed)
    assert dialogs == []

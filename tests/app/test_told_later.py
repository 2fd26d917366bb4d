"""What customers asked to hear of is told in their conversation, once; tickets are closed there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from app.build import Frontdesk
from app.settings import Settings
from app.told_later import ToldLater
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine
from dialogue.orders.subscriptions import Listener, SqlSubscriptions
from dialogue.orders.views import Viewer
from tests.app.conftest import MAYA, Clock, DeskUser, Phrases, WidgetUser
from tests.conftest import wait_until

ORDER = "2023"  # Maya's, on its way


@pytest.fixture
def interpreter() -> Phrases:
    return Phrases(
        known={
            "remind me in an hour to pack": "remind_me",
            "you lost my parcel <script>alert(1)</script>": "complaint",
            "what about my ticket": "ticket_status",
            "hello": "greet",
        }
    )


@pytest.fixture
def maya(web: Flask, identity) -> WidgetUser:
    return WidgetUser(web.test_client(), identity())


@pytest.fixture
def shop(settings: Settings, frontdesk: Frontdesk) -> Iterator[Engine]:
    engine = open_engine(settings.order_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def tell(frontdesk: Frontdesk, shop: Engine, clock: Clock) -> Callable[[], None]:
    """One round by hand, beside those that the running service makes."""
    return ToldLater(frontdesk.database, frontdesk.external, SqlSubscriptions(shop, clock)).tell_due


def said(customer: WidgetUser) -> list[str]:
    return [m["text"] for m in customer.messages() if m["role"] == "bot"]


def change(shop: Engine, statement: str) -> None:
    with shop.begin() as connection:
        connection.execute(text(statement))


def wait_for_stock(shop: Engine, listener: Listener | None) -> None:
    change(shop, "UPDATE shop_stock SET quantity = 0 WHERE quantity > 0")
    SqlCatalogue(shop).alert(Viewer(MAYA), "CL-SH-01", "white", "L", listener)


RESTOCK = "UPDATE shop_stock SET quantity = 3"


def test_goods_that_are_back_are_told_once_by_however_many_processes(
    frontdesk: Frontdesk, maya: WidgetUser, shop: Engine, clock: Clock
) -> None:
    wait_for_stock(shop, Listener(maya.conversation_id, "widget"))
    change(shop, RESTOCK)
    others = [
        ToldLater(frontdesk.database, frontdesk.external, SqlSubscriptions(shop, clock))
        for _ in range(4)
    ]
    threads = [threading.Thread(target=one.tell_due) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: said(maya) != [], "the news")
    others[0].tell_due()
    assert [line.split(":")[0] for line in said(maya)] == ["Good news"]
    assert "Linen Shirt (white, L) is back in stock" in said(maya)[0]
    with shop.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM shop_stock_alerts")).scalar() == 0


def test_an_alert_of_before_is_told_in_the_customers_latest_conversation(
    maya: WidgetUser, shop: Engine, tell: Callable[[], None]
) -> None:
    wait_for_stock(shop, None)
    change(shop, RESTOCK)
    wait_until(lambda: tell() or said(maya) != [], "the news")


def test_whose_conversation_was_ended_is_not_told(
    frontdesk: Frontdesk, maya: WidgetUser, shop: Engine, tell: Callable[[], None]
) -> None:
    wait_for_stock(shop, Listener(maya.conversation_id, "widget"))
    frontdesk.sessions.revoke(maya.conversation_id)
    change(shop, RESTOCK)

    def dropped() -> bool:
        tell()
        with shop.connect() as connection:
            query = text("SELECT count(*) FROM shop_stock_alerts")
            return connection.execute(query).scalar() == 0

    wait_until(dropped, "it is dropped")


def test_each_step_of_an_order_is_told_until_it_has_arrived(
    maya: WidgetUser, shop: Engine, tell: Callable[[], None]
) -> None:
    maya.say("posted", payload=f'/shipping_updates{{"order_number": "{ORDER}"}}')
    assert f"whenever order {ORDER} moves" in said(maya)[-1]
    for status, told in (
        ("out_for_delivery", "out for delivery"),
        ("delivered", "has arrived"),
    ):
        change(shop, f"UPDATE shop_orders SET status = '{status}' WHERE number = {ORDER}")
        wait_until(lambda told=told: tell() or told in said(maya)[-1], told)
    count = len(said(maya))
    change(shop, f"UPDATE shop_orders SET status = 'returned' WHERE number = {ORDER}")
    tell()
    assert len(said(maya)) == count
    with shop.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM shop_order_watches")).scalar() == 0


def test_while_a_person_has_the_conversation_news_waits(
    maya: WidgetUser, agent: DeskUser, shop: Engine, clock: Clock, tell: Callable[[], None]
) -> None:
    wait_for_stock(shop, Listener(maya.conversation_id, "widget"))
    agent.post(f"/desk/conversations/{maya.conversation_id}/take-over")
    change(shop, RESTOCK)
    tell()
    assert said(maya) == []
    agent.post(f"/desk/conversations/{maya.conversation_id}/hand-back")
    clock.shift = timedelta(minutes=2)
    wait_until(lambda: tell() or said(maya) != [], "the news, afterwards")


def test_a_reminder_goes_off(frontdesk: Frontdesk, customer: WidgetUser, clock: Clock) -> None:
    customer.say("remind me in an hour to pack")
    assert "I'll remind you here" in said(customer)[-1]
    customer.say("hello")  # a message does not kill it
    clock.shift = timedelta(minutes=62)
    wait_until(lambda: "You asked me to remind you: “pack”." in said(customer)[-1:], "the reminder")


def test_a_ticket_is_seen_closed_and_told(
    frontdesk: Frontdesk, customer: WidgetUser, agent: DeskUser, web: Flask
) -> None:
    customer.say("you lost my parcel <script>alert(1)</script>")
    assert "noted it as T-20001" in said(customer)[-1]
    for page in ("/desk/tickets/", f"/desk/conversations/{customer.conversation_id}"):
        shown = agent.get(page).text
        assert "T-20001" in shown and "Close T-20001" in shown
        assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown
    answer = agent.post("/desk/tickets/T-20001/close", answer="We send it again <b>today</b>.")
    assert answer.status_code == 303
    wait_until(lambda: "We send it again" in said(customer)[-1], "the answer")
    count = len(said(customer))
    agent.post("/desk/tickets/T-20001/close", answer="twice")
    assert len(said(customer)) == count
    assert "T-20001" not in agent.get("/desk/tickets/").text
    closed = agent.get("/desk/tickets/?state=closed").text
    assert "We send it again &lt;b&gt;today" in closed and "twice" not in closed
    customer.say("what about my ticket")
    assert "My colleague writes: “We send it again" in said(customer)[-1]
    stranger = WidgetUser(web.test_client())
    stranger.say("what about my ticket")
    assert "T-20001" not in "".join(said(stranger))


def test_a_ticket_is_told_in_the_later_chat_of_who_is_signed_in(
    frontdesk: Frontdesk, maya: WidgetUser, agent: DeskUser, web: Flask, identity
) -> None:
    maya.say("you lost my parcel <script>alert(1)</script>")
    frontdesk.sessions.revoke(maya.conversation_id)
    later = WidgetUser(web.test_client(), identity())
    later.say("hello")
    agent.post("/desk/tickets/T-20001/close", answer="We send it again.")
    wait_until(lambda: "We send it again" in said(later)[-1], "the answer")


@pytest.mark.parametrize("number", ["T-29999", "x", "T-0", "20001", "T-99999999999999999999"])
def test_no_ticket_is_404(agent: DeskUser, number: str) -> None:
    assert agent.post(f"/desk/tickets/{number}/close", answer="x").status_code == 404


def test_odd_input_of_the_desk(customer: WidgetUser, agent: DeskUser) -> None:
    customer.say("you lost my parcel <script>alert(1)</script>")
    assert agent.client.get("/desk/tickets/?state=' OR 1=1").status_code in {400, 422}
    answer = agent.post("/desk/tickets/T-20001/close", answer="x" * 9000)
    assert answer.status_code in {400, 413, 422}
    assert "T-20001" in agent.get("/desk/tickets/").text


def test_who_has_the_chat_tells_the_customer(customer: WidgetUser, agent: DeskUser) -> None:
    customer.say("you lost my parcel <script>alert(1)</script>")
    agent.post(f"/desk/conversations/{customer.conversation_id}/take-over")
    count = len(said(customer))
    agent.post("/desk/tickets/T-20001/close", answer="Done.")
    assert "please do so yourself" in agent.get("/desk/tickets/").text
    assert len(said(customer)) == count

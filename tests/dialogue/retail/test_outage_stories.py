"""The order system away for a minute, in the middle of conversations: stopped, and locked."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator

import pytest
from orders_server import TOKEN, OrdersServer
from retail_stories import NOW, PROJECT, Customer, Words
from sqlalchemy import Engine, text

from dialogue.actions.runner import InProcessRunner
from dialogue.agent import Agent
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine
from dialogue.orders.http_catalogue import HttpCatalogue, HttpPurchases
from dialogue.orders.http_store import HttpOrderStore
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.purchases import SqlPurchases
from dialogue.orders.shop_api import ShopApi
from dialogue.orders.states import OrderStatus as S
from dialogue.orders.store import SqlOrderStore
from dialogue.project import Project
from dialogue.recommending.recommender import Recommender
from dialogue.retail import RetailServices, action_executor
from nlu.source import read_yaml

WAIT_S = 0.4
AWAY = "can't reach our order system just now"


@pytest.fixture
def server(engine: Engine, policies: ShopPolicies) -> Iterator[OrdersServer]:
    """The shop's API, with the shop's rules."""
    server = OrdersServer(
        SqlOrderStore(engine, lambda: NOW, policies),
        SqlCatalogue(engine, lambda: NOW),
        SqlPurchases(engine, lambda: NOW),
    )
    yield server.start()
    server.stop()


@pytest.fixture
def remote(
    server: OrdersServer, services: RetailServices, project: Project, engine: Engine
) -> Iterator[Callable[..., Customer]]:
    """Customers of a bot whose orders and goods are behind an API."""
    api = ShopApi(server.url, TOKEN)
    catalogue = HttpCatalogue(api)
    recommender = Recommender(
        catalogue, HttpPurchases(api), services.recommender._vectors, lambda: NOW
    )
    there = dataclasses.replace(
        services, store=HttpOrderStore(api), catalogue=catalogue, recommender=recommender
    )
    yield customers_of(there, project, engine)
    api.close()


def customers_of(
    services: RetailServices, project: Project, engine: Engine
) -> Callable[..., Customer]:
    runner = InProcessRunner(action_executor(services))
    agent = Agent(project, Words(), runner, clock=NOW.timestamp, rng=random.Random(1))

    def make(signed_in_as: str | None = None) -> Customer:
        someone = Customer(agent, engine, signed_in_as or "guest")
        return someone.sign_in(signed_in_as) if signed_in_as else someone

    return make


def everything(engine: Engine) -> list[object]:
    """All that a command changes."""
    tables = ("orders", "order_items", "stock", "payments", "returns", "return_items", "problems")
    with engine.connect() as connection:
        return [
            connection.execute(text(f"SELECT * FROM shop_{name} ORDER BY id")).all()
            for name in (*tables, "shipments", "stock_alerts")
        ]


# What only asks, and what is said to the end of a wish; the orders are the cases of `cases.yml`.
QUESTIONS = (
    "where is order 90004",
    "show me all my orders",
    "where is the refund of order 90001",
    "the invoice of order 90001 please",
    "do you sell rain jackets",
    "suggest a gift for my brother",
    "any discount today",
    "hello",
)
TALKS = {
    "cancel": ["cancel order 90006", "yes"],
    "address": ["send it to a new address, order 90006", "Elbe 7, 20357 Hamburg, Germany", "yes"],
    "return": ["return something of order 90001", "the linen shirt", "too small", "yes"],
    "exchange": ["exchange something of order 90001", "the linen shirt", "white, M", "yes"],
    "problem": ["one thing of order 90001 is missing", "a mug", "money back"],
    "lost": ["order 90004 never arrived", "money back", "yes"],
}
MOMENTS = [(name, step) for name, talk in TALKS.items() for step in {0, len(talk) - 1}]


def test_every_question_is_answered_honestly_and_can_be_asked_again(
    server: OrdersServer, remote: Callable[..., Customer]
) -> None:
    robin = remote("Robin")
    server.stop()
    for question in QUESTIONS:
        robin.says(question)
        assert robin.text.count(AWAY) == 1 and len(robin.heard) == 1, question
        assert robin.offered == ["Try again", "Talk to a person"] and robin.form is None
    server.start()
    robin.presses("Try again")
    assert "Robin" in robin.text, "it was the greeting"
    for question in QUESTIONS:
        assert AWAY not in robin.says(question).text and robin.text


@pytest.mark.parametrize(("name", "step"), [*MOMENTS, ("address", 1), ("exchange", 2)])
def test_the_bot_says_so_honestly_and_goes_on_afterwards(
    name: str, step: int, server: OrdersServer, remote: Callable[..., Customer], engine: Engine
) -> None:
    """Whenever it happens: one answer, nothing changed, and the way back works."""
    robin = remote("Robin")
    for said in TALKS[name][:step]:
        robin.says(said)
    before = everything(engine)
    server.stop()
    robin.says(TALKS[name][step])
    assert robin.text.count(AWAY) == 1 and len(robin.heard) == 1
    assert robin.offered == ["Try again", "Talk to a person"]
    assert robin.form is None
    robin.presses("Try again")
    assert robin.text.count(AWAY) == 1, "still away, and still said once"
    assert everything(engine) == before
    server.start()
    robin.presses("Try again")
    assert AWAY not in robin.text and robin.text
    for said in TALKS[name][1:]:
        robin.says(said)
    assert AWAY not in robin.text
    assert everything(engine) != before, robin.text


def test_a_person_can_be_had_while_orders_cannot(
    server: OrdersServer, remote: Callable[..., Customer]
) -> None:
    robin = remote("Robin").says("cancel order 90006")
    server.stop()
    robin.says("yes").presses("Talk to a person")
    assert any(message.custom for message in robin.heard), "the desk is told"
    assert robin.says("opening hours?").text


def test_a_guest_is_not_charged_for_guesses_that_nobody_looked_at(
    server: OrdersServer, remote: Callable[..., Customer]
) -> None:
    guest = remote()
    number = guest.number("Maya", S.PROCESSING)
    guest.says("where is my order")
    server.stop()
    for _ in range(9):
        guest.says(f"where is order {number}, maya@example.com")
        assert AWAY in guest.text
    server.start()
    guest.says(f"where is order {number}, maya@example.com")
    assert number in guest.text and guest.slot("proven_orders") == [number]


def test_whether_it_went_through_is_not_pretended_to_be_known(
    server: OrdersServer, remote: Callable[..., Customer]
) -> None:
    """The command is heard, and no answer comes, not even to its repetition."""
    robin = remote("Robin").says("cancel order 90006")
    server.lose_answer = lambda method, _path: method == "POST"
    robin.says("yes")
    assert "can't say yet whether that went through" in robin.text
    server.lose_answer = lambda _method, _path: False
    robin.presses("Try again")
    assert "already cancelled" in robin.text
    assert len(robin.order("90006").refunds) == 1


def test_a_database_that_is_locked_is_the_same_to_a_customer(
    engine: Engine, services: RetailServices, project: Project
) -> None:
    hasty = open_engine(engine.url.render_as_string(False), WAIT_S)
    local = dataclasses.replace(services, store=SqlOrderStore(hasty, lambda: NOW))
    robin = customers_of(local, project, engine)("Robin").says("cancel order 90006")
    with engine.execution_options(writes=True).connect() as connection:
        connection.execute(text("SELECT 1"))  # somebody else writes, and does not come to an end
        robin.says("yes")
        assert AWAY in robin.text
    robin.presses("Try again").says("yes")
    assert "is cancelled" in robin.text
    hasty.dispose()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cancel", "order 90006 is cancelled. We refund €"),
        ("address", "now goes to Elbe 7"),
        ("return", "R-"),
        ("exchange", "R-"),
        ("problem", "T-"),
    ],
)
def test_a_turn_that_is_taken_again_happens_once(
    name: str, words: str, customer: Callable[..., Customer], engine: Engine
) -> None:
    """The process ended after the command and before the transcript: the turn is taken again."""
    robin = customer("Robin")
    for said in TALKS[name][:-1]:
        robin.says(said)
    before, count = robin.tracker.copy(), robin.said
    first = robin.says(TALKS[name][-1]).text
    after = everything(engine)
    robin.tracker, robin.said = before, count
    again = robin.says(TALKS[name][-1]).text
    assert everything(engine) == after
    assert words in first and words in again, again
    assert again == first or name == "problem", "that one says that it is known already"


def test_a_lost_parcel_is_paid_back_once(customer: Callable[..., Customer], engine: Engine) -> None:
    robin = customer("Robin").says(TALKS["lost"][0]).says("money back")
    before, count = robin.tracker.copy(), robin.said
    robin.says("yes")
    after = everything(engine)
    robin.tracker, robin.said = before, count
    robin.says("yes")
    assert "Where is my refund?" in robin.offered and everything(engine) == after


def test_both_answers_are_in_both_languages() -> None:
    responses = read_yaml(PROJECT / "responses" / "outage.yml")["responses"]
    assert set(responses) == {"utter_orders_unavailable", "utter_orders_unsure"}
    for variations in responses.values():
        assert [each.get("language") for each in variations] == [None, "zh"]
        for each in variations:
            assert [b["payload"] for b in each["buttons"]] == ["{again}", "/human_agent"]

"""Gift cards, codes, subscriptions and tickets, over both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from shop_stories import Clock, Shop
from sqlalchemy import Engine, text

from dialogue.orders.errors import OrderNotFound, SignInRequired
from dialogue.orders.gift_cards import SqlGiftCards, code_in, pin_in, plain_code
from dialogue.orders.promotion_codes import CodeState, SqlCodes
from dialogue.orders.shop_files import read_gift_cards, read_promotions
from dialogue.orders.subscriptions import (
    MOST_WATCHES,
    Listener,
    NothingToFollow,
    SqlSubscriptions,
    TooManyWatches,
)
from dialogue.orders.tickets import SqlTickets, TicketNotFound, ticket_number_in
from dialogue.orders.views import Viewer
from nlu.errors import SourceError

HERE = Listener("a conversation", "widget")
THERE = Listener("another", "widget")


def change(engine: Engine, statement: str) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(statement))


def open_orders(engine: Engine, customer_id: int | None, limit: int = 99) -> list[str]:
    query = text(
        "SELECT number FROM shop_orders WHERE status IN ('processing', 'shipped')"
        + (f" AND customer_id = {customer_id}" if customer_id else "")
        + f" ORDER BY number LIMIT {limit}"
    )
    with engine.connect() as connection:
        return [str(number) for number in connection.execute(query).scalars()]


def test_a_card_needs_code_and_pin(engine: Engine, clock: Clock) -> None:
    cards = SqlGiftCards(engine, clock)
    card = cards.check("gc7h2k 9qpm-4tra", "4711")
    assert card is not None
    assert (card.balance_cents, card.ending, card.expired) == (3250, "4TRA", False)
    for code, pin in (
        ("GC-7H2K-9QPM-4TRA", "4712"),
        ("GC-AAAA-AAAA-AAAA", "4711"),
        ("", ""),
        ("x" * 5000, "٤٧١١"),
    ):
        assert cards.check(code, pin) is None
    with pytest.raises(SignInRequired):
        cards.owned(Viewer(proven_orders=frozenset({"1042"})))


def test_no_pin_stands_in_the_database(engine: Engine) -> None:
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT pin_hash FROM shop_gift_cards")).scalars().all()
    assert len(kept) == 5 and not any("4711" in one and len(one) < 90 for one in kept)


@pytest.mark.parametrize(
    ("said", "code", "pin"),
    [
        ("gc-7h2k-9qpm-4tra and 4711", "GC-7H2K-9QPM-4TRA", "4711"),
        ("GC7H2K9QPM4TRA pin:4711.", "GC-7H2K-9QPM-4TRA", "4711"),
        ("XGC-7H2K-9QPM-4TRA1", None, None),
        ("my pin is 47111", None, None),
        ("GC-" * 1700, None, None),
    ],
)
def test_codes_and_pins_are_read(said: str, code: str | None, pin: str | None) -> None:
    assert (code_in(said), pin_in(said)) == (code, pin)
    assert code is None or plain_code(code) == code


def test_codes_and_their_conditions(engine: Engine, clock: Clock, shop: Shop) -> None:
    codes, maya = SqlCodes(engine, clock), shop.viewer("Maya")

    def state(code: str, viewer: Viewer = Viewer(), **more) -> CodeState:  # noqa: B008
        return codes.check(code, viewer, **more).state

    assert state(" cosy15 ") is CodeState.VALID
    assert state("COSY15", worth_cents=4_999) is CodeState.MINIMUM
    assert codes.check("COSY15", maya, 4_999).lacking_cents == 1
    assert state("COSY15", worth_cents=5_000) is CodeState.VALID
    assert state("COSY15", departments={"clothing"}) is CodeState.OTHER_GOODS
    assert state("COSY15", departments={"clothing", "home & kitchen"}) is CodeState.VALID
    assert state("WELCOME10", maya) is CodeState.NOT_FIRST
    assert state("SORRY5", maya) is CodeState.VALID
    change(
        engine,
        f"UPDATE shop_orders SET promotion_code = 'SORRY5' WHERE id ="
        f" (SELECT min(id) FROM shop_orders WHERE customer_id = {maya.customer_id})",
    )
    assert state("SORRY5", maya) is CodeState.USED
    assert state("SORRY55") is CodeState.UNKNOWN  # nobody is led to what is not public
    assert state("x" * 33) is CodeState.TOO_LONG
    clock.forward(days=20)
    assert state("COSY15") is CodeState.ENDED


def test_an_order_is_followed_by_its_own_customer(engine: Engine, clock: Clock, shop: Shop) -> None:
    subscriptions, maya = SqlSubscriptions(engine, clock), shop.viewer("Maya")
    number = open_orders(engine, maya.customer_id)[0]
    for stranger in (Viewer(), shop.viewer("Tom"), Viewer(proven_orders=frozenset({"1"}))):
        with pytest.raises(OrderNotFound):
            subscriptions.follow(stranger, number, THERE)
    subscriptions.follow(maya, number, HERE)
    subscriptions.follow(maya, number, HERE)
    subscriptions.follow(Viewer(proven_orders=frozenset({number})), number, THERE)
    assert subscriptions.claim() == []
    change(engine, f"UPDATE shop_orders SET status = 'cancelled' WHERE number = {number}")
    due = subscriptions.claim()
    assert [(one.listener, one.what, one.is_last) for one in due] == [
        (HERE, "cancelled", True),
        (THERE, "cancelled", True),
    ]
    assert subscriptions.claim() == []  # claimed
    clock.forward(minutes=2)
    assert len(subscriptions.claim()) == 2  # whoever claimed them has stopped
    for one in due:
        subscriptions.told(one)
    clock.forward(minutes=2)
    assert subscriptions.claim() == []
    with pytest.raises(NothingToFollow):
        subscriptions.follow(maya, number, HERE)


def test_a_later_day_and_another_parcel_are_news(engine: Engine, clock: Clock) -> None:
    subscriptions = SqlSubscriptions(engine, clock)
    robin = Viewer(proven_orders=frozenset({"90003"}))
    subscriptions.follow(robin, "90003", HERE)
    day = (clock().date() + timedelta(days=9)).isoformat()
    change(engine, f"UPDATE shop_orders SET expected_on = '{day}' WHERE number = 90003")
    (due,) = subscriptions.claim()
    assert (due.what, due.expected_on.isoformat(), due.is_last) == ("date", day, False)
    subscriptions.told(due)
    change(
        engine,
        "UPDATE shop_shipments SET status = 'delivered' WHERE order_id ="
        " (SELECT id FROM shop_orders WHERE number = 90003)",
    )
    (due,) = subscriptions.claim()
    assert due.what == "arrived"
    subscriptions.told(due)
    assert subscriptions.unfollow(THERE) == ()
    assert subscriptions.unfollow(HERE, "1001") == ()
    assert subscriptions.unfollow(HERE) == ("90003",)


def test_nobody_follows_without_end(engine: Engine, clock: Clock) -> None:
    subscriptions = SqlSubscriptions(engine, clock)
    numbers = open_orders(engine, None, MOST_WATCHES + 1)
    viewer = Viewer(proven_orders=frozenset(numbers))
    for number in numbers[:-1]:
        subscriptions.follow(viewer, number, HERE)
    with pytest.raises(TooManyWatches):
        subscriptions.follow(viewer, numbers[-1], HERE)


def test_of_many_processes_one_claims(engine: Engine, clock: Clock) -> None:
    subscriptions = SqlSubscriptions(engine, clock)
    numbers = open_orders(engine, None, 10)
    for number in numbers:
        subscriptions.follow(Viewer(proven_orders=frozenset(numbers)), number, HERE)
    change(
        engine, f"UPDATE shop_orders SET status = 'delivered' WHERE number IN ({','.join(numbers)})"
    )
    claimed: list[int] = []
    threads = [
        threading.Thread(target=lambda: claimed.extend(one.row for one in subscriptions.claim()))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 10


def test_tickets_are_ones_own(engine: Engine, clock: Clock, shop: Shop) -> None:
    tickets, maya, tom = SqlTickets(engine, clock), shop.viewer("Maya"), shop.viewer("Tom")
    first = tickets.file(maya, HERE, "complaint", "late again", order="1")
    assert (first.number, first.order) == ("T-20001", None)
    assert tickets.file(maya, HERE, "complaint", "and wet").number == first.number
    assert tickets.shown(first.number).text == "late again\nand wet"
    assert tickets.ticket(maya, THERE, first.number).is_open
    assert tickets.ticket(Viewer(), HERE, first.number).is_open
    for viewer, listener in ((tom, HERE), (tom, THERE), (Viewer(), THERE)):
        with pytest.raises(TicketNotFound):
            tickets.ticket(viewer, listener, first.number)
        assert tickets.mine(viewer, listener) == ()
    for number in ("T-20002", "20001", "T-" + "9" * 5000, "", "T-20001 OR 1=1"):
        with pytest.raises(TicketNotFound):
            tickets.ticket(maya, HERE, number)
    clock.forward(days=2)
    assert tickets.file(maya, HERE, "complaint", "another day").number == "T-20002"
    long = tickets.file(tom, THERE, "damaged_item", "x" * 9_999, reference="P-00001")
    again = tickets.file(tom, THERE, "damaged_item", "y", reference="P-00001")
    assert (again.number, len(again.text)) == (long.number, 4_000)
    assert tickets.number_of("P-00001") == long.number
    assert tickets.close("T-20001", "sorry", "Anna") and not tickets.close("T-20001", "x", "Bo")
    assert tickets.shown("T-20001").answer == "sorry"
    assert [one.number for one in tickets.listed("open")] == ["T-20002", "T-20003"]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("t-20417?", "T-20417"),
        ("ticket T 20417", "T-20417"),
        ("T20417", "T-20417"),
        ("ticket 20417", None),
        ("AT-20417", None),
        ("T-204", None),
    ],
)
def test_a_tickets_number_is_read(said: str, number: str | None) -> None:
    assert ticket_number_in(said) == number
    assert ticket_number_in("ticket 20417", bare=True) == "T-20417"


@pytest.mark.parametrize(
    ("name", "line", "complaint"),
    [
        ("promotions", "{code: A, title: B, minimum: '0', from_day: 0, to_day: 1}", "either 'perc"),
        (
            "promotions",
            "{code: A, title: B, percent: 5, minimum: x, from_day: 0, to_day: 1}",
            "'x'",
        ),
        ("gift_cards", "{code: A, pin: '1', bought: '1', left: '1', sold_day: 0}", "GC-XXXX"),
        ("gift_cards", "{code: A, pin: '1', bougt: '1', left: '1', sold_day: 0}", "'bougt'"),
    ],
)
def test_a_mistake_in_the_files_is_named(
    tmp_path: Path, name: str, line: str, complaint: str
) -> None:
    (tmp_path / f"{name}.yml").write_text(f"- {line}\n")
    read = {"promotions": read_promotions, "gift_cards": read_gift_cards}[name]
    with pytest.raises(SourceError, match=complaint):
        read(tmp_path)

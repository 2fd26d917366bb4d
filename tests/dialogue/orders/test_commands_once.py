"""Every command happens once: by its key, and to the order as it was seen."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from shop_stories import Clock, Shop
from sqlalchemy import text

from dialogue.orders.addresses import parse_address
from dialogue.orders.errors import ChangedMeanwhile, OrderError, OrderNotFound
from dialogue.orders.once import KEPT
from dialogue.orders.protocol import OrderStore
from dialogue.orders.states import ProblemKind, Remedy
from dialogue.orders.views import Once, OrderView, Viewer

ELSEWHERE = parse_address("Schanzenstraße 7, 20357 Hamburg, Germany")
Command = Callable[[OrderStore, Viewer, Once], object]


def _settle_lost(store: OrderStore, viewer: Viewer, once: Once) -> object:
    parcel = store.order(viewer, "90004").shipments[0].tracking_number
    return store.settle_lost(viewer, "90004", parcel, Remedy.REFUND, once)


def _withdraw_return(store: OrderStore, viewer: Viewer, once: Once) -> object:
    announced = store.order(viewer, "90001").returns[0].reference
    return store.withdraw_return(viewer, "90001", announced, once)


def _robin(name: str, store: OrderStore, shop: Shop) -> Viewer:
    """The customer of the commands' orders, who has announced what shall be taken back."""
    robin = shop.viewer("Robin")
    if name == "withdraw_return":
        store.request_return(robin, "90001", {1: 1}, "")
    return robin


# Robin's orders: 90001 has arrived, 90004 is lost, 90006 is in the warehouse.
COMMANDS: dict[str, tuple[str, Command]] = {
    "cancel": ("90006", lambda s, v, once: s.cancel(v, "90006", once)),
    "change_address": ("90006", lambda s, v, once: s.change_address(v, "90006", ELSEWHERE, once)),
    "change_contents": (
        "90006",
        lambda s, v, once: s.change_contents(v, "90006", 1, 1, "moss", "S", once),
    ),
    "request_return": ("90001", lambda s, v, once: s.request_return(v, "90001", {1: 1}, "", once)),
    "request_exchange": (
        "90001",
        lambda s, v, once: s.request_exchange(v, "90001", 1, "black", "L", 1, once),
    ),
    "withdraw_return": ("90001", _withdraw_return),
    "report_problem": (
        "90001",
        lambda s, v, once: s.report_problem(
            v, "90001", ProblemKind.DELIVERY_NOT_RECEIVED, "not here", None, once
        ),
    ),
    "settle_lost": ("90004", _settle_lost),
}
of_every_command = pytest.mark.parametrize("name", COMMANDS)


def test_every_command_of_the_protocol_is_here() -> None:
    commands = {
        name
        for name, method in inspect.getmembers(OrderStore, inspect.isfunction)
        if "once" in inspect.signature(method).parameters
    }
    assert commands == set(COMMANDS)


@of_every_command
def test_the_same_key_again_gives_the_first_result(
    name: str, store: OrderStore, shop: Shop
) -> None:
    robin, (number, command) = _robin(name, store, shop), COMMANDS[name]
    once = Once("conversation-7/message-3", store.order(robin, number).version)
    first = command(store, robin, once)
    stock, after = shop.stock(), store.order(robin, number)
    assert after.version != once.version
    assert command(store, robin, once) == first, "though the order has another version now"
    assert shop.stock() == stock and store.order(robin, number) == after


@of_every_command
def test_of_one_key_sent_several_times_at_once_all_get_the_same(
    name: str, store: OrderStore, shop: Shop
) -> None:
    robin, (number, command) = _robin(name, store, shop), COMMANDS[name]
    results = _at_once([lambda: command(store, robin, Once("one key"))] * 3)
    assert results[0] == results[1] == results[2], "one reference, one version: done once"
    assert not isinstance(results[0], Exception)
    after = store.order(robin, number)
    assert len(after.returns) <= 1 and len(after.problems) <= 1


@of_every_command
def test_of_two_keys_at_once_one_is_done(name: str, store: OrderStore, shop: Shop) -> None:
    """Both have seen the same order; the second finds that it has changed."""
    robin, (number, command) = _robin(name, store, shop), COMMANDS[name]
    seen = store.order(robin, number).version
    calls = [lambda key=key: command(store, robin, Once(key, seen)) for key in ("one", "other")]
    results = _at_once(calls)
    assert sorted(isinstance(result, ChangedMeanwhile) for result in results) == [False, True]
    assert sum(isinstance(result, OrderError) for result in results) == 1
    done = next(result for result in results if not isinstance(result, OrderError))
    after = store.order(robin, number)
    assert not isinstance(done, OrderView) or done == after


@of_every_command
def test_an_order_that_was_changed_since_it_was_seen_is_left_alone(
    name: str, store: OrderStore, shop: Shop
) -> None:
    robin, (number, command) = _robin(name, store, shop), COMMANDS[name]
    now, stock = store.order(robin, number), shop.stock()
    with pytest.raises(ChangedMeanwhile):
        command(store, robin, Once("key", now.version + 1))
    assert store.order(robin, number) == now and shop.stock() == stock


def test_a_key_is_of_one_customer_one_order_and_one_command(store: OrderStore, shop: Shop) -> None:
    robin, once = shop.viewer("Robin"), Once("the same for all")
    moved = store.change_address(robin, "90006", ELSEWHERE, once)
    for stranger in (Viewer(), shop.viewer("Maya"), Viewer(proven_orders=frozenset({"90001"}))):
        with pytest.raises(OrderNotFound):
            store.change_address(stranger, "90006", ELSEWHERE, once)
    guest = store.change_address(
        Viewer(proven_orders=frozenset({"90006"})), "90006", ELSEWHERE, once
    )
    assert guest.address == moved.address.masked(), "a guest hears what a guest may see"
    assert store.cancel(robin, "90006", once).status == "cancelled"


def test_what_was_refused_is_judged_anew(store: OrderStore, shop: Shop) -> None:
    robin, once = shop.viewer("Robin"), Once("key")
    with pytest.raises(OrderError):
        store.request_return(robin, "90001", {1: 99}, "", once)
    assert store.request_return(robin, "90001", {1: 1}, "", once).items


def test_a_return_of_nothing_is_none(store: OrderStore, shop: Shop) -> None:
    with pytest.raises(OrderError):
        store.request_return(shop.viewer("Robin"), "90001", {}, "")
    assert store.order(shop.viewer("Robin"), "90001").returns == ()


def test_a_key_is_kept_for_a_day(store: OrderStore, shop: Shop, clock: Clock) -> None:
    robin, once = shop.viewer("Robin"), Once("key")
    first = store.request_return(robin, "90001", {1: 1}, "", once)
    clock.forward(seconds=KEPT.total_seconds() + 1)
    second = store.request_return(robin, "90001", {1: 1}, "", once)
    assert second.reference != first.reference
    store.request_return(robin, "90001", {3: 1}, "", Once("another"))
    with shop.engine.connect() as connection:
        kept = connection.execute(text("SELECT count(*) FROM shop_done_commands")).scalar()
    assert kept == 2


def _at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What the calls returned or raised, in threads that start together."""
    start = threading.Barrier(len(calls))

    def one(call: Callable[[], object]) -> object:
        start.wait()
        try:
            return call()
        except OrderError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))

"""The order store over both databases, and over HTTP."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from shop_stories import Clock, Shop
from sqlalchemy import Engine, text

from dialogue.orders.addresses import parse_address
from dialogue.orders.errors import (
    AddressLocked,
    ItemNotFound,
    NoReturnAnnounced,
    NotReturnable,
    OrderAlreadyCancelled,
    OrderAlreadyShipped,
    OrderNotFound,
    OutOfStock,
    ParcelNotLost,
    ProblemAlreadyReported,
    SignInRequired,
    VariantNotFound,
    WrongQuantity,
)
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.protocol import OrderStore
from dialogue.orders.states import (
    OrderStatus,
    PaymentStatus,
    ProblemKind,
    Remedy,
    ReturnKind,
    ReturnStatus,
)
from dialogue.orders.store import SqlOrderStore
from dialogue.orders.views import Viewer

NEW_ADDRESS = parse_address("Schanzenstraße 7, 20357 Hamburg, Germany")
STRANGER = Viewer()


def test_a_customer_sees_their_orders_newest_first(store: OrderStore, shop: Shop) -> None:
    orders = store.recent_orders(shop.viewer("Maya"))
    assert [order.placed_at for order in orders] == sorted(
        (order.placed_at for order in orders), reverse=True
    )
    assert orders[0].status is OrderStatus.PROCESSING
    assert store.customer(shop.viewer("Maya")).email == "maya@example.com"


def test_a_guest_has_no_list_and_no_account(store: OrderStore) -> None:
    with pytest.raises(SignInRequired):
        store.recent_orders(STRANGER)
    for viewer in (STRANGER, Viewer(customer_id=10**6)):
        with pytest.raises(SignInRequired):
            store.customer(viewer)


def test_number_and_email_prove_an_order(store: OrderStore, shop: Shop) -> None:
    number = shop.number("Maya", OrderStatus.SHIPPED)
    assert store.prove(number, "maya@example.com")
    assert store.prove(f"#{number}", " Maya@Example.com ")
    assert not store.prove(number, "tom@example.com")
    assert not store.prove(number, "")
    assert not store.prove("999999", "maya@example.com")
    assert not store.prove("999999", "")
    assert not store.prove("nonsense", "maya@example.com")


def test_a_guest_sees_a_proven_order_with_the_address_covered(
    store: OrderStore, shop: Shop
) -> None:
    number = shop.number("Maya", OrderStatus.SHIPPED)
    owner = store.order(shop.viewer("Maya"), number)
    guest = store.order(Viewer(proven_orders=frozenset({number})), number)
    assert owner.address.city == "Stockholm"
    assert str(guest.address) == "G••• 4•••, 1••• 4••• S•••, SE"
    assert guest.address.recipient == "M••• L•••"
    assert guest.items == owner.items
    assert store.sees(shop.viewer("Maya"), number)
    assert store.sees(Viewer(proven_orders=frozenset({number})), f"#{number}")


def test_a_cancelled_order_puts_stock_back_once_and_refunds_what_was_paid(
    store: OrderStore, shop: Shop
) -> None:
    maya, number = shop.viewer("Maya"), shop.number("Maya", OrderStatus.PROCESSING)
    before = shop.stock()
    cancelled = store.cancel(maya, number)
    assert cancelled.status is OrderStatus.CANCELLED
    assert [(r.amount_cents, r.status) for r in cancelled.refunds] == [
        (cancelled.total_cents, PaymentStatus.PENDING)
    ]
    assert cancelled.refunds[0].expected_by is not None
    with pytest.raises(OrderAlreadyCancelled):
        store.cancel(maya, number)
    pieces = sum(item.quantity for item in cancelled.items)
    assert sum(shop.stock().values()) == sum(before.values()) + pieces
    assert len(store.order(maya, number).refunds) == 1


def test_a_shipped_order_cannot_be_cancelled_and_says_how_far_it_is(
    store: OrderStore, shop: Shop
) -> None:
    number = shop.number("Tom", OrderStatus.OUT_FOR_DELIVERY)
    before = shop.stock()
    with pytest.raises(OrderAlreadyShipped) as caught:
        store.cancel(shop.viewer("Tom"), number)
    assert caught.value.status is OrderStatus.OUT_FOR_DELIVERY
    assert shop.stock() == before


def test_the_address_changes_until_the_parcel_is_packed(store: OrderStore, shop: Shop) -> None:
    changed = store.change_address(
        shop.viewer("Maya"), shop.number("Maya", OrderStatus.PROCESSING), NEW_ADDRESS
    )
    assert str(changed.address) == "Schanzenstraße 7, 20357 Hamburg, DE"
    assert changed.address.recipient == "Maya Lindqvist"
    with pytest.raises(AddressLocked):
        store.change_address(
            shop.viewer("Tom"), shop.number("Tom", OrderStatus.PACKED), NEW_ADDRESS
        )


def test_without_a_country_the_order_stays_in_its_own(store: OrderStore, shop: Shop) -> None:
    number = shop.number("Maya", OrderStatus.PROCESSING)
    address = parse_address("Kungsgatan 3, 411 19 Göteborg")
    assert store.change_address(shop.viewer("Maya"), number, address).address.country == "SE"


def test_delivered_items_can_be_returned_once_and_for_thirty_days(
    store: OrderStore, shop: Shop, clock: Clock
) -> None:
    tom, number = shop.viewer("Tom"), shop.number("Tom", OrderStatus.DELIVERED)
    order = store.order(tom, number)
    parcel = store.request_return(tom, number, {1: None}, "too small")
    first = order.items[0]
    assert parcel.kind is ReturnKind.RETURN
    assert parcel.refund_cents == first.unit_cents * first.quantity
    assert store.order(tom, number).items[0].returnable == 0
    with pytest.raises(NotReturnable, match="already_returned"):
        store.request_return(tom, number, {1: None}, "again")
    clock.forward(days=40)
    with pytest.raises(NotReturnable, match="too_late"):
        store.request_return(tom, number, {2: None}, "too late")
    with pytest.raises(ItemNotFound):
        store.request_return(tom, number, {9: None}, "no such line")


def test_one_line_that_cannot_come_back_keeps_all_of_them(store: OrderStore, shop: Shop) -> None:
    tom, number = shop.viewer("Tom"), shop.number("Tom", OrderStatus.DELIVERED)
    with pytest.raises(ItemNotFound):
        store.request_return(tom, number, {1: None, 9: None}, "both")
    assert store.order(tom, number).returns == ()


def test_an_exchange_sets_the_new_pieces_aside(store: OrderStore, shop: Shop) -> None:
    viewer, number, line, other = _exchangeable(store, shop)
    before = shop.stock()
    parcel = store.request_exchange(viewer, number, line, *other)
    assert parcel.kind is ReturnKind.EXCHANGE
    assert parcel.refund_cents == 0
    assert parcel.replacements
    after = shop.stock()
    assert [before[key] - after[key] for key in before if before[key] != after[key]] == [1]


def test_an_exchange_for_what_is_sold_out_or_unknown_changes_nothing(
    store: OrderStore, shop: Shop
) -> None:
    viewer, number, line, (colour, size) = _exchangeable(store, shop)
    with shop.engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 0"))
    with pytest.raises(OutOfStock):
        store.request_exchange(viewer, number, line, colour, size)
    with pytest.raises(VariantNotFound):
        store.request_exchange(viewer, number, line, "invisible", size)
    assert store.order(viewer, number).returns == ()


def test_a_return_that_is_taken_back_may_be_announced_again(store: OrderStore, shop: Shop) -> None:
    tom, number = shop.viewer("Tom"), shop.number("Tom", OrderStatus.DELIVERED)
    parcel = store.request_return(tom, number, {1: None}, "too small")
    order = store.withdraw_return(tom, number, parcel.reference)
    assert [one.status for one in order.returns] == [ReturnStatus.WITHDRAWN]
    assert not order.returns[0].brings_money
    with pytest.raises(NoReturnAnnounced):
        store.withdraw_return(tom, number, parcel.reference)
    with pytest.raises(NoReturnAnnounced):
        store.withdraw_return(tom, number, "R-99999")
    again = store.request_return(tom, number, {1: None}, "too small after all")
    assert again.reference != parcel.reference


def test_an_exchange_that_is_taken_back_gives_the_new_pieces_back(
    store: OrderStore, shop: Shop
) -> None:
    viewer, number, line, other = _exchangeable(store, shop)
    before = shop.stock()
    parcel = store.request_exchange(viewer, number, line, *other)
    outcomes = _at_once(3, lambda: store.withdraw_return(viewer, number, parcel.reference))
    assert sorted(map(_kind, outcomes)) == ["NoReturnAnnounced", "NoReturnAnnounced", "OrderView"]
    assert shop.stock() == before


def test_a_parcel_that_is_with_the_shop_cannot_be_taken_back(store: OrderStore, shop: Shop) -> None:
    tom, number = shop.viewer("Tom"), shop.number("Tom", OrderStatus.DELIVERED)
    parcel = store.request_return(tom, number, {1: None}, "too small")
    with shop.engine.begin() as connection:
        connection.execute(text("UPDATE shop_returns SET status = 'received'"))
    with pytest.raises(NoReturnAnnounced):
        store.withdraw_return(tom, number, parcel.reference)


def test_a_problem_is_recorded_once_of_a_kind(store: OrderStore, shop: Shop) -> None:
    tom, number = shop.viewer("Tom"), shop.number("Tom", OrderStatus.DELIVERED)
    damaged = ProblemKind.DAMAGED_ITEM
    first = store.report_problem(tom, number, damaged, "the scale is cracked", "refund")
    with pytest.raises(ProblemAlreadyReported) as caught:
        store.report_problem(tom, number, damaged, "still cracked", None)
    assert caught.value.reference == first.reference
    store.report_problem(tom, number, ProblemKind.MISSING_ITEM, "and no towel", None)
    assert len(store.order(tom, number).problems) == 2


def test_an_invoice_adds_up(store: OrderStore, shop: Shop) -> None:
    invoice = store.invoice(shop.viewer("Aisha"), shop.number("Aisha", OrderStatus.DELIVERED))
    order = invoice.order
    lines = sum(item.unit_cents * item.quantity for item in order.items)
    assert lines == order.subtotal_cents
    assert lines - order.discount_cents + order.shipping_cents == order.total_cents
    assert invoice.reference.endswith(order.number)


OWNED: dict[str, Callable[[OrderStore, Viewer, str], object]] = {
    "contact": lambda store, viewer, number: store.contact(viewer, number),
    "order": lambda store, viewer, number: store.order(viewer, number),
    "cancel": lambda store, viewer, number: store.cancel(viewer, number),
    "change_address": lambda store, viewer, number: store.change_address(
        viewer, number, NEW_ADDRESS
    ),
    "request_return": lambda store, viewer, number: store.request_return(
        viewer, number, {1: None}, "why not"
    ),
    "request_exchange": lambda store, viewer, number: store.request_exchange(
        viewer, number, 1, "", ""
    ),
    "withdraw_return": lambda store, viewer, number: store.withdraw_return(
        viewer, number, "R-00001"
    ),
    "report_problem": lambda store, viewer, number: store.report_problem(
        viewer, number, ProblemKind.MISSING_ITEM, "", None
    ),
    "change_contents": lambda store, viewer, number: store.change_contents(
        viewer, number, 1, 0, "", ""
    ),
    "settle_lost": lambda store, viewer, number: store.settle_lost(
        viewer, number, "LK1", Remedy.REFUND
    ),
    "invoice": lambda store, viewer, number: store.invoice(viewer, number),
}


def test_every_method_about_one_order_is_tried_by_strangers() -> None:
    about_an_order = {
        name
        for name, method in inspect.getmembers(OrderStore, inspect.isfunction)
        if {"viewer", "number"} <= set(inspect.signature(method).parameters)
    }
    assert about_an_order - {"sees"} == set(OWNED)


@pytest.mark.parametrize("method", sorted(OWNED))
def test_no_one_touches_anothers_order_and_cannot_tell_that_it_exists(
    method: str, store: OrderStore, shop: Shop
) -> None:
    numbers = {order.number for order in store.recent_orders(shop.viewer("Maya"))}
    own_of_tom = shop.number("Tom", OrderStatus.DELIVERED)
    strangers = (
        STRANGER,
        shop.viewer("Tom"),
        Viewer(customer_id=10**6),
        Viewer(proven_orders=frozenset({own_of_tom})),
        Viewer(proven_orders=frozenset({"*", "%", "", "0"})),
    )
    before = shop.stock()
    texts = set()
    for viewer in strangers:
        for number in (*numbers, "999999", "", "1 OR 1=1", "%"):
            with pytest.raises(OrderNotFound) as caught:
                OWNED[method](store, viewer, number)
            assert not store.sees(viewer, number)
            texts.add(str(caught.value))
    assert len(texts) == 1
    assert shop.stock() == before


def test_of_two_that_cancel_at_once_one_wins_and_stock_goes_back_once(
    store: OrderStore, shop: Shop
) -> None:
    maya, number = shop.viewer("Maya"), shop.number("Maya", OrderStatus.PROCESSING)
    order = store.order(maya, number)
    before = sum(shop.stock().values())
    outcomes = _at_once(4, lambda: store.cancel(maya, number))
    assert sorted(map(_kind, outcomes)) == ["OrderAlreadyCancelled"] * 3 + ["OrderView"]
    assert sum(shop.stock().values()) == before + sum(item.quantity for item in order.items)
    assert len(store.order(maya, number).refunds) == 1


def test_of_two_that_want_the_last_piece_one_gets_it(store: OrderStore, shop: Shop) -> None:
    viewer, number, line, other = _exchangeable(store, shop)
    with shop.engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 1"))
    outcomes = _at_once(3, lambda: store.request_exchange(viewer, number, line, *other))
    assert sorted(map(_kind, outcomes)) == ["NotReturnable", "NotReturnable", "ReturnView"]
    assert min(shop.stock().values()) == 0


def _exchangeable(store: OrderStore, shop: Shop) -> tuple[Viewer, str, int, tuple[str, str]]:
    """A delivered item of one piece with another variant of it in stock."""
    query = text(
        """
        SELECT o.customer_id, o.number, i.line, other.colour, other.size
        FROM shop_orders o JOIN shop_order_items i ON i.order_id = o.id
        JOIN shop_stock mine ON mine.id = i.stock_id
        JOIN shop_stock other ON other.product_id = mine.product_id AND other.id <> mine.id
        WHERE o.status = 'delivered' AND i.quantity = 1 AND other.quantity > 0
        ORDER BY o.placed_at DESC, other.id
        """
    )
    with shop.engine.connect() as connection:
        customer_id, number, line, colour, size = connection.execute(query).tuples().first()
    return Viewer(customer_id=customer_id), str(number), line, (colour, size)


def _at_once(count: int, call: Callable[[], object]) -> list[object]:
    """What `call` returned or raised in several threads that start together."""
    start = threading.Barrier(count)

    def one(_: int) -> object:
        start.wait()
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def _kind(outcome: object) -> str:
    return type(outcome).__name__


def test_a_change_of_contents_pays_back_what_its_return_would(
    store: OrderStore, shop: Shop
) -> None:
    """A discount is shared by the lines, and nobody gets back more than was paid."""
    robin = shop.viewer("Robin")
    with shop.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE shop_orders SET discount_cents = 1001, total_cents = total_cents - 1001"
                " WHERE number = 90006"
            )
        )
        connection.execute(
            text(
                "UPDATE shop_payments SET amount_cents = amount_cents - 1001 WHERE order_id ="
                " (SELECT id FROM shop_orders WHERE number = 90006)"
            )
        )
    paid = store.order(robin, "90006").total_cents
    changed = store.change_contents(robin, "90006", 1, 1, "moss", "S")
    assert changed.subtotal_cents - changed.discount_cents == changed.total_cents
    assert sum(r.amount_cents for r in changed.refunds) == paid - changed.total_cents
    cancelled = store.cancel(robin, "90006")
    assert sum(r.amount_cents for r in cancelled.refunds) == paid


@pytest.mark.parametrize("quantity", [-3, 4, 10**9])
def test_a_quantity_that_cannot_be_changes_nothing(
    store: OrderStore, shop: Shop, quantity: int
) -> None:
    robin, before = shop.viewer("Robin"), shop.stock()
    with pytest.raises(WrongQuantity):
        store.change_contents(robin, "90006", 1, quantity, "moss", "S")
    with pytest.raises(WrongQuantity):
        store.request_return(robin, "90001", {1: quantity}, "")
    with pytest.raises(WrongQuantity):
        store.request_exchange(robin, "90001", 1, "black", "L", quantity)
    assert shop.stock() == before
    assert store.order(robin, "90001").returns == ()


def test_of_two_that_settle_a_lost_parcel_one_does(store: OrderStore, shop: Shop) -> None:
    robin = shop.viewer("Robin")
    number = store.order(robin, "90004").shipments[0].tracking_number
    outcomes = _at_once(3, lambda: store.settle_lost(robin, "90004", number, Remedy.REFUND))
    assert sorted(map(_kind, outcomes)) == ["OrderView", "ParcelNotLost", "ParcelNotLost"]
    assert len(store.order(robin, "90004").refunds) == 1


def test_only_a_parcel_that_counts_as_lost_is_settled(store: OrderStore, shop: Shop) -> None:
    robin = shop.viewer("Robin")
    for number in ("90001", "90003"):
        for parcel in store.order(robin, number).shipments:
            with pytest.raises(ParcelNotLost):
                store.settle_lost(robin, number, parcel.tracking_number, Remedy.REFUND)
    foreign = store.order(robin, "90004").shipments[0].tracking_number
    with pytest.raises(ParcelNotLost):
        store.settle_lost(robin, "90005", foreign, Remedy.REFUND)


def test_a_guest_pays_the_way_back_where_the_shop_says_so(engine: Engine, shop: Shop) -> None:
    terms = {"returns": {"postage": {"amount": "3.95", "free_from": "40.00"}}}
    strict = ShopPolicies.model_validate(terms)
    store = SqlOrderStore(engine, Clock(), strict)
    guest = Viewer(proven_orders=frozenset({"90001"}))
    parcel = store.request_return(guest, "90001", {1: 1}, "not liked")
    assert (parcel.postage_cents, parcel.refund_cents) == (395, 1_990 - 395)
    broken = store.request_return(guest, "90001", {3: 1}, "it came broken")
    assert (broken.postage_cents, broken.refund_cents) == (0, 1_490)

"""The shop's archive: the orders of its regulars, taken over from an earlier system.

They have numbers of their own, are all long over, and keep no more of a parcel than that it
arrived. They are written in bulk, for there are thousands.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from dialogue.orders.models import (
    Base,
    Customer,
    Order,
    OrderItem,
    Payment,
    Product,
    Return,
    ReturnItem,
    Shipment,
    Stock,
)
from dialogue.orders.seed_history import (
    CARRIERS,
    FREE_SHIPPING_CENTS,
    METHODS,
    REASONS,
    SHIPPING_CENTS,
)
from dialogue.orders.seed_people import make_person
from dialogue.orders.seed_regulars import Purchase, purchases, read_tastes
from dialogue.orders.shop_files import ProductEntry
from dialogue.orders.states import (
    OrderStatus,
    PaymentKind,
    PaymentStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
)
from nlu.source import read_yaml

FIRST_NUMBER = 50_001
CANCELLED, RETURNED = 0.03, 0.05  # of the orders
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Archived:
    """An order with what has become of it."""

    customer: Customer
    bought: Purchase
    status: OrderStatus
    method: str

    @property
    def placed_at(self) -> datetime:
        return datetime.combine(self.bought.day, time(12), UTC)


def fill_archive(
    session: Session,
    folder: Path,
    entries: Sequence[ProductEntry],
    products: Sequence[Product],
    rng: random.Random,
) -> None:
    """Add the regulars of `regulars.yml` and their orders; a shop without that file has none.

    The same for the same `rng`, on the same calendar days. Raises SourceError.
    """
    path = folder / "regulars.yml"
    if not path.exists():
        return
    people = read_yaml(folder / "people.yml")
    lives = purchases(read_tastes(path, entries), entries, rng)
    archived = []
    for number, life in enumerate(lives):
        customer = make_person(people, f"{number}", rng)
        customer.created_at = datetime.combine(life[0].day, time(9), UTC)
        session.add(customer)
        archived += [
            _Archived(customer, bought, _fate(rng), rng.choice(METHODS)) for bought in life
        ]
    session.flush()
    archived.sort(key=lambda one: (one.bought.day, one.customer.id))
    _write(session, archived, _Shelf(products), rng)


class _Shelf:
    """The variants of the goods by article number."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._by_sku = {product.sku: product for product in products}

    def lines(self, bought: Purchase, rng: random.Random) -> list[tuple[Stock, int]]:
        """A variant in the colour chosen and its price in cents, a line each."""
        return [
            (
                rng.choice([one for one in self._by_sku[sku].stock if one.colour == colour]),
                self._by_sku[sku].price_cents,
            )
            for sku, colour in bought.lines
        ]


def _write(
    session: Session, archived: Sequence[_Archived], shelf: _Shelf, rng: random.Random
) -> None:
    baskets = [shelf.lines(one.bought, rng) for one in archived]
    facts = [
        _order(number, one, sum(cents for _, cents in basket))
        for number, (one, basket) in enumerate(zip(archived, baskets, strict=True), FIRST_NUMBER)
    ]
    order_ids = _insert(session, Order, facts)
    sent = [
        _shipment(one, order_id, rng) if one.status is not OrderStatus.CANCELLED else None
        for one, order_id in zip(archived, order_ids, strict=True)
    ]
    shipment_ids = iter(_insert(session, Shipment, [row for row in sent if row]))
    parcels = [next(shipment_ids) if row else None for row in sent]
    items = [
        {
            "order_id": order_id,
            "shipment_id": parcel,
            "line": line,
            "stock_id": stock.id,
            "quantity": 1,
            "unit_cents": cents,
        }
        for order_id, parcel, basket in zip(order_ids, parcels, baskets, strict=True)
        for line, (stock, cents) in enumerate(basket, start=1)
    ]
    item_ids = _insert(session, OrderItem, items)
    rows = list(zip(archived, order_ids, facts, strict=True))
    _insert(session, Payment, [row for each in rows for row in _payments(*each)])
    returned = {
        order_id: _return(one, order_id, rng)
        for one, order_id, _ in rows
        if one.status is OrderStatus.RETURNED
    }
    return_ids = dict(zip(returned, _insert(session, Return, list(returned.values())), strict=True))
    back = [
        {"return_id": return_ids[item["order_id"]], "order_item_id": item_id, "quantity": 1}
        for item, item_id in zip(items, item_ids, strict=True)
        if item["order_id"] in return_ids
    ]
    _insert(session, ReturnItem, back)


def _insert(session: Session, table: type[Base], rows: Sequence[Row]) -> list[int]:
    """The ids that the rows were given, in their order."""
    if not rows:
        return []
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)  # type: ignore[attr-defined]
    return list(session.scalars(statement, rows))


def _order(number: int, one: _Archived, subtotal: int) -> Row:
    customer, address = one.customer, one.customer.addresses[0]
    shipping = 0 if subtotal >= FREE_SHIPPING_CENTS else SHIPPING_CENTS
    return {
        "number": number,
        "customer_id": customer.id,
        "email": customer.email,
        "status": one.status,
        "currency": "EUR",
        "subtotal_cents": subtotal,
        "shipping_cents": shipping,
        "total_cents": subtotal + shipping,
        "recipient": f"{customer.first_name} {customer.last_name}",
        "street": address.street,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
        "placed_at": one.placed_at,
        "changed_at": one.placed_at,
        "expected_on": one.bought.day + timedelta(days=3),
        "version": 1,
    }


def _shipment(one: _Archived, order_id: int, rng: random.Random) -> Row:
    return {
        "order_id": order_id,
        "carrier": rng.choice(CARRIERS),
        "tracking_number": f"AR{order_id}{rng.randrange(10**8):08d}",
        "status": ShipmentStatus.DELIVERED,
        "shipped_at": one.placed_at + timedelta(days=1),
        "expected_on": one.bought.day + timedelta(days=3),
        "delivered_at": one.placed_at + timedelta(days=3),
    }


def _payments(one: _Archived, order_id: int, order: Row) -> Iterator[Row]:
    yield _payment(one, order_id, PaymentKind.CHARGE, one.placed_at, order["total_cents"])
    if one.status is OrderStatus.CANCELLED:
        at = one.placed_at + timedelta(days=2)
        yield _payment(one, order_id, PaymentKind.REFUND, at, order["total_cents"])
    elif one.status is OrderStatus.RETURNED:
        at = one.placed_at + timedelta(days=14)
        yield _payment(one, order_id, PaymentKind.REFUND, at, order["subtotal_cents"])


def _payment(one: _Archived, order_id: int, kind: PaymentKind, at: datetime, cents: int) -> Row:
    return {
        "order_id": order_id,
        "kind": kind,
        "status": PaymentStatus.SETTLED,
        "method": one.method,
        "amount_cents": cents,
        "currency": "EUR",
        "created_at": at,
        "settled_at": at,
    }


def _return(one: _Archived, order_id: int, rng: random.Random) -> Row:
    return {
        "order_id": order_id,
        "kind": ReturnKind.RETURN,
        "status": ReturnStatus.COMPLETED,
        "reason": rng.choice(REASONS),
        "created_at": one.placed_at + timedelta(days=8),
    }


def _fate(rng: random.Random) -> OrderStatus:
    chance = rng.random()
    if chance < CANCELLED:
        return OrderStatus.CANCELLED
    return OrderStatus.RETURNED if chance < CANCELLED + RETURNED else OrderStatus.DELIVERED

"""The orders of the demonstration shop: who bought what, and what became of it since."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dialogue.orders import rules
from dialogue.orders.models import (
    Order,
    OrderItem,
    Payment,
    Product,
    Return,
    ReturnItem,
    Shipment,
    Stock,
    TrackingEvent,
)
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.seed_people import Shopper
from dialogue.orders.states import (
    OrderStatus,
    PaymentKind,
    PaymentStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
)

FIRST_NUMBER = 1001
HISTORY_DAYS = 200
FREE_SHIPPING_CENTS = 5_000
SHIPPING_CENTS = 495
CARRIERS = ("Nordpost", "Europarcel", "Kurier24")
METHODS = ("card", "PayPal", "bank transfer")
REASONS = ("too small", "too large", "changed my mind", "not as described", "arrived late")

# The states that each demonstration customer's orders are in, with their age in days.
DEMO_ORDERS: tuple[tuple[tuple[OrderStatus, int], ...], ...] = (
    (
        (OrderStatus.PROCESSING, 0),
        (OrderStatus.SHIPPED, 3),
        (OrderStatus.DELIVERED, 12),
        (OrderStatus.CANCELLED, 2),
        (OrderStatus.DELIVERED, 75),
    ),
    (
        (OrderStatus.PACKED, 1),
        (OrderStatus.OUT_FOR_DELIVERY, 4),
        (OrderStatus.DELIVERED, 9),
        (OrderStatus.RETURNED, 20),
    ),
    (
        (OrderStatus.PROCESSING, 1),
        (OrderStatus.PARTIALLY_SHIPPED, 4),
        (OrderStatus.DELIVERED, 15),
        (OrderStatus.DELIVERED, 60),
    ),
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """An order before it has a number."""

    shopper: Shopper
    status: OrderStatus
    placed_at: datetime


def place_orders(
    shoppers: Sequence[Shopper],
    products: Sequence[Product],
    count: int,
    today: date,
    rng: random.Random,
) -> list[Order]:
    """`count` orders, numbered by the time they were placed.

    Demonstration customers (the first of `shoppers`) have exactly the orders of `DEMO_ORDERS`.
    What is in the warehouse is what is left after all these orders.
    """
    plans = [
        _Plan(shopper, status, _moment(today, age, rng))
        for shopper, states in zip(shoppers, DEMO_ORDERS, strict=False)
        for status, age in states
    ]
    others = shoppers[len(DEMO_ORDERS) :]
    keenness = [shopper.keenness for shopper in others]
    while len(plans) < count:
        age = int(HISTORY_DAYS * rng.random() ** 1.4)
        shopper = rng.choices(others, keenness)[0]
        plans.append(_Plan(shopper, _status_at(age, rng), _moment(today, age, rng)))
    plans.sort(key=lambda plan: plan.placed_at)
    basket = _Basket(products)
    return [
        _order(number, plan, basket, today, rng)
        for number, plan in enumerate(plans, start=FIRST_NUMBER)
    ]


class _Basket:
    """Chooses what a shopper buys: by taste, and of that rather the cheap than the dear."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._products = products
        self._words = [{*p.tags, p.category, p.department} for p in products]
        self._weights: dict[int, list[float]] = {}

    def choose(self, shopper: Shopper, rng: random.Random) -> list[tuple[Stock, int, int]]:
        """One to four lines of (variant, pieces, unit price in cents), no variant twice."""
        weights = self._weights.get(id(shopper))
        if weights is None:
            weights = self._weights[id(shopper)] = self._weigh(shopper)
        lines: dict[int, tuple[Stock, int, int]] = {}
        for product in rng.choices(self._products, weights, k=rng.choice((1, 1, 2, 2, 2, 3, 4))):
            variant = rng.choice(product.stock)
            pieces = rng.choice((1, 1, 1, 1, 2)) if product.price_cents < 6_000 else 1
            lines[variant.id] = (variant, pieces, product.price_cents)
        return list(lines.values())

    def _weigh(self, shopper: Shopper) -> list[float]:
        return [
            (1 + sum(weight for word, weight in shopper.taste.items() if word in words))
            / (1 + product.price_cents / 10_000)
            for product, words in zip(self._products, self._words, strict=True)
        ]


def _status_at(age: int, rng: random.Random) -> OrderStatus:
    """What may have become of an order `age` days after it was placed."""
    if rng.random() < 0.05:
        return OrderStatus.CANCELLED
    if age <= 1:
        return rng.choice((OrderStatus.PROCESSING, OrderStatus.PROCESSING, OrderStatus.PACKED))
    if age <= 3:
        return rng.choice((OrderStatus.PACKED, OrderStatus.SHIPPED, OrderStatus.PARTIALLY_SHIPPED))
    if age <= 6:
        return rng.choice(
            (OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY, OrderStatus.PARTIALLY_SHIPPED)
        )
    if age >= 14 and rng.random() < 0.07:
        return OrderStatus.RETURNED
    return OrderStatus.DELIVERED


def _order(number: int, plan: _Plan, basket: _Basket, today: date, rng: random.Random) -> Order:
    customer = plan.shopper.customer
    address = customer.addresses[0]
    lines = basket.choose(plan.shopper, rng)
    while plan.status is OrderStatus.PARTIALLY_SHIPPED and len(lines) < 2:
        lines = basket.choose(plan.shopper, rng)
    subtotal = sum(pieces * cents for _, pieces, cents in lines)
    with_code = plan.status is not OrderStatus.RETURNED and rng.random() < 0.12
    discount = subtotal // 10 if with_code and subtotal >= 3_000 else 0
    shipping = 0 if subtotal >= FREE_SHIPPING_CENTS else SHIPPING_CENTS
    order = Order(
        number=number,
        customer_id=customer.id,
        email=customer.email,
        status=plan.status,
        currency="EUR",
        subtotal_cents=subtotal,
        discount_cents=discount,
        shipping_cents=shipping,
        total_cents=subtotal - discount + shipping,
        promotion_code="WELCOME10" if discount else None,
        recipient=f"{customer.first_name} {customer.last_name}",
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        placed_at=plan.placed_at,
        changed_at=plan.placed_at,
        expected_on=rules.delivery_day(
            max(plan.placed_at.date() + timedelta(days=5), today), today
        ),
        items=[
            OrderItem(line=line, stock=stock, quantity=pieces, unit_cents=cents)
            for line, (stock, pieces, cents) in enumerate(lines, start=1)
        ],
    )
    method = rng.choice(METHODS)
    order.payments.append(_payment(order, PaymentKind.CHARGE, method, plan.placed_at))
    if plan.status is OrderStatus.CANCELLED:
        _cancel(order, method, today)
    elif plan.status not in rules.IN_WAREHOUSE:
        _ship(order, today, rng)
    if plan.status is OrderStatus.RETURNED:
        _send_back(order, method, today, rng)
    return order


def _ship(order: Order, today: date, rng: random.Random) -> None:
    """Give the order its parcels; a partially shipped one keeps its last line in the warehouse."""
    lines = list(order.items)
    if order.status is OrderStatus.PARTIALLY_SHIPPED:
        lines = lines[:-1]
    shipped_at = min(order.placed_at + timedelta(days=1, hours=6), _at(today, 5))
    expected = max(order.placed_at.date() + timedelta(days=rng.randint(4, 6)), today)
    expected = rules.delivery_day(expected, today)
    events = [
        TrackingEvent(at=shipped_at, place="Leipzig", description="Handed to the carrier"),
        TrackingEvent(
            at=min(shipped_at + timedelta(hours=14), _at(today, 5)),
            place="Hannover",
            description="Sorted at the parcel centre",
        ),
    ]
    status, delivered_at = ShipmentStatus.IN_TRANSIT, None
    if order.status is OrderStatus.OUT_FOR_DELIVERY:
        status, expected = ShipmentStatus.OUT_FOR_DELIVERY, today
        events.append(
            TrackingEvent(at=_at(today, 6), place=order.city, description="Out for delivery")
        )
    elif order.status in (OrderStatus.DELIVERED, OrderStatus.RETURNED):
        status = ShipmentStatus.DELIVERED
        delivered_at = shipped_at + timedelta(days=rng.randint(1, 4), hours=rng.randint(0, 5))
        expected = delivered_at.date()
        events.append(TrackingEvent(at=delivered_at, place=order.city, description="Delivered"))
    order.expected_on = expected
    order.shipments.append(
        Shipment(
            carrier=rng.choice(CARRIERS),
            tracking_number=f"LK{order.number}{rng.randrange(10**8):08d}",
            status=status,
            shipped_at=shipped_at,
            expected_on=expected,
            delivered_at=delivered_at,
            items=lines,
            events=events,
        )
    )


def _cancel(order: Order, method: str, today: date) -> None:
    """Cancelled on the day of the order; the refund of a recent one is still on its way."""
    order.changed_at = order.placed_at + timedelta(hours=3)
    order.payments.append(
        _payment(order, PaymentKind.REFUND, method, order.changed_at, today=today)
    )


def _send_back(order: Order, method: str, today: date, rng: random.Random) -> None:
    """The whole order came back; the refund of a recent one is still on its way."""
    delivered_at = order.shipments[0].delivered_at or order.placed_at
    asked_at = min(
        delivered_at + timedelta(days=rng.randint(1, 8)), _at(today, 0) - timedelta(days=4)
    )
    refund = _payment(
        order,
        PaymentKind.REFUND,
        method,
        asked_at + timedelta(days=3),
        today=today,
        cents=order.subtotal_cents,
    )
    settled = refund.status is PaymentStatus.SETTLED
    order.payments.append(refund)
    order.returns.append(
        Return(
            kind=ReturnKind.RETURN,
            status=ReturnStatus.COMPLETED if settled else ReturnStatus.RECEIVED,
            reason=rng.choice(REASONS),
            created_at=asked_at,
            items=[ReturnItem(order_item=item, quantity=item.quantity) for item in order.items],
        )
    )


def _payment(
    order: Order,
    kind: PaymentKind,
    method: str,
    at: datetime,
    *,
    today: date | None = None,
    cents: int | None = None,
) -> Payment:
    """A charge settles at once; a refund does when its working days have passed by `today`."""
    settled_at: datetime | None = at
    if today is not None:
        due = rules.refund_expected_by(at.date(), method, ShopPolicies())
        settled_at = _at(due, 8) if due < today else None
    return Payment(
        kind=kind,
        status=PaymentStatus.SETTLED if settled_at else PaymentStatus.PENDING,
        method=method,
        amount_cents=order.total_cents if cents is None else cents,
        currency=order.currency,
        created_at=at,
        settled_at=settled_at,
    )


def _moment(today: date, age: int, rng: random.Random) -> datetime:
    """Some time of the day, `age` days ago; today's orders were placed in the small hours."""
    minutes = rng.randrange(4 * 60) if age == 0 else rng.randrange(7 * 60, 21 * 60)
    return _at(today - timedelta(days=age), 0) + timedelta(minutes=minutes)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)

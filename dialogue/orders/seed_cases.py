"""Orders of the demonstration shop that are written one by one, so that each rule can be tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from dialogue.orders import rules
from dialogue.orders.checked_yaml import Part, read_checked
from dialogue.orders.models import (
    Address,
    Customer,
    Order,
    OrderItem,
    Payment,
    Product,
    Shipment,
    Stock,
    TrackingEvent,
)
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.seed_history import CARRIERS
from dialogue.orders.states import OrderStatus, PaymentKind, PaymentStatus, ShipmentStatus
from nlu.errors import SourceError

FILE_NAME = "cases.yml"
FIRST_NUMBER = 90_001

DaysAgo = Annotated[int, Field(ge=0, le=3650)]


class Person(Part):
    """Whose orders these are; the demonstration may sign them in."""

    first: str
    last: str
    email: str
    street: str
    postcode: str
    city: str
    country: str


class Line(Part):
    """Some pieces of a variant, at its price in the catalogue."""

    article: str
    colour: str = ""
    size: str = ""
    pieces: Annotated[int, Field(ge=1, le=99)] = 1


class Parcel(Part):
    """Lines by number; one without `delivered` is still on its way."""

    lines: tuple[int, ...]
    shipped: DaysAgo
    promised: DaysAgo
    delivered: DaysAgo | None = None


class Refund(Part):
    """The whole order's money, in one of its states."""

    days: DaysAgo
    status: PaymentStatus


class Case(Part):
    """One order; its state follows from its parcels unless it says one."""

    about: str
    placed: DaysAgo
    method: str
    lines: tuple[Line, ...]
    parcels: tuple[Parcel, ...] = ()
    status: OrderStatus | None = None
    refund: Refund | None = None
    code: str | None = None
    discount_cents: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _parcels_hold_lines(self) -> Self:
        held = sorted(line for parcel in self.parcels for line in parcel.lines)
        if not self.lines or held != sorted({*held} & {*range(1, len(self.lines) + 1)}):
            raise ValueError("each line is in one parcel at most, and 'lines' has it")
        return self


class Cases(Part):
    """The file."""

    customer: Person
    orders: tuple[Case, ...]


def read_cases(folder: Path) -> Cases | None:
    """The cases of a shop's folder; None for a shop without such a file. Raises SourceError."""
    path = folder / FILE_NAME
    return read_checked(path, Cases) if path.exists() else None


def fill_cases(session: Session, folder: Path, products: Sequence[Product], today: date) -> None:
    """Add the customer and the orders of the cases. Raises SourceError."""
    cases = read_cases(folder)
    if cases is None:
        return
    customer = _customer(cases.customer, today)
    session.add(customer)
    session.flush()
    by_sku = {product.sku: product for product in products}
    session.add_all(
        _order(number, case, customer, _bought(folder, case, by_sku), today)
        for number, case in enumerate(cases.orders, FIRST_NUMBER)
    )
    session.flush()


def _customer(person: Person, today: date) -> Customer:
    address = Address(
        street=person.street, postcode=person.postcode, city=person.city, country=person.country
    )
    return Customer(
        email=person.email,
        first_name=person.first,
        last_name=person.last,
        demo=True,
        created_at=_at(today - timedelta(days=400)),
        addresses=[address],
    )


def _bought(folder: Path, case: Case, by_sku: Mapping[str, Product]) -> list[OrderItem]:
    items = []
    for number, line in enumerate(case.lines, start=1):
        product = by_sku.get(line.article)
        stock = _variant(product, line) if product else None
        if product is None or stock is None:
            wanted = " ".join(filter(None, (line.article, line.colour, line.size)))
            raise SourceError(
                f"'{case.about}': the catalogue has no {wanted}", str(folder / FILE_NAME)
            )
        items.append(
            OrderItem(
                line=number, stock=stock, quantity=line.pieces, unit_cents=product.price_cents
            )
        )
    return items


def _variant(product: Product, line: Line) -> Stock | None:
    wanted = (line.colour, line.size)
    return next((s for s in product.stock if (s.colour, s.size) == wanted), None)


def _order(
    number: int, case: Case, customer: Customer, items: list[OrderItem], today: date
) -> Order:
    deliveries = ShopPolicies().deliveries
    address = customer.addresses[0]
    subtotal = sum(item.quantity * item.unit_cents for item in items)
    shipping = 0 if subtotal >= deliveries.free_from else deliveries.shipping
    placed_at = _at(today - timedelta(days=case.placed), hour=0 if case.placed == 0 else 9)
    promised = [_promised(parcel, today) for parcel in case.parcels]
    order = Order(
        number=number,
        customer_id=customer.id,
        email=customer.email,
        status=case.status or _status(case),
        currency="EUR",
        subtotal_cents=subtotal,
        discount_cents=case.discount_cents,
        shipping_cents=shipping,
        total_cents=subtotal - case.discount_cents + shipping,
        promotion_code=case.code,
        recipient=f"{customer.first_name} {customer.last_name}",
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        placed_at=placed_at,
        changed_at=placed_at,
        expected_on=_expected_on(case, promised, today),
        items=items,
    )
    order.payments.append(_payment(order, case, PaymentKind.CHARGE, placed_at, placed_at))
    if case.refund is not None:
        at = _at(today - timedelta(days=case.refund.days))
        there = at + timedelta(days=3) if case.refund.status is PaymentStatus.SETTLED else None
        order.payments.append(_payment(order, case, PaymentKind.REFUND, at, there))
    for count, parcel in enumerate(case.parcels, start=1):
        order.shipments.append(_parcel(order, parcel, count, today))
    return order


def _expected_on(case: Case, promised: Sequence[date], today: date) -> date:
    """The last parcel's day; what still lies in the warehouse is expected in a few days."""
    held = sum(len(parcel.lines) for parcel in case.parcels)
    if held == len(case.lines):
        return max(promised)
    return rules.delivery_day(today + timedelta(days=3), today)


def _promised(parcel: Parcel, today: date) -> date:
    return rules.delivery_day(today - timedelta(days=parcel.promised), today)


def _payment(
    order: Order, case: Case, kind: PaymentKind, at: datetime, settled_at: datetime | None
) -> Payment:
    charged = kind is PaymentKind.CHARGE or case.refund is None
    return Payment(
        kind=kind,
        status=PaymentStatus.SETTLED if charged or case.refund is None else case.refund.status,
        method=case.method,
        amount_cents=order.total_cents,
        currency=order.currency,
        created_at=at,
        settled_at=settled_at,
    )


def _parcel(order: Order, parcel: Parcel, count: int, today: date) -> Shipment:
    shipped_at = _at(today - timedelta(days=parcel.shipped))
    events = [TrackingEvent(at=shipped_at, place="Leipzig", description="Handed to the carrier")]
    delivered_at = None
    if parcel.delivered is not None:
        delivered_at = _at(today - timedelta(days=parcel.delivered), hour=14)
        events.append(TrackingEvent(at=delivered_at, place=order.city, description="Delivered"))
    return Shipment(
        carrier=CARRIERS[count % len(CARRIERS)],
        tracking_number=f"LK{order.number}{count:08d}",
        status=ShipmentStatus.IN_TRANSIT if delivered_at is None else ShipmentStatus.DELIVERED,
        shipped_at=shipped_at,
        expected_on=_promised(parcel, today),
        delivered_at=delivered_at,
        items=[item for item in order.items if item.line in parcel.lines],
        events=events,
    )


def _status(case: Case) -> OrderStatus:
    if not case.parcels:
        return OrderStatus.PROCESSING
    if sum(len(parcel.lines) for parcel in case.parcels) < len(case.lines):
        return OrderStatus.PARTIALLY_SHIPPED
    arrived = all(parcel.delivered is not None for parcel in case.parcels)
    return OrderStatus.DELIVERED if arrived else OrderStatus.SHIPPED


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)

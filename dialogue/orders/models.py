"""The tables of the order database. Money is integer cents with a currency; times are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from dialogue.orders.states import (
    OrderStatus,
    PaymentKind,
    PaymentStatus,
    ProblemKind,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, whatever the database keeps of the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """From Python to the database."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """From the database to Python."""
        return None if value is None else value.replace(tzinfo=UTC)


def _word(kind: type[StrEnum]) -> Enum:
    """A column of one of a few words, kept as text so that both databases agree."""
    return Enum(
        kind,
        native_enum=False,
        length=24,
        values_callable=lambda words: [word.value for word in words],
    )


class Base(DeclarativeBase):
    """All tables begin with ``shop_`` so that they can share a database with others."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        OrderStatus: _word(OrderStatus),
        ShipmentStatus: _word(ShipmentStatus),
        PaymentKind: _word(PaymentKind),
        PaymentStatus: _word(PaymentStatus),
        ReturnKind: _word(ReturnKind),
        ReturnStatus: _word(ReturnStatus),
        ProblemKind: _word(ProblemKind),
    }


class Customer(Base):
    """A person with an account. `demo` marks the ones that the demonstration signs in."""

    __tablename__ = "shop_customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(32))
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    addresses: Mapped[list[Address]] = relationship(back_populates="customer")


class Address(Base):
    """A saved address of a customer; an order keeps its own copy of where it goes."""

    __tablename__ = "shop_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customers.id"), index=True)
    street: Mapped[str] = mapped_column(String(120))
    postcode: Mapped[str] = mapped_column(String(16))
    city: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2))
    is_default: Mapped[bool] = mapped_column(default=True)

    customer: Mapped[Customer] = relationship(back_populates="addresses")


class Product(Base):
    """An article of the catalogue; what can be bought is one of its variants in `stock`."""

    __tablename__ = "shop_products"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    department: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(40), index=True)
    description: Mapped[str] = mapped_column(Text)
    price_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    tags: Mapped[list[str]]

    stock: Mapped[list[Stock]] = relationship(back_populates="product", order_by="Stock.id")


class Stock(Base):
    """How many pieces of one variant lie in the warehouse; no colour or size is an empty text."""

    __tablename__ = "shop_stock"
    __table_args__ = (
        UniqueConstraint("product_id", "colour", "size"),
        CheckConstraint("quantity >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_products.id"))
    colour: Mapped[str] = mapped_column(String(32), default="")
    size: Mapped[str] = mapped_column(String(16), default="")
    quantity: Mapped[int]
    restock_on: Mapped[date | None]

    product: Mapped[Product] = relationship(back_populates="stock")


class Order(Base):
    """What a customer bought. `version` makes two writers of one order notice each other."""

    __tablename__ = "shop_orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customers.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    status: Mapped[OrderStatus]
    currency: Mapped[str] = mapped_column(String(3))
    subtotal_cents: Mapped[int]
    discount_cents: Mapped[int] = mapped_column(default=0)
    shipping_cents: Mapped[int] = mapped_column(default=0)
    total_cents: Mapped[int]
    promotion_code: Mapped[str | None] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(160))
    street: Mapped[str] = mapped_column(String(120))
    postcode: Mapped[str] = mapped_column(String(16))
    city: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2))
    placed_at: Mapped[datetime] = mapped_column(index=True)
    expected_on: Mapped[date]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    items: Mapped[list[OrderItem]] = relationship(back_populates="order", order_by="OrderItem.line")
    shipments: Mapped[list[Shipment]] = relationship(back_populates="order", order_by="Shipment.id")
    payments: Mapped[list[Payment]] = relationship(back_populates="order", order_by="Payment.id")
    returns: Mapped[list[Return]] = relationship(back_populates="order", order_by="Return.id")
    problems: Mapped[list[Problem]] = relationship(back_populates="order", order_by="Problem.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy declares its type)


class OrderItem(Base):
    """One line of an order: some pieces of one variant, at the price of the day."""

    __tablename__ = "shop_order_items"
    __table_args__ = (UniqueConstraint("order_id", "line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_orders.id"))
    line: Mapped[int]
    stock_id: Mapped[int] = mapped_column(ForeignKey("shop_stock.id"), index=True)
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shop_shipments.id"))
    quantity: Mapped[int]
    unit_cents: Mapped[int]

    order: Mapped[Order] = relationship(back_populates="items")
    stock: Mapped[Stock] = relationship()
    shipment: Mapped[Shipment | None] = relationship(back_populates="items")
    return_items: Mapped[list[ReturnItem]] = relationship(back_populates="order_item")


class Shipment(Base):
    """One parcel of an order."""

    __tablename__ = "shop_shipments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_orders.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(40))
    tracking_number: Mapped[str] = mapped_column(String(40), unique=True)
    status: Mapped[ShipmentStatus]
    shipped_at: Mapped[datetime]
    expected_on: Mapped[date]
    delivered_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(back_populates="shipments")
    items: Mapped[list[OrderItem]] = relationship(back_populates="shipment")
    events: Mapped[list[TrackingEvent]] = relationship(
        back_populates="shipment", order_by="TrackingEvent.at"
    )


class TrackingEvent(Base):
    """Where a parcel was seen, in the carrier's words."""

    __tablename__ = "shop_tracking_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shop_shipments.id"), index=True)
    at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(String(160))

    shipment: Mapped[Shipment] = relationship(back_populates="events")


class Payment(Base):
    """Money that came or goes back, for one order."""

    __tablename__ = "shop_payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_orders.id"), index=True)
    kind: Mapped[PaymentKind]
    status: Mapped[PaymentStatus]
    method: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(back_populates="payments")


class Return(Base):
    """Something that the customer sends back, for the money or for another variant."""

    __tablename__ = "shop_returns"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_orders.id"), index=True)
    kind: Mapped[ReturnKind]
    status: Mapped[ReturnStatus]
    reason: Mapped[str] = mapped_column(String(500))
    postage_cents: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]

    order: Mapped[Order] = relationship(back_populates="returns")
    items: Mapped[list[ReturnItem]] = relationship(back_populates="parcel")


class ReturnItem(Base):
    """Some pieces of one line that come back, and what was set aside instead in an exchange."""

    __tablename__ = "shop_return_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("shop_returns.id"), index=True)
    order_item_id: Mapped[int] = mapped_column(ForeignKey("shop_order_items.id"), index=True)
    quantity: Mapped[int]
    replacement_id: Mapped[int | None] = mapped_column(ForeignKey("shop_stock.id"))

    parcel: Mapped[Return] = relationship(back_populates="items")
    order_item: Mapped[OrderItem] = relationship(back_populates="return_items")
    replacement: Mapped[Stock | None] = relationship()


class Problem(Base):
    """A delivery that went wrong, as the customer tells it, for a person to make good."""

    __tablename__ = "shop_problems"
    __table_args__ = (UniqueConstraint("order_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_orders.id"))
    kind: Mapped[ProblemKind]
    details: Mapped[str] = mapped_column(Text)
    wish: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime]

    order: Mapped[Order] = relationship(back_populates="problems")


class StockAlert(Base):
    """A customer who wants to hear when a variant is back, in the conversation named here.

    One of before has no conversation and is told in the customer's latest. Who tells it claims it.
    """

    __tablename__ = "shop_stock_alerts"
    __table_args__ = (UniqueConstraint("customer_id", "stock_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customers.id"))
    stock_id: Mapped[int] = mapped_column(ForeignKey("shop_stock.id"))
    sender: Mapped[str | None] = mapped_column(String(255))
    channel: Mapped[str | None] = mapped_column(String(32))
    claimed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Promotion(Base):
    """A code that makes an order cheaper, between two days, both included.

    It takes off `percent`, or `amount_cents`. One that is not `public` is shown to nobody who
    does not know it.
    """

    __tablename__ = "shop_promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    percent: Mapped[int]
    minimum_cents: Mapped[int] = mapped_column(default=0)
    department: Mapped[str | None] = mapped_column(String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    amount_cents: Mapped[int] = mapped_column(default=0, server_default="0")
    first_order_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    once_per_customer: Mapped[bool] = mapped_column(default=False, server_default=false())
    public: Mapped[bool] = mapped_column(default=True, server_default=true())


class DoneCommand(Base):
    """What a command under a key gave (JSON of a view), for when it is sent once more."""

    __tablename__ = "shop_done_commands"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    result: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime] = mapped_column(index=True)

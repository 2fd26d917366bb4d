"""The tables of what stands beside the orders: gift cards, who follows an order, and tickets."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.orders.models import Base, Order
from dialogue.orders.states import OrderStatus


class GiftCard(Base):
    """Money on a card. Its PIN is kept as a salted hash; `owner_id` has it in their account."""

    __tablename__ = "shop_gift_cards"
    __table_args__ = (CheckConstraint("balance_cents >= 0", name="not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(120))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("shop_customers.id"), index=True)
    bought_cents: Mapped[int]
    balance_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    sold_on: Mapped[date]
    expires_on: Mapped[date]


class OrderWatch(Base):
    """A conversation that is told when an order moves, and how far it had come when told last.

    Who tells it claims the row first, so that of several processes one does.
    """

    __tablename__ = "shop_order_watches"
    __table_args__ = (UniqueConstraint("order_id", "sender", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_orders.id"))
    sender: Mapped[str] = mapped_column(String(255), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    status: Mapped[OrderStatus]
    expected_on: Mapped[date]
    parcels: Mapped[int]
    arrived: Mapped[int]
    claimed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    order: Mapped[Order] = relationship()


class Ticket(Base):
    """A complaint or a problem that people work on; the customer knows it by its number.

    `reference` is the problem that it is about, where it is about one.
    """

    __tablename__ = "shop_tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_orders.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("shop_customers.id"), index=True)
    sender: Mapped[str] = mapped_column(String(255), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    reference: Mapped[str | None] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)  # open | closed
    answer: Mapped[str | None] = mapped_column(Text)
    closed_by: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    order: Mapped[Order | None] = relationship()

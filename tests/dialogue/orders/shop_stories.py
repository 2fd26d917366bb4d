"""A clock that can be turned, and what a story needs to know about the seeded shop."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select, text

from dialogue.orders.database import reading
from dialogue.orders.models import Order
from dialogue.orders.seed import demo_customers
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import Viewer

SHOP = Path(__file__).parents[3] / "data" / "shop"
TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)


class Clock:
    """A clock that a test can turn."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


class Shop:
    """What a test needs to know about the seeded shop to begin its story."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.customers = {c.first_name: c for c in demo_customers(engine)}

    def viewer(self, first_name: str) -> Viewer:
        return Viewer(customer_id=self.customers[first_name].id)

    def number(self, first_name: str, status: OrderStatus) -> str:
        """The newest order of a demonstration customer in this state."""
        query = (
            select(Order.number)
            .where(
                Order.customer_id == self.customers[first_name].id,
                Order.status == status,
            )
            .order_by(Order.placed_at.desc())
        )
        with reading(self.engine) as session:
            return str(session.scalars(query).first())

    def stock(self) -> dict[int, int]:
        """Pieces in the warehouse by variant."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT id, quantity FROM shop_stock"))
            return {row.id: row.quantity for row in rows}

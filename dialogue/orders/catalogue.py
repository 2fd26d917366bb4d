"""The goods: what there is, what is left of it, what goes with it, and what is on offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine, select
from sqlalchemy.orm import selectinload

from dialogue.orders import reading as read
from dialogue.orders.database import reading, writing
from dialogue.orders.errors import SignInRequired, VariantNotFound
from dialogue.orders.models import (
    Customer,
    Product,
    Stock,
    StockAlert,
)
from dialogue.orders.promotion_codes import running
from dialogue.orders.protocol import utc_now
from dialogue.orders.search import Match, rank
from dialogue.orders.subscriptions import Listener
from dialogue.orders.views import ProductView, PromotionView, Viewer


class Catalogue(Protocol):
    """What the retail actions need to know about goods; nothing in it is private.

    Write these methods over your own product database or search engine. Methods are called from
    several threads at once. The smallest example, a shop that sells one thing::

        class OneThing:
            def search(self, text, limit=6):
                return (Match(THE_THING, score=1.0, coverage=1.0),)
    """

    def product(self, sku: str) -> ProductView | None:
        """The product with this article number, or None."""
        ...

    def products(self, skus: Sequence[str] | None = None) -> tuple[ProductView, ...]:
        """The products with these article numbers as they are now, in no order; or all of them."""
        ...

    def search(self, text: str, limit: int = 6) -> tuple[Match, ...]:
        """The products that a sentence speaks of, best first; none when it names nothing."""
        ...

    def promotions(self) -> tuple[PromotionView, ...]:
        """What is public and may be used today, the largest reduction first."""
        ...

    def alert(
        self, viewer: Viewer, sku: str, colour: str, size: str, listener: Listener | None = None
    ) -> None:
        """Remember that the signed-in customer wants to hear when a variant is back, once.

        It is told to `listener`, the conversation in which it was asked for last.

        Raises SignInRequired, VariantNotFound.
        """
        ...


class SqlCatalogue:
    """`Catalogue` over the same database as `SqlOrderStore`."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def product(self, sku: str) -> ProductView | None:
        """See `Catalogue.product`."""
        with reading(self._engine) as session:
            row = session.scalar(select(Product).where(Product.sku == sku.upper()))
            return read.product_view(row) if row else None

    def products(self, skus: Sequence[str] | None = None) -> tuple[ProductView, ...]:
        """See `Catalogue.products`."""
        query = select(Product).order_by(Product.id).options(selectinload(Product.stock))
        if skus is not None:
            query = query.where(Product.sku.in_(skus))
        with reading(self._engine) as session:
            return tuple(read.product_view(row) for row in session.scalars(query))

    def search(self, text: str, limit: int = 6) -> tuple[Match, ...]:
        """See `Catalogue.search`."""
        return rank(text, self.products())[:limit]

    def promotions(self) -> tuple[PromotionView, ...]:
        """See `Catalogue.promotions`."""
        with reading(self._engine) as session:
            return tuple(running(session, self._clock().date()))

    def alert(
        self, viewer: Viewer, sku: str, colour: str, size: str, listener: Listener | None = None
    ) -> None:
        """See `Catalogue.alert`."""
        with writing(self._engine) as session:
            customer = session.get(
                Customer, viewer.customer_id or -1, with_for_update=True
            )  # locked, so that two askings at once make one alert
            if customer is None:
                raise SignInRequired
            stock_id = session.scalar(
                select(Stock.id)
                .join(Product)
                .where(Product.sku == sku, Stock.colour == colour, Stock.size == size)
            )
            if stock_id is None:
                raise VariantNotFound(sku)
            mine = (StockAlert.customer_id == customer.id, StockAlert.stock_id == stock_id)
            alert = session.scalar(select(StockAlert).where(*mine))
            if alert is None:
                alert = StockAlert(
                    customer_id=customer.id, stock_id=stock_id, created_at=self._clock()
                )
                session.add(alert)
            if listener is not None:
                alert.sender, alert.channel = listener.sender, listener.channel

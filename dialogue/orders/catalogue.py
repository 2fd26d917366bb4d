"""The goods: what there is, what is left of it, what goes with it, and what is on offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, selectinload

from dialogue.orders import reading as read
from dialogue.orders.database import reading, writing
from dialogue.orders.errors import SignInRequired, VariantNotFound
from dialogue.orders.models import (
    Customer,
    Order,
    OrderItem,
    Product,
    Promotion,
    Stock,
    StockAlert,
)
from dialogue.orders.search import Match, rank
from dialogue.orders.states import OrderStatus
from dialogue.orders.store import utc_now
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

    def search(self, text: str, limit: int = 6) -> tuple[Match, ...]:
        """The products that a sentence speaks of, best first; none when it names nothing."""
        ...

    def recommend(
        self, viewer: Viewer, like: str | None = None, limit: int = 4
    ) -> tuple[ProductView, ...]:
        """What people bought who bought `like`, or what this customer did; else best-sellers."""
        ...

    def promotions(self) -> tuple[PromotionView, ...]:
        """What may be used today, the largest reduction first."""
        ...

    def promotion(self, code: str) -> PromotionView | None:
        """The promotion with this code if it may be used today, whatever the letters' case."""
        ...

    def alert(self, viewer: Viewer, sku: str, colour: str, size: str) -> None:
        """Remember that the signed-in customer wants to hear when a variant is back, once.

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

    def search(self, text: str, limit: int = 6) -> tuple[Match, ...]:
        """See `Catalogue.search`."""
        with reading(self._engine) as session:
            products = _views(session, select(Product).order_by(Product.id))
        return rank(text, products)[:limit]

    def recommend(
        self, viewer: Viewer, like: str | None = None, limit: int = 4
    ) -> tuple[ProductView, ...]:
        """See `Catalogue.recommend`."""
        with reading(self._engine) as session:
            known = _bought_or_like(session, viewer, like)
            peers = _buyers_of(known) if known else select(Customer.id)
            query = _bestsellers(peers, excluding=known)
            if like is not None:
                query = query.where(Product.department == _department_of(like))
            found = _in_order(session, session.scalars(query.limit(limit * 3)))
        return tuple(product for product in found if product.in_stock)[:limit]

    def promotions(self) -> tuple[PromotionView, ...]:
        """See `Catalogue.promotions`."""
        today = self._clock().date()
        query = (
            select(Promotion)
            .where(Promotion.starts_on <= today, Promotion.ends_on >= today)
            .order_by(Promotion.percent.desc(), Promotion.code)
        )
        with reading(self._engine) as session:
            return tuple(_promotion_view(row) for row in session.scalars(query))

    def promotion(self, code: str) -> PromotionView | None:
        """See `Catalogue.promotion`."""
        wanted = code.strip().upper()
        return next((offer for offer in self.promotions() if offer.code == wanted), None)

    def alert(self, viewer: Viewer, sku: str, colour: str, size: str) -> None:
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
            if session.scalar(select(StockAlert.id).where(*mine)) is None:
                session.add(
                    StockAlert(customer_id=customer.id, stock_id=stock_id, created_at=self._clock())
                )


def _bought_or_like(session: Session, viewer: Viewer, like: str | None) -> tuple[int, ...]:
    """Ids of the products to start from."""
    if like is not None:
        query = select(Product.id).where(Product.sku == like)
    else:
        query = (
            select(Stock.product_id)
            .distinct()
            .join(OrderItem, OrderItem.stock_id == Stock.id)
            .join(Order)
            .where(Order.customer_id == viewer.customer_id)
        )
    return tuple(session.scalars(query))


def _buyers_of(product_ids: tuple[int, ...]) -> Select[int]:
    return (
        select(Order.customer_id)
        .join(OrderItem)
        .join(Stock, OrderItem.stock_id == Stock.id)
        .where(Stock.product_id.in_(product_ids))
    )


def _department_of(sku: str) -> ScalarSelect[str]:
    return select(Product.department).where(Product.sku == sku).scalar_subquery()


def _bestsellers(customers: Select[int], excluding: tuple[int, ...]) -> Select[int]:
    """Ids of what these customers bought, most buyers first."""
    buyers = func.count(func.distinct(Order.customer_id))
    return (
        select(Stock.product_id)
        .join(Product)
        .join(OrderItem, OrderItem.stock_id == Stock.id)
        .join(Order, OrderItem.order_id == Order.id)
        .where(
            Order.customer_id.in_(customers),
            Order.status != OrderStatus.CANCELLED,
            Stock.product_id.not_in(excluding),
        )
        .group_by(Stock.product_id)
        .order_by(buyers.desc(), Stock.product_id)
    )


def _in_order(session: Session, product_ids: Iterable[int]) -> list[ProductView]:
    wanted = list(product_ids)
    rows = session.scalars(
        select(Product).where(Product.id.in_(wanted)).options(selectinload(Product.stock))
    )
    views = {row.id: read.product_view(row) for row in rows}
    return [views[product_id] for product_id in wanted]


def _views(session: Session, query: Select[Product]) -> list[ProductView]:
    rows = session.scalars(query.options(selectinload(Product.stock)))
    return [read.product_view(row) for row in rows]


def _promotion_view(row: Promotion) -> PromotionView:
    return PromotionView(
        row.code, row.title, row.percent, row.minimum_cents, row.department, row.ends_on
    )

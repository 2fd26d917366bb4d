"""Pieces that go into the warehouse and out of it: each in one statement, none lost or made."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialogue.orders.errors import OutOfStock, VariantNotFound
from dialogue.orders.models import OrderItem, Stock
from dialogue.orders.views import variant_label


def put_back(session: Session, stock_id: int, quantity: int) -> None:
    """Pieces that nobody waits for any more."""
    session.execute(
        update(Stock).where(Stock.id == stock_id).values(quantity=Stock.quantity + quantity)
    )


def take_out(session: Session, stock: Stock, quantity: int) -> None:
    """Set pieces aside, so that two takers never share the last one. Raises OutOfStock."""
    taken = session.execute(
        update(Stock)
        .where(Stock.id == stock.id, Stock.quantity >= quantity)
        .values(quantity=Stock.quantity - quantity)
        .returning(Stock.id)
    ).first()
    if taken is None:
        label = variant_label(stock.colour, stock.size)
        raise OutOfStock(stock.product.name, label, stock.restock_on)


def variant_of(session: Session, item: OrderItem, colour: str, size: str) -> Stock:
    """Another variant of the article of a line. Raises VariantNotFound."""
    wanted = session.scalar(
        select(Stock).where(
            Stock.product_id == item.stock.product_id, Stock.colour == colour, Stock.size == size
        )
    )
    if wanted is None:
        raise VariantNotFound(item.stock.product.name)
    return wanted

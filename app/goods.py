"""The names of the shop's goods, for models to find in messages."""

from __future__ import annotations

from sqlalchemy import inspect, select

from app.database import make_engine
from app.settings import Settings
from dialogue.orders.database import reading
from dialogue.orders.models import Product


def product_names(settings: Settings) -> dict[str, str]:
    """Article numbers by product name; none before the order database was first set up."""
    engine = make_engine(settings.order_database_url)
    try:
        if not inspect(engine).has_table(Product.__tablename__):
            return {}
        with reading(engine) as session:
            rows = session.execute(select(Product.name, Product.sku).order_by(Product.id))
            return dict(rows.tuples().all())
    finally:
        engine.dispose()

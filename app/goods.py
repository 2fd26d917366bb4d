"""The names of the shop's goods, for models to find in messages."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from sqlalchemy import inspect, select

from app.database import make_engine
from app.settings import Settings
from app.shop_source import shop_api
from dialogue.orders.database import reading
from dialogue.orders.errors import OrdersUnavailable
from dialogue.orders.http_catalogue import HttpCatalogue
from dialogue.orders.models import Product

_log = logging.getLogger(__name__)


def product_names(settings: Settings) -> dict[str, str]:
    """Article numbers by product name; none where nothing is sold, and before the order
    database was first set up.

    A product without a name is left out. Of several with one name the first is meant; which these
    are is told in the log.
    """
    if not settings.sells:
        return {}
    if settings.orders_over_http:
        return _names_told(settings)
    engine = make_engine(settings.order_database_url)
    try:
        if not inspect(engine).has_table(Product.__tablename__):
            return {}
        with reading(engine) as session:
            rows = session.execute(select(Product.name, Product.sku).order_by(Product.id))
            return _by_name(rows.tuples().all())
    finally:
        engine.dispose()


def _names_told(settings: Settings) -> dict[str, str]:
    """What the shop's API tells; nothing while it cannot be asked."""
    api = shop_api(settings)
    try:
        return _by_name((each.name, each.sku) for each in HttpCatalogue(api).products())
    except OrdersUnavailable as error:
        _log.warning("the names of the goods are not known: %s", error)
        return {}
    finally:
        api.close()


def _by_name(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, sku in rows:
        if not name.strip():
            _log.warning("the catalogue: %s has no name, and cannot be found in messages", sku)
        elif named.setdefault(name, sku) != sku:
            _log.warning(
                "the catalogue: %s has the name of %s, %r: that one is meant",
                sku,
                named[name],
                name,
            )
    return named

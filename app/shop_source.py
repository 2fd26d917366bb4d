"""Where the shop's orders and goods are: in a database, or behind the shop's own HTTP API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.database import make_engine
from app.settings import Settings
from app.shop_catalogue import DemoShop
from dialogue.orders.catalogue import Catalogue, SqlCatalogue
from dialogue.orders.database import reading
from dialogue.orders.extras import ShopExtras, sql_extras
from dialogue.orders.http_catalogue import HttpCatalogue, HttpPurchases
from dialogue.orders.http_store import HttpOrderStore
from dialogue.orders.policies import ShopPolicies, project_policies
from dialogue.orders.protocol import OrderStore
from dialogue.orders.purchases import Purchases, SqlPurchases
from dialogue.orders.shop_api import ShopApi
from dialogue.orders.store import SqlOrderStore
from dialogue.retail.phrases import Phrases, project_phrases


@dataclass(frozen=True)
class ShopSource:
    """The three sides of a shop. `ping` raises unless it answers; `close` ends the connections.

    `demo` is what the demonstration shop's pages read; they are pages over a database only, and so
    are `extras`: gift cards, codes, who is told of what, tickets.
    """

    store: OrderStore
    catalogue: Catalogue
    purchases: Purchases
    policies: ShopPolicies
    phrases: Phrases
    ping: Callable[[], None]
    close: Callable[[], None]
    demo: DemoShop | None = None
    extras: ShopExtras | None = None


def open_shop(settings: Settings, clock: Callable[[], datetime]) -> ShopSource:
    """The shop that the settings name. Raises SourceError for a mistake in its files."""
    policies, phrases = project_policies(settings.project), project_phrases(settings.project)
    if settings.orders_over_http:
        api = shop_api(settings)
        return ShopSource(
            HttpOrderStore(api),
            HttpCatalogue(api),
            HttpPurchases(api),
            policies,
            phrases,
            ping=api.ping,
            close=api.close,
        )
    engine = make_engine(settings.order_database_url, settings.orders_wait_s)

    def ping() -> None:
        with reading(engine) as session:
            session.execute(text("SELECT 1"))

    return ShopSource(
        SqlOrderStore(engine, clock, policies),
        SqlCatalogue(engine, clock),
        SqlPurchases(engine, clock),
        policies,
        phrases,
        ping=ping,
        close=engine.dispose,
        demo=DemoShop(engine),
        extras=sql_extras(engine, clock),
    )


def shop_api(settings: Settings) -> ShopApi:
    """The client of the shop's API; the caller closes it."""
    return ShopApi(settings.orders_url, settings.orders_token, wait_s=settings.orders_wait_s)

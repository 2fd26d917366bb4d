"""Filling an empty order database with the demonstration shop, the same for the same arguments."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from dialogue.orders import reading as read
from dialogue.orders.database import reading, writing
from dialogue.orders.gift_cards import hashed_pin
from dialogue.orders.models import Customer, Order, Product, Promotion, Stock
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.seed_archive import fill_archive
from dialogue.orders.seed_cases import fill_cases
from dialogue.orders.seed_history import place_orders
from dialogue.orders.seed_people import make_shoppers
from dialogue.orders.service_models import GiftCard
from dialogue.orders.shop_files import (
    ProductEntry,
    read_gift_cards,
    read_products,
    read_promotions,
)
from dialogue.orders.views import CustomerView

CUSTOMERS = 330
ORDERS = 1_080
SEED = 7_301
ARCHIVE_SEED = 2_023  # of its own, so that the other orders are the same without an archive
SEED_LOCK = 730_100_001


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What the database holds now, and whether this call put it there."""

    created: bool
    customers: int
    orders: int
    products: int


def seed(
    engine: Engine,
    folder: Path,
    today: date,
    rng: random.Random,
    archive_seed: int = ARCHIVE_SEED,
) -> SeedReport:
    """Fill the migrated database from a shop's folder (`data/shop`), unless it has products.

    Order numbers begin with 1001, those of the archive with 50001, those of `cases.yml` with
    90001. All dates but the archive's are relative to `today`, so that the same `rng` gives the
    same shop on any day. Raises `nlu.errors.SourceError` for a mistake in the files.
    """
    with writing(engine) as session:
        _one_seeder_at_a_time(session)
        created = session.scalar(select(func.count()).select_from(Product)) == 0
        if created:
            _fill(session, folder, today, rng, random.Random(archive_seed))
    with reading(engine) as session:
        return SeedReport(
            created,
            customers=_count(session, Customer),
            orders=_count(session, Order),
            products=_count(session, Product),
        )


def demo_customers(engine: Engine) -> tuple[CustomerView, ...]:
    """The customers whom the demonstration shop may sign in, in the order of their names' file."""
    query = select(Customer).where(Customer.demo).order_by(Customer.id)
    with reading(engine) as session:
        return tuple(read.customer_view(row) for row in session.scalars(query))


def _fill(
    session: Session, folder: Path, today: date, rng: random.Random, archive: random.Random
) -> None:
    entries = read_products(folder / "catalogue.yml")
    products = [_product(entry, today, rng) for entry in entries]
    session.add_all(products)
    session.add_all(_promotion(entry, today) for entry in read_promotions(folder))
    shoppers = make_shoppers(folder / "people.yml", CUSTOMERS, today, rng)
    session.add_all(shopper.customer for shopper in shoppers)
    session.flush()
    session.add_all(place_orders(shoppers, products, ORDERS, today, rng))
    fill_archive(session, folder, entries, products, archive)
    fill_cases(session, folder, products, today)
    session.add_all(_gift_card(session, entry, today) for entry in read_gift_cards(folder))


def _product(entry: ProductEntry, today: date, rng: random.Random) -> Product:
    return Product(
        sku=entry.sku,
        name=entry.name,
        department=entry.department,
        category=entry.category,
        description=entry.description,
        price_cents=entry.price_cents,
        currency=entry.currency,
        tags=list(entry.tags),
        stock=[
            _stock(colour, size, today, rng) for colour in entry.colours for size in entry.sizes
        ],
    )


def _stock(colour: str, size: str, today: date, rng: random.Random) -> Stock:
    """About one variant in nine is sold out, most of those with a date for more."""
    if rng.random() > 0.11:
        return Stock(colour=colour, size=size, quantity=rng.randint(3, 45))
    more = today + timedelta(days=rng.randint(5, 40)) if rng.random() < 0.8 else None
    return Stock(colour=colour, size=size, quantity=0, restock_on=more)


def _promotion(entry: dict[str, Any], today: date) -> Promotion:
    return Promotion(
        code=entry["code"],
        title=entry["title"],
        percent=entry.get("percent", 0),
        amount_cents=entry["amount_cents"],
        minimum_cents=entry["minimum_cents"],
        department=entry.get("department"),
        starts_on=today + timedelta(days=entry["from_day"]),
        ends_on=today + timedelta(days=entry["to_day"]),
        first_order_only=entry.get("first_order_only", False),
        once_per_customer=entry.get("once_per_customer", False),
        public=entry.get("public", True),
    )


def _gift_card(session: Session, entry: dict[str, Any], today: date) -> GiftCard:
    """Valid as long as the policies say, unless the file says another day."""
    sold_on = today + timedelta(days=entry["sold_day"])
    years = ShopPolicies().gift_cards.valid_years
    usual = sold_on + timedelta(days=365 * years)
    named = today + timedelta(days=entry["expires_day"]) if "expires_day" in entry else None
    return GiftCard(
        code=entry["code"],
        pin_hash=hashed_pin(str(entry["pin"])),
        owner_id=session.scalar(select(Customer.id).where(Customer.email == entry.get("owner"))),
        bought_cents=entry["bought_cents"],
        balance_cents=entry["balance_cents"],
        currency="EUR",
        sold_on=sold_on,
        expires_on=named or usual,
    )


def _one_seeder_at_a_time(session: Session) -> None:
    """A second seeder waits and then finds the shop filled; SQLite's write lock does the same."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEED_LOCK})


def _count(session: Session, table: type[Customer | Order | Product]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0

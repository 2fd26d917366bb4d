"""The schema, the seeded shop, and the catalogue, over both databases."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from shop_stories import SHOP, TODAY, Clock, Shop
from sqlalchemy import Engine, text

from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine
from dialogue.orders.errors import SignInRequired, VariantNotFound
from dialogue.orders.migrations import VERSION_TABLE, upgrade
from dialogue.orders.models import Base
from dialogue.orders.search import mentioned_variants, only_one, price_limit_cents
from dialogue.orders.seed import SEED, seed
from dialogue.orders.shop_files import read_products
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import Viewer
from nlu.errors import SourceError


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    upgrade(engine)  # once more is harmless
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Base.metadata) == []


def test_seeding_a_seeded_shop_does_nothing(engine: Engine, shop: Shop) -> None:
    before = shop.stock()
    report = seed(engine, SHOP, TODAY + timedelta(days=9), random.Random(1))
    assert not report.created
    assert (report.customers, report.orders, report.products) >= (320, 1050, 160)
    assert shop.stock() == before


def test_the_shop_has_orders_in_every_state(engine: Engine) -> None:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT status, number FROM shop_orders")).all()
    states = Counter(status for status, _ in rows)
    assert set(states) == {status.value for status in OrderStatus}
    assert min(states.values()) >= 5
    assert min(number for _, number in rows) == 1001


def test_the_same_seed_makes_the_same_shop_on_another_day(
    tmp_path: Path, sqlite_engine: Engine
) -> None:
    other = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(other)
    seed(other, SHOP, TODAY + timedelta(days=100), random.Random(SEED))
    query = text("SELECT number, customer_id, status, total_cents FROM shop_orders ORDER BY number")
    with other.connect() as there, sqlite_engine.connect() as here:
        assert there.execute(query).all() == here.execute(query).all()
    other.dispose()


def test_what_people_buy_follows_their_taste(engine: Engine) -> None:
    """A customer's second order is from the department of the first more often than chance."""
    query = text(
        """
        SELECT o.customer_id, p.department FROM shop_orders o
        JOIN shop_order_items i ON i.order_id = o.id AND i.line = 1
        JOIN shop_stock s ON s.id = i.stock_id JOIN shop_products p ON p.id = s.product_id
        ORDER BY o.number
        """
    )
    bought: dict[int, list[str]] = {}
    with engine.connect() as connection:
        for customer, department in connection.execute(query):
            bought.setdefault(customer, []).append(department)
    pairs = [(b[0], b[1]) for b in bought.values() if len(b) > 1]
    firsts, seconds = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(firsts[name] * seconds[name] for name in firsts) / len(pairs) ** 2
    assert sum(a == b for a, b in pairs) / len(pairs) > by_chance + 0.08


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("is the alder rain jacket available in navy?", "Alder Rain Jacket"),
        ("do you have the linen shirt in M", "Linen Shirt"),
        ("chefs knife", "Chef's Knife 20 cm"),
        ("alder rain jaket", "Alder Rain Jacket"),
        ("what is the weekender holdall made of", "Weekender Holdall"),
        ("hiking boots", "Ridge Hiking Boots"),
    ],
)
def test_a_product_is_found_by_its_name(catalogue: SqlCatalogue, said: str, meant: str) -> None:
    product = only_one(catalogue.search(said))
    assert product is not None
    assert product.name == meant


@pytest.mark.parametrize(
    ("said", "among"),
    [
        ("I'm looking for something waterproof for hiking", "Ridge Hiking Boots"),
        ("a gift for my mother who loves gardening", "Gardener's Gift Box"),
        ("warm blankets", "Wool Throw Blanket"),
        ("headfones", "Over-Ear Headphones"),
    ],
)
def test_a_wish_finds_several(catalogue: SqlCatalogue, said: str, among: str) -> None:
    assert among in [match.product.name for match in catalogue.search(said)]


@pytest.mark.parametrize("said", ["", "where is my parcel", "🙂🙂", "x" * 5000, "\x00"])
def test_what_names_no_product_finds_none(catalogue: SqlCatalogue, said: str) -> None:
    assert catalogue.search(said) == ()


def test_colours_and_sizes_are_heard(catalogue: SqlCatalogue) -> None:
    jacket = catalogue.product("CL-JA-01")
    assert jacket is not None
    heard = mentioned_variants("the navy one in large please", jacket.variants)
    assert {(v.colour, v.size) for v in heard} >= {("navy", "L")}
    assert {v.colour for v in heard} == {"navy"}
    assert mentioned_variants("do you have it", jacket.variants) == jacket.variants
    denim = catalogue.product("CL-JA-06")
    assert denim is not None
    assert {v.colour for v in mentioned_variants("the blue one", denim.variants)} == {"light blue"}


def test_a_price_limit_is_heard() -> None:
    assert price_limit_cents("something under €50") == 5000
    assert price_limit_cents("max 30 euros please") == 3000
    assert price_limit_cents("a present") is None


def test_products_are_read_by_number(catalogue: SqlCatalogue) -> None:
    some = catalogue.products(["CL-JA-01", "HK-LI-05", "NO-SUCH"])
    assert {product.sku for product in some} == {"CL-JA-01", "HK-LI-05"}
    assert len(catalogue.products()) == 187 and catalogue.products([]) == ()


def test_promotions_hold_between_their_days(catalogue: SqlCatalogue, clock: Clock) -> None:
    assert [offer.code for offer in catalogue.promotions()] == ["TRAIL20", "COSY15", "WELCOME10"]
    clock.forward(days=35)
    assert {offer.code for offer in catalogue.promotions()} == {"LASTCALL5", "WELCOME10"}


def test_an_alert_is_kept_once(catalogue: SqlCatalogue, shop: Shop) -> None:
    maya = shop.viewer("Maya")
    catalogue.alert(maya, "CL-JA-01", "navy", "M")
    catalogue.alert(maya, "CL-JA-01", "navy", "M")
    with shop.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM shop_stock_alerts")).scalar() == 1
    with pytest.raises(VariantNotFound):
        catalogue.alert(maya, "CL-JA-01", "pink", "M")
    with pytest.raises(SignInRequired):
        catalogue.alert(Viewer(), "CL-JA-01", "navy", "M")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            '{sku: A, name: B, description: C, prize: "1.00"}',
            "catalogue.yml:4: unknown key 'prize'",
        ),
        ('{sku: A, name: B, description: C, price: "1.005"}', "'1.005' is not an amount"),
        ("{sku: A, name: B, description: C, price: cheap}", "'cheap' is not an amount"),
        ('{sku: A, name: B, price: "1.00"}', "'description' is missing"),
        ('{sku: A, name: " ", description: C, price: "1.00"}', ":4: 'name' is empty or no text"),
        ('{sku: 7, name: B, description: C, price: "1.00"}', ":4: 'sku' is empty or no text"),
        (
            '{sku: A, name: B, description: C, price: "1.00"},\n'
            '      {sku: D, name: "b ", description: E, price: "1.00"}',
            "catalogue.yml:5: D has the name of A, 'b '",
        ),
    ],
)
def test_a_mistake_in_the_catalogue_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "catalogue.yml"
    path.write_text(f"categories:\n  - {{name: c, department: d, products: [\n\n      {line}]}}\n")
    with pytest.raises(SourceError) as caught:
        read_products(path)
    assert complaint in str(caught.value)

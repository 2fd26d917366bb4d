"""The regulars of the demonstration shop: who they are shows in what they buy."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from shop_stories import SHOP
from sqlalchemy import Engine, text

from dialogue.orders.seed_regulars import Purchase, Tastes, purchases, read_tastes
from dialogue.orders.shop_files import ProductEntry, read_products
from nlu.errors import SourceError


@pytest.fixture(scope="module")
def entries() -> list[ProductEntry]:
    return read_products(SHOP / "catalogue.yml")


@pytest.fixture(scope="module")
def tastes(entries: list[ProductEntry]) -> Tastes:
    return read_tastes(SHOP / "regulars.yml", entries)


@pytest.fixture(scope="module")
def lives(tastes: Tastes, entries: list[ProductEntry]) -> list[list[Purchase]]:
    return purchases(tastes, entries, random.Random(5))


def test_the_same_chance_makes_the_same_lives(tastes, entries, lives) -> None:
    assert purchases(tastes, entries, random.Random(5)) == lives
    assert purchases(tastes, entries, random.Random(6)) != lives


def test_one_of_a_thing_is_enough_unless_it_is_used_up(tastes, lives) -> None:
    for life in lives:
        counts = Counter(sku for bought in life for sku, _ in bought.lines)
        assert {sku for sku, count in counts.items() if count > 1} <= tastes.bought_again


def test_who_has_a_tent_comes_back_for_a_mat(lives) -> None:
    def share(owners: list[set[str]]) -> float:
        return sum("OU-CA-03" in goods for goods in owners) / len(owners)

    owned = [{sku for bought in life for sku, _ in bought.lines} for life in lives]
    with_tent = [goods for goods in owned if "OU-CA-01" in goods]
    assert share(with_tent) > 2 * share(owned)


def test_the_archive_lies_in_the_database_in_its_own_numbers(engine: Engine) -> None:
    query = text(
        "SELECT count(*), count(DISTINCT customer_id), min(number) FROM shop_orders"
        " WHERE number BETWEEN 50001 AND 90000"  # those above are cases to try
    )
    with engine.connect() as connection:
        orders, customers, first = connection.execute(query).one()
    assert (customers, first) == (480, 50001)
    assert orders > 3 * customers


def test_goods_that_the_catalogue_has_not_are_named(tmp_path: Path, entries) -> None:
    path = tmp_path / "regulars.yml"
    written = (SHOP / "regulars.yml").read_text(encoding="utf-8")
    path.write_text(written.replace("CL-TR-04, CL-BA-03", "CL-TR-44, CL-BA-03"), encoding="utf-8")
    with pytest.raises(SourceError, match=r"regulars.yml:\d+: the interest 'days_at_the_lake'"):
        read_tastes(path, entries)

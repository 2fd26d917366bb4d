"""Recommendations over a seeded shop: what is shown, what never is, and why."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import Engine, text
from word_vectors import NOW, WordVectors, recommender_of

from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.purchases import SqlPurchases
from dialogue.orders.views import Viewer
from dialogue.recommending.opinions import Alike, Named, Popular, Taste, Together
from dialogue.recommending.recommender import Recommender
from dialogue.recommending.wishes import heard

GUEST = Viewer()
ASK = heard("what do you recommend")


def skus(suggestions) -> list[str]:
    return [one.product.sku for one in suggestions]


def change(shop: Engine, statement: str, **values: object) -> None:
    with shop.begin() as connection:
        connection.execute(text(statement), values)


def test_a_guest_gets_best_sellers(recommender: Recommender) -> None:
    found = recommender.recommend(GUEST, ASK)
    assert len(found) == 5
    assert all(one.product.in_stock and one.reason == Popular() for one in found)
    proven = Viewer(proven_orders=frozenset({"1001"}))
    assert skus(recommender.recommend(proven, ASK)) == skus(found)


def test_a_customer_gets_what_fits_their_purchases(
    recommender: Recommender, shop: Engine, maya: Viewer
) -> None:
    owned = {sku for sku, _ in SqlPurchases(shop).of(maya).kept}
    found = recommender.recommend(maya, ASK)
    assert skus(found) != skus(recommender.recommend(GUEST, ASK))
    assert len(found) == 5 and not owned & set(skus(found))
    for one in found:
        assert isinstance(one.reason, Together | Taste | Alike | Popular)
        if isinstance(one.reason, Together | Alike):
            assert one.reason.other.sku in owned


def test_what_is_sold_out_is_not_shown(recommender: Recommender, shop: Engine) -> None:
    first = skus(recommender.recommend(GUEST, ASK))[0]
    change(
        shop,
        "UPDATE shop_stock SET quantity = 0 WHERE product_id IN"
        " (SELECT id FROM shop_products WHERE sku = :sku)",
        sku=first,
    )
    assert first not in skus(recommender.recommend(GUEST, ASK)), "without another refresh"
    change(shop, "UPDATE shop_stock SET quantity = 0")
    assert recommender.recommend(GUEST, ASK) == ()


def test_what_was_just_returned_is_not_shown(recommender: Recommender, shop: Engine) -> None:
    """Whoever sent a thing back does not want it, not even when their words fit it."""
    row = text(
        "SELECT o.customer_id, p.name, p.sku, r.id FROM shop_returns r"
        " JOIN shop_return_items b ON b.return_id = r.id"
        " JOIN shop_order_items i ON i.id = b.order_item_id"
        " JOIN shop_orders o ON o.id = i.order_id JOIN shop_stock s ON s.id = i.stock_id"
        " JOIN shop_products p ON p.id = s.product_id"
        " WHERE r.created_at > :since AND s.quantity > 0 AND (SELECT count(*) FROM"
        " shop_orders o2 JOIN shop_order_items i2 ON i2.order_id = o2.id JOIN shop_stock s2"
        " ON s2.id = i2.stock_id WHERE o2.customer_id = o.customer_id"
        " AND s2.product_id = p.id) = 1"
    )
    with shop.connect() as connection:
        since = (NOW - timedelta(days=60)).replace(tzinfo=None)
        customer, name, sku, returned = connection.execute(row, {"since": since}).first()
    who = Viewer(customer)
    assert sku in SqlPurchases(shop, lambda: NOW).of(who).just_returned
    assert sku not in skus(recommender.recommend(who, heard(f"recommend a {name}"), count=40))
    assert sku in skus(recommender.recommend(GUEST, heard(f"recommend a {name}"), count=40))
    long_ago = (NOW - timedelta(days=200)).replace(tzinfo=None)
    change(
        shop, "UPDATE shop_returns SET created_at = :at WHERE id = :id", at=long_ago, id=returned
    )
    assert sku in skus(recommender.recommend(who, heard(f"recommend a {name}"), count=40))


def test_something_like_it_but_cheaper(recommender: Recommender) -> None:
    found = recommender.recommend(GUEST, heard("something like this but cheaper"), "CL-JA-01")
    assert found
    for one in found:
        assert one.product.price_cents < 12_990
        assert isinstance(one.reason, Alike) and one.reason.other.sku == "CL-JA-01"
        assert one.reason.dearer_cents == one.product.price_cents - 12_990
    assert "jackets" in {one.product.category for one in found}


def test_something_finer(recommender: Recommender) -> None:
    found = recommender.recommend(GUEST, heard("one like it of better quality"), "CL-JA-01")
    assert found and all(one.product.price_cents > 12_990 for one in found)


def test_nothing_is_cheaper_than_the_cheapest(recommender: Recommender, shop: Engine) -> None:
    cheapest = min(SqlCatalogue(shop).products(), key=lambda product: product.price_cents)
    assert (
        recommender.recommend(GUEST, heard("something like this but cheaper"), cheapest.sku) == ()
    )


def test_what_goes_with_a_tent_is_bought_with_it(recommender: Recommender) -> None:
    found = recommender.recommend(GUEST, heard("what goes with it"), "OU-CA-01")
    assert "OU-CA-01" not in skus(found)
    assert "OU-CA-03" in skus(found), "a sleeping mat"
    together = [one.reason for one in found if isinstance(one.reason, Together)]
    assert together and all(why.other.sku == "OU-CA-01" and not why.owned for why in together)


def test_a_present_fits_what_is_said_and_not_who_asks(
    recommender: Recommender, maya: Viewer
) -> None:
    wish = heard("anything for my dad who loves cooking, under 50 euros")
    found = recommender.recommend(maya, wish)
    assert found and all(one.product.price_cents <= 5_000 for one in found)
    assert {one.reason for one in found} == {Named(("cooking",))}
    assert skus(found) == skus(recommender.recommend(GUEST, wish))


def test_the_few_are_not_all_of_one_kind(recommender: Recommender) -> None:
    found = recommender.recommend(GUEST, heard("something for cooking"))
    assert len({one.product.category for one in found}) > 1


def test_no_single_customers_order_shows_in_a_reason(shop: Engine, redis: Redis) -> None:
    """Two who bought the same two things are not enough to say so."""
    with shop.begin() as connection:
        keep = connection.execute(text("SELECT min(id) FROM shop_orders")).scalar()
        connection.execute(
            text("UPDATE shop_orders SET status = 'cancelled' WHERE id != :id"), {"id": keep}
        )
    lonely = recommender_of(shop, redis, clock=lambda: NOW)
    lonely.refresh()
    with shop.connect() as connection:
        customer = connection.execute(
            text("SELECT customer_id FROM shop_orders WHERE id = :id"), {"id": keep}
        ).scalar()
    found = lonely.recommend(Viewer(customer), ASK)
    assert found
    assert not any(isinstance(one.reason, Together | Taste) for one in found)


def test_without_the_nlu_host_purchases_do(shop: Engine, redis: Redis, maya: Viewer) -> None:
    words = WordVectors()
    words.away = True
    alone = recommender_of(shop, redis, words, lambda: NOW)
    alone.refresh()
    assert not alone.complete
    for who, wish, about in (
        (GUEST, ASK, None),
        (maya, ASK, None),
        (GUEST, heard("something like this but cheaper"), "CL-JA-01"),
        (GUEST, heard("what goes with it"), "OU-CA-01"),
        (GUEST, heard("for my dad who loves cooking"), None),
    ):
        assert alone.recommend(who, wish, about), (wish, about)


def test_a_host_that_goes_away_or_changes_its_model_takes_nothing_with_it(
    recommender: Recommender, words: WordVectors
) -> None:
    wish = heard("something for cooking")
    words.version = "words-2"
    assert recommender.recommend(GUEST, wish), "vectors of two models are not compared"
    words.away = True
    assert recommender.recommend(GUEST, wish)


def test_no_catalogue_is_embedded_in_a_turn(shop: Engine, redis: Redis) -> None:
    words = WordVectors()
    fresh = recommender_of(shop, redis, words, lambda: NOW)
    assert fresh.recommend(GUEST, heard("something for cooking"))
    assert words.embedded == []
    fresh.refresh()
    embedded = len(words.embedded)
    fresh.recommend(GUEST, heard("something for cooking"))
    assert words.embedded[embedded:] == ["cooking"]


def test_goods_without_names_and_of_one_name_are_told_and_not_shown_twice(
    shop: Engine, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    change(shop, "UPDATE shop_products SET name = '  ', tags = '[]' WHERE sku = 'CL-JA-02'")
    change(shop, "UPDATE shop_products SET name = 'Soy  candle' WHERE sku = 'EL-CH-03'")
    change(shop, "UPDATE shop_products SET description = '' WHERE category = 'baking'")
    odd = recommender_of(shop, redis, clock=lambda: NOW)
    with caplog.at_level(logging.WARNING):
        odd.refresh()
        odd.refresh()
    assert caplog.text.count("CL-JA-02 has no name") == 1
    assert "EL-CH-03" in caplog.text and "HK-LI-05" in caplog.text
    found = skus(odd.recommend(GUEST, ASK, count=180))
    assert "CL-JA-02" not in found
    assert ("EL-CH-03" in found) + ("HK-LI-05" in found) == 1


def test_an_empty_catalogue_has_nothing(shop: Engine, redis: Redis) -> None:
    change(shop, "UPDATE shop_products SET name = ''")
    empty = recommender_of(shop, redis, clock=lambda: NOW)
    assert empty.recommend(GUEST, ASK) == ()
    empty.refresh()
    assert empty.recommend(GUEST, ASK, "CL-JA-01") == ()


def test_odd_questions_are_answered(recommender: Recommender) -> None:
    for said in ("", "🙂🙂", "\x00", "x" * 5000, "'; DROP TABLE shop_orders; --", "\ud83d"):
        recommender.recommend(GUEST, heard(said), said)
    assert recommender.recommend(GUEST, ASK, "no such number")

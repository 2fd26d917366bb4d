"""Purchases, contents, and how they are put together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis
from word_vectors import WordVectors

from dialogue.orders.views import ProductView
from dialogue.recommending.combining import best_first, combined, diverse, standardised
from dialogue.recommending.content import Content, texts_of
from dialogue.recommending.copurchases import Copurchases
from dialogue.recommending.vectors import KeptVectors
from nlu.errors import InterpreterUnavailable


def test_who_bought_one_thing_bought_the_other() -> None:
    bought = Copurchases([[0, 1], [0, 1], [0, 1], [0, 2], [3], []], 5)
    scores = bought.with_any([0], np.ones(1))
    assert scores[1] > scores[2] > scores[3] == scores[4] == scores[0] == 0
    assert (bought.people(0, 1), bought.people(1, 0), bought.people(0, 0)) == (3, 3, 0)
    assert bought.buyers.tolist() == [4, 3, 1, 1, 0]


def test_a_similarity_of_few_purchases_is_shrunk() -> None:
    once = Copurchases([[0, 1]], 2).with_any([0], np.ones(1))[1]
    often = Copurchases([[0, 1]] * 50, 2).with_any([0], np.ones(1))[1]
    assert once < 0.2 < 0.9 < often <= 1


def test_what_is_bought_again_is_told_by_its_buyers() -> None:
    again = Copurchases([[0, 0, 1]] * 3 + [[0, 1]] * 9, 2).bought_again
    assert again.tolist() == [True, False]


def test_an_empty_shop_is_no_trouble() -> None:
    assert Copurchases([], 0).buyers.tolist() == []
    assert Copurchases([], 2).with_any([0], np.ones(1)).tolist() == [0, 0]
    assert best_first(np.zeros(0), [], 5) == []


def content_of(*goods: ProductView) -> Content:
    return Content(np.array(WordVectors().embed(texts_of(goods)).vectors))


def product(name: str, category: str, *tags: str) -> ProductView:
    return ProductView(name, name, "d", category, f"the {name}", 100, "EUR", tags)


def test_contents_tell_what_is_alike_and_what_is_for_the_same() -> None:
    content = content_of(
        product("Rain Jacket", "jackets", "jacket", "hiking"),
        product("Wool Coat", "jackets", "jacket", "city"),
        product("Boots", "shoes", "shoe", "hiking"),
        product("Loafers", "shoes", "shoe", "city"),
    )
    akin = content.akin(0)
    assert akin[0] > 0.99 and akin[1] > akin[2] > akin[3]
    fitting = content.fitting([0], np.ones(1))
    assert fitting[2] > fitting[1], "who walks buys boots and not a second jacket"
    said = content.said(np.array(WordVectors().embed(["hiking"]).vectors)[0])
    assert min(said[0], said[2]) > max(said[1], said[3])


def test_few_or_wordless_goods_have_contents_too() -> None:
    for goods in ([product("One", "c")], [product("", ""), product("", "")]):
        assert np.isfinite(content_of(*goods).fitting([0], np.ones(1))).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_standardised_scores_keep_their_order(values: list[float]) -> None:
    scores = np.array(values)
    made = standardised(scores)
    assert np.isfinite(made).all()
    assert (np.diff(made[np.argsort(scores, kind="stable")]) >= -1e-9).all()


def test_a_part_that_says_nothing_leaves_the_other() -> None:
    together, alike = np.array([0.0, 1.0, 3.0]), np.array([0.2, 0.9, 0.1])
    assert np.allclose(combined(together, None), standardised(together))
    assert combined(np.zeros(3), alike).argmax() == 1


@given(st.integers(0, 12), st.integers(0, 8), st.randoms(use_true_random=False))
def test_the_diverse_few_are_different_and_begin_with_the_best(size, count, rng) -> None:
    scores = np.array([rng.random() for _ in range(size)])
    likeness = np.eye(size)
    chosen = diverse(scores, likeness, count)
    assert len(chosen) == len(set(chosen)) == min(size, count)
    assert not chosen or chosen[0] == scores.argmax()


def test_the_second_twin_gives_way() -> None:
    likeness = np.eye(4)
    likeness[0, 1] = likeness[1, 0] = 0.99
    assert diverse(np.array([1.0, 0.95, 0.85, 0.0]), likeness, 2) == [0, 2]


# --- vectors kept in Redis


def test_a_text_is_embedded_once_a_version(redis: Redis) -> None:
    words = WordVectors()
    kept = KeptVectors(words, redis)
    texts = [f"text {number}" for number in range(150)] + ["text 1"]
    first = kept.of(texts)
    assert len(words.embedded) == 150 and first.rows.shape[0] == 151
    again = kept.of([*texts, "another"])
    assert words.embedded[150:] == ["another"]
    assert np.allclose(again.rows[:151], first.rows)
    words.version = "words-2"
    assert kept.of(texts).version == "words-2" and len(words.embedded) == 301


def test_what_a_customer_writes_is_kept_nowhere(redis: Redis) -> None:
    KeptVectors(WordVectors(), redis).now("a secret")
    assert redis.keys("*") == []


def test_without_redis_vectors_are_made_each_time() -> None:
    words = WordVectors()
    kept = KeptVectors(words, Redis(port=9, socket_connect_timeout=0.2))
    assert kept.of(["a"]).rows.shape == kept.of(["a"]).rows.shape
    assert words.embedded == ["a", "a"]


def test_who_makes_them_may_be_away(redis: Redis) -> None:
    words = WordVectors()
    words.away = True
    with pytest.raises(InterpreterUnavailable):
        KeptVectors(words, redis).of(["a"])

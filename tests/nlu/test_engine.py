"""The tiny model at work: what it understands, and that nothing makes it stumble."""

from __future__ import annotations

import math
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.engine import Engine
from nlu.types import FALLBACK_INTENT, Understanding

ODD = [
    "",
    "   \n\t ",
    "x" * 10_000,
    "where is my order " * 600,
    "😀🎉🛍️",
    "\x00\x01\x02\x7f",
    "\ud83d half a pair",
    "Где мой заказ? 我的订单在哪里 where is order 1042",
    "\u202eredro ym si erehw",
    "﷽" * 300,
    "'; DROP TABLE orders; --",
]


def test_it_understands_what_it_learnt(engine: Engine, tiny_version: str) -> None:
    meaning = engine.parse("where is my order 1042 please", message_id="m1")
    assert meaning.intent is not None and meaning.intent.name == "order_status"
    assert meaning.message_id == "m1" and meaning.model_version == tiny_version
    assert [(one.name, one.value) for one in meaning.entities] == [("order_number", "1042")]
    assert engine.parse("could you gift wrap it").retrieval[0].key == "faq/gift_wrapping"


def test_what_is_out_of_scope_scores_higher(engine: Engine) -> None:
    inside, outside = engine.parse_batch(["track my order", "who is the king of Spain"])
    assert outside.out_of_scope_score > 0.5 > inside.out_of_scope_score


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_answered(engine: Engine, text: str) -> None:
    assert_sound(engine.parse(text), text)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_any_text_is_answered(engine: Engine, texts: list[str]) -> None:
    for meaning, text in zip(engine.parse_batch(texts), texts, strict=True):
        assert_sound(meaning, text)


def test_a_message_without_words_falls_back(engine: Engine) -> None:
    for text in ("", "  ", "😀"):
        intent = engine.parse(text).intent
        assert intent is not None and intent.name == FALLBACK_INTENT


def test_company_does_not_change_what_a_message_means(engine: Engine) -> None:
    together = engine.parse_batch(["hello", "", "x y " * 500, "cancel my order"])
    for meaning in together:
        alone = engine.parse(meaning.text)
        assert alone.entities == meaning.entities
        for one, other in zip(alone.intent_ranking, meaning.intent_ranking, strict=True):
            assert one.name == other.name
            assert math.isclose(one.confidence, other.confidence, abs_tol=1e-4)


def test_several_threads_may_ask_at_once(engine: Engine) -> None:
    answers: list[Understanding] = []
    threads = [
        threading.Thread(target=lambda: answers.append(engine.parse("hello there")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.intent for answer in answers}) == 1


def assert_sound(meaning: Understanding, text: str) -> None:
    assert meaning.text == text
    assert meaning.intent_ranking
    assert all(0.0 <= one.confidence <= 1.0 for one in meaning.intent_ranking)
    names = [one.name for one in meaning.intent_ranking]
    assert len(names) == len(set(names))
    assert Understanding.from_rasa(meaning.to_rasa()).intent == meaning.intent

"""The nearest examples of a message: the right ones, the nearest first, with their source."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.engine import Engine
from nlu.neighbours import Known, Neighbours


def test_the_nearest_come_first() -> None:
    known = [Known("east", "a", "f:1"), Known("north", "b", "f:2"), Known("west", "c", "f:3")]
    vectors = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    found = Neighbours(known, vectors).nearest(np.array([[0.6, 0.8]], dtype=np.float32), 2)
    assert [(one.example.text, round(one.cosine, 2)) for one in found[0]] == [
        ("north", 0.8),
        ("east", 0.6),
    ]


def test_examples_and_vectors_must_fit() -> None:
    with pytest.raises(ValueError, match="1 examples have 2 vectors"):
        Neighbours([Known("a", "b", "c")], np.zeros((2, 2), dtype=np.float32))


def test_a_model_knows_what_it_learnt_from(engine: Engine) -> None:
    nearest = engine.nearest_examples(["thanks a lot", "where is my order"], 3)
    assert nearest[0][0].example.text == "thanks a lot"
    assert nearest[0][0].cosine == pytest.approx(1.0, abs=1e-3)
    assert {one.example.label for one in nearest[1]} == {"order_status"}
    assert ".yml:" in nearest[1][0].example.source
    assert engine.nearest_examples([], 3) == []

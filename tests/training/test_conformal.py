"""Conformal sets hold the true intent as often as they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.decisions import Decisions, conformal_set
from nlu.types import IntentScore, Understanding
from training.conformal import fit_conformal


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    classes=st.integers(2, 40),
    sharpness=st.floats(0.2, 6.0),
    confidence=st.sampled_from([0.8, 0.9, 0.95]),
)
def test_the_promised_coverage_holds_on_exchangeable_data(
    seed: int, classes: int, sharpness: float, confidence: float
) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(3000, classes)) * sharpness
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    # The truth follows other chances than the model believes: coverage must hold all the same.
    truth = np.array([rng.choice(classes, p=row / row.sum()) for row in chances**0.7])
    own = chances[np.arange(3000), truth]
    least = fit_conformal(own[:1000], confidence)
    covered = (own[1000:] >= least).mean()
    error = np.sqrt(confidence * (1 - confidence) * (1 / 1000 + 1 / 2000))  # of both samples
    assert covered > confidence - 5 * error


def test_too_few_examples_promise_nothing() -> None:
    assert fit_conformal(np.array([0.9] * 18), 0.95) == 0.0
    assert fit_conformal(np.array([0.9] * 19), 0.95) == pytest.approx(0.9)
    assert fit_conformal(np.array([]), 0.95) == 0.0


def test_a_set_holds_the_best_guess_and_all_that_are_likely() -> None:
    ranked = [IntentScore("a", 0.5), IntentScore("b", 0.3), IntentScore("c", 0.2)]
    assert conformal_set(ranked, Decisions(conformal=0.25)) == ("a", "b")
    assert conformal_set(ranked, Decisions(conformal=0.9)) == ("a",)
    assert conformal_set(ranked, Decisions()) == ("a", "b", "c")


def test_a_set_travels_and_may_be_missing() -> None:
    one = Understanding("x", (IntentScore("a", 0.5),), conformal_set=("a", "b"))
    assert Understanding.from_rasa(one.to_rasa()).conformal_set == ("a", "b")
    theirs = {"text": "x", "intent": {"name": "a", "confidence": 0.5}}
    assert Understanding.from_rasa(theirs).conformal_set == ()

from __future__ import annotations

import numpy as np
import pytest

from nlu.decisions import probabilities
from training.calibration import (
    choose_outside_threshold,
    expected_calibration_error,
    expected_error_of_perfection,
    fit_outside_score,
    fit_temperature,
)

RNG = np.random.default_rng(0)


def sampled(temperature: float, count: int = 4000):
    """Logits that are `temperature` times too sure, and labels drawn from the truth."""
    truth = RNG.normal(size=(count, 5)) * 2
    chances = probabilities(truth)
    labels = [int(RNG.choice(5, p=row)) for row in chances]
    return truth * temperature, labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_is_found_and_calibrates(temperature: float) -> None:
    logits, labels = sampled(temperature)
    found = fit_temperature(lambda at: logits / at, labels)
    assert found == pytest.approx(temperature, rel=0.1)
    chances = probabilities(logits / found)
    right = chances.argmax(axis=1) == np.array(labels)
    assert expected_calibration_error(chances.max(axis=1), right) < 0.03


def test_a_validation_set_without_mistakes_makes_no_answer_certain() -> None:
    logits = np.eye(6) * 9
    found = fit_temperature(lambda at: logits / at, list(range(6)))
    chances = probabilities(logits / found)
    assert chances.max() < 0.95


def test_calibration_error_is_the_gap() -> None:
    confidence = np.array([0.9, 0.9, 0.9, 0.9, 1.0])
    right = np.array([True, True, False, False, True])
    assert expected_calibration_error(confidence, right) == pytest.approx(0.8 * 0.4)


def test_perfect_calibration_shows_an_error_too_that_shrinks_with_more_answers() -> None:
    few, many = (RNG.uniform(0.3, 1.0, size=count) for count in (300, 3000))
    measured = [expected_calibration_error(few, RNG.random(len(few)) < few) for _ in range(50)]
    assert expected_error_of_perfection(few) == pytest.approx(np.mean(measured), rel=0.2)
    assert expected_error_of_perfection(many) < expected_error_of_perfection(few) / 2


def test_the_outside_score_separates_and_ignores_a_constant_signal() -> None:
    outside = np.arange(200) < 60
    signals = np.stack([RNG.normal(size=200) + 3 * outside, np.ones(200)], axis=1)
    scores = fit_outside_score(signals, outside)(signals)
    assert scores[outside].mean() > 0.8 > 0.2 > scores[~outside].mean()


def test_few_messages_of_customers_are_taken_for_out_of_scope() -> None:
    outside = np.arange(400) < 100
    scores = np.clip(RNG.normal(size=400) * 0.3 + np.where(outside, 0.6, 0.4), 0, 1)
    threshold = choose_outside_threshold(scores, outside)
    assert (scores[~outside] >= threshold).mean() <= 0.04


def test_a_message_that_is_likelier_in_scope_is_never_declined() -> None:
    outside = np.arange(100) < 50
    assert choose_outside_threshold(np.where(outside, 0.4, 0.01), outside) == 0.5

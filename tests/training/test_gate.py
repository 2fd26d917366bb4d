"""Hand-made answers of two models, and what the gate says to them."""

from __future__ import annotations

import pytest

from training.evaluate import Answer, measured
from training.gate import Judged, judge, sign_test

NOTHING = measured([])


def answers(wrong: dict[str, int], *, each: int = 20, confidence: float = 0.9) -> Judged:
    """Twenty sentences of each of ten intents, of which some are taken for another intent."""
    found = []
    for intent in "abcdefghij":
        for number in range(each):
            decided = "other" if number < wrong.get(intent, 0) else intent
            found.append(
                Answer(
                    f"{intent} {number}", "", intent, decided, decided, confidence, None, None, ()
                )
            )
    return Judged(measured(found), NOTHING)


def test_the_same_model_passes() -> None:
    verdict = judge(answers({"a": 3}), answers({"a": 3}))
    assert verdict.passed and verdict.changed == ()


def test_without_a_serving_model_every_candidate_passes() -> None:
    assert judge(answers({}), None).passed


def test_a_little_worse_is_chance_and_a_lot_is_not() -> None:
    serving = answers({})
    assert judge(answers({"a": 2, "b": 2}), serving).passed
    verdict = judge(answers(dict.fromkeys("abcdef", 2)), serving)
    assert not verdict.passed
    assert "worse, and not by chance" in verdict.reasons[0]
    assert "188 of 200 right, 200 before; 0 gained, 12 lost" in verdict.reasons[0]


def test_an_intent_must_not_pay_for_the_others() -> None:
    verdict = judge(answers({"a": 6}), answers({"b": 6, "c": 6}))
    assert not verdict.passed
    assert any("a (6 of 20 sentences lost)" in reason for reason in verdict.reasons)


def test_a_model_too_sure_of_itself_is_held_back() -> None:
    wrong = dict.fromkeys("abcdefghij", 5)
    serving = answers(wrong, confidence=0.75)
    verdict = judge(answers(wrong, confidence=1.0), serving)
    assert not verdict.passed
    assert any("calibration error, 0.250, is beyond" in reason for reason in verdict.reasons)


def test_the_sentences_that_changed_sides_are_named() -> None:
    verdict = judge(answers({"a": 1}), answers({"b": 1}))
    assert [(one.text, one.gained) for one in verdict.changed] == [("a 0", False), ("b 0", True)]


def test_what_agents_corrected_counts_too() -> None:
    good = answers({})
    bad = Judged(good.test, answers({"a": 20}, each=20).test)
    assert not judge(bad, Judged(good.test, good.test)).passed


@pytest.mark.parametrize(
    ("gained", "lost", "chance"), [(0, 0, 1.0), (0, 5, 1 / 32), (1, 1, 0.75), (5, 0, 1.0)]
)
def test_the_sign_test(gained: int, lost: int, chance: float) -> None:
    assert sign_test(gained, lost) == pytest.approx(chance)

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.decisions import Decisions, decide, probabilities
from nlu.labels import Labels
from nlu.outofscope import OutOfScopeScore, signals
from nlu.types import IntentScore, RetrievalHit

SURE = (IntentScore("greet", 0.9), IntentScore("thank", 0.1))
UNSURE = (IntentScore("greet", 0.4), IntentScore("faq", 0.35))
LEARNT = Decisions(1.0, fallback=0.5, outside=0.6, retrieval=0.7)
KNOWN = (RetrievalHit("faq/points", 0.8),)


def first(ranked, score, hits=()) -> IntentScore:
    return decide(ranked, score, hits, LEARNT)[0]


def test_a_sure_intent_is_answered() -> None:
    assert decide(SURE, 0.59, KNOWN, LEARNT) == SURE


def test_out_of_scope_comes_first_with_its_own_probability() -> None:
    decided = decide(SURE, 0.6, (), LEARNT)
    assert decided == (IntentScore("out_of_scope", 0.6), *SURE)


def test_an_unsure_intent_falls_back_as_rasa_does() -> None:
    assert decide(UNSURE, 0.1, (), LEARNT) == (IntentScore("nlu_fallback", 0.5), *UNSURE)


def test_a_question_that_the_retriever_knows_is_answered_after_all() -> None:
    assert first(UNSURE, 0.1, KNOWN) == IntentScore("faq", 0.8)
    assert first(SURE, 0.9, KNOWN) == IntentScore("faq", 0.8)
    assert [one.name for one in decide(UNSURE, 0.1, KNOWN, LEARNT)] == ["faq", "greet"]
    assert first(UNSURE, 0.1, (RetrievalHit("faq/points", 0.69),)).name == "nlu_fallback"


def test_what_was_not_learnt_is_not_decided() -> None:
    nothing = Decisions()
    assert decide(UNSURE, None, KNOWN, nothing) == UNSURE
    assert decide(UNSURE, 0.99, KNOWN, nothing) == UNSURE


def test_decisions_survive_json() -> None:
    score = OutOfScopeScore((0.0, 1.0), (1.0, 2.0), (0.5, -0.5), 0.1)
    learnt = Decisions(1.3, 0.4, 0.1, 0.55, score, None)
    assert Decisions.from_json(learnt.to_json()) == learnt


@given(st.lists(st.floats(-500, 500), min_size=2, max_size=9))
def test_probabilities_are_probabilities(logits: list[float]) -> None:
    chances = probabilities(np.array([logits]))[0]
    assert np.isclose(chances.sum(), 1.0)
    assert (chances >= 0).all()
    assert chances[int(np.argmax(logits))] == chances.max()


def test_a_retrieval_intent_is_as_likely_as_its_keys_together() -> None:
    labels = Labels(["faq/a", "faq/b", "greet", "out_of_scope"])
    assert labels.intents == ("faq", "greet")
    logits = np.log(np.array([[0.2, 0.3, 0.4, 0.1]]))
    chances = probabilities(labels.intent_logits(logits, 1.0))[0]
    assert np.allclose(chances, [0.5 / 0.9, 0.4 / 0.9])
    outside = labels.outside_logit(logits, 2.0)
    assert outside is not None and np.allclose(outside, np.log(0.1) / 2)
    assert Labels(["a", "b"]).outside_logit(logits, 1.0) is None


def test_the_score_is_a_probability_even_far_out() -> None:
    score = OutOfScopeScore((0.0,), (1.0,), (1.0,), 0.0)
    assert score(np.array([[0.0], [1e9], [-1e9]])).round(3).tolist() == [0.5, 1.0, 0.0]


def test_the_signals_of_a_message_do_not_depend_on_its_neighbours() -> None:
    rng = np.random.default_rng(0)
    logits, outside = rng.normal(size=(4, 3)), rng.normal(size=4)
    unit = rng.normal(size=(9, 5)).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    vectors, inside, beyond = unit[:4], unit[4:7], unit[7:]
    together = signals(logits, outside, vectors, inside, beyond)
    alone = signals(logits[2:3], outside[2:3], vectors[2:3], inside, beyond)
    assert np.allclose(together[2], alone[0])


def test_a_question_to_which_no_answer_is_surely_found_is_not_understood() -> None:
    asked = (IntentScore("faq", 0.9), IntentScore("greet", 0.1))
    doubtful = (RetrievalHit("faq/points", 0.69),)
    assert decide(asked, 0.1, KNOWN, LEARNT, {"faq"}) == asked
    assert decide(asked, 0.1, doubtful, LEARNT, {"faq"})[0] == IntentScore("nlu_fallback", 0.5)
    assert decide(asked, 0.1, (), LEARNT, {"faq"})[0].name == "nlu_fallback"
    # Where no threshold was learnt, the first that is found is answered.
    assert decide(asked, 0.1, doubtful, Decisions(), {"faq"}) == asked


def test_what_the_classifier_thinks_of_each_question() -> None:
    labels = Labels(["faq/a", "faq/b", "greet", "out_of_scope"])
    assert labels.retrieval == {"faq"}
    ((keys, inside, outside),) = labels.opinions(np.log(np.array([[0.2, 0.3, 0.4, 0.1]])), 1.0)
    assert np.isclose(np.exp(keys["faq/b"]), 0.3) and set(keys) == {"faq/a", "faq/b"}
    assert np.allclose(np.exp([inside, outside]), [0.5, 0.1])

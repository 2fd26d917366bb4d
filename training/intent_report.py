"""An evaluation as Rasa's test reports."""

from __future__ import annotations

from typing import Any

from training.evaluate import Answer, Evaluation
from training.spotting import ALL


def rasa_reports(evaluation: Evaluation) -> dict[str, Any]:
    """`intent_evaluation`, `entity_evaluation` and `response_selection_evaluation`.

    Precision, recall and F1 of all intents are weighted by how many sentences they have. What
    the test has no sentences for is null.
    """
    answers = evaluation.answers
    report = {
        name: {
            "precision": one.precision,
            "recall": one.recall,
            "f1-score": one.f1,
            "support": one.support,
            "confused_with": _confused(answers, name),
        }
        for name, one in evaluation.per_intent.items()
    }
    total = sum(one.support for one in evaluation.per_intent.values())

    def weighted(figure: str) -> float:
        values = evaluation.per_intent.values()
        return sum(getattr(v, figure) * v.support for v in values) / total if total else 0.0

    return {
        "intent_evaluation": {
            "report": report,
            "accuracy": evaluation.accuracy,
            "precision": weighted("precision"),
            "recall": weighted("recall"),
            "f1_score": weighted("f1"),
            "predictions": [_prediction(answer) for answer in answers],
            "errors": [_error(answer) for answer in answers if answer.guess != answer.expected],
        },
        "entity_evaluation": _entities(evaluation),
        "response_selection_evaluation": _retrieval(evaluation),
    }


def _prediction(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "intent": answer.expected,
        "predicted": answer.guess,
        "confidence": answer.confidence,
    }


def _error(answer: Answer) -> dict[str, Any]:
    guess = {"name": answer.guess, "confidence": answer.confidence}
    return {"text": answer.text, "intent": answer.expected, "intent_prediction": guess}


def _confused(answers: tuple[Answer, ...], intent: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for answer in answers:
        if answer.expected == intent and answer.guess != intent:
            found[answer.guess] = found.get(answer.guess, 0) + 1
    return found


def _entities(evaluation: Evaluation) -> dict[str, Any] | None:
    if not evaluation.entities:
        return None
    report = {
        name: {
            "precision": one.precision,
            "recall": one.recall,
            "f1-score": one.f1,
            "support": one.support,
        }
        for name, one in evaluation.entities.items()
        if name != ALL
    }
    every = evaluation.entities[ALL]
    return {
        "report": report,
        "precision": every.precision,
        "recall": every.recall,
        "f1_score": every.f1,
    }


def _retrieval(evaluation: Evaluation) -> dict[str, Any] | None:
    asked = [answer for answer in evaluation.answers if answer.expected_key]
    if not asked:
        return None
    return {
        "accuracy": evaluation.faq_recall_at_1,
        "predictions": [
            {
                "text": answer.text,
                "intent_response_key": answer.expected_key,
                "predicted": answer.keys[0] if answer.keys else None,
            }
            for answer in asked
        ],
    }

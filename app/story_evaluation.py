"""Conversation tests judged as Rasa's HTTP API tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.metrics import classification_report

from dialogue.testing.playing import Played

NOTHING = "action_listen"  # what a bot does that does nothing, or is expected to do nothing


def story_evaluation(played: Sequence[Played], end_to_end: bool) -> dict[str, Any]:
    """Rasa's evaluation of stories: each action beside the predicted one, and the figures.

    Precision and F1 are means weighted by how often each action is expected.
    """
    rows = [row for one in played for row in one.rows if row.kind == "action"]
    expected = [row.expected or NOTHING for row in rows]
    predicted = [row.actual or NOTHING for row in rows]
    report: dict[str, Any] = {}
    if rows:
        report = classification_report(expected, predicted, output_dict=True, zero_division=0)
    weighted = report.get("weighted avg", {})
    passed = sum(one.passed for one in played)
    report["conversation_accuracy"] = {
        "correct": passed,
        "total": len(played),
        "accuracy": passed / len(played) if played else 0.0,
    }
    return {
        "actions": [
            {"action": action, "predicted": guess}
            for action, guess in zip(expected, predicted, strict=True)
        ],
        "is_end_to_end_evaluation": end_to_end,
        "precision": weighted.get("precision", 0.0),
        "f1": weighted.get("f1-score", 0.0),
        "accuracy": sum(row.right for row in rows) / len(rows) if rows else 0.0,
        "report": report,
    }

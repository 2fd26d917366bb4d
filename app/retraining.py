"""From labels to a judged candidate: what the command and the desk's button both do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.build import Frontdesk
from app.goods import product_names
from app.labels import LabelledText
from app.planning import plan_of
from app.trained_from import note
from training.data import Example
from training.pipeline import retrain as train_candidate

Progress = Callable[[float, str], None]


def retrain(
    frontdesk: Frontdesk, *, promote: bool, afresh: bool, progress: Progress | None
) -> dict[str, Any]:
    """Train a candidate with the labels, judge it against the serving model, perhaps promote it.

    The candidate goes on from the serving model, or begins at the encoder if `afresh`.

    Returns version, passed, reasons, report (path), promoted, labels. Raises TrainingError.
    """
    settings = frontdesk.settings
    # A label of this shop's own comes later, and wins over an imported one of the same sentence.
    examples = frontdesk.imported_labels.collect()
    examples += [example_of(label) for label in frontdesk.labels.collect()]
    outcome = train_candidate(
        settings.project,
        settings.models_dir,
        plan_of(settings),
        products=product_names(settings),
        label_examples=examples,
        afresh=afresh,
        progress=progress,
    )
    note(settings.models_dir, outcome.version, settings.project)
    promoted = promote and outcome.passed
    if promoted:
        frontdesk.versions.promote(outcome.version, "retraining")
    return {
        "version": outcome.version,
        "passed": outcome.passed,
        "reasons": list(outcome.reasons),
        "report": str(outcome.report),
        "promoted": promoted,
        "labels": len(examples),
    }


def example_of(label: LabelledText) -> Example:
    """A label as a training example; redaction marks become plain words the encoder knows."""
    text = re.sub(r"<(email|phone|card|iban)>", r"\1", label.text)
    return Example(text=text, intent=label.intent, source=f"label:{label.label_id}")

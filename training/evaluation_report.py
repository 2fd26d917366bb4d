"""The report of an evaluation: a folder with a page for people, JSON for programs, and pictures."""

from __future__ import annotations

import json
import secrets
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from nlu.neighbours import Neighbour
from nlu.types import OUT_OF_SCOPE_INTENT
from training.calibration import BINS, Bin, reliability
from training.errors import TrainingError
from training.evaluate import Answer, Evaluation
from training.page import WORDS, bullets, confusion_plot, image, intent_plot, page, png, table

MOST_ERRORS_SHOWN = 300
MOST_PAIRS_SHOWN = 25
BLUE, RED, GREY = "#3b6ea5", "#b03a2e", "#888888"

Nearest = Sequence[tuple[Neighbour, ...]]


def write_evaluation(
    evaluation: Evaluation, nearest: Nearest, version: str, judged_on: str, folder: Path
) -> Path:
    """Write ``index.html``, ``report.json`` and the pictures; returns the page.

    `nearest` are the nearest training examples of each wrong answer, in the order of
    `wrong_answers`. A report that stood there before is replaced, whole or not at all. Raises
    TrainingError when the folder cannot be written, or holds something else.
    """
    if folder.exists() and not (folder / "report.json").is_file():
        raise TrainingError(f"{folder} is there already, and is no report")
    pictures = {name: png(figure) for name, figure in _figures(evaluation).items()}
    data = to_json(evaluation, nearest, version, judged_on)
    text = _page(evaluation, nearest, version, judged_on, pictures)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        beside.mkdir(parents=True)
        content = json.dumps(data, indent=1, ensure_ascii=False)
        (beside / "report.json").write_text(content, encoding="utf-8", errors="replace")
        (beside / "index.html").write_text(text, encoding="utf-8", errors="replace")
        for name, picture in pictures.items():
            (beside / f"{name}.png").write_bytes(picture)
        if folder.exists():
            shutil.rmtree(folder)
        beside.rename(folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise TrainingError(f"the report cannot be written: {error}") from error
    return folder / "index.html"


def wrong_answers(evaluation: Evaluation) -> list[Answer]:
    """The answers that were not right, the surest first."""
    wrong = [answer for answer in evaluation.answers if not answer.right]
    return sorted(wrong, key=lambda answer: -answer.confidence)


def to_json(
    evaluation: Evaluation, nearest: Nearest, version: str, judged_on: str
) -> dict[str, Any]:
    """Everything that the page shows."""
    errors = [
        {
            "text": answer.text,
            "source": answer.source,
            "expected": answer.expected,
            "decided": answer.decided,
            "guess": answer.guess,
            "confidence": answer.confidence,
            "nearest": [one.to_json() for one in near],
        }
        for answer, near in zip(wrong_answers(evaluation), nearest, strict=True)
    ]
    right, wrong = _histogram(evaluation)
    return {
        "version": version,
        "judged_on": judged_on,
        **evaluation.to_json(),
        "reliability": [one._asdict() for one in _bins(evaluation)],
        "histogram": {"bins": BINS, "right": right, "wrong": wrong},
        "confused": [
            {"expected": expected, "decided": decided, "count": count}
            for (expected, decided), count in _confused(evaluation)
        ],
        "errors": errors,
    }


def _page(
    evaluation: Evaluation,
    nearest: Nearest,
    version: str,
    judged_on: str,
    pictures: dict[str, bytes],
) -> str:
    figures = [(WORDS[name], value) for name, value in evaluation.figures().items()]
    intents = sorted(evaluation.per_intent.items(), key=lambda item: item[1].f1)
    errors = wrong_answers(evaluation)
    shown = [
        (
            answer.text,
            answer.expected,
            answer.decided,
            answer.confidence,
            "; ".join(
                f"{one.example.text} ({one.example.label}, {one.cosine:.2f})" for one in near
            ),
        )
        for answer, near in list(zip(errors, nearest, strict=True))[:MOST_ERRORS_SHOWN]
    ]
    parts = [
        "<h1>What the model makes of sentences it never saw</h1>",
        bullets([f"model {version}", f"{len(evaluation.answers)} sentences of {judged_on}"]),
        table(("figure", "value"), figures),
        "<h2>How far its confidence can be believed</h2>",
        image(pictures["reliability"], "reliability diagram"),
        image(pictures["confidence"], "confidence of right and wrong answers"),
        "<h2>Each intent, the weakest first</h2>",
        table(
            ("intent", "precision", "recall", "F1", "sentences"),
            [(name, one.precision, one.recall, one.f1, one.support) for name, one in intents],
        ),
        image(pictures["intents"], "F1 of each intent"),
        "<h2>Which intent is taken for which</h2>",
        table(
            ("expected", "acted upon", "sentences"),
            [(*pair, count) for pair, count in _confused(evaluation)[:MOST_PAIRS_SHOWN]],
        ),
        image(pictures["confusion"], "confusion matrix"),
    ]
    if evaluation.entities:
        parts += [
            "<h2>Entities</h2>",
            table(
                ("entity", "precision", "recall", "F1", "with its role and group", "count"),
                [
                    (
                        *(name, one.precision, one.recall, one.f1),
                        *("" if one.parts is None else f"{one.parts:.3f}", one.support),
                    )
                    for name, one in evaluation.entities.items()
                ],
            ),
        ]
    if "out_of_scope" in pictures:
        parts += [
            "<h2>In scope or not</h2>",
            image(pictures["out_of_scope"], "out of scope: receiver operating characteristic"),
        ]
    parts += [f"<h2>All {len(errors)} errors, the surest first</h2>"]
    if len(errors) > MOST_ERRORS_SHOWN:
        parts.append(f"<p>The first {MOST_ERRORS_SHOWN}; the others stand in report.json.</p>")
    heads = ("sentence", "expected", "acted upon", "confidence", "nearest training examples")
    parts.append(table(heads, shown) if shown else "<p>None.</p>")
    return page(f"Evaluation of {version}", parts)


def _figures(evaluation: Evaluation) -> dict[str, Figure]:
    found = {
        "reliability": _reliability_plot(_bins(evaluation)),
        "confidence": _confidence_plot(*_histogram(evaluation)),
        "intents": intent_plot(evaluation),
        "confusion": confusion_plot(evaluation),
    }
    if evaluation.oos_auroc is not None:
        found["out_of_scope"] = _outside_plot(evaluation)
    return found


def _inside(evaluation: Evaluation) -> list[Answer]:
    return [one for one in evaluation.answers if one.expected != OUT_OF_SCOPE_INTENT]


def _bins(evaluation: Evaluation) -> list[Bin]:
    inside = _inside(evaluation)
    confidence = np.array([one.confidence for one in inside])
    right = np.array([one.guess == one.expected for one in inside], dtype=bool)
    return reliability(confidence, right) if inside else []


def _histogram(evaluation: Evaluation) -> tuple[list[int], list[int]]:
    """How many right and how many wrong best guesses, by confidence in equal bins."""
    inside = _inside(evaluation)
    counted = []
    for right in (True, False):
        values = [one.confidence for one in inside if (one.guess == one.expected) is right]
        counted.append(np.histogram(values, bins=BINS, range=(0.0, 1.0))[0].tolist())
    return counted[0], counted[1]


def _confused(evaluation: Evaluation) -> list[tuple[tuple[str, str], int]]:
    """Pairs of the expected intent and what was acted upon instead, the commonest first."""
    pairs = Counter((one.expected, one.decided) for one in evaluation.answers if not one.right)
    return sorted(pairs.items(), key=lambda item: (-item[1], item[0]))


def _reliability_plot(bins: Sequence[Bin]) -> Figure:
    """Accuracy by confidence; on the line, a confidence means what it says."""
    figure = Figure(figsize=(5.5, 5.5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
    for one in bins:
        axes.bar(one.low, one.accuracy, 1 / BINS, align="edge", color=BLUE, edgecolor="white")
        axes.annotate(
            str(one.size),
            (one.low + 0.5 / BINS, one.accuracy),
            ha="center",
            va="bottom",
            fontsize=7,
            color="#333333",
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("confidence (numbers: sentences)")
    axes.set_ylabel("share right")
    return figure


def _confidence_plot(right: Sequence[int], wrong: Sequence[int]) -> Figure:
    figure = Figure(figsize=(5.5, 3.5), layout="constrained")
    axes = figure.add_subplot()
    edges = np.arange(BINS) / BINS
    axes.bar(edges, right, 1 / BINS, align="edge", color=BLUE, label="right", edgecolor="white")
    axes.bar(
        edges,
        wrong,
        1 / BINS,
        bottom=right,
        align="edge",
        color=RED,
        label="wrong",
        edgecolor="white",
    )
    axes.set_xlim(0, 1)
    axes.set_xlabel("confidence")
    axes.set_ylabel("sentences")
    axes.legend(frameon=False, loc="upper left")
    return figure


def _outside_plot(evaluation: Evaluation) -> Figure:
    """Out-of-scope sentences caught, by in-scope sentences lost."""
    truth = [one.expected == OUT_OF_SCOPE_INTENT for one in evaluation.answers]
    scores = [one.outside_score or 0.0 for one in evaluation.answers]
    lost, caught, _ = roc_curve(truth, scores)
    figure = Figure(figsize=(5.5, 5.0), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(lost, caught, color=BLUE)
    axes.axvline(0.05, color=GREY, linestyle="--", linewidth=1)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.01)
    axes.set_xlabel("in-scope sentences lost (dashed: 5 %)")
    axes.set_ylabel("out-of-scope sentences caught")
    axes.set_title(f"AUROC {evaluation.oos_auroc:.3f}", fontsize=11)
    return figure

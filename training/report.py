"""The report of a retraining: JSON for programs, and one self-contained page for people."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from training.evaluate import Evaluation
from training.gate import Changed, Judged, Verdict

WORDS = {
    "accuracy": "accuracy (in scope, best guess)",
    "macro_f1": "macro F1",
    "ece": "calibration error (ECE, 15 bins)",
    "decided_accuracy": "in scope, acted upon rightly",
    "in_scope_declined": "in scope, declined or asked again",
    "oos_auroc": "out of scope, AUROC",
    "oos_recall_at_95": "out of scope, caught at 95 % of in scope kept",
    "oos_declined": "out of scope, declined or asked again",
    "faq_recall_at_1": "questions, right answer first",
    "faq_recall_at_3": "questions, right answer among three",
}
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "td,th{border-bottom:1px solid #ccc;padding:.25rem .75rem;text-align:left;vertical-align:top}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%}"
    ".gained{color:#14622d}.lost{color:#a01818}"
)


@dataclass(frozen=True)
class Report:
    """A candidate, what it was judged against, and the verdict."""

    version: str
    serving: str | None
    verdict: Verdict
    candidate: Judged
    before: Judged | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything but the single answers."""
        return {
            "version": self.version,
            "serving": self.serving,
            "passed": self.verdict.passed,
            "reasons": list(self.verdict.reasons),
            "changed": [asdict(change) for change in self.verdict.changed],
            "candidate": self.candidate.test.to_json(),
            "before": self.before.test.to_json() if self.before else None,
            "regression": self.candidate.regression.to_json(),
            "notes": list(self.notes),
        }


def write_report(report: Report, page: Path) -> None:
    """Write the page, and the JSON of the same name beside it."""
    page.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps(report.to_json(), indent=1, ensure_ascii=False)
    page.with_suffix(".json").write_text(data, encoding="utf-8", errors="replace")
    page.write_text(html(report), encoding="utf-8", errors="replace")


def html(report: Report) -> str:
    """The page: no script, nothing fetched from elsewhere, every text escaped."""
    verdict = "passes the gate" if report.verdict.passed else "is held back by the gate"
    against = f"against {report.serving}" if report.serving else "with no model before it"
    parts = [
        f"<h1>{escape(report.version)} {verdict}</h1><p>Judged {escape(against)}.</p>",
        _list(report.verdict.reasons),
        "<h2>Figures on the frozen test set</h2>",
        _figures(report.candidate.test, report.before.test if report.before else None),
        "<h2>Sentences that changed sides</h2>",
        _changes(report.verdict.changed),
        "<h2>Which intent is taken for which</h2>",
        _image(_confusion_plot(report.candidate.test), "confusion matrix"),
        "<h2>Each intent</h2>",
        _image(_intent_plot(report.candidate.test), "F1 of each intent"),
    ]
    if report.notes:
        parts += ["<h2>Left aside</h2>", _list(report.notes)]
    title = escape(f"Model {report.version}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _figures(new: Evaluation, old: Evaluation | None) -> str:
    before = old.figures() if old else {}
    rows = []
    for name, value in new.figures().items():
        earlier = f"{before[name]:.3f}" if name in before else "–"
        rows.append(
            f"<tr><td>{escape(WORDS[name])}</td>"
            f'<td class="n">{value:.3f}</td><td class="n">{earlier}</td></tr>'
        )
    head = "<tr><th>figure</th><th>candidate</th><th>before</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _changes(changed: Sequence[Changed]) -> str:
    if not changed:
        return "<p>None.</p>"
    rows = [
        f'<tr class="{"gained" if one.gained else "lost"}">'
        f"<td>{'gained' if one.gained else 'lost'}</td><td>{escape(one.text)}</td>"
        f"<td>{escape(one.expected)}</td><td>{escape(one.serving)}</td>"
        f"<td>{escape(one.candidate)}</td></tr>"
        for one in sorted(changed, key=lambda one: (one.gained, one.expected))
    ]
    head = "<tr><th></th><th>sentence</th><th>expected</th><th>before</th><th>candidate</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _confusion_plot(evaluation: Evaluation) -> Figure:
    """Rows: the expected intent; columns: what the bot acted upon; darkness: the share."""
    expected = list(evaluation.confusion)
    decided = sorted({name for row in evaluation.confusion.values() for name in row})
    shares = np.zeros((max(1, len(expected)), max(1, len(decided))))
    for at, name in enumerate(expected):
        row = evaluation.confusion[name]
        for column, other in enumerate(decided):
            shares[at, column] = row.get(other, 0) / sum(row.values())
    size = 3.0 + 0.19 * len(decided)
    figure = Figure(figsize=(size, size), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    axes.set_xticks(range(len(decided)), decided, rotation=90, fontsize=7)
    axes.set_yticks(range(len(expected)), expected, fontsize=7)
    axes.set_xlabel("acted upon")
    axes.set_ylabel("expected")
    return figure


def _intent_plot(evaluation: Evaluation) -> Figure:
    """F1 of each intent, the weakest on top."""
    ordered = sorted(evaluation.per_intent.items(), key=lambda item: item[1].f1, reverse=True)
    figure = Figure(figsize=(8.0, 1.0 + 0.18 * len(ordered)), layout="constrained")
    axes = figure.add_subplot()
    axes.barh([name for name, _ in ordered], [found.f1 for _, found in ordered], color="#3b6ea5")
    axes.tick_params(axis="y", labelsize=7)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("F1")
    return figure


def _image(figure: Figure, words: str) -> str:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=130)
    encoded = base64.b64encode(picture.getvalue()).decode("ascii")
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{encoded}">'

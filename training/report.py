"""The report of a retraining: JSON for programs, and one self-contained page for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from training.evaluate import Evaluation
from training.gate import Changed, Judged, Verdict
from training.page import WORDS, bullets, confusion_plot, image, intent_plot, page, png, table


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


def write_report(report: Report, file: Path) -> None:
    """Write the page, and the JSON of the same name beside it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps(report.to_json(), indent=1, ensure_ascii=False)
    file.with_suffix(".json").write_text(data, encoding="utf-8", errors="replace")
    file.write_text(html(report), encoding="utf-8", errors="replace")


def html(report: Report) -> str:
    """The page: no script, nothing fetched from elsewhere, every text escaped."""
    verdict = "passes the gate" if report.verdict.passed else "is held back by the gate"
    against = f"against {report.serving}" if report.serving else "with no model before it"
    parts = [
        f"<h1>{escape(report.version)} {verdict}</h1><p>Judged {escape(against)}.</p>",
        bullets(report.verdict.reasons),
        "<h2>Figures on the frozen test set</h2>",
        _figures(report.candidate.test, report.before.test if report.before else None),
        "<h2>Sentences that changed sides</h2>",
        _changes(report.verdict.changed),
        "<h2>Which intent is taken for which</h2>",
        image(png(confusion_plot(report.candidate.test)), "confusion matrix"),
        "<h2>Each intent</h2>",
        image(png(intent_plot(report.candidate.test)), "F1 of each intent"),
    ]
    if report.notes:
        parts += ["<h2>Left aside</h2>", bullets(report.notes)]
    return page(f"Model {report.version}", parts)


def _figures(new: Evaluation, old: Evaluation | None) -> str:
    before = old.figures() if old else {}
    rows = [
        (WORDS[name], f"{value:.3f}", f"{before[name]:.3f}" if name in before else "–")
        for name, value in new.figures().items()
    ]
    return table(("figure", "candidate", "before"), rows)


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
    return f'<div class="wide"><table>{head}{"".join(rows)}</table></div>'

"""Pages for people: one HTML file, no script, nothing fetched from elsewhere, all text escaped."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

import numpy as np
from matplotlib.figure import Figure

from training.evaluate import Evaluation

WORDS = {
    "accuracy": "accuracy (in scope, best guess)",
    "macro_f1": "macro F1",
    "ece": "calibration error (ECE, 15 bins)",
    "ece_floor": "the same of a perfectly calibrated model, by chance",
    "decided_accuracy": "in scope, acted upon rightly",
    "in_scope_declined": "in scope, declined or asked again",
    "oos_auroc": "out of scope, AUROC",
    "oos_recall_at_95": "out of scope, caught at 95 % of in scope kept",
    "oos_declined": "out of scope, declined or asked again",
    "faq_recall_at_1": "questions, right answer first",
    "faq_recall_at_3": "questions, right answer among three",
    "conformal_coverage": "true intent within the conformal set",
    "entity_f1": "entities, F1 of all kinds together",
    "conformal_size": "intents in the conformal set, mean",
}
STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;
 color:#1b1f24;background:#fff}
h2{margin-top:2.5rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;margin:1rem 0}
td,th{border-bottom:1px solid #ccc8;padding:.3rem .75rem;text-align:left;vertical-align:top}
th{position:sticky;top:0;background:#fff}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
img{max-width:100%;background:#fff;border-radius:4px}
.gained{color:#14622d}.lost{color:#a01818}.quiet{color:#667}
@media(prefers-color-scheme:dark){body,th{background:#15181c;color:#e4e6ea}
 .gained{color:#7fd79b}.lost{color:#ff9a9a}.quiet{color:#9aa3af}}
"""


def page(title: str, parts: Sequence[str]) -> str:
    """A whole page; the parts are HTML, the title is not."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def bullets(lines: Sequence[str]) -> str:
    """A list of plain lines."""
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str | float | int]]) -> str:
    """A table; numbers stand right, fractions have three digits."""
    columns = list(zip(*rows, strict=True)) or [()] * len(heads)
    numeric = [
        bool(column) and all(isinstance(cell, float | int) for cell in column) for column in columns
    ]
    classes = [' class="n"' if one else "" for one in numeric]
    head = "".join(f"<th{c}>{escape(h)}</th>" for h, c in zip(heads, classes, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{c}>{_cell(cell)}</td>" for cell, c in zip(row, classes, strict=True))
        + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def image(picture: bytes, words: str) -> str:
    """A PNG within the page, and words for whoever cannot see it."""
    encoded = base64.b64encode(picture).decode("ascii")
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{encoded}">'


def png(figure: Figure) -> bytes:
    """A figure as a picture."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=130)
    return picture.getvalue()


def confusion_plot(evaluation: Evaluation) -> Figure:
    """Rows: the expected intent; columns: what the bot acted upon; darkness: the share."""
    expected = list(evaluation.confusion)
    decided = sorted({name for row in evaluation.confusion.values() for name in row})
    shares = np.zeros((max(1, len(expected)), max(1, len(decided))))
    for at, name in enumerate(expected):
        row = evaluation.confusion[name]
        for column, other in enumerate(decided):
            shares[at, column] = row.get(other, 0) / sum(row.values())
    size = min(24.0, 3.0 + 0.19 * len(decided))
    letters = 7 if len(decided) < 100 else 5
    figure = Figure(figsize=(size, size), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    axes.set_xticks(range(len(decided)), decided, rotation=90, fontsize=letters)
    axes.set_yticks(range(len(expected)), expected, fontsize=letters)
    axes.set_xlabel("acted upon")
    axes.set_ylabel("expected")
    return figure


def intent_plot(evaluation: Evaluation) -> Figure:
    """F1 of each intent, the weakest on top."""
    ordered = sorted(evaluation.per_intent.items(), key=lambda item: item[1].f1, reverse=True)
    figure = Figure(figsize=(8.0, 1.0 + 0.18 * len(ordered)), layout="constrained")
    axes = figure.add_subplot()
    axes.barh([name for name, _ in ordered], [found.f1 for _, found in ordered], color="#3b6ea5")
    axes.tick_params(axis="y", labelsize=7)
    axes.margins(y=0.01)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("F1")
    return figure


def _cell(cell: str | float | int) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else escape(str(cell))

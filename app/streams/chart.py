"""A chart of what was said over time: the share of each label in each stretch of it."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from matplotlib import dates
from matplotlib.figure import Figure

from app.errors import BadInput

ENDINGS = (".png", ".svg", ".html")
STRETCHES = 24  # at most, of time
UNITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (1, 10, 60, 600, 3600, 6 * 3600, 86_400, 7 * 86_400, 28 * 86_400, 364 * 86_400)
)
COLOURS = ("#b03a2e", "#9aa0a6", "#2f7d5b", "#3b6ea5", "#b7791f", "#6b4c9a", "#1f7a8c", "#7a5230")

Counts = Counter[tuple[datetime, str]]  # texts by second and label


def check_ending(path: Path) -> None:
    """Raises BadInput for a chart of no known kind."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(f"{path}: a chart's name ends in one of {', '.join(ENDINGS)}.")


def write_chart(counts: Mapping[tuple[datetime, str], int], path: Path) -> None:
    """Draw labels over time, from how often each came at each time; nothing for no texts."""
    if not counts:
        return
    first, last = min(at for at, _ in counts), max(at for at, _ in counts)
    whole = last - first
    unit = next((one for one in UNITS if whole / one < STRETCHES), whole / STRETCHES)
    labels = sorted({label for _, label in counts})
    stretches = int(whole / unit) + 1
    heights = {label: [0] * stretches for label in labels}
    for (at, label), count in counts.items():
        heights[label][int((at - first) / unit)] += count
    totals = [sum(heights[label][n] for label in labels) for n in range(stretches)]
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.add_subplot()
    begin, width = float(dates.date2num(first)), unit.total_seconds() / 86_400  # in days
    starts, floor = [begin + n * width for n in range(stretches)], [0.0] * stretches
    for number, label in enumerate(labels):
        shares = [100 * n / max(1, all_) for n, all_ in zip(heights[label], totals, strict=True)]
        colour = COLOURS[number % len(COLOURS)]
        axes.bar(starts, shares, width, floor, align="edge", label=label, color=colour, lw=0)
        floor = [below + share for below, share in zip(floor, shares, strict=True)]
    axes.set(ylabel="% of texts", ylim=(0, 100))
    axes.xaxis_date()
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(axes.xaxis.get_major_locator()))
    figure.legend(loc="outside right upper", frameon=False)
    _save(figure, f"{sum(totals)} texts from {first:%d %B %Y %H:%M} to {last:%d %B %Y %H:%M}", path)


def _save(figure: Figure, title: str, path: Path) -> None:
    figure.suptitle(title, fontsize=10)
    drawn = io.BytesIO()
    kind = path.suffix.lower().removeprefix(".")
    figure.savefig(drawn, format="png" if kind == "html" else kind, dpi=110)
    content = drawn.getvalue()
    if kind == "html":
        picture = base64.b64encode(content).decode()
        content = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
            f'<img alt="{escape(title)}: the share of each label over time" '
            f'src="data:image/png;base64,{picture}"></html>'
        ).encode()
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)

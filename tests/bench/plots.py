"""Curves of throughput and latency, medians with the least and the most of the rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = ("#3b6ea5", "#b03a2e", "#888888")
MORE_COLOURS = (*COLOURS, "#5b8c5a")
Point = Mapping[str, Any]  # spreads by the names of figures


def plot_curves(
    file: Path, x_label: str, curves: Mapping[str, Mapping[float, Point]], *, doubling: bool = True
) -> None:
    """Messages a second on the left, milliseconds that 99 % do not exceed on the right.

    Each curve has a name, perhaps none, and its points by where they stand on the x-axis, whose
    values each are twice the one before or so, unless `doubling` is False.
    """
    figure = Figure(figsize=(9.0, 3.8), layout="constrained")
    throughput, latency = figure.subplots(1, 2)
    for colour, (name, points) in zip(COLOURS, curves.items(), strict=False):
        _curve(throughput, points, "messages_per_second", name, colour)
        _curve(latency, points, "p99_ms", name, colour)
    ticks = sorted({x for points in curves.values() for x in points})
    for axes, y_label in ((throughput, "messages a second"), (latency, "99th percentile, ms")):
        if doubling:
            axes.set_xscale("log")
            axes.minorticks_off()
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_ylim(bottom=0)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        if any(curves):
            axes.legend(frameon=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"svg.hashsalt": file.stem}):  # the same figures give the same file
        figure.savefig(file, metadata={"Date": None})


def _curve(axes: Axes, points: Mapping[float, Point], figure: str, name: str, colour: str) -> None:
    spreads = [point[figure] for point in points.values()]
    medians = [one["median"] for one in spreads]
    axes.errorbar(
        [*points],
        medians,
        [
            [median - one["least"] for median, one in zip(medians, spreads, strict=True)],
            [one["most"] - median for median, one in zip(medians, spreads, strict=True)],
        ],
        color=colour,
        label=name or None,
        marker="o",
        markersize=4,
        linewidth=1.5,
        capsize=2,
    )


def plot_costs(file: Path, panels: Mapping[str, Mapping[float, Point]]) -> None:
    """Milliseconds against each panel's x-axis; a curve for each figure that ends in `_ms`."""
    figure = Figure(figsize=(9.0, 3.8), layout="constrained")
    for axes, (x_label, points) in zip(
        figure.subplots(1, len(panels)), panels.items(), strict=True
    ):
        names = [name for name in next(iter(points.values())) if name.endswith("_ms")]
        for colour, name in zip(MORE_COLOURS, names, strict=False):
            _curve(axes, points, name, name.removesuffix("_ms"), colour)
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xticks([*points], [f"{x:,}" for x in points])
        axes.set_ylim(bottom=0)
        axes.set_xlabel(x_label)
        axes.set_ylabel("milliseconds a turn")
        axes.legend(frameon=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"svg.hashsalt": file.stem}):
        figure.savefig(file, metadata={"Date": None})


def medians(points: Mapping[float, Point], figure: str) -> Sequence[float]:
    """The medians of a figure, in the order of the points."""
    return [point[figure]["median"] for point in points.values()]

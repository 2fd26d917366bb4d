"""`frontdesk classify`: a file read, labelled line by line, and drawn."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.settings import Settings
from app.streams import chart as charts
from app.streams.classifying import Row, classified, time_of
from app.streams.growing import lines_of
from app.understanding import model_in
from nlu.engine import load_engine
from nlu.errors import SourceError

DRAWN_EVERY_S = 10.0


def monitor(
    settings: Settings, file: Path, model: Path | None, *, follow: bool, chart: Path | None
) -> int:
    """Print the labelled lines of a file; returns how many could not be read.

    Following ends with an interrupt. Raises NotFound, ModelRefused, BadInput and OSError.
    """
    if chart is not None:
        charts.check_ending(chart)
    engine = load_engine(model_in(model or settings.models_dir), settings.runtime)
    counts: charts.Counts = Counter()
    skipped, drawn = 0, time.monotonic()

    def tell(error: SourceError) -> None:
        nonlocal skipped
        skipped += 1
        print(f"frontdesk: {error}", file=sys.stderr)

    found = classified(
        lines_of(file, follow), file, engine.parse_batch, tell, lambda: datetime.now(UTC)
    )
    try:
        for rows in found:
            _print(rows or ())
            for row in rows or ():
                at = time_of(row).astimezone(UTC).replace(microsecond=0)
                counts[at, row.get("label", "")] += 1
            if chart is not None and time.monotonic() - drawn > DRAWN_EVERY_S:
                charts.write_chart(counts, chart)
                drawn = time.monotonic()
    except KeyboardInterrupt:
        pass
    if chart is not None:
        charts.write_chart(counts, chart)
    return skipped


def _print(rows: Sequence[Row]) -> None:
    """A line each, in ASCII: half a surrogate pair can be escaped, but not encoded."""
    for row in rows:
        print(json.dumps(row))
    if rows:
        sys.stdout.flush()

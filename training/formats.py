"""Reading labelled texts."""

from __future__ import annotations

import csv
from pathlib import Path

from nlu.types import OUT_OF_SCOPE_INTENT
from training.data import Example


def read_examples(path: Path) -> tuple[Example, ...]:
    """The examples of a CSV file with the columns `text` and `intent`."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return tuple(
            Example(
                row["text"],
                OUT_OF_SCOPE_INTENT if row["intent"] == "oos" else row["intent"],
                source=f"{path}:{reader.line_num}",
            )
            for row in reader
        )

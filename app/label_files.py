"""Labels as a file, for training elsewhere and for keeping."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from app.labels import LabelledText


def export_labels(labels: Sequence[LabelledText], file: Path) -> int:
    """Write one JSON object a line, all or nothing; returns how many."""
    partial = file.with_name(f".{file.name}.partial")
    with partial.open("w", encoding="utf-8") as out:
        for label in labels:
            row = {
                "id": label.label_id,
                "text": label.text,
                "intent": label.intent,
                "kind": label.kind,
                "predicted": label.predicted,
                "by": label.by,
                "at": label.at.isoformat(),
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    partial.replace(file)
    return len(labels)

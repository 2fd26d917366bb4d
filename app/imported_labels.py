"""Labels from elsewhere: another installation's export, or any file of labelled texts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.database import Database
from app.models import ImportedLabel
from dialogue.domain import ALWAYS_INTENTS
from nlu.errors import SourceError
from nlu.redact import redact
from nlu.source import nearest
from nlu.types import OUT_OF_SCOPE_INTENT
from training.data import Example, class_of, normalised
from training.formats import read_examples


class ImportedLabels:
    """Keeps each sentence once; the newest import of it counts."""

    def __init__(
        self, database: Database, intents: Iterable[str], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._intents = (*(set(intents) - set(ALWAYS_INTENTS)), OUT_OF_SCOPE_INTENT)
        self._clock = clock

    def add(self, file: Path) -> int:
        """Import a file; returns how many labels are new or changed.

        Raises SourceError for what cannot be read and for an intent that the domain does not
        know; then nothing is imported.
        """
        examples = read_examples(file)
        for example in examples:
            if example.intent not in self._intents:
                hint = nearest(example.intent, self._intents)
                message = f"the domain knows no intent '{example.intent}'{hint}"
                place, _, line = example.source.rpartition(":")
                if line.isdigit():
                    raise SourceError(message, place, int(line))
                raise SourceError(message, example.source)
        count = 0
        with self._database.write() as session:
            for example in examples:
                text = redact(example.text)
                key = hashlib.sha256(normalised(text).encode("utf-8", "replace")).hexdigest()
                known = session.scalar(select(ImportedLabel).where(ImportedLabel.key == key))
                if known is not None and known.intent == class_of(example):
                    continue
                if known is None:
                    known = ImportedLabel(key=key, text=text)
                    session.add(known)
                known.intent = class_of(example)
                known.imported_at = self._clock()
                session.flush()
                count += 1
        return count

    def collect(self) -> list[Example]:
        """All of them, as examples to learn from."""
        with self._database.read() as session:
            rows = session.scalars(select(ImportedLabel).order_by(ImportedLabel.id)).all()
            return [
                Example(
                    row.text,
                    row.intent.partition("/")[0],
                    source=f"label:imported-{row.id}",
                    response_key=row.intent if "/" in row.intent else None,
                )
                for row in rows
            ]

"""The models as people see them: what each is worth, which one serves, its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.audit import record
from app.database import Database
from training.registry import Registry


@dataclass(frozen=True)
class ListedVersion:
    """One trained model; figures are those on the frozen test set when it was made."""

    version: str
    created_at: str
    accuracy: float | None
    macro_f1: float | None
    oos_auroc: float | None
    examples: int | None
    has_report: bool

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)


class Versions:
    """Lists, promotes and rolls back models, on the record."""

    def __init__(self, models_dir: Path, database: Database, clock: Callable[[], datetime]) -> None:
        self._registry = Registry(models_dir)
        self._database = database
        self._clock = clock

    def listed(self) -> list[ListedVersion]:
        """Every model, the newest first."""
        return [
            ListedVersion(
                version=manifest.version,
                created_at=manifest.created_at,
                accuracy=manifest.metrics.get("accuracy"),
                macro_f1=manifest.metrics.get("macro_f1"),
                oos_auroc=manifest.metrics.get("oos_auroc"),
                examples=manifest.metrics.get("examples"),
                has_report=self._registry.report_path(manifest.version).exists(),
            )
            for manifest in self._registry.list()
        ]

    def serving(self) -> str | None:
        """The version that serves."""
        return self._registry.serving()

    def promote(self, version: str, by: str) -> None:
        """Serve `version`. Raises ModelRefused when its folder is not sound."""
        self._registry.promote(version)
        self._record("promote", version, by)

    def rollback(self, by: str) -> str:
        """Serve what served before, and return its name."""
        version = self._registry.rollback()
        self._record("rollback", version, by)
        return version

    def withdraw(self, by: str) -> None:
        """Let no model serve."""
        version = self._registry.serving()
        if version is not None:
            self._registry.withdraw()
            self._record("withdraw", version, by)

    def report_html(self, version: str) -> str | None:
        """The report of a retraining, if `version` came from one."""
        known = {manifest.version for manifest in self._registry.list()}
        path = self._registry.report_path(version) if version in known else None
        return path.read_text(encoding="utf-8") if path is not None and path.exists() else None

    def _record(self, action: str, version: str, by: str) -> None:
        with self._database.write() as session:
            record(session, self._clock(), by, action, version)

"""What the checks of a project find."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogue.domain import Place


@dataclass(frozen=True)
class Finding:
    """One line for the person who wrote the project; `kind` is a short fixed word for scripts."""

    kind: str
    message: str
    place: Place | None = None

    def __str__(self) -> str:
        if self.place is None:
            return self.message
        line = "" if self.place.line is None else f":{self.place.line}"
        return f"{self.place.file}{line}: {self.message}"


@dataclass
class Findings:
    """Errors keep the bot from doing what is written; warnings may be meant so."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def error(self, kind: str, message: str, place: Place | None) -> None:
        """Something that must be mended."""
        self.errors.append(Finding(kind, message, place))

    def warn(self, kind: str, message: str, place: Place | None) -> None:
        """Something that a person should look at."""
        self.warnings.append(Finding(kind, message, place))

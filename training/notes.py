"""What is wrong with files that people wrote: all of it, before anything is raised."""

from __future__ import annotations

from dataclasses import dataclass, field

from nlu.errors import SourceError, SourceErrors


@dataclass
class Notes:
    """Mistakes that nothing can be made of, and warnings about what was left aside."""

    problems: list[SourceError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def problem(self, message: str, file: str, line: int | None = None) -> None:
        """Note a mistake."""
        self.problems.append(SourceError(message, file, line))

    def warn(self, message: str, file: str, line: int | None = None) -> None:
        """Note what a person should know."""
        self.warnings.append(str(SourceError(message, file, line)))

    def settle(self) -> None:
        """Raise the mistakes, if there are any: SourceError, or SourceErrors for several."""
        if len(self.problems) > 1:
            raise SourceErrors(self.problems)
        if self.problems:
            raise self.problems[0]

"""What is wrong in a project's files, and whether it keeps the bot from running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nlu.errors import SourceError


@dataclass
class Mistakes:
    """Where the readers of a project bring what they find; each with its file and line.

    Whoever runs a project hears of the first mistake that it cannot run with: it is raised. What
    Rasa only warns of goes to `warnings`, and the bot runs. Whoever checks a project (`keeping`)
    gets all of it in one reading: nothing is raised, and what a person must mend is in `errors`.
    """

    keeping: bool = False
    errors: list[SourceError] = field(default_factory=list)
    warnings: list[SourceError] = field(default_factory=list)
    unread: int = 0  # parts that could not be read

    @contextmanager
    def part(self) -> Iterator[None]:
        """Read one part of a file; when it cannot be read, go on behind it or stop."""
        try:
            yield
        except SourceError as error:
            if not self.keeping:
                raise
            self.errors.append(error)
            self.unread += 1

    def forgive(self, error: SourceError) -> None:
        """A mistake that the bot can run with, but that a person must mend."""
        (self.errors if self.keeping else self.warnings).append(error)

    def warn(self, warning: SourceError) -> None:
        """Something that may be meant so."""
        self.warnings.append(warning)

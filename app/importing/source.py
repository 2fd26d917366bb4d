"""What a source of conversations is, and the shape in which it hands them over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

Told = Callable[[str, str], None]  # where something is broken, and what
Step = Callable[[int], object]  # so many units more are read


@dataclass(frozen=True)
class Row:
    """One event as it was found: JSON's text, or what that says. `place` is for people."""

    place: str
    raw: Any


@dataclass(frozen=True)
class History:
    """All that a source has of one conversation, in its order. `sender_id` is not checked yet."""

    sender_id: Any
    rows: list[Row]


class Source(Protocol):
    """Where a Rasa bot keeps its conversations. Used by one thread, read once, never changed.

    Every method raises Unavailable when the source cannot be reached, and NotFound or BadInput
    when it holds no conversations in Rasa's form. Memory is bounded by the longest conversation.
    Implemented by `SqlSource`, `RedisSource` and `JsonLines`.
    """

    unit: str  # of what is counted below, for people

    def total(self) -> int | None:
        """How many units there are to read; None when that is not known beforehand."""
        ...

    def histories(self, told: Told, step: Step) -> Iterator[History]:
        """Each conversation once; what cannot be read as a row is told and left out."""
        ...

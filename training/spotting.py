"""How well entities are found: precision, recall and F1 of each kind, and of roles and groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nlu.types import Entity

ALL = "all"


@dataclass(frozen=True, slots=True)
class SpanFigures:
    """Of one kind, each in [0, 1]; `support` is how many there are.

    `parts` is the share of those found that also have their role and their group, None if none has
    either.
    """

    precision: float
    recall: float
    f1: float
    support: int
    parts: float | None

    def to_json(self) -> dict[str, float | None]:
        """The same as a JSON object."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "support": self.support,
            "parts": self.parts,
        }


def spotted(
    meant: Sequence[Sequence[Entity]], found: Sequence[Sequence[Entity]], kinds: Collection[str]
) -> dict[str, SpanFigures]:
    """The figures of each kind that is meant somewhere, and of ALL of them together.

    An entity is found when its kind and its place are right.
    """
    true, told = _spans(meant, kinds), _spans(found, kinds)
    present = sorted({name for _, name, _, _ in true})
    made = {name: _figures(true, told, {name}) for name in present}
    return {**made, ALL: _figures(true, told, set(present))} if made else {}


def figures_json(figures: Mapping[str, SpanFigures]) -> dict[str, dict[str, float | None]]:
    """The figures of all kinds as a JSON object."""
    return {name: one.to_json() for name, one in figures.items()}


Span = tuple[int, str, int, int]


def _spans(
    messages: Sequence[Sequence[Entity]], kinds: Collection[str]
) -> dict[Span, tuple[str | None, str | None]]:
    return {
        (row, one.name, one.start, one.end): (one.role, one.group)
        for row, message in enumerate(messages)
        for one in message
        if one.name in kinds
    }


def _figures(
    true: dict[Span, tuple[str | None, str | None]],
    told: dict[Span, tuple[str | None, str | None]],
    names: set[str],
) -> SpanFigures:
    mine = {span for span in true if span[1] in names}
    theirs = {span for span in told if span[1] in names}
    right = mine & theirs
    parted = any(true[span] != (None, None) for span in mine)
    return SpanFigures(
        precision=len(right) / max(1, len(theirs)),
        recall=len(right) / max(1, len(mine)),
        f1=2 * len(right) / max(1, len(mine) + len(theirs)),
        support=len(mine),
        parts=sum(true[s] == told[s] for s in right) / max(1, len(right)) if parted else None,
    )

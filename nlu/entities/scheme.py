"""What a tagger tells apart: the kinds of entities that it tags, and their roles and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Scheme:
    """What a tagger tells apart.

    `kinds` are tagged. `context` are entities found by their form: the tagger is told where they
    stand. `roles` and `groups` map entities of either sort to those that they may have.
    `layers` are those of the encoder that are read. An entity less sure than its kind's
    `least` is not told.
    """

    kinds: tuple[str, ...]
    context: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    layers: tuple[int, ...]
    least: Mapping[str, float] = field(default_factory=dict)

    @property
    def all_kinds(self) -> tuple[str, ...]:
        """Every entity that may stand in a message: those tagged, then those found."""
        return (*self.kinds, *self.context)

    @property
    def role_names(self) -> tuple[str | None, ...]:
        """The roles in the order of their logits, the first being none."""
        return _parts(self.roles)

    @property
    def group_names(self) -> tuple[str | None, ...]:
        """The groups in the order of their logits, the first being none."""
        return _parts(self.groups)

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "kinds": list(self.kinds),
            "context": list(self.context),
            "roles": {kind: list(names) for kind, names in self.roles.items()},
            "groups": {kind: list(names) for kind, names in self.groups.items()},
            "layers": list(self.layers),
            "least": dict(self.least),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Scheme:
        """The reverse of `to_json`. Raises KeyError when something is missing."""
        return cls(
            kinds=tuple(data["kinds"]),
            context=tuple(data["context"]),
            roles={kind: tuple(names) for kind, names in data["roles"].items()},
            groups={kind: tuple(names) for kind, names in data["groups"].items()},
            layers=tuple(data["layers"]),
            least=dict(data["least"]),
        )


def _parts(of_kinds: Mapping[str, Sequence[str]]) -> tuple[str | None, ...]:
    return (None, *sorted({name for names in of_kinds.values() for name in names}))

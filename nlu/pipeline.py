"""What the pipeline of a Rasa project asks of the engine; a model of our own manner has none.

Where there is one, the engine does what Rasa's pipeline would and no more: `out_of_scope` is an
intent like any other, nothing is found by its form that the pipeline does not name, and a message's
intent is never changed by what the answer index finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Duckling:
    """The dimensions that are looked for, all of them if None.

    `locale`, for example ``en_GB``, says whether the day or the month of ``3/4`` comes first;
    `timezone` is of the tz database, the machine's own if None.
    """

    dimensions: tuple[str, ...] | None = None
    locale: str = "en_US"
    timezone: str | None = None


@dataclass(frozen=True)
class Pipeline:
    """Whether one response selector chooses among the keys of all retrieval intents (Rasa calls it
    ``default``), or each has its own; and Duckling, if the pipeline has it."""

    one_selector: bool = False
    duckling: Duckling | None = None

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Pipeline:
        """The reverse of `to_json`. Raises KeyError or TypeError when something is missing."""
        told = data["duckling"]
        duckling = None
        if told is not None:
            some = told["dimensions"]
            dimensions = None if some is None else tuple(some)
            duckling = Duckling(dimensions, told["locale"], told["timezone"])
        return cls(data["one_selector"], duckling)

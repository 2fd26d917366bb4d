"""All dimensions of a message that are asked for, as Rasa's DucklingEntityExtractor tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nlu.entities.duckling import contacts, numbers
from nlu.entities.duckling.found import Found, Value
from nlu.entities.duckling.times import times
from nlu.entities.finder import MOST_CHARACTERS
from nlu.pipeline import Duckling
from nlu.types import Entity

EXTRACTOR = "DucklingEntityExtractor"
TIME = "time"
Find = Callable[[str], Iterator[Found]]
_FINDERS: Mapping[str, Find] = {
    "amount-of-money": numbers.amounts_of_money,
    "credit-card-number": contacts.card_numbers,
    "distance": numbers.distances,
    "duration": numbers.durations,
    "email": contacts.emails,
    "number": numbers.numbers,
    "ordinal": numbers.ordinals,
    "phone-number": contacts.phone_numbers,
    "quantity": numbers.quantities,
    "temperature": numbers.temperatures,
    "url": contacts.urls,
    "volume": numbers.volumes,
}
DIMENSIONS = frozenset((*_FINDERS, TIME))
_MONTH_FIRST = frozenset(("US", "CA", "PH", "BZ", "EN", "XX"))  # countries; EN: none is said


class DucklingFinder:
    """Finds dimensions. What stands inside a longer one is not told, as Duckling has it."""

    def __init__(self, asked: Duckling, clock: Callable[[], datetime]) -> None:
        """`clock` tells the local time, with a zone or in the machine's.

        Raises ValueError for a time zone that there is not.
        """
        self._dimensions = sorted(DIMENSIONS.intersection(asked.dimensions or DIMENSIONS))
        self._month_first = asked.locale.replace("-", "_").partition("_")[2] in _MONTH_FIRST
        self._zone = None if asked.timezone is None else zone(asked.timezone)
        self._clock = clock

    def find(self, text: str) -> tuple[Entity, ...]:
        """The entities of `text` from left to right."""
        text = text[:MOST_CHARACTERS]
        found = [(name, one) for name in self._dimensions for one in self._found(name, text)]
        kept = [
            _entity(text, name, one)
            for name, one in found
            if not any(_holds(other, one) for _, other in found)
        ]
        return tuple(sorted(kept, key=lambda entity: (entity.start, entity.end)))

    def _found(self, dimension: str, text: str) -> Iterator[Found]:
        if dimension != TIME:
            return _FINDERS[dimension](text)
        now = self._clock().astimezone(self._zone)
        return times(text, now, month_first=self._month_first)


def zone(name: str) -> ZoneInfo:
    """The time zone of a name. Raises ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError(f"there is no time zone '{name}'") from error


def _holds(longer: Found, shorter: Found) -> bool:
    inside = longer.start <= shorter.start and shorter.end <= longer.end
    return inside and longer.end - longer.start > shorter.end - shorter.start


def _entity(text: str, dimension: str, found: Found) -> Entity:
    return Entity(
        name=dimension,
        value=_value(found.value),
        start=found.start,
        end=found.end,
        extractor=EXTRACTOR,
        confidence=1.0,
        details=found.value,
        text=text[found.start : found.end],
    )


def _value(told: Value) -> Any:
    """What Rasa makes an entity's value: both ends of an interval, else the value."""
    if told.get("type") != "interval":
        return told["value"]
    return {end: told[end]["value"] for end in ("to", "from")}

"""What Duckling makes of a patient's words, as times of our own.

Duckling gives a moment as '2040-03-06T10:00:00.000+00:00' with a grain, and a stretch of time as
{"from": ..., "to": ...}, where one of the two may be missing.
"""

from datetime import date, datetime, timedelta
from typing import Any, Dict, List, Optional, Text, Union

from actions.practice import midnight, now

Entity = Dict[Text, Any]
# A moment in ISO 8601, or {"from": moment, "to": moment}
Wish = Union[Text, Dict[Text, Text]]

LENGTHS = {
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=31),
    "quarter": timedelta(days=92),
    "year": timedelta(days=366),
}


def parse_time(value: Any) -> Optional[datetime]:
    """The time by the clock in our waiting room; None for what is no time."""
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except (TypeError, ValueError):
        return None


def parse_stretch(value: Any) -> Optional[Dict[Text, datetime]]:
    """Both ends of a stretch: an open one begins now, or ends with its day."""
    begin, end = parse_time(value.get("from")), parse_time(value.get("to"))
    if begin is None and end is None:
        return None
    begin = begin or max(now(), midnight(end.date()))
    return {"from": begin, "to": end or midnight(begin.date()) + timedelta(days=1)}


def is_day(entity: Entity) -> bool:
    """Whether it is a whole day or more. Buttons come without a grain; midnight means the day."""
    grain = (entity.get("additional_info") or {}).get("grain")
    if grain is not None:
        return grain in LENGTHS
    start = parse_time(entity.get("value"))
    return start is not None and start == midnight(start.date())


def read_wish(entities: List[Entity], chosen_day: Optional[Text] = None) -> Optional[Wish]:
    """When the patient wants to come; `chosen_day` is the day that we just talked about."""
    times = [e for e in entities if e.get("entity") == "time" and _is_readable(e)]
    days = [e for e in times if is_day(e)]
    hours = [e for e in times if not is_day(e)]
    if hours:
        # 'between 9 and 11 on 6 March' may come as two entities.
        day = parse_time(days[-1]["value"]).date() if days else None
        if day is None and chosen_day and _leaves_day_open(hours[-1]):
            day = date.fromisoformat(chosen_day)
        return _moved_to(hours[-1]["value"], day)
    if days:
        begin = parse_time(days[-1]["value"])
        grain = (days[-1].get("additional_info") or {}).get("grain", "day")
        return {"from": begin.isoformat(), "to": (begin + LENGTHS[grain]).isoformat()}
    if chosen_day:
        return _hour_on(entities, date.fromisoformat(chosen_day))
    return None


def read_day(entities: List[Entity]) -> Optional[date]:
    """The day that is named, for a date of birth."""
    days = [e for e in entities if e.get("entity") == "time" and parse_time(e.get("value"))]
    return parse_time(days[-1]["value"]).date() if days else None


def overlap(one: Entity, other: Entity) -> bool:
    return one["start"] < other["end"] and other["start"] < one["end"]


def _is_readable(entity: Entity) -> bool:
    value = entity.get("value")
    if isinstance(value, dict):
        return parse_stretch(value) is not None
    return parse_time(value) is not None


def _leaves_day_open(entity: Entity) -> bool:
    """'At 11' is today or tomorrow to Duckling, without either being said."""
    value = entity["value"]
    start = parse_stretch(value)["from"] if isinstance(value, dict) else parse_time(value)
    said = str(entity.get("text", "")).lower()
    is_soon = start.date() - now().date() <= timedelta(days=1)
    return is_soon and "today" not in said and "tomorrow" not in said


def _moved_to(value: Any, day: Optional[date]) -> Wish:
    """The same time of day, on this day if one is given."""
    if isinstance(value, dict):
        stretch = parse_stretch(value)
        return {end: _moved_to(stretch[end].isoformat(), day) for end in ("from", "to")}
    start = parse_time(value)
    return (datetime.combine(day, start.time()) if day else start).isoformat()


def _hour_on(entities: List[Entity], day: date) -> Optional[Text]:
    """A bare '11' is an hour, once we have asked for the time of day."""
    for entity in entities:
        if entity.get("entity") == "number":
            try:
                hour = float(entity["value"])
            except (TypeError, ValueError):
                continue
            if 0 <= hour < 24:
                return (midnight(day) + timedelta(minutes=round(hour * 60))).isoformat()
    return None

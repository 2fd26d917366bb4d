"""The surgery: its doctors, its opening hours, and which times are free."""

from datetime import date, datetime, time, timedelta
from typing import Iterator, List, NamedTuple, Optional, Text, Tuple


class Doctor(NamedTuple):
    name: Text
    field: Text
    weekdays: Tuple[int, ...]  # 0 is Monday
    taken: Tuple[time, ...]  # every day, to have something that is not free
    advice: Optional[Text] = None


DOCTORS = {
    doctor.name: doctor
    for doctor in (
        Doctor("Dr Weber", "general practice", (0, 1, 2, 3, 4), (time(9), time(11))),
        Doctor("Dr Rahman", "children", (0, 2, 4), (time(10),)),
        Doctor("Dr Rossi", "skin", (1, 3), (time(14), time(14, 30))),
        Doctor(
            "Dr Novak",
            "heart",
            (0, 1, 2, 3),
            (time(8), time(15)),
            "please do not smoke or drink coffee on that day.",
        ),
    )
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = {0: (8, 18), 1: (8, 18), 2: (8, 13), 3: (8, 18), 4: (8, 16)}
VISIT = timedelta(minutes=30)
MOST_DAYS = 31  # that we look through for a free time


def now() -> datetime:
    return datetime.now()


def find_doctor(written: Text) -> Optional[Text]:
    """'dr. weber' -> 'Dr Weber'; None for somebody who does not work here."""
    words = str(written).lower().replace(".", " ").split()
    for name in DOCTORS:
        if name.lower().split()[-1] in words:
            return name
    return None


def is_open(start: datetime) -> bool:
    opens, closes = HOURS.get(start.weekday(), (0, 0))
    return opens <= start.hour < closes


def why_not(doctor: Optional[Text], start: datetime) -> Optional[Text]:
    """The response that says why one cannot come then; None if one can."""
    if start <= now():
        return "utter_time_is_past"
    if not is_open(start):
        return "utter_closed_then"
    if doctor and start.weekday() not in DOCTORS[doctor].weekdays:
        return "utter_doctor_not_in"
    if start.minute % 30 or (doctor and start.time() in DOCTORS[doctor].taken):
        return "utter_time_taken"
    return None


def free_times(doctor: Optional[Text], begin: datetime, end: datetime) -> List[datetime]:
    """When a visit may begin from `begin` until before `end`."""
    return [start for start in _starts(begin, end) if why_not(doctor, start) is None]


def next_free(doctor: Optional[Text], count: int = 3) -> List[datetime]:
    """The first free times, each on a day of its own."""
    found: List[datetime] = []
    today = midnight(now().date())
    for days in range(1, MOST_DAYS):
        free = free_times(doctor, today + timedelta(days), today + timedelta(days + 1))
        found += free[:1]
        if len(found) == count:
            break
    return found


def next_weekday(name: Text) -> Optional[date]:
    """The coming day of this name, 'on Friday' included; None if there is no such name."""
    today = now().date()
    for days in range(1, 8):
        day = today + timedelta(days)
        if WEEKDAYS[day.weekday()].lower() in str(name).lower():
            return day
    return None


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def show_day(day: date) -> Text:
    """'Tuesday 6 March 2040'"""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {day:%B %Y}"


def show(start: datetime) -> Text:
    """'Tuesday 6 March 2040 at 10:00'"""
    return f"{show_day(start.date())} at {start:%H:%M}"


def _starts(begin: datetime, end: datetime) -> Iterator[datetime]:
    begin = max(begin, now())
    end = min(end, begin + timedelta(MOST_DAYS))
    start = midnight(begin.date())
    while start < end:
        if start >= begin:
            yield start
        start += VISIT

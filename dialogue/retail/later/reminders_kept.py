"""The reminders that are set: kept in the conversation, and told in the shop's time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ReminderCancelled, ReminderScheduled, SlotSet

from dialogue.retail.later.reminder_topics import Reminder
from dialogue.retail.later.when import SHOP_ZONE
from dialogue.retail.services import Dispatcher, Events
from dialogue.retail.wording import Wording

NOTICE = "EXTERNAL_notice"
LONGEST = timedelta(days=366)
MOST = 10


def kept_of(tracker: Tracker, now: datetime) -> list[Reminder]:
    """Those that have not gone off yet, as the conversation remembers them."""
    every = tracker.get_slot("reminders") or ()
    return [one for one in every if datetime.fromisoformat(one["at"]) > now]


def set_one(
    words: Wording,
    dispatcher: Dispatcher,
    kept: list[Reminder],
    when: datetime,
    about: str,
    moved: str | None,
) -> Events:
    """Set one, in the place of the one with the name `moved`."""
    gone = [one for one in kept if one["name"] == moved]
    left = [one for one in kept if one not in gone]
    if len(left) >= MOST:
        dispatcher.utter_message(response="utter_reminders_many", most=MOST)
        return []
    at, taken = when.isoformat(), {one["name"] for one in left}
    name = next(n for n in (f"reminder {i} {at}" for i in range(MOST)) if n not in taken)
    dispatcher.utter_message(response="utter_reminder_set", about=about, when=time_told(words, at))
    scheduled = ReminderScheduled(
        NOTICE,
        when,
        entities={"notice": {"kind": "reminder", "about": about}},
        name=name,
        kill_on_user_message=False,
    )
    one = {"name": name, "at": at, "about": about}
    return [*map(cancelled, gone), scheduled, SlotSet("reminders", [*left, one])]


def cancelled(one: Reminder) -> dict[str, Any]:
    """The event that keeps it from going off."""
    event: dict[str, Any] = ReminderCancelled(name=one["name"])
    return event


def refusal(when: datetime, now: datetime) -> str | None:
    """The response that says why nobody can be reminded then, or None."""
    if when <= now:
        return "utter_reminder_past"
    return "utter_reminder_far" if when - now > LONGEST else None


def in_shop_time(at: str) -> datetime:
    """A kept moment, where the shop is."""
    return datetime.fromisoformat(at).astimezone(SHOP_ZONE)


def time_told(words: Wording, at: str) -> str:
    """A kept moment in the customer's language."""
    return words.moment(in_shop_time(at))

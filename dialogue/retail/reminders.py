"""Reminders: set, moved, listed and cancelled; they go off in the conversation itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, ReminderCancelled, ReminderScheduled, SlotSet
from rasa_sdk.forms import FormValidationAction

from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    latest_entity,
    latest_text,
    plain_words,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.when import SHOP_ZONE, moment_in
from dialogue.retail.wording import Wording
from nlu.entities import times

FORM = "reminder_form"
NOTICE = "EXTERNAL_notice"
LONGEST = timedelta(days=366)
MOST = 10
MAX_ABOUT = 200
READ = 500
_LIST = re.compile(
    r"\b(?:what|which|show|list|see)\b.{0,40}\breminders?\b|哪些提醒|什么提醒|查看提醒",
    re.IGNORECASE,
)
_CANCEL = re.compile(
    r"\b(?:cancel|delete|remove|drop|clear|forget about)\b.{0,40}\bremind"
    r"|\bstop remind|\bno (?:more|longer) remind|\bno longer (?:want|need).{0,30}remind"
    r"|\bdon['’]?t (?:need|want|have) to (?:be )?remind|\bdon['’]?t remind"
    r"|(?:取消|删除|删掉|不用|别再|不要再).{0,6}提醒|提醒.{0,4}(?:取消|删)",
    re.IGNORECASE,
)
_MOVE = re.compile(
    r"\b(?:move|change|shift|postpone|push|reschedule)\b.{0,30}\bremind|提醒.{0,4}(?:改|推迟)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:remind\w*|nudge|note|forget|reminder)\b.*?\b(?:to|that|about)\s+(.+)", re.IGNORECASE
)
_ABOUT_CHINESE = re.compile(r"(?:提醒我?|记得|叫我)(.{2,})")


class RemindMeAction(RetailAction):
    """Sets a reminder when a moment is named, else asks for one."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_remind_me"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """List, cancel, move, or set."""
        text, words = latest_text(tracker)[:READ], self.words(tracker)
        wish = latest_entity(tracker, "reminder_wish") or ""
        kept = self._kept(tracker)
        if wish == "list" or _LIST.search(text):
            if not kept:
                dispatcher.utter_message(response="utter_reminders_none")
            for one in kept:
                dispatcher.utter_message(
                    response="utter_reminder_kept",
                    about=one["about"],
                    when=_told(words, one["at"]),
                )
            return []
        if wish == "cancel" or _CANCEL.search(text):
            gone = self._meant(kept, text)
            dispatcher.utter_message(
                response="utter_reminders_cancelled" if gone else "utter_reminders_none"
            )
            left = [one for one in kept if one not in gone]
            return [*map(_cancelled, gone), SlotSet("reminders", left)]
        events: Events = []
        about = about_in(text)
        if kept and _MOVE.search(text):
            about = kept[-1]["about"]
            events, kept = [_cancelled(kept[-1])], kept[:-1]
        when = moment_in(text, self.services.clock())
        events += [SlotSet("reminders", kept), SlotSet("reminder_about", about)]
        if when is not None and _why_not(when, self.services.clock()) is None:
            return [*events, *_set(words, dispatcher, kept, when, about)]
        if when is not None:
            dispatcher.utter_message(response=_why_not(when, self.services.clock()))
        if (tracker.active_loop or {}).get("name"):
            if when is None:
                dispatcher.utter_message(response="utter_reminder_when_later")
            return events
        begin: Events = [SlotSet("reminder_time", None), SlotSet(REQUESTED_SLOT, None)]
        return [*events, *begin, ActiveLoop(FORM)]

    def _kept(self, tracker: Tracker) -> list[dict[str, str]]:
        """Those that have not gone off yet, as the conversation remembers them."""
        now = self.services.clock()
        return [
            one
            for one in tracker.get_slot("reminders") or ()
            if datetime.fromisoformat(one["at"]) > now
        ]

    def _meant(self, kept: list[dict[str, str]], text: str) -> list[dict[str, str]]:
        """Those of the day that is named, else all."""
        when = moment_in(text, self.services.clock())
        if when is None:
            return kept
        return [one for one in kept if _here(one["at"]).date() == when.date()]


class ReminderForm(RetailAction, FormValidationAction):
    """When to remind."""

    def name(self) -> str:
        """Rasa's name for the validation of the form."""
        return f"validate_{FORM}"

    def validate_reminder_time(
        self, value: Any, dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A moment to come, within a year."""
        now = self.services.clock()
        when = moment_in(plain_words(value), now)
        why_not = "utter_reminder_odd" if when is None else _why_not(when, now)
        if when is None or why_not is not None:
            dispatcher.utter_message(response=why_not)
            return {"reminder_time": None}
        return {"reminder_time": when.isoformat()}


class SetReminderAction(RetailAction):
    """Sets the reminder whose moment the form has found."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_set_reminder"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """It goes off once, in this conversation."""
        at = tracker.get_slot("reminder_time")
        if at is None:
            return []
        kept = list(tracker.get_slot("reminders") or ())
        about = str(tracker.get_slot("reminder_about") or "")
        words = self.words(tracker)
        events = _set(words, dispatcher, kept, datetime.fromisoformat(at), about)
        return [*events, SlotSet("reminder_time", None), SlotSet("reminder_about", None)]


def about_in(text: str) -> str:
    """What one wants to be reminded of, without the time at its end; else the whole text."""
    found = _ABOUT.search(text) or _ABOUT_CHINESE.search(text)
    about = found[1] if found else text
    for entity in times.find(about, datetime(2026, 1, 1)):  # any day: only where it stands
        if entity.end >= len(about.rstrip(" .!?")) and entity.start > 3:
            about = about[: entity.start]
            break
    about = re.sub(r"[\s,;:，]*(?:\b(?:at|on|by|in|pls|please)\b)?[\s,.!?。！]*$", "", about)
    return about.strip()[:MAX_ABOUT]


def _set(
    words: Wording,
    dispatcher: Dispatcher,
    kept: list[dict[str, str]],
    when: datetime,
    about: str,
) -> Events:
    if len(kept) >= MOST:
        dispatcher.utter_message(response="utter_reminders_many", most=MOST)
        return []
    one = {"name": f"reminder {len(kept)} {when.isoformat()}", "at": when.isoformat()}
    one["about"] = about or "…"
    dispatcher.utter_message(
        response="utter_reminder_set", about=one["about"], when=_told(words, one["at"])
    )
    scheduled = ReminderScheduled(
        NOTICE,
        when,
        entities={"notice": {"kind": "reminder", "about": one["about"]}},
        name=one["name"],
        kill_on_user_message=False,
    )
    return [scheduled, SlotSet("reminders", [*kept, one])]


def _cancelled(one: dict[str, str]) -> dict[str, Any]:
    event: dict[str, Any] = ReminderCancelled(name=one["name"])
    return event


def _why_not(when: datetime, now: datetime) -> str | None:
    """The response that says why nobody can be reminded then, or None."""
    if when <= now:
        return "utter_reminder_past"
    return "utter_reminder_far" if when - now > LONGEST else None


def _here(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(SHOP_ZONE)


def _told(words: Wording, at: str) -> str:
    return words.moment(_here(at))

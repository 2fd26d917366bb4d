"""Reminders: set, moved, listed and cancelled; they go off in the conversation itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import (
    ActiveLoop,
    FollowupAction,
    ReminderCancelled,
    ReminderScheduled,
    SlotSet,
)
from rasa_sdk.forms import FormValidationAction

from dialogue.retail.later.reminder_context import (
    LATELY,
    OURS,
    last_said,
    spoken_of,
    went_off,
)
from dialogue.retail.later.reminder_topics import (
    MAX_ABOUT,
    Reminder,
    about_in,
    fitting,
    places_in,
    when_it_comes,
)
from dialogue.retail.later.reminder_wishes import (
    ALL,
    CANCEL,
    CANCEL_ALL,
    CORRECTED,
    HOW,
    LIST,
    MOVE,
    SET,
    gives_up,
    in_its_half,
    moment_named,
    points_at_one,
    shift_in,
    speaks_of_reminders,
    wish_in,
)
from dialogue.retail.later.subscriptions import ChooseUpdates, ShippingUpdatesForm
from dialogue.retail.later.when import SHOP_ZONE, moment_in
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_entity,
    latest_text,
    plain_words,
    said_within,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import Wording, button

FORM = "reminder_form"
NOTICE = "EXTERNAL_notice"
LONGEST = timedelta(days=366)
MOST = 10
READ = 500
SHOWN = 40  # letters of a matter in a button's title
_LASTS = re.compile(r"\b\d{1,3} ?(?:min(?:ute)?s?|hours?|h)\b", re.IGNORECASE)
_OF_A_DAY = re.compile(
    r"\b(?:to(?:day|night|morrow)|in(?! the)|next|now)\b|[今明后]", re.IGNORECASE
)
_FORM_LEFT = (ActiveLoop(None), SlotSet(REQUESTED_SLOT, None))


class RemindMeAction(RetailAction):
    """Sets a reminder when its matter and a moment are named, else asks for them."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_remind_me"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """List, cancel, move, or set."""
        text, now = latest_text(tracker)[:READ], self.services.clock()
        kept = _kept(tracker, now)
        wish = latest_entity(tracker, "reminder_wish") or wish_in(text, kept, now, spoken_of=True)
        if wish == HOW:
            dispatcher.utter_message(response="utter_reminder_how")
            return []
        if wish == LIST:
            return self._list(dispatcher, tracker, kept)
        if wish in (CANCEL, CANCEL_ALL):
            gone = self._cancel(dispatcher, tracker, kept, text)
            return [*gone, *self._follow(dispatcher, tracker, domain)]
        if when_it_comes(text):
            return self._follow(dispatcher, tracker, domain)
        if kept and not wish and CORRECTED.search(text) and not moment_in(text, now):
            text = _LASTS.sub(r"in \g<0>", text, count=1)  # "make that 3 minutes"
        corrected = kept and wish != SET and moment_in(text, now) and CORRECTED.search(text)
        if wish == MOVE or corrected:
            return self._move(dispatcher, tracker, kept, text)
        about = latest_entity(tracker, "reminder_about") or about_in(text)
        about = (
            about or went_off(tracker) or spoken_of(self.services, self.words(tracker), tracker)
        )[:MAX_ABOUT]
        return self._set_or_ask(dispatcher, tracker, kept, moment_in(text, now), about[:MAX_ABOUT])

    def _follow(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Of a parcel that comes the messages about its order tell, at whatever hour it does."""
        busy = (tracker.active_loop or {}).get("name")
        if busy or not when_it_comes(latest_text(tracker)[:READ]):
            return []
        chosen = ChooseUpdates(self.services).run(dispatcher, tracker, domain)
        on = [SlotSet("updates", None), FollowupAction(ShippingUpdatesForm.form)]
        return [*chosen, *on]

    def _list(self, dispatcher: Dispatcher, tracker: Tracker, kept: list[Reminder]) -> Events:
        """Each in a message of its own."""
        words = self.words(tracker)
        if not kept:
            dispatcher.utter_message(response="utter_reminders_none")
        for one in kept:
            dispatcher.utter_message(
                response="utter_reminder_kept", about=one["about"], when=_told(words, one["at"])
            )
        return []

    def _cancel(
        self, dispatcher: Dispatcher, tracker: Tracker, kept: list[Reminder], text: str
    ) -> Events:
        """The one that is meant, or all of them; where it is open which, nothing yet."""
        named = latest_entity(tracker, "reminder")
        when = moment_in(text, self.services.clock())
        of_the_day = [one for one in kept if when is None or _here(one["at"]).date() == when.date()]
        meant = [o for o in kept if o["name"] == named] if named else fitting(of_the_day, text)
        pressed = latest_entity(tracker, "reminder_wish") == CANCEL_ALL
        every = bool(pressed or ALL.search(text) or places_in(text))
        if not meant or (len(meant) > 1 and not every):
            return self._ask_which(dispatcher, tracker, meant or kept, CANCEL)
        dispatcher.utter_message(
            response="utter_reminders_cancelled",
            about=self.words(tracker).listing(f"“{one['about']}”" for one in meant),
        )
        left = [one for one in kept if one not in meant]
        return [*map(_cancelled, meant), SlotSet("reminders", left)]

    def _move(
        self, dispatcher: Dispatcher, tracker: Tracker, kept: list[Reminder], text: str
    ) -> Events:
        """The old moment stands until there is a new one."""
        named = latest_entity(tracker, "reminder")
        meant = [o for o in kept if o["name"] == named] if named else fitting(kept, text)
        open_which = meant == kept and not points_at_one(text, kept)
        just_set = open_which and last_said(tracker) == "utter_reminder_set"
        if not named and (CORRECTED.search(text) or just_set):
            meant = meant[-1:]
        told = latest_entity(tracker, "reminder_when") or text
        now, shift = self.services.clock(), shift_in(told)
        when = _moment(told, now)
        if len(meant) != 1:
            new = {} if when is None else {"reminder_when": when.isoformat()}
            if shift is not None:  # so far from where the chosen one is
                minutes = round(shift.total_seconds() / 60)
                way = "later" if minutes > 0 else "earlier"
                new = {"reminder_when": f"{abs(minutes)} minutes {way}"}
            return self._ask_which(dispatcher, tracker, meant or kept, MOVE, **new)
        (one,) = meant
        when = _here(one["at"]) + shift if shift else _that_day(one, told) or when
        return self._set_or_ask(dispatcher, tracker, kept, when, one["about"], one["name"])

    def _ask_which(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        some: list[Reminder],
        wish: str,
        **new: str,
    ) -> Events:
        """One button for each."""
        if not some:
            dispatcher.utter_message(response="utter_reminders_none")
            return []
        words = self.words(tracker)
        buttons = [
            button(
                words.say("reminder", when=_told(words, one["at"]), about=one["about"][:SHOWN]),
                "remind_me",
                reminder_wish=wish,
                reminder=one["name"],
                **new,
            )
            for one in some
        ]
        if wish == CANCEL and 1 < len(some) == len(_kept(tracker, self.services.clock())):
            buttons.append(words.button("all_reminders", "remind_me", reminder_wish=CANCEL_ALL))
        dispatcher.utter_message(response=f"utter_which_reminder_{wish}", buttons=buttons)
        return []

    def _set_or_ask(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        kept: list[Reminder],
        when: datetime | None,
        about: str,
        moved: str | None = None,
    ) -> Events:
        """`moved` is the name of the one whose place the new one takes."""
        why_not = None if when is None else _why_not(when, self.services.clock())
        if why_not is not None:
            dispatcher.utter_message(response=why_not)
            when = None
        if when is not None and about:
            return _set(self.words(tracker), dispatcher, kept, when, about, moved)
        if (tracker.active_loop or {}).get("name"):
            if why_not is None:
                dispatcher.utter_message(response="utter_reminder_when_later")
            return []
        return [
            SlotSet("reminder_about", about or None),
            SlotSet("reminder_moved", moved),
            SlotSet("reminder_time", when.isoformat() if when else None),
            SlotSet(REQUESTED_SLOT, None),
            ActiveLoop(FORM),
        ]


class ReminderForm(RetailAction, FormValidationAction):
    """What to remind of, and when."""

    def name(self) -> str:
        """Rasa's name for the validation of the form."""
        return f"validate_{FORM}"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Another reminder may be meant while the form asks: it is dealt with, and asked again."""
        asked = tracker.get_slot(REQUESTED_SLOT)
        text, now = latest_text(tracker)[:READ], self.services.clock()
        if not text or asked not in tracker.slots_to_validate():
            return await self._checked(dispatcher, tracker, domain)
        kept = _kept(tracker, now)
        may_be_matter = asked == "reminder_about" and not speaks_of_reminders(text)
        wish = wish_in(text, kept, now, spoken_of=not may_be_matter)
        unasked = SlotSet(asked, None)
        if wish == CANCEL and not points_at_one(text, kept) and not speaks_of_reminders(text):
            dispatcher.utter_message(response="utter_stopped")  # "delete it": the one begun
            return [unasked, *_FORM_LEFT]
        named = wish in (LIST, CANCEL) or (wish == MOVE and points_at_one(text, kept))
        if not named:
            return await self._checked(dispatcher, tracker, domain)
        events = RemindMeAction(self.services).run(dispatcher, tracker, domain)
        every = wish == CANCEL and ALL.search(text) and not points_at_one(text, kept)
        return [unasked, *events, *(_FORM_LEFT if every or gives_up(text) else ())]

    async def _checked(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        done: Events = await super().run(dispatcher, tracker, domain)
        return done

    def validate_reminder_about(
        self, value: Any, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Whatever the customer tells; a moment told with it is not asked for again."""
        text, now = plain_words(value)[:READ], self.services.clock()
        when = moment_in(text, now)
        known = tracker.get_slot("reminder_time") or when is None or _why_not(when, now)
        told = {} if known or when is None else {"reminder_time": when.isoformat()}
        return {"reminder_about": about_in(text) or None, **told}

    def validate_reminder_time(
        self, value: Any, dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A moment to come, within a year."""
        now = self.services.clock()
        when = _moment(plain_words(value), now)
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
        kept = _kept(tracker, self.services.clock())
        events = _set(
            self.words(tracker),
            dispatcher,
            kept,
            datetime.fromisoformat(at),
            str(tracker.get_slot("reminder_about") or ""),
            tracker.get_slot("reminder_moved"),
        )
        done = ("reminder_time", "reminder_about", "reminder_moved")
        return [*events, *(SlotSet(slot, None) for slot in done)]


def means_reminders(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the latest message is about reminders, whatever it was taken for."""
    text, now = latest_text(tracker)[:READ], services.clock()
    ours = any(map(OURS.match, said_within(tracker, LATELY)))
    return wish_in(text, _kept(tracker, now), now, spoken_of=ours) is not None


def _kept(tracker: Tracker, now: datetime) -> list[Reminder]:
    """Those that have not gone off yet, as the conversation remembers them."""
    every = tracker.get_slot("reminders") or ()
    return [one for one in every if datetime.fromisoformat(one["at"]) > now]


def _set(
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
    dispatcher.utter_message(response="utter_reminder_set", about=about, when=_told(words, at))
    scheduled = ReminderScheduled(
        NOTICE,
        when,
        entities={"notice": {"kind": "reminder", "about": about}},
        name=name,
        kill_on_user_message=False,
    )
    one = {"name": name, "at": at, "about": about}
    return [*map(_cancelled, gone), scheduled, SlotSet("reminders", [*left, one])]


def _cancelled(one: Reminder) -> dict[str, Any]:
    event: dict[str, Any] = ReminderCancelled(name=one["name"])
    return event


def _moment(told: str, now: datetime) -> datetime | None:
    """The moment that words name, or that a button has in ISO 8601."""
    try:
        when = datetime.fromisoformat(told)
    except ValueError:
        return moment_named(told, now)
    return when if when.tzinfo else moment_named(told, now)


def _that_day(one: Reminder, told: str) -> datetime | None:
    """The moment on the reminder's own day, where only another hour is told."""
    day = _here(one["at"])
    when = _moment(told, day.replace(hour=0, minute=0))
    alone = when is not None and when.date() == day.date() and not _OF_A_DAY.search(told)
    return in_its_half(day, told, when) if when is not None and alone else None


def _why_not(when: datetime, now: datetime) -> str | None:
    """The response that says why nobody can be reminded then, or None."""
    if when <= now:
        return "utter_reminder_past"
    return "utter_reminder_far" if when - now > LONGEST else None


def _here(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(SHOP_ZONE)


def _told(words: Wording, at: str) -> str:
    return words.moment(_here(at))

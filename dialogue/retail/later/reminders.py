"""Reminders: set, moved, listed and cancelled; they go off in the conversation itself."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import (
    ActiveLoop,
    FollowupAction,
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
from dialogue.retail.later.reminder_moves import (
    at_its_hour,
    moment_told,
    shift_in,
    that_day,
    without_reason,
)
from dialogue.retail.later.reminder_topics import (
    MAX_ABOUT,
    Reminder,
    about_in,
    each_in,
    fitting,
    names_one,
    places_in,
    told_and_asked,
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
    REWORD,
    SET,
    gives_up,
    points_at_one,
    rewording_in,
    speaks_of_reminders,
    wish_in,
)
from dialogue.retail.later.reminders_kept import (
    cancelled,
    in_shop_time,
    kept_of,
    refusal,
    set_one,
    time_told,
)
from dialogue.retail.later.subscriptions import ChooseUpdates, ShippingUpdatesForm
from dialogue.retail.later.when import moment_in
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
from dialogue.retail.viewing.asked_of_order import asks_if_nobody_in
from dialogue.retail.wording import button

FORM = "reminder_form"
READ = 500
SHOWN = 40  # letters of a matter in a button's title
_THAT_ONE = re.compile(
    r"\b(?:it|(?:this|that|the|my) (?:reminder|one))\b(?! (?:for|about|of|on|at)\b)"
    r"|[这那](?:个|条)提醒",
    re.IGNORECASE,
)
_LASTS = re.compile(r"\b\d{1,3} ?(?:min(?:ute)?s?|hours?|h)\b", re.IGNORECASE)
_REPEATED = re.compile(
    r"\b(?:every|each) (?:\w+ )?(?:day|week|month|year|morning|evening|night|hour|\w+day)s?\b"
    r"|\b(?:daily|weekly|monthly|yearly)\b|每(?:天|[个]?(?:周|星期|礼拜|月)|年|晚|早)",
    re.IGNORECASE,
)
_FORM_LEFT = (ActiveLoop(None), SlotSet(REQUESTED_SLOT, None))


class RemindMeAction(RetailAction):
    """Sets a reminder when its matter and a moment are named, else asks for them."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_remind_me"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """List, cancel, move, reword, or set."""
        (text, asks), now = told_and_asked(latest_text(tracker)[:READ]), self.services.clock()
        kept = kept_of(tracker, now)
        wish = latest_entity(tracker, "reminder_wish") or wish_in(text, kept, now, spoken_of=True)
        done = self._do(dispatcher, tracker, domain, kept, text, wish)
        if asks_if_nobody_in(asks):
            dispatcher.utter_message(response="utter_faq/failed_delivery_attempt")
        return done

    def _do(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        domain: Any,
        kept: list[Reminder],
        text: str,
        wish: object,
    ) -> Events:
        if wish == HOW:
            dispatcher.utter_message(response="utter_reminder_how")
            return []
        if wish == LIST:
            return self._list(dispatcher, tracker, kept)
        if wish == REWORD:
            return self._reword(dispatcher, tracker, kept, text)
        if wish in (CANCEL, CANCEL_ALL):
            gone = self._cancel(dispatcher, tracker, kept, text)
            return [*gone, *self._follow(dispatcher, tracker, domain)]
        if when_it_comes(text):
            return self._follow(dispatcher, tracker, domain)
        return self._move_or_set(dispatcher, tracker, kept, text, str(wish or ""))

    def _move_or_set(
        self, dispatcher: Dispatcher, tracker: Tracker, kept: list[Reminder], text: str, wish: str
    ) -> Events:
        """A moment corrects the one that was set, or is of a new one, or of two."""
        now = self.services.clock()
        if _REPEATED.search(text):
            dispatcher.utter_message(response="utter_reminder_once")
            if not moment_in(text, now):
                return []
        if kept and not wish and CORRECTED.search(text) and not moment_in(text, now):
            text = _LASTS.sub(r"in \g<0>", text, count=1)  # "make that 3 minutes"
        corrected = kept and wish != SET and moment_in(text, now) and CORRECTED.search(text)
        if wish == MOVE or corrected:
            return self._move(dispatcher, tracker, kept, text)
        if not (tracker.active_loop or {}).get("name") and len(each := each_in(text)) > 1:
            return self._set_each(dispatcher, tracker, kept, each)
        about = latest_entity(tracker, "reminder_about") or about_in(text)
        about = (
            about or went_off(tracker) or spoken_of(self.services, self.words(tracker), tracker)
        )[:MAX_ABOUT]
        return self._set_or_ask(dispatcher, tracker, kept, moment_in(text, now), about)

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
                response="utter_reminder_kept", about=one["about"], when=time_told(words, one["at"])
            )
        return []

    def _cancel(
        self, dispatcher: Dispatcher, tracker: Tracker, kept: list[Reminder], text: str
    ) -> Events:
        """The one that is meant, or all of them; where it is open which, nothing yet."""
        named = latest_entity(tracker, "reminder")
        when = moment_in(text, self.services.clock())
        of_the_day = [
            one for one in kept if when is None or in_shop_time(one["at"]).date() == when.date()
        ]
        meant = [o for o in kept if o["name"] == named] if named else fitting(of_the_day, text)
        if not meant and len(kept) == 1 and _THAT_ONE.search(text):
            meant = kept
        pressed = latest_entity(tracker, "reminder_wish") == CANCEL_ALL
        every = bool(pressed or ALL.search(text) or places_in(text))
        if not meant or (len(meant) > 1 and not every):
            return self._ask_which(dispatcher, tracker, meant or kept, CANCEL)
        dispatcher.utter_message(
            response="utter_reminders_cancelled",
            about=self.words(tracker).listing(f"“{one['about']}”" for one in meant),
        )
        left = [one for one in kept if one not in meant]
        return [*map(cancelled, meant), SlotSet("reminders", left)]

    def _move(
        self, dispatcher: Dispatcher, tracker: Tracker, kept: list[Reminder], text: str
    ) -> Events:
        """The old moment stands until there is a new one."""
        text = without_reason(text)
        named = latest_entity(tracker, "reminder")
        meant = [o for o in kept if o["name"] == named] if named else fitting(kept, text)
        open_which = meant == kept and not points_at_one(text, kept)
        just_set = open_which and last_said(tracker) == "utter_reminder_set"
        if not named and (CORRECTED.search(text) or just_set):
            meant = meant[-1:]
        told = latest_entity(tracker, "reminder_when") or text
        now, shift = self.services.clock(), shift_in(told)
        when = moment_told(told, now)
        if len(meant) != 1:
            new = {} if when is None else {"reminder_when": when.isoformat()}
            if shift is not None:  # so far from where the chosen one is
                minutes = round(shift.total_seconds() / 60)
                way = "later" if minutes > 0 else "earlier"
                new = {"reminder_when": f"{abs(minutes)} minutes {way}"}
            return self._ask_which(dispatcher, tracker, meant or kept, MOVE, **new)
        (one,) = meant
        at = in_shop_time(one["at"])
        when = at + shift if shift else that_day(at, told) or at_its_hour(at, told, when)
        return self._set_or_ask(dispatcher, tracker, kept, when, one["about"], one["name"])

    def _reword(
        self, dispatcher: Dispatcher, tracker: Tracker, kept: list[Reminder], text: str
    ) -> Events:
        """Another matter for the one that is named, else for the one set last."""
        about = rewording_in(text)[:MAX_ABOUT]
        one = next((o for o in kept if names_one([o], text.replace(about, ""))), kept[-1])
        when = datetime.fromisoformat(one["at"])
        return set_one(self.words(tracker), dispatcher, kept, when, about, one["name"])

    def _set_each(
        self, dispatcher: Dispatcher, tracker: Tracker, kept: list[Reminder], each: list[str]
    ) -> Events:
        """Several of one message."""
        events: Events = []
        for text in each:
            done = self._set_or_ask(
                dispatcher, tracker, kept, moment_in(text, self.services.clock()), about_in(text)
            )
            events += done
            kept = next((e["value"] for e in done if e.get("name") == "reminders"), kept)
        return events

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
                words.say("reminder", when=time_told(words, one["at"]), about=one["about"][:SHOWN]),
                "remind_me",
                reminder_wish=wish,
                reminder=one["name"],
                **new,
            )
            for one in some
        ]
        if wish == CANCEL and 1 < len(some) == len(kept_of(tracker, self.services.clock())):
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
        why_not = None if when is None else refusal(when, self.services.clock())
        if why_not is not None:
            dispatcher.utter_message(response=why_not)
            when = None
        if when is not None and about:
            return set_one(self.words(tracker), dispatcher, kept, when, about, moved)
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
        kept = kept_of(tracker, now)
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
        known = tracker.get_slot("reminder_time") or when is None or refusal(when, now)
        told = {} if known or when is None else {"reminder_time": when.isoformat()}
        return {"reminder_about": about_in(text) or None, **told}

    def validate_reminder_time(
        self, value: Any, dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A moment to come, within a year."""
        now = self.services.clock()
        when = moment_told(plain_words(value), now)
        why_not = "utter_reminder_odd" if when is None else refusal(when, now)
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
        kept = kept_of(tracker, self.services.clock())
        events = set_one(
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
    return wish_in(text, kept_of(tracker, now), now, spoken_of=ours) is not None

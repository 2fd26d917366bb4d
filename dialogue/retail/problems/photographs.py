"""Photographs in a conversation: asked for when something is broken, taken as the answer.

The application takes them in and says in the trusted slot `photos` which there are; what a message
claims counts for nothing. A channel that cannot bring any is not asked for one.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.states import ProblemKind
from dialogue.orders.tickets import TicketNotFound
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.people.tickets import added_to_ticket
from dialogue.retail.people.tickets_told import (
    ADDED,
    COMPLAINED,
    REPORTED,
    ticket_of,
    ticket_spoken_of,
    told,
)
from dialogue.retail.problems.remedies import FOR_GOODS, wish_in
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_intent,
    latest_text,
    listener_of,
    said_within,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT

SENT, SKIPPED = "sent", "skipped"
INTENT = "EXTERNAL_photo"
UNCLEAR, HINDERED = "utter_photo_unclear", "utter_photo_hindered"
CHANNELS = ("widget",)  # those with a button for it
DESK = "/desk/photos/"
SOON = 4  # messages after a report or complaint in which a photograph is of it
_NOTED = REPORTED | COMPLAINED | {ADDED}
WARRANTY = {"utter_problem_too_late", "utter_warranty_case", "utter_warranty_ask"}
MOST_READ = 500  # characters of an answer
# As in "I don't have a camera" and "can we go on without".
_HINDERED = re.compile(
    r"\b(?:too (?:big|large|heavy)|(?:can|ca|do|does|wo|did)(?:not|n['’]?t) (?:\w+ )?"
    r"(?:upload|attach|load)\w*|(?:upload|send|attach)\w*.{0,20}\b(?:fail\w*|stuck|error|works?)"
    r"|how (?:do|can|to|should)\b.{0,20}\b(?:send|upload|attach|add)"
    r"|where (?:do|can|is|to)\b.{0,25}\b(?:send|upload|attach|button|camera))\b"
    r"|太大|(?:传|发)不(?:了|上|出)|上传失败|怎么(?:传|发)|在哪里?(?:传|发)",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"\b(?:skip|without|no|none|not|cannot|(?:do|ca|have|wo|did)n'?t)\b|跳过|没|不|算了"
)
# "Did you add the picture to my report?", "can you see my photo": not "can I send a photo".
_IS_THERE = re.compile(
    r"^\W*(?:(?:and|so|but|ok|hey)\W+){0,2}(?:did|have|has|is|are|was|were|can you|do you (?:have"
    r"|see|got))\b(?=.{0,60}\b(?:photo(?:graph)?|picture|pic|image)s?\b)"
    r"(?=.{0,90}\b(?:add(?:ed)?|attach(?:ed)?|got|get|gotten|see|seen|received?|arrived?|there|with"
    r"|through|uploaded|have)\b)(?!.{0,30}\bi (?:send|add|attach|upload)\b)"
    r"|(?:照片|图片).{0,10}(?:加|传|收到|附|看到|看得到|有).{0,8}(?:吗|没)"
    r"|(?:收到|看到|加).{0,6}(?:照片|图片).{0,4}(?:吗|没)",
    re.IGNORECASE,
)


def wish_beside_photo(tracker: Tracker) -> str | None:
    """What is wished where a photograph was asked for: "just a few euros back would be fine"."""
    text = latest_text(tracker)
    asked = tracker.get_slot(REQUESTED_SLOT) == "photo"
    wish = wish_in(text) if asked and not is_question(text) else None
    return wish if wish in FOR_GOODS else None


class AskPhoto(RetailAction):
    """Asks for a photograph of what is broken; it may be skipped."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_photo"

    def run(self, dispatcher: Dispatcher, _tracker: Tracker, _domain: Any) -> Events:
        """The response says where the button is."""
        dispatcher.utter_message(response="utter_ask_photo")
        return []


class PhotoSentAction(RetailAction):
    """A photograph that no question was waiting for."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_photo_sent"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Say that it is there, and ask what it is about unless we are talking of something."""
        if not new_photos(tracker):
            dispatcher.utter_message(response="utter_photo_none")
        elif (tracker.active_loop or {}).get("name"):
            dispatcher.utter_message(response="utter_photo_received")
        elif (ticket := self._added(tracker)) is not None:
            dispatcher.utter_message(response="utter_photo_added", reference=ticket)
            return told_photos(tracker)
        elif not said_within(tracker, SOON).isdisjoint(WARRANTY):
            words = self.words(tracker)
            dispatcher.utter_message(
                response="utter_warranty_photo",
                buttons=[words.button("pass_on", "human_agent", reason="warranty")],
            )
        else:
            dispatcher.utter_message(response="utter_photo_what_about")
        return []

    def _added(self, tracker: Tracker) -> str | None:
        """The ticket that was just spoken of here, to which the photographs belong."""
        if said_within(tracker, SOON).isdisjoint(_NOTED):
            return None
        photos, here = with_photos("", new_photos(tracker)).strip(), ticket_spoken_of(tracker)
        viewer, listener, extras = viewer_of(tracker), listener_of(tracker), self.services.extras
        if extras is not None and here is not None:
            try:
                if extras.tickets.note(viewer, listener, here, photos):
                    return here
            except TicketNotFound:
                pass  # who signed out meanwhile
        order = current_order(self.services, tracker)
        problems = order.problems if order else ()
        last = max(problems, key=lambda one: (one.created_at, one.reference), default=None)
        if order is None or last is None:
            return None
        return added_to_ticket(
            self.services, tracker, last.kind, photos, order.number, last.reference
        )


def about_photographs(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Whether a photograph is here, and with which ticket; None where that is not asked."""
    if not _IS_THERE.search(latest_text(tracker)[:MOST_READ]):
        return None
    with_ticket = {"utter_photo_added", "utter_problem_reported", "utter_problem_added"}
    of = (ticket_of(one) for one in told(tracker) if one.get("utter_action") in with_ticket)
    ticket = next(filter(None, of), None)
    if not tracker.get_slot("photos"):
        dispatcher.utter_message(response="utter_photo_none")
    elif new_photos(tracker) or ticket is None:
        dispatcher.utter_message(response="utter_photo_received")
    else:
        dispatcher.utter_message(response="utter_photo_is_added", reference=ticket)
    return []


def new_photos(tracker: Tracker) -> list[str]:
    """The photographs that belong to no report yet, oldest first."""
    told = tracker.get_slot("photos_told") or ()
    return [str(key) for key in tracker.get_slot("photos") or () if key not in told]


def told_photos(tracker: Tracker) -> Events:
    """Events after which all photographs belong to a report."""
    photos = tracker.get_slot("photos")
    return [SlotSet("photos_told", photos)] if new_photos(tracker) else []


def wants_photo(services: RetailServices, order: OrderView, kind: ProblemKind) -> bool:
    """Whether a photograph is to be asked for: something dear enough is broken."""
    dearest = max((item.unit_cents for item in order.items), default=0)
    return kind is ProblemKind.DAMAGED_ITEM and dearest >= services.policies.damages.photo_from


def can_send(tracker: Tracker) -> bool:
    """Whether the customer writes on a channel that can bring a photograph."""
    return tracker.get_latest_input_channel() in CHANNELS


def answer_to_photo(tracker: Tracker) -> str | None:
    """What the latest message says to the question for a photograph; None when that is unclear.

    Whoever does not understand the question twice is not asked a third time.
    """
    if new_photos(tracker):
        return SENT
    text = str((tracker.latest_message or {}).get("text") or "")
    if is_hindered(text):
        return None
    return SKIPPED if declines(tracker) or _asked_twice(tracker) else None


def declines(tracker: Tracker) -> bool:
    """Whether the latest message says that there is no photograph."""
    text = str((tracker.latest_message or {}).get("text") or "")
    refuses = _WITHOUT.search(text[:MOST_READ].casefold().replace("’", "'"))
    return latest_intent(tracker) == "deny" or (not text.startswith("/") and refuses is not None)


def is_hindered(text: str) -> bool:
    """Whether a photograph is there and can't be sent: "it says too big", "how do I send it"."""
    return _HINDERED.search(text[:MOST_READ]) is not None


def with_photos(details: str, photos: list[str]) -> str:
    """What a colleague reads of a problem: the words, and where the photographs are."""
    if not photos:
        return details
    return "\n".join([details, "Photographs: " + ", ".join(DESK + key for key in photos)])


def _asked_twice(tracker: Tracker) -> bool:
    """Whether the question was explained already since the customer spoke before."""
    spoken = 0
    for event in reversed(tracker.events):
        spoken += event.get("event") == "user"
        if spoken > 1:
            return False
        if (event.get("metadata") or {}).get("utter_action") in (UNCLEAR, HINDERED):
            return True
    return False


def thank_for_photo(dispatcher: Dispatcher, tracker: Tracker) -> None:
    """For a photograph in the place of another answer."""
    sent = bool(new_photos(tracker))
    dispatcher.utter_message(response="utter_photo_thanks" if sent else "utter_photo_none")

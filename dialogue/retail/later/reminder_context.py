"""What was said before a message about reminders, which it may go on with."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.retail.people.tickets_told import told
from dialogue.retail.services import RetailServices, said_within
from dialogue.retail.wording import Wording

SPOKEN = 4  # messages in which something was spoken of
LATELY = 3  # messages, the latest included
# What the bot says of reminders: after it "the second one" is one of them.
OURS = re.compile(r"utter_(?:reminders?_|which_reminder_|ask_reminder_|notice_reminder)")
_WENT_OFF = "utter_notice_reminder"


def went_off(tracker: Tracker) -> str:
    """What the bot has just reminded of: "again in five minutes" means that."""
    if _WENT_OFF not in said_within(tracker, LATELY):
        return ""
    ours = (one for one in told(tracker) if one.get("utter_action") == _WENT_OFF)
    return str(next(ours, {}).get("about") or "")


def last_said(tracker: Tracker) -> str:
    """The response in which the bot spoke last of reminders that stand."""
    said = (str(one.get("utter_action")) for one in told(tracker))
    return next((one for one in said if OURS.match(one) and one != _WENT_OFF), "")


def spoken_of(services: RetailServices, words: Wording, tracker: Tracker) -> str:
    """The goods or the order of which the talk just was: "ok, remind me on Monday then"."""
    heard = 0
    for event in reversed(tracker.events):
        heard += event.get("event") == "user"
        if heard > SPOKEN:
            return ""
        name, value = event.get("name"), event.get("value")
        if event.get("event") != "slot" or not value:
            continue
        if name == "order_number":
            return words.say("reminder_order", number=value)
        product = services.catalogue.product(str(value)) if name == "product" else None
        if product is not None:
            return str(product.name)
    return ""

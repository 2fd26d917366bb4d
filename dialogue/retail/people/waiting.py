"""What customers ask and say while their conversation waits for one of the shop's people."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_text,
)
from dialogue.retail.the_shop.staff_hours import back_at
from dialogue.retail.wording import wording

IN_QUEUE = "in_queue"  # the slot in which only the application says so
READ = 300
SHORT = 10  # words with which one gives waiting up
_STILL = re.compile(
    r"\b(?:am i|are we|i['’]?m|still)\b.{0,25}\b(?:waiting|in (?:the|a) (?:queue|line))\b"
    r"|\bany(?:one|body)\b.{0,10}\b(?:there|here|home|coming|around)\b"
    r"|\b(?:is|will|when)\b.{0,20}\b(?:some(?:one|body)|any(?:one|body)|colleague|person|agent"
    r"|human)s?\b.{0,30}\b(?:com(?:e|ing)|there|here|answer\w*|repl\w+|on (?:the|their) way"
    r"|free|back)\b"
    r"|\bhow long\b.{0,40}\b(?:wait|take|some(?:one|body)|person|agent|human|colleague|queue)\b"
    r"|\b(?:do i|must i|should i|can i|may i)\b.{0,15}\b(?:stay|wait|close|leave)\b"
    r"(?!.{0,20}\b(?:order|review|parcel))"
    r"|^\W*(?:hello|hi|hey)\W*[?？]+\W*$"
    r"|(?:还在|还要|一直)(?:等|排队)|有人吗|在吗|等多久|什么时候.{0,8}(?:人|客服|同事)|(?:可以|能).{0,2}关"
    r"|有人.{0,4}来",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\W*(?:(?:ok(?:ay)?|oh|actually|no|well|thanks?|then|i)\W+)*"
    r"(?:never\s?mind|no need|not needed|forget it|leave it|take me (?:out|off)|stop waiting"
    r"|(?:no longer|don['’]?t) (?:need|want) (?:to wait|(?:an?|the|your|any)?\s?(?:agent"
    r"|person|human|colleague|help|one|body)))\b"
    r"|.{0,30}\b(?:out of|off) (?:the|that|your) (?:queue|line|list)\b"
    r"|.{0,6}(?:算了|不用了|不需要了|不等了|不用等|不排队)",
    re.IGNORECASE,
)


def about_waiting(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say that the conversation waits and until when, or take it out of the queue.

    Who gives up waiting leaves it at once. None where the message is not about waiting.
    """
    if not means_waiting(services, tracker):
        return None
    if _gives_up(tracker):
        return leave_queue(dispatcher)
    back = back_at(services.policies.people, services.clock())
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response="utter_still_waiting_later" if back else "utter_still_waiting",
        when=words.moment(back) if back else "",
    )
    return []


def leave_queue(dispatcher: Dispatcher) -> Events:
    """The custom part tells the application to take the conversation out of the queue."""
    dispatcher.utter_message(response="utter_queue_left", json_message={"handoff": False})
    return []


def means_waiting(_services: RetailServices, tracker: Tracker) -> bool:
    """Whether the latest message is about waiting for a person, while it does wait for one."""
    if not tracker.get_slot(IN_QUEUE):
        return False
    return bool(_STILL.search(latest_text(tracker)[:READ])) or _gives_up(tracker)


def _gives_up(tracker: Tracker) -> bool:
    """Inside a form it is the form that is given up."""
    text = latest_text(tracker)[:READ]
    in_form = (tracker.active_loop or {}).get("name")
    return not in_form and bool(_NO_MORE.match(text)) and len(text.split()) <= SHORT

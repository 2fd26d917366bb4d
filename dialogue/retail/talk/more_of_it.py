"""What goes on with the last answer: the sentence of it that answers, or that no more is known.

What it names anew (a country, a sum, a day) is answered by the action that knows of it.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from dialogue.excerpt import READ, part_of
from dialogue.orders.addresses import countries_in
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.the_shop.opening_hours import ABOUT_HOURS, OpeningHoursAction, names_time
from dialogue.retail.the_shop.shipping import (
    ABOUT_SHIPPING,
    LOOKED_BACK,
    ShippingAction,
    asks_terms,
)

MOST_TURNS = 6  # that are looked back


class AskMoreAction(RetailAction):
    """Of the last answer what answers the question; else that this is all that is known."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_more"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """At most two sentences, which have been said before, but in reply to another question."""
        other = self._names_something_new(tracker)
        if other is not None:
            done: Events = other(self.services).run(dispatcher, tracker, domain)
            return done
        before, since = _said(tracker)
        told = part_of(before, latest_text(tracker))
        if told and told not in since:
            dispatcher.utter_message(text=told)
        else:
            dispatcher.utter_message(response="utter_all_that_is_known")
        return []

    def _names_something_new(self, tracker: Tracker) -> type[RetailAction] | None:
        """The action that knows of the country, the sum or the day which the question names."""
        text, lately = latest_text(tracker), said_within(tracker, LOOKED_BACK)
        if countries_in(text[:READ]) or (
            asks_terms(text) and not lately.isdisjoint(ABOUT_SHIPPING)
        ):
            return ShippingAction
        if names_time(text) and any(one.startswith(ABOUT_HOURS) for one in lately):
            return OpeningHoursAction
        return None


def _said(tracker: Tracker) -> tuple[str, list[str]]:
    """What was answered to the questions that this one goes on with, and what was said since.

    These are one question or several of one intent, the latest first.
    """
    topic, going_on = "", latest_intent(tracker)
    turns: list[list[str]] = [[]]
    before: list[str] = []
    since: list[str] = []
    for event in reversed(tracker.events):
        if event.get("event") == "bot" and event.get("text"):
            turns[-1].insert(0, str(event["text"]))
        elif event.get("event") == "user":
            name = str(((event.get("parse_data") or {}).get("intent") or {}).get("name"))
            if name not in (going_on, topic or name) or len(turns) > MOST_TURNS:
                break
            if name != going_on:
                topic = name
                before += turns[-1]
            elif not topic:
                since += turns[-1]
            turns.append([])
    return " ".join(before), since

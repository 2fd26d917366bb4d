"""A complaint that is made beside a problem of a delivery: it is noted, and the problem goes on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import Lateness
from dialogue.retail.people.tickets import complains, note_in_passing
from dialogue.retail.problems.remedies import remedy_buttons, wish_in
from dialogue.retail.problems.side_questions import state_of
from dialogue.retail.problems.side_table import State
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_intent,
    latest_text,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.which_order.choice import late_parcels
from dialogue.retail.wording import wording

_ASKED = ("wish", "confirmed")
_TOLD = (State.TOLD_LOST, State.TOLD_LATE)


def means_complaint(_services: RetailServices, tracker: Tracker) -> bool:
    """Whether what is complained is no answer to what shall be done about the problem."""
    text, form = latest_text(tracker), (tracker.active_loop or {}).get("name")
    asked = form == "problem_form" and tracker.get_slot(REQUESTED_SLOT) in _ASKED
    told = complains(text) or (bool(text) and latest_intent(tracker) == "complaint")
    return asked and told and wish_in(text) is None


def complained(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Note it with the problem that is reported, or was told of; what shall be done is asked."""
    in_form = bool((tracker.active_loop or {}).get("name"))
    told = not in_form and state_of(services, tracker) in _TOLD and complains(latest_text(tracker))
    if not (told or means_complaint(services, tracker)):
        return None
    if wish_in(latest_text(tracker)) is not None:
        return None
    if note_in_passing(services, dispatcher, tracker, surely=True) is None:
        return []
    order = current_order(services, tracker)
    if told and order is not None:
        words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
        for parcel in late_parcels(order, Lateness.LOST)[:1]:
            choices = remedy_buttons(services, words, order, parcel, "delivery_not_received")
            dispatcher.utter_message(response="utter_ask_lost_wish", buttons=choices)
    return []

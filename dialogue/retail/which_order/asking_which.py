"""Asking which order is meant, with the customer's own as buttons."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import Dispatcher, Events, RetailAction, latest_text, viewer_of
from dialogue.retail.which_order.choice import fitting
from dialogue.retail.which_order.left import left_wish
from dialogue.retail.which_order.resting import rested


class AskOrderNumber(RetailAction):
    """Asks which order is meant, with the customer's own as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_order_number"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Guests get told what else we shall need."""
        left = left_wish(self.services, tracker)
        rests = rested(self.words(tracker), dispatcher, tracker, left)
        if rests is not None:
            return rests
        viewer = viewer_of(tracker)
        if not viewer.signed_in:
            dispatcher.utter_message(response="utter_ask_order_number_guest")
            return []
        recent = self.services.store.recent_orders(viewer, limit=10)
        form = (tracker.active_loop or {}).get("name") or ""
        possible = fitting(form, recent, self.services.clock().date(), self.services.policies)
        if not recent:
            dispatcher.utter_message(response="utter_no_orders_yet")
            return []
        words, said = self.words(tracker), latest_text(tracker)
        known = words.in_records(said)
        holding = [order for order in possible or recent if mentioned(known, order.items)]
        offered = ((holding if said else []) or possible or recent)[:5]
        buttons = [words.order_button(order) for order in offered]
        dispatcher.utter_message(response="utter_ask_which_order", buttons=buttons)
        return [SlotSet("shown_orders", [order.number for order in offered])]

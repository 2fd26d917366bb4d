"""The questions of forms about items: which of the order, how many pieces, and why."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.returning.items import chosen_pieces, form_items
from dialogue.retail.returning.picking import ALL_ITEMS
from dialogue.retail.services import Dispatcher, Events, RetailAction
from dialogue.retail.wording import button

MAX_BUTTONS = 6
_OF_SIZE = ("too_small", "too_large")
_REASONS = ("not_liked", "not_as_described", "not_said")


class AskItem(RetailAction):
    """Asks which item, with the possible ones as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_item"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """All of them at once is a choice for a return only."""
        form = (tracker.active_loop or {}).get("name")
        items, words = form_items(self.services, tracker), self.words(tracker)
        buttons = [button(words.item(i.label), "inform", item=str(i.line)) for i in items]
        if form == "return_form":
            buttons.append(words.button("all", "inform", item=ALL_ITEMS))
        out = form == "modify_order_form" and tracker.get_slot("change") == "remove"
        response = "utter_ask_which_item_out" if out else "utter_ask_which_item"
        dispatcher.utter_message(response=response, buttons=buttons)
        return []


class AskPieces(RetailAction):
    """Asks how many of the pieces of a line, with the numbers as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_pieces"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """From one to all of them, at most six buttons; others can be typed."""
        items = form_items(self.services, tracker)
        for item, left in chosen_pieces(items, tracker.get_slot("item"), None)[:1]:
            numbers = [*range(1, min(left, MAX_BUTTONS)), left]
            dispatcher.utter_message(
                response="utter_ask_how_many",
                item=item.name,
                left=left,
                buttons=[button(str(n), "inform", pieces=str(n)) for n in numbers],
            )
        return []


class AskReason(RetailAction):
    """Asks why it comes back; only what there is in several sizes can be too small or too large."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_return_reason"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """With the usual reasons as buttons."""
        words, items = self.words(tracker), form_items(self.services, tracker)
        chosen = chosen_pieces(items, tracker.get_slot("item"), None)
        products = [self.services.catalogue.product(item.sku) for item, _ in chosen]
        sized = any(variant.size for one in products if one for variant in one.variants)
        reasons = [*(_OF_SIZE if sized else ()), *_REASONS]
        dispatcher.utter_message(
            response="utter_ask_why_back",
            buttons=[
                words.button(one, "inform", return_reason=one.replace("_", " ")) for one in reasons
            ],
        )
        return []

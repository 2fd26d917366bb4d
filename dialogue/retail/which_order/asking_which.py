"""Asking which order is meant, with the customer's own as buttons."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.retail.proof.identity import begins
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import Dispatcher, Events, RetailAction, latest_text, viewer_of
from dialogue.retail.task_slots import leave_form
from dialogue.retail.which_order.choice import fitting
from dialogue.retail.which_order.left import left_wish
from dialogue.retail.which_order.resting import rested

READ = 500  # characters that are looked through
# Who has not even the number of one.
_LACKS = re.compile(
    r"\b(?:n['’]?t|dont|no|not|lost|forgot\w*|deleted)\b.{0,25}\b(?:numbers?|mail|e-?mail)\b"
    r"|(?:n['’]?t|\b(?:dont|not))\s(?:have|know|find|remember|got)\s(?:it|one)\b"
    r"|\b(?:numbers?|mail|e-?mail)\b.{0,12}\b(?:lost|gone|deleted|missing)\b"
    r"|(?:没有?|不知道|不记得|忘了|找不到|删了).{0,4}(?:订?单号|邮件)|(?:订?单号|邮件).{0,6}(?:没了|忘|找不到|删了|不记得|不见了)",
    re.IGNORECASE,
)
# "Where are all my things?", "what's coming next week?": the list tells it of each.
_ALL_OF_THEM = re.compile(
    r"\b(?:all|everything)\b|\bwhat(?:['’]?s| is)\b.{0,12}\b(?:coming|on (?:its|the) way)\b"
    r"|(?:所有|全部|都)",
    re.IGNORECASE,
)


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
            lacks = lacks_number(latest_text(tracker)) and begins(tracker)
            where = "utter_where_order_number" if lacks else "utter_ask_order_number_guest"
            dispatcher.utter_message(response=where)
            return []
        recent = self.services.store.recent_orders(viewer, limit=10)
        form = (tracker.active_loop or {}).get("name") or ""
        possible = fitting(form, recent, self.services.clock().date(), self.services.policies)
        looks = form == "order_status_form" and begins(tracker)
        if recent and looks and _ALL_OF_THEM.search(latest_text(tracker)[:READ]):
            return [*leave_form(tracker), FollowupAction("action_list_orders")]
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


def lacks_number(text: str) -> bool:
    """Whether a guest says that they have not the number of an order, or the mail it stands in."""
    return _LACKS.search(text[:READ]) is not None

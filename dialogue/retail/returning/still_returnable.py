"""Whether something of one's own can still be sent back: until when, or why not.

Who asks that of the order pointed at in a list takes no return back, whatever it sounds like.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.return_terms import say_until_when
from dialogue.retail.returning.returns import say_not_returnable
from dialogue.retail.returning.side_answers import say_on_the_side
from dialogue.retail.returning.side_questions import asked_at_once, asked_of_all
from dialogue.retail.returning.side_replies import RETURN_UNTIL, Matter
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.which_order.choice import announced_returns
from dialogue.retail.which_order.pointing import orders_meant, pointed
from dialogue.retail.wording import wording

READ = 120  # characters
MOST = 4  # orders of which it is told
SOON = 2  # messages after it was answered of another order
_ASKS = re.compile(
    r"\b(?:can|could|may|am i able to)\b.{0,10}\bi\b.{0,12}\b(?:return|send|give|bring|take)\b"
    r"|\bstill\b.{0,15}\b(?:return(?:ed|able)?|(?:send|sent|go|give|given)\b.{0,20}\bback)\b"
    r"|\btoo late (?:to|for)\b.{0,20}\b(?:return|send|sending|give)"
    r"|(?:还能|还可以|能不能|可不可以|还来得及|能|可以).{0,4}退(?!款)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\b(?:which|what) (?:of )?(?:my|the|these) (?:\w+ )?"
    r"(?:stuff|things?|orders?|items?|articles?|purchases|goods)\b"
    r".{0,25}\b(?:back|return\w*)\b|\bwhat can i (?:still )?(?:return|send back|give back)\b"
    r"|(?:哪些|什么).{0,8}(?:还)?(?:能|可以)退|(?:还)?(?:能|可以)退.{0,4}哪些",
    re.IGNORECASE,
)
_KEEPS = re.compile(
    r"\b(?:keep|withdraw|undo|cancel|revoke|take (?:it|that|the|my)\b.{0,20}\bback)\b|留|撤|取消",
    re.IGNORECASE,
)
_TOLD = re.compile(r"utter_(?:return_until|not_returnable_|item_announced|not_here_yet)")
_MEANT = frozenset({"inform", "list_orders", "nlu_fallback", "order_status", "return_policy"})
_MEANT_ALL = _MEANT | {"return_item", "out_of_scope", "faq"}
_CORRECTS = _MEANT | {"correct_that", "deny", "withdraw_return"}


def still_returnable(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say it of the order that is meant; of another one, where that was pointed at wrongly."""
    text, intent = latest_text(tracker)[:READ], latest_intent(tracker)
    beside = _beside(services, dispatcher, tracker, text)
    if beside is not None:
        return beside
    if _WHICH.search(text) and viewer_of(tracker).signed_in and intent in _MEANT_ALL:
        return _say_all(services, dispatcher, tracker)
    asks = is_question(text) or re.search(r"\bcan i\b", text, re.IGNORECASE)
    again = intent in _CORRECTS and any(map(_TOLD.match, said_within(tracker, SOON)))
    if not text or _KEEPS.search(text) or not (again or (asks and _ASKS.search(text))):
        return None
    order = _pointed_at(services, tracker, text)
    if order is None and intent == "withdraw_return" and not again:
        order = current_order(services, tracker)
    if order is None or (intent not in _MEANT and intent not in _CORRECTS):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if returnable(services, order):
        say_until_when(
            services, words, dispatcher, order, may_begin=True, said=words.in_records(text)
        )
        _say_asked(services, dispatcher, tracker, order)
    elif intent == "withdraw_return" and announced_returns(order) and not asks:
        return None
    else:
        say_not_returnable(services, words, dispatcher, order)
    return [SlotSet("order_number", order.number)]


def _say_all(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """What of all orders may come back, and until when: "which of my things can go back?"."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    recent = services.store.recent_orders(viewer_of(tracker), limit=10)
    here = [order for order in recent if returnable(services, order)]
    for order in here[:MOST]:
        say_until_when(services, words, dispatcher, order, may_begin=True)
    return [] if here else None


def _say_asked(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> None:
    """What is asked in the same breath: "can I return the towel, and does it cost anything?"."""
    for one in asked_at_once(latest_text(tracker), Matter.RETURN):
        if one.response != RETURN_UNTIL:
            say_on_the_side(services, dispatcher, tracker, one, order)


def _beside(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, text: str
) -> Events | None:
    """Several things asked of what may come back, right after it was told until when."""
    order = current_order(services, tracker)
    asked = asked_of_all(text, Matter.RETURN)
    if order is None or not asked or said_within(tracker, SOON).isdisjoint({"utter_return_until"}):
        return None
    for one in asked:
        say_on_the_side(services, dispatcher, tracker, one, order)
    return []


def _pointed_at(services: RetailServices, tracker: Tracker, text: str) -> OrderView | None:
    """The order that the text points at in the list that was shown, names, or describes."""
    viewer, shown = viewer_of(tracker), tracker.get_slot("shown_orders") or ()
    if not viewer.signed_in:
        return None
    recent = services.store.recent_orders(viewer, limit=10)
    number = latest_entity(tracker, "order_number")
    places = pointed(text, len(shown))
    if number is None and len(places) == 1:
        number = shown[places[0]]
    if number is None:
        words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
        meant = orders_meant(words.in_records(text), shown, recent, None)
        number = meant[0] if len(meant) == 1 else None
    return next((order for order in recent if order.number == number), None)

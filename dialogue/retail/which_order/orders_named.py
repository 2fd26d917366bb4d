"""Which of the customer's own orders an answer names or points at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.services import RetailServices, latest_intent, latest_text, viewer_of
from dialogue.retail.talk.correcting import (
    CORRECTION,
    corrects,
    meant_in,
    said_beside_yes,
    says_yes,
    sets_condition,
)
from dialogue.retail.task_slots import REQUESTED_SLOT, TOLD_SLOTS, value_before_message
from dialogue.retail.which_order.by_state import called_by_state
from dialogue.retail.which_order.choice import fitting
from dialogue.retail.which_order.order_dates import placed_then
from dialogue.retail.which_order.pointing import order_naming, orders_meant, pointed, says_others
from dialogue.retail.wording import wording

LOOKED_THROUGH = 100  # of a customer's latest orders
# What answers "shall I cancel order 1042?" with another order.
_ANSWERS = frozenset({"inform", "deny", CORRECTION})


def own_numbers(tracker: Tracker, known: list[str]) -> tuple[str, ...]:
    """The order numbers in the message, if each is of an order of the customer.

    A number that could be a year ("the scale from 1952") is one if it is an order's. Of several of
    which only one is meant, that one counts, whosever it is: it is looked at like any other.
    """
    said = [str(value) for value in tracker.get_latest_entity_values("order_number")]
    meant = meant_in(latest_text(tracker))  # "cancel 1042, not 1043" is one
    if not said:
        return tuple(one for one in dict.fromkeys(re.findall(r"\d{4,6}", meant)) if one in known)
    left = tuple(number for number in dict.fromkeys(said) if number in meant)
    if len(left) == 1 < len(set(said)):
        return left
    return left if len(left) > 1 and all(number in known for number in left) else ()


def order_before(services: RetailServices, tracker: Tracker) -> OrderView | None:
    """Of a signed-in customer, the order placed before the one spoken of."""
    recent = services.store.recent_orders(viewer_of(tracker), limit=LOOKED_THROUGH)
    present = tracker.get_slot("order_number")
    older = [after for one, after in pairwise(recent) if one.number == present]
    return older[0] if older else None


def pointed_at(services: RetailServices, tracker: Tracker) -> str | None:
    """One of the orders that were shown, or one by what is in it; only the customer's own."""
    viewer, text = viewer_of(tracker), meant_in(latest_text(tracker))
    asked = tracker.get_slot(REQUESTED_SLOT)
    if not viewer.signed_in or not text or asked in TOLD_SLOTS:  # "the second one" is an item then
        return None
    text = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).in_records(text)
    recent = services.store.recent_orders(viewer, limit=10)
    shown, present = tracker.get_slot("shown_orders") or (), tracker.get_slot("order_number")
    says_order = re.search(r"\border\b|(?<=[a-z] )one\b|单", text, re.IGNORECASE)
    if asked != "order_number" and corrects(tracker) and not says_order:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    found = orders_meant(words.in_records(text), shown, recent, present)
    if not found:
        offered = [order for order in recent if order.number in shown]
        today = services.clock().date()
        then = placed_then(text, offered, today) or placed_then(text, recent, today)
        then = then or called_by_state(text, offered) or called_by_state(text, recent)
        return then.number if then else None
    return found[0] if len(found) == 1 else None


def several_answered(services: RetailServices, tracker: Tracker) -> tuple[str, ...]:
    """The orders in the answer to which it is, where they are several: "both", "1042 and 1043"."""
    viewer, text = viewer_of(tracker), meant_in(latest_text(tracker))
    if not viewer.signed_in or not text:
        return ()
    recent = services.store.recent_orders(viewer, limit=10)
    shown = tracker.get_slot("shown_orders") or ()
    several = own_numbers(tracker, [order.number for order in recent]) or orders_meant(
        text, shown, recent, None
    )
    return several if len(several) > 1 else ()


def others_answered(services: RetailServices, tracker: Tracker, form: str) -> tuple[str, ...]:
    """The orders in the answer to whether it shall be this one: "both", "the other one, the cups".

    They are of those that were shown with it, else of those that the form can be about.
    """
    viewer, text = viewer_of(tracker), meant_in(latest_text(tracker))
    if not viewer.signed_in or not text:
        return ()
    recent = services.store.recent_orders(viewer, limit=10)
    if both := _and_another(services, tracker, recent):
        return both
    if latest_intent(tracker) not in _ANSWERS:
        return ()
    present, shown = tracker.get_slot("order_number"), tracker.get_slot("shown_orders") or ()
    if present not in shown:
        today, policies = services.clock().date(), services.policies
        shown = [order.number for order in fitting(form, recent, today, policies)]
    every = [shown[place] for place in pointed(text, len(shown))]
    if len(every) > 1:  # the one that was asked about first
        return tuple(sorted(every, key=lambda number: number != present))
    return orders_meant(text, shown, recent, present)


def said_with_another(services: RetailServices, tracker: Tracker) -> bool:
    """Whether a yes to the order that is asked about names another one that it is meant for too."""
    viewer = viewer_of(tracker)
    if not viewer.signed_in or not latest_text(tracker):
        return False
    return bool(_and_another(services, tracker, services.store.recent_orders(viewer, limit=10)))


def _present(tracker: Tracker) -> Any:
    return value_before_message(tracker, "order_number")


def _and_another(
    services: RetailServices, tracker: Tracker, recent: Sequence[OrderView]
) -> tuple[str, ...]:
    """The order that is asked about and another one, to both of which it is a yes.

    "Yes, and the candle too": by its number or its goods.
    """
    beside, present = said_beside_yes(latest_text(tracker)), _present(tracker)
    if beside is None or is_question(beside) or sets_condition(beside):
        return ()
    if latest_intent(tracker) != "affirm" and not says_yes(latest_text(tracker)):
        return ()  # "ok and the jacket" may ask
    others = [order for order in recent if order.number != present]
    here = [order for order in recent if order.number == present]
    numbered = [order for order in others if re.search(rf"(?<!\d){order.number}(?!\d)", beside)]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said = words.in_records(meant_in(beside))
    named = None if order_naming(said, here) else order_naming(said, others)
    other = numbered[0] if len(numbered) == 1 else named
    return (str(present), other.number) if present and other is not None else ()


def only_this_order(services: RetailServices, tracker: Tracker) -> str | None:
    """The order that is asked about, where others were meant and it is the only possible one."""
    viewer, asked = viewer_of(tracker), tracker.get_slot(REQUESTED_SLOT)
    if not viewer.signed_in or asked != "confirmed" or not says_others(latest_text(tracker)):
        return None
    recent = services.store.recent_orders(viewer, limit=10)
    form = (tracker.active_loop or {}).get("name") or ""
    today, policies = services.clock().date(), services.policies
    possible = [order.number for order in fitting(form, recent, today, policies)]
    present = tracker.get_slot("order_number")
    return str(present) if possible == [present] else None

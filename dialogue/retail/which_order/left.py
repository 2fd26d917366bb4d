"""The wish of a form that another wish interrupts: what is known of it, and whether it is kept."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.errors import OrderNotFound
from dialogue.retail.returning.answer_beside import reason_beside
from dialogue.retail.services import (
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    viewer_of,
)
from dialogue.retail.talk.tasks import intent_of, kept_aside, order_of, wish
from dialogue.retail.task_slots import (
    FORM_OF_INTENT,
    RESUMABLE,
    intent_of_form,
    value_before_message,
)

# Wishes that only look: in the middle of another they are about its order.
LOOKING = frozenset({"get_invoice", "order_status", "refund_status", "shipping_updates"})
AS_IT_WAS = "order_version"  # of the order when a yes was said to what shall become of it
# Forms that decide what becomes of goods: who begins one in the middle of another has thought
# again, and is not asked whether to go on with the first.
DECIDING = frozenset(
    {
        "cancel_order_form",
        "exchange_form",
        "modify_order_form",
        "problem_form",
        "return_form",
        "withdraw_return_form",
    }
)


def left_wish(services: RetailServices, tracker: Tracker) -> dict[str, Any] | None:
    """The wish of the active form with what is known of it; of a yes, to what order as it was."""
    intent = intent_of_form(tracker)
    if intent is None:
        return None
    known = {name: tracker.get_slot(name) for name in RESUMABLE}
    known["return_reason"] = reason_beside(tracker) or known["return_reason"]
    number = tracker.get_slot("order_number")
    before = value_before_message(tracker, "order_number")
    if latest_entity(tracker, "order_number"):  # the new wish's
        number = before
    entities = {"order_number": str(number)} if number else {}
    if known.get("confirmed"):
        known[AS_IT_WAS] = version_of(services, tracker, number)
    return wish(intent, {name: v for name, v in known.items() if v is not None}, **entities)


def version_of(services: RetailServices, tracker: Tracker, number: object) -> int | None:
    """Of an order that the viewer may see, what changes with each change of it."""
    try:
        return services.store.order(viewer_of(tracker), str(number)).version
    except OrderNotFound:
        return None


def left_behind(services: RetailServices, tracker: Tracker) -> Events:
    """Keep the wish of the active form aside, unless the new wish takes its place."""
    form = (tracker.active_loop or {}).get("name")
    new = FORM_OF_INTENT.get(latest_intent(tracker))
    left = left_wish(services, tracker)
    if left is None or form == new or {form, new} <= DECIDING:
        return []
    if intent_of(left) in LOOKING and order_of(left) is None:
        return []  # nothing was said of it that could be gone on with
    return kept_aside(tracker, left)

"""After one item of an order was changed: the next one, in the same order."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.contents import ModifyOrderForm
from dialogue.retail.changing.more_or_less import more_or_less, pieces_said
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.task_slots import forget_task
from dialogue.retail.which_order.choice import may_change_contents
from dialogue.retail.wording import button, wording

READ = 150  # characters that are looked through
SOON = 2  # messages after the change
_DONE = frozenset({"utter_order_changed", "utter_order_changed_refund"})
_CHANGES = frozenset({"exchange_item", "modify_order"})
_NEAR = _CHANGES | {
    "check_stock",
    "correct_that",
    "inform",
    "nlu_fallback",
    "out_of_scope",
    "product_details",
    "product_search",
}
_NEAR_A_NO = frozenset({"cancel_order", "deny", "faq", "stop"})
SHORT = 40  # characters of "oh no, 1 is enough", "undo"
_GOES_ON = re.compile(
    r"^\W*(?:and|now|also|then|next|plus|ok|same)\b|^\W*(?:还有|然后|再|接着|另外|现在)",
    re.IGNORECASE,
)
_SWAPS = re.compile(
    r"\b(?:swap|exchange|switch)\b|\b(?:change|have|get)\b.{0,30}\b(?:colou?r|size|instead)\b"
    r"|换(?:个|成|一?[种件个双条]|颜色|[大小码])",
    re.IGNORECASE,
)
_UNDO = re.compile(
    r"^\W*(?:(?:oh|no|sorry|wait|please|pls|can you|hm+)\W+){0,3}"
    r"(?:undo|revert|reverse|change (?:it|that) back)\b.{0,20}$|撤销|改回[去来]?|恢复",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？]|\bin stock\b|库存|有货", re.IGNORECASE)


def next_item(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Begin the change of the item that the message names, if this order holds it."""
    order, intent = current_order(services, tracker), latest_intent(tracker)
    text = latest_text(tracker)[:READ]
    near = intent in _NEAR or (intent in _NEAR_A_NO and len(text) <= SHORT)
    if order is None or not near or said_within(tracker, SOON).isdisjoint(_DONE):
        return None
    if not may_change_contents(order, services.policies) or latest_entity(tracker, "order_number"):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    goes_on = _GOES_ON.search(text) and not _ASKS.search(text)
    form = ModifyOrderForm(services)
    if _UNDO.search(text):
        change = button(words.say("title_modify_order"), "modify_order", order_number=order.number)
        dispatcher.utter_message(response="utter_change_undo", buttons=[change])
        return []
    item = form.said_item(tracker)
    if item is None:
        return _fewer_still(tracker, order, pieces_said(text))
    # "Yes, and the t-shirts in M" is heard as two, of which this is the second.
    wanted = not is_question(text) and form.named_change(tracker) is not None
    if intent not in _CHANGES and not (goes_on or wanted or _SWAPS.search(text)):
        return None
    return [
        *forget_task(tracker),
        SlotSet("item", str(item.line)),
        SlotSet("change", more_or_less(text) or form.named_change(tracker)),
        FollowupAction(form.form),
    ]


def _fewer_still(tracker: Tracker, order: OrderView, count: int | None) -> Events | None:
    """Of the only article of which there are more than so many pieces: "oh no, 1 is enough"."""
    more = [item for item in order.items if count is not None and item.quantity > count]
    if len(more) != 1 or not count:
        return None
    return [
        *forget_task(tracker),
        SlotSet("item", str(more[0].line)),
        SlotSet("change", str(count)),
        FollowupAction(ModifyOrderForm.form),
    ]

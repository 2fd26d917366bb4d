"""An answer to which order it is that was taken for something else: "the first aid kit one"."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.questions import is_question
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.which_order.orders_named import pointed_at

READ = 40  # characters; who picks one says it shortly
# What a few words for goods may be taken for.
_NEAR = frozenset(
    {
        "check_stock",
        "faq",
        "inform",
        "list_orders",
        "nlu_fallback",
        "order_status",
        "out_of_scope",
        "product_details",
        "product_search",
        "recommend_product",
    }
)
_PICKS = re.compile(
    r"\bone\W*$|\border\W*$|^\W*(?:it['’]?s |that['’]?s )?(?:the|my) [\w -]{2,30}\W*$"
    r"|(?:[那这](?:一)?[个单笔件款]|的)(?:订单)?[啊呀吧呢的哦嘛]*\W*$|^\W*(?:是)?[^，,。？?]{2,8}\W*$",
    re.IGNORECASE,
)


def picks_one(
    services: RetailServices, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """The form goes on with the order whose goods are named; None where none is picked."""
    text, form = latest_text(tracker), (tracker.active_loop or {}).get("name")
    asked = form and tracker.get_slot(REQUESTED_SLOT) == "order_number"
    if not asked or not 0 < len(text) <= READ or latest_intent(tracker) not in _NEAR:
        return None
    if latest_entity(tracker, "order_number") or is_question(text) or not _PICKS.search(text):
        return None
    number = pointed_at(services, tracker)
    if number is None or number not in (tracker.get_slot("shown_orders") or ()):
        return None
    return [SlotSet("order_number", number), FollowupAction(str(form))]

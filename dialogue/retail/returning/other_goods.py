"""Goods of another order than the one spoken of: "no, the pot", "can't 1597 go back?"."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import OrderView
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import RetailServices, latest_text, viewer_of
from dialogue.retail.talk.correcting import corrects, meant_in
from dialogue.retail.task_slots import value_before_message
from dialogue.retail.which_order.pointing import order_naming
from dialogue.retail.wording import wording

READ = 200  # characters
_MEANS_OTHER = re.compile(
    r"^\W*(?:(?:wait|oh|hm+|well|stop|hang on|hold on|but)\W+)*"
    r"(?:no|nope|not|wrong|sorry|oops|actually|i (?:mean|meant)|i said)\b"
    r"|\b(?:return|send back|exchange|swap|go back|come back)\b"
    r"|^\W*(?:(?:等等|等一下|哦|啊|哎)\W*)*(?:不|错)|我(?:说的?|要|想)|[退换]",
    re.IGNORECASE,
)


def other_order(services: RetailServices, tracker: Tracker) -> OrderView | None:
    """The other order that is meant, by its number or its goods.

    A story about goods ("it doesn't go with my shirt") means none.
    """
    text, viewer = latest_text(tracker)[:READ], viewer_of(tracker)
    present = value_before_message(tracker, "order_number")
    if not viewer.signed_in or not text or present is None:
        return None
    if not (_MEANS_OTHER.search(text) or corrects(tracker)):
        return None
    recent = services.store.recent_orders(viewer, limit=10)
    others = [order for order in recent if order.number != str(present)]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said = words.in_records(meant_in(text))
    here = next((order.items for order in recent if order.number == str(present)), ())
    numbered = [order for order in others if re.search(rf"(?<!\d){order.number}(?!\d)", said)]
    if len(numbered) == 1 or mentioned(said, here):
        return numbered[0] if len(numbered) == 1 else None
    return order_naming(said, others)

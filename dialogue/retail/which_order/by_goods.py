"""Another order than the one spoken of, by its goods: "no, the pot", "can't 1597 go back?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.proof.identity import OrderForm, begins
from dialogue.retail.returning.picking import WORDS, mentioned
from dialogue.retail.services import (
    Dispatcher,
    RetailServices,
    latest_intent,
    latest_text,
    viewer_of,
)
from dialogue.retail.talk.correcting import corrects, meant_in
from dialogue.retail.task_slots import TOLD_SLOTS, value_before_message
from dialogue.retail.which_order.left import LOOKING
from dialogue.retail.which_order.pointing import order_naming
from dialogue.retail.wording import wording

READ = 200  # characters
_MEANS_OTHER = re.compile(
    r"^\W*(?:(?:oh|ah|wait|stop|sorry|hm+|um|ok|well|hang on|hold on|but)\W+){0,3}"
    r"(?:no|nope|not|wrong|sorry|oops|actually|i (?:mean|meant|said))\b"
    r"|\bi (?:mean|meant)\b"
    r"|\b(?:return|send back|exchange|swap|go back|come back)\b"
    r"|^\W*(?:(?:等等|等一下|哦|啊|哎)\W*){0,3}(?:不|错)|我(?:说的?|要|想)|[退换]",
    re.IGNORECASE,
)


class OrderByGoods(OrderForm):
    """A form in which another order can be meant by what is in it."""

    def extract_order_number(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """Also another order that holds the goods which are meant, or whose number is said."""
        other = self.other_order(tracker)
        if other is not None:
            return {"order_number": other.number}
        return super().extract_order_number(dispatcher, tracker, domain)

    def validate_order_number(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """The order that was changed to is named, as it may have been assumed before."""
        other = self.other_order(tracker)
        if other is None:
            return super().validate_order_number(value, dispatcher, tracker, domain)
        contents = self.words(tracker).contents(other)
        dispatcher.utter_message(
            response="utter_order_assumed", number=other.number, contents=contents
        )
        return {"order_number": other.number}

    def other_order(self, tracker: Tracker) -> OrderView | None:
        """The other order that is meant, when this one is being talked of already."""
        return None if begins(tracker) else other_order(self.services, tracker)

    def _outdated(self, tracker: Tracker) -> dict[str, Any]:
        """Also what was asked for: what names another order answers nothing."""
        outdated, asked = super()._outdated(tracker), tracker.get_slot("requested_slot")
        if asked in TOLD_SLOTS and self.other_order(tracker) is not None:
            return {**outdated, asked: None}
        return outdated


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
    if latest_intent(tracker) in LOOKING and is_question(text):
        return None  # "actually, where is 2023?" looks at that one
    recent = services.store.recent_orders(viewer, limit=10)
    others = [order for order in recent if order.number != str(present)]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said = words.in_records(meant_in(text))
    here = next((order.items for order in recent if order.number == str(present)), ())
    numbered = [order for order in others if re.search(rf"(?<!\d){order.number}(?!\d)", said)]
    if len(numbered) == 1:
        return numbered[0]
    other = order_naming(said, others)
    return other if other is not None and _names_more(said, other, here) else None


def _names_more(said: str, other: OrderView, here: Sequence[ItemView]) -> bool:
    """Whether goods of the other order are named by a word that is not of those here.

    A colour or size may be what these shall be swapped for.
    """
    variants = {
        word for item in other.items for word in re.findall(r"\w+", item.variant.casefold())
    }
    more = set(mentioned(said, other.items).split()) - set(mentioned(said, here).split())
    return any(len(word) > 2 and word not in WORDS for word in more - variants)

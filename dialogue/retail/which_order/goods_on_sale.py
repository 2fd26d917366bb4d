"""Whether goods of the order spoken of are on sale: "is the vase I had in there still in stock?".

Which article is meant stands in the order, where the catalogue has several that the words fit.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import ItemView
from dialogue.retail.returning.picking import decoded, mentioned
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
from dialogue.retail.wording import wording

READ = 120
SOON = 3  # messages after the order was told of
STOCK = "action_check_stock"
CHANGE = "modify_order_form"
_FORMS = frozenset({"cancel_order_form", CHANGE})
# What is asked of the article whose change is asked about; "actually blue" is no colour of it.
_OF_CHANGED = {
    "check_stock": STOCK,
    "correct_that": STOCK,
    "product_details": "action_product_details",
    "product_search": STOCK,
}
_OF_IT = re.compile(
    r"\b(?:it|them|they|these|those|that)\b|\b(?:colou?rs?|sizes?|stock|available)\b"
    r"|它|[这那](?:个|款|件|双|条)|颜色|尺码|有货|库存",
    re.IGNORECASE,
)
_TOLD = re.compile(r"utter_(?:status_|order_|confirm_cancel|cancelled_for_good|already_|day_)")
_OTHERS = re.compile(
    r"\b(?:other|others|another|different|similar|else)\b|别的|其他|类似|另外", re.IGNORECASE
)
_THEM = re.compile(r"\b(?:it|them|these|those|that)\b|它|[这那](?:个|款|件|双|条)", re.IGNORECASE)


def goods_on_sale(
    services: RetailServices, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Ask the stock of that article."""
    order, text = current_order(services, tracker), latest_text(tracker)
    if order is None or latest_entity(tracker, "product") or not text or len(text) > READ:
        return None
    intent, form = latest_intent(tracker), (tracker.active_loop or {}).get("name")
    in_form = form in _FORMS
    changed = _changed(tracker, order.items) if form == CHANGE else None
    if changed is not None and not mentioned(text, order.items):
        action = _OF_CHANGED.get(intent)
        told = action and (_OF_IT.search(text) or latest_entity(tracker, "colour"))
        return [SlotSet("product", changed), FollowupAction(action)] if told else None
    if intent != "check_stock" or _OTHERS.search(text):
        return None
    if not in_form and not any(map(_TOLD.match, said_within(tracker, SOON))):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    meant = _meant(words.in_records(text), order.items, in_form=in_form)
    if meant is None or meant == tracker.get_slot("product"):
        return None
    return [SlotSet("product", meant), FollowupAction(STOCK)]


def _changed(tracker: Tracker, items: tuple[ItemView, ...]) -> str | None:
    """The number of the article whose change is asked about."""
    lines = decoded(tracker.get_slot("item"))
    found = [item.sku for item in items if item.line in lines] if lines else []
    return found[0] if len(found) == 1 else None


def _meant(said: str, items: tuple[ItemView, ...], *, in_form: bool) -> str | None:
    """The number of the one article that is named; in a form also what "them" can only be."""
    named = {item.sku for item in items if mentioned(said, [item])}
    if not named and in_form and _THEM.search(said):
        named = {item.sku for item in items}
    return next(iter(named)) if len(named) == 1 else None

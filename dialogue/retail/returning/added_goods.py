"""More goods for the return that is being prepared, another variant for the swap.

"Could I put a t-shirt in as well?", "then make it navy": of the form that is active, though it
sounds like a change of the order.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.questions import is_question
from dialogue.retail.goods.variants import named_variant
from dialogue.retail.returning.answer_beside import says_why
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.off_again import asks_if_off
from dialogue.retail.returning.picking import (
    Picked,
    decoded,
    keeps_some,
    mentioned,
    named_in,
    to_go,
)
from dialogue.retail.returning.return_terms import say_until_when
from dialogue.retail.returning.returns import chosen_to_return
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_intent,
    latest_text,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import wording

READ = 120  # characters
_TOO = re.compile(
    r"\b(?:too|also|as well|in addition|another|additionally)\b|\b(?:put|add|pack)\b.{0,40}\bin\b"
    r"|也|一起|再加|还有",
    re.IGNORECASE,
)
# Surely more goods, whatever it was taken for: "yes, and one mug too", "in the same parcel?".
_ADDS = re.compile(
    r"^\W*(?:and|also|plus|add)\b|,\s*and\b|\b(?:too|as well)\W*$|\badd\b|\btogether\b"
    r"|\bsame (?:parcel|box|package)\b|一起|也.{0,6}退|再加|同一个(?:包裹|箱)",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:can|could|may) (?:i|you|we)\b|可以|能", re.IGNORECASE)
_ASKS_OF_IT = re.compile(
    r"\b(?:what|how) about\b|\b(?:return|(?:send|give)\b.{0,40}\bback)\b|呢|退", re.IGNORECASE
)
_BACK = re.compile(
    r"\b(?:return|(?:send|give|bring)\b.{0,40}\bback|goes? back)\b|退", re.IGNORECASE
)
_SWAPS = re.compile(r"\b(?:swap|exchange|change|instead|order|buy)\b|换|改|下单|买", re.IGNORECASE)
_INTENTS = frozenset(
    {
        "check_stock",
        "exchange_item",
        "modify_order",
        "nlu_fallback",
        "product_search",
        "return_item",
    }
)


def added_goods(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Take it into what the form prepares, which then asks for a yes again."""
    form, text = (tracker.active_loop or {}).get("name"), latest_text(tracker)[:READ]
    asked = tracker.get_slot(REQUESTED_SLOT)
    if form == "return_form" and asked in ("confirmed", "pieces", "return_reason"):
        instead = _instead(services, tracker, text)
        if instead is not None:
            return instead
        more = _more_surely(services, dispatcher, tracker, text)
        if more is not None:
            return more
    if not text or latest_intent(tracker) not in _INTENTS or asked not in ("confirmed", "pieces"):
        return None
    if latest_intent(tracker) in ("check_stock", "product_search") and is_question(text):
        return None
    if form == "return_form":
        return _more(services, tracker, text)
    return _other_variant(services, tracker, text) if form == "exchange_form" else None


def means_more(services: RetailServices, tracker: Tracker) -> bool:
    """Whether other goods of the order are added to the return, or asked about, in its form."""
    form, asked = (tracker.active_loop or {}).get("name"), tracker.get_slot(REQUESTED_SLOT)
    text = latest_text(tracker)[:READ]
    if (
        form != "return_form"
        or asked not in ("confirmed", "pieces", "return_reason")
        or keeps_some(text)
        or asks_if_off(text)
    ):
        return False
    if _SWAPS.search(text) or says_why(text) or not (_ADDS.search(text) or is_question(text)):
        return False
    return _others(services, tracker, text) is not None


def _more_surely(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, text: str
) -> Events | None:
    """Take it in where it is said to be added; of who only asks, tell until when it may."""
    order = current_order(services, tracker)
    if order is None or not means_more(services, tracker):
        return None
    if _ADDS.search(text) and (not is_question(text) or _MAY.search(text)):
        return _more(services, tracker, text)
    if not _ASKS_OF_IT.search(text):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    say_until_when(services, words, dispatcher, order, said=words.in_records(text))
    return []


def _instead(services: RetailServices, tracker: Tracker, text: str) -> Events | None:
    """What is named to come back where other goods stay: "I keep the shirt, send one mug back"."""
    order = current_order(services, tracker)
    said = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).in_records(text)
    if order is None or not keeps_some(said) or not _BACK.search(said):
        return None
    goes = to_go(said, returnable(services, order))
    before = decoded(tracker.get_slot("item"))
    if goes is None or dict(goes.pieces) == before:
        return None
    return [SlotSet("item", str(goes)), SlotSet("pieces", None), SlotSet("confirmed", None)]


def _more(services: RetailServices, tracker: Tracker, text: str) -> Events | None:
    if not (_TOO.search(text) or _ADDS.search(text)) or _SWAPS.search(text):
        return None
    before = {item.line: pieces for item, pieces in chosen_to_return(services, tracker)}
    named = _others(services, tracker, text)
    if not before or named is None:
        return None
    both = Picked({**before, **named.pieces})
    return [SlotSet("item", str(both)), SlotSet("pieces", None), SlotSet("confirmed", None)]


def _others(services: RetailServices, tracker: Tracker, text: str) -> Picked | None:
    """What is named of the order that may come back, and is not in the return that is prepared."""
    order = current_order(services, tracker)
    chosen = {item.line for item, _ in chosen_to_return(services, tracker)}
    others = [i for i in returnable(services, order) if i.line not in chosen] if order else []
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said = words.in_records(text)
    named = named_in(said, others) if mentioned(said, others) else None
    return named if isinstance(named, Picked) else None


def _other_variant(services: RetailServices, tracker: Tracker, text: str) -> Events | None:
    """The variant that is named of the same article, if there is one left of it."""
    chosen = chosen_to_return(services, tracker)
    if len(chosen) != 1 or not decoded(tracker.get_slot("item")):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    item, pieces = chosen[0]
    label = str(tracker.get_slot("replacement"))
    near = replace(item, variant=label)  # what is not named stays as it was wished
    found = named_variant(services, words.in_records(text), near)
    if found is not None and found.label == item.variant:  # "one size down" of what there is
        found = named_variant(services, words.in_records(text), item)
    if found is None or found.quantity < pieces or found.label in (label, item.variant):
        return None
    return [SlotSet("replacement", found.label), SlotSet("confirmed", None)]

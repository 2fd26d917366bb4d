"""Which sizes and colours of what is being swapped there are: "do you have XL, or another colour?".

Who asks that in the middle of an exchange speaks of no other goods.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.search import mentioned_variants, words_of
from dialogue.orders.views import ItemView, VariantView
from dialogue.questions import is_question
from dialogue.retail.changing.aside_answers import CHANGE
from dialogue.retail.changing.contents import item_of
from dialogue.retail.goods.stock import say_what_it_is_not
from dialogue.retail.goods.stock_words import stock_lines, when_back
from dialogue.retail.returning.own_questions import UNFIT, own_question
from dialogue.retail.returning.returns import chosen_to_return
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import Wording, wording

READ = 160  # characters
_ASKED = frozenset({"change", "replacement", "pieces", "confirmed"})
_VARIANTS = re.compile(
    r"\b(?:what|which|other|another|different|more|any)\b.{0,15}\b(?:sizes?|colou?rs?)\b"
    r"|(?:什么|哪些|别的|其他|其它|另|几种).{0,4}(?:尺码|颜色|款式|色)|颜色.{0,4}(?:哪些|什么)",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\b|都", re.IGNORECASE)  # "can I keep both colours?"


def asks_variants(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the sizes or colours of what the exchange is about are asked for."""
    text, named = latest_text(tracker)[:READ], latest_entity(tracker, "product")
    item, asked = _item(services, tracker), tracker.get_slot(REQUESTED_SLOT)
    if item is None or not is_question(text) or asked not in _ASKED or _BOTH.search(text):
        return False
    if named not in (None, item.sku) or _of_others(services, tracker, text, item):
        return False
    if own_question(text, False, (UNFIT,)):
        return False  # "what if M is too big, too?"
    if (tracker.active_loop or {}).get("name") == CHANGE:
        # What is in stock has an answer of its own.
        return latest_intent(tracker) != "check_stock" and _VARIANTS.search(text) is not None
    of_one = latest_entity(tracker, "colour") or latest_entity(tracker, "size")
    stock = latest_intent(tracker) == "check_stock" and (of_one or named is None)
    return bool(stock) or _VARIANTS.search(text) is not None


def _named(words: Wording, wanted: Sequence[VariantView]) -> str:
    one = words.variant(wanted[0].label) if len(wanted) == 1 else ""
    return words.say("notice_variant", variant=one) if one else ""


def _item(services: RetailServices, tracker: Tracker) -> ItemView | None:
    """The one that is being swapped, or changed in an order that has not left."""
    form = (tracker.active_loop or {}).get("name")
    if form == CHANGE:
        return item_of(services, tracker)
    chosen = chosen_to_return(services, tracker) if form == "exchange_form" else ()
    return chosen[0][0] if len(chosen) == 1 else None


def _of_others(services: RetailServices, tracker: Tracker, text: str, item: ItemView) -> bool:
    """Whether the kind of another article is named: "do you have gloves in black?"."""
    said = words_of(wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).in_records(text))
    kinds = {p.name.split()[-1] for p in services.catalogue.products()}
    others = words_of(" ".join(one for one in kinds if len(one) > 2)) - words_of(item.name)
    return not said.isdisjoint(others - words_of(item.variant))


def variants_beside(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say what there is of it; the form asks again what it asked."""
    if not asks_variants(services, tracker):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    item = _item(services, tracker)
    product = services.catalogue.product(item.sku) if item else None
    if product is None:
        return None
    said = words.in_records(latest_text(tracker)[:READ])
    say_what_it_is_not(words, dispatcher, product, said)
    wanted = mentioned_variants(said, product.variants)
    wide = _VARIANTS.search(said) and not stock_lines(words, wanted)
    lines = stock_lines(words, product.variants if wide else wanted)
    dispatcher.utter_message(
        response="utter_stock_list" if lines else "utter_stock_none",
        name=product.name,
        price=words.money(product.price_cents, product.currency),
        variants=lines,
        variant=_named(words, wanted),
        when=when_back(words, wanted),
    )
    return []

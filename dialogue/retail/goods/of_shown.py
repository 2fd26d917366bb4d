"""What is asked of the goods that were just shown: the cheapest of them, which come in red."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, mentioned_variants, query_words
from dialogue.orders.views import ProductView
from dialogue.recommending.refining import Sought, kept_search
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.comparing import by_quality
from dialogue.retail.goods.conditions import (
    asked_anew,
    conditioned,
    fits,
    in_known_sizes,
    in_words,
    nearest,
    note,
)
from dialogue.retail.goods.named import PART, ProductAction, shown_products
from dialogue.retail.goods.search_on import cheaper_unseen
from dialogue.retail.goods.stock_words import stock_lines
from dialogue.retail.services import Dispatcher, Events, latest_text
from dialogue.retail.wording import Wording

_CHEAPEST = re.compile(
    r"\b(?:cheapest|least expensive|lowest[- ]priced?|most affordable)\b|最便宜|最低价",
    re.IGNORECASE,
)
_DEAREST = re.compile(
    r"\b(?:dearest|most expensive|priciest|highest[- ]priced?)\b|最贵|最高价", re.IGNORECASE
)
_BIGGER = re.compile(
    r"\b(?:bigger|larger|smaller|biggest|largest)\b|大[一]?[点些]|小[一]?[点些]", re.IGNORECASE
)
_ONLY_BIGGER = re.compile(
    r"^\W*(?:(?:and|or|something|anything|one|a bit|slightly|much|do you have|is there|are there"
    r"|any"
    r"|the|it|in|please)\W+){0,4}(?:bigger|larger|smaller|biggest|largest|smallest)"
    r"(?: (?:one|ones|please|maybe|than that))*\W*$"
    r"|^\W*(?:有没有|有|要|来个)?(?:更|再)?[大小]一?[点些]的?(?:吗|呢|有吗)?\W*$",
    re.IGNORECASE,
)
# "The cheapest you have", which is of the whole shop.
_OF_ALL = re.compile(
    r"\b(?:you (?:have|sell|got|offer)|in (?:the|your) (?:shop|store)"
    r"|your (?:cheapest|dearest|most))\b"
    r"|你们|店里",
    re.IGNORECASE,
)
# "Are you sure that's in my budget?": of what was told before.
_BUDGET = re.compile(
    r"\b(?:in|within|over|under|above) (?:my |the |our )?budget\b|预算", re.IGNORECASE
)
_WHICH = re.compile(
    r"\b(?:which|any|some|one|are there)(?: ones?)? of (?:them|these|those)\b"
    r"|\bwhich(?: ones?)?\b(?! (?:sizes?|colou?rs?|stores?|shops?)\b)"
    r"|\b(?:do|are|is) (?:any|some|one) of (?:them|these|those)\b"
    r"|哪[一几]?[个些款件双条只]|这[些几]",
    re.IGNORECASE,
)


def say_of_shown(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """Answer what is asked of the goods shown last; None when it is not, or it is of others."""
    text, shown = latest_text(tracker)[:READ], action.shown(tracker)
    if len(shown) < 2 or not text:
        return None
    words, catalogue = action.words(tracker), action.services.catalogue
    if _ONLY_BIGGER.search(text) and tracker.get_slot("product") is None:
        return by_quality(words, dispatcher, shown, [_size_word(text)])
    wanted = in_known_sizes(asked_anew(words, catalogue.products(), text, None), shown)
    known = words.in_records(text)
    named = {*query_words(known)}
    best = catalogue.search(known, limit=1)
    if any(m.coverage >= PART and m.hits & named and m.product not in shown for m in best):
        return None  # of other goods: "the cheapest tent"
    extreme = _extreme(text, shown)
    if extreme is not None:
        if _BIGGER.search(text):  # "is there a bigger one, and what is the cheapest?"
            by_quality(words, dispatcher, shown, [_size_word(text)])
        return _say_extreme(action, dispatcher, tracker, extreme, wanted)
    sought, bounded = kept_search(tracker.get_slot("sought")), conditioned(wanted)
    bounded |= wanted.limit_cents is not None
    of_budget = _BUDGET.search(text) is not None and sought is not None and not bounded
    if of_budget and sought is not None and sought.limit_cents is not None:
        wanted = replace(wanted, limit_cents=sought.limit_cents)
    elif not bounded or not _WHICH.search(text):
        return None
    return _say_which(words, dispatcher, wanted, shown, sought)


def _size_word(text: str) -> str:
    return "size" if text.isascii() else "大小"


def _extreme(text: str, shown: Sequence[ProductView]) -> ProductView | None:
    if _OF_ALL.search(text):
        return None
    if _CHEAPEST.search(text):
        return min(shown, key=lambda product: product.price_cents)
    return max(shown, key=lambda p: p.price_cents) if _DEAREST.search(text) else None


def _say_extreme(
    action: ProductAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    product: ProductView,
    wanted: Sought,
) -> Events:
    """The cheapest or the dearest of those shown, and what the search has for still less."""
    text = latest_text(tracker)[:READ]
    words, cheapest = action.words(tracker), _CHEAPEST.search(text) is not None
    price = words.money(product.price_cents, product.currency)
    dispatcher.utter_message(
        response="utter_search_cheapest" if cheapest else "utter_search_dearest",
        name=product.name,
        price=price,
        elements=[card(words, product)],
    )
    if wanted.size or wanted.colours:
        known = words.in_records(text)
        there = fits(product, replace(wanted, limit_cents=None)) and stock_lines(
            words, mentioned_variants(known, product.variants)
        )
        dispatcher.utter_message(
            response="utter_stock_list" if there else "utter_stock_not_so",
            name=product.name,
            price=price,
            variants=there or "",
        )
    less = cheaper_unseen(action.services, tracker, product) if cheapest else []
    if less:
        dispatcher.utter_message(
            response="utter_search_less", price=price, elements=[card(words, one) for one in less]
        )
    return [SlotSet("product", product.sku)]


def _say_which(
    words: Wording,
    dispatcher: Dispatcher,
    wanted: Sought,
    shown: Sequence[ProductView],
    sought: Sought | None,
) -> Events:
    """Those of the goods that keep the conditions, or that none does."""
    found = [product for product in shown if fits(product, wanted)]
    conditions = in_words(words, wanted, shown[0].currency)
    if not found:
        some = nearest(shown, wanted)
        dispatcher.utter_message(
            response="utter_search_unfit",
            conditions=conditions,
            elements=[card(words, product, note(words, product, wanted)) for product in some],
        )
        return []
    dispatcher.utter_message(
        response="utter_search_fitting",
        conditions=conditions,
        elements=[card(words, product, note(words, product, wanted)) for product in found],
    )
    slots = [shown_products(found), SlotSet("product", found[0].sku if len(found) == 1 else None)]
    if sought is None:
        return slots
    kept = replace(
        sought,
        colours=wanted.colours or sought.colours,
        size=wanted.size or sought.size,
        limit_cents=sought.limit_cents if wanted.limit_cents is None else wanted.limit_cents,
    )
    return [*slots, SlotSet("sought", kept.kept())]

"""Several goods in one question of the stock: "the linen shirt in L or the flannel in M?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, Match, mentioned_variants, only_one
from dialogue.orders.views import ProductView
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.named import PART, ProductAction, shown_products
from dialogue.retail.goods.stock_words import stock_lines
from dialogue.retail.services import Dispatcher, Events, latest_text

FEW = 3  # goods of which all that there is can be said
ALIKE = 2  # goods that a part may mean, so that each is told
_THEY = re.compile(r"\b(?:they|them|these|those)\b|它们|这几|这些", re.IGNORECASE)
_ASKED_APART = re.compile(r"[?？.!。！]\W*\w")  # "is the shirt there? or the jacket in L?"
_OR = re.compile(r"\bor\b|\band\b|还是|或者|[和跟]", re.IGNORECASE)


def say_stock_of_each(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """Of each what there is in its colour and size; None where not several goods are named."""
    words = action.words(tracker)
    text = words.in_records(latest_text(tracker))[:READ]
    parts = _OR.split(text)
    goods: dict[str, tuple[ProductView, str]] = {}
    for part in parts if len(parts) > 1 else ():
        for one in _named(action.services.catalogue.search(part)):
            goods.setdefault(one.sku, (one, part))
    if len(goods) < 2 and _THEY.search(text):  # "what sizes do they come in", of a few
        few = action.meant(tracker).candidates
        goods = {one.sku: (one, text) for one in few if len(few) <= FEW}
    if len(goods) < 2:
        return None
    lines = []
    for product, part in goods.values():
        wanted = mentioned_variants(part, product.variants)
        if len(wanted) == len(product.variants) and not _ASKED_APART.search(
            text
        ):  # "the jacket or the windbreaker in L"
            wanted = mentioned_variants(" ".join(parts), product.variants)
        named = words.listing(words.variant(v.label) for v in wanted if v.label)
        lines.append(stock_lines(words, wanted) or words.say("sold_out_in", variants=named))
    some = [product for product, _ in goods.values()]
    cards = [card(words, product, line) for product, line in zip(some, lines, strict=True)]
    dispatcher.utter_message(response="utter_stock_of_each", elements=cards)
    return [shown_products(some), SlotSet("product", None)]


def _named(matches: Sequence[Match]) -> list[ProductView]:
    """The one that a part names, or the two that it means alike: "the T-shirts"."""
    one = only_one(matches)
    if one is not None or not matches or matches[0].coverage < PART:
        return [one] if one is not None else []
    rivals = [match.product for match in matches if match.score > 0.9 * matches[0].score]
    return rivals if len(rivals) <= ALIKE else []

"""Several goods in one question of the stock: "the linen shirt in L or the flannel in M?"."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, mentioned_variants, only_one
from dialogue.orders.views import ProductView
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.named import PART, ProductAction, shown_products
from dialogue.retail.goods.stock_words import stock_lines
from dialogue.retail.services import Dispatcher, Events, latest_text

FEW = 3  # goods of which all that there is can be said
_THEY = re.compile(r"\b(?:they|them|these|those)\b|它们|这几|这些", re.IGNORECASE)
_OR = re.compile(r"\bor\b|\band\b|还是|或者|[和跟]", re.IGNORECASE)


def say_stock_of_each(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """Of each what there is in its colour and size; None where not several goods are named."""
    words = action.words(tracker)
    text = words.in_records(latest_text(tracker))[:READ]
    parts = _OR.split(text)
    goods: dict[str, tuple[ProductView, str]] = {}
    if _THEY.search(text):  # "what sizes do they come in", of a few
        few = action.meant(tracker).candidates
        goods = {one.sku: (one, text) for one in few if len(few) <= FEW}
    for part in parts if len(parts) > 1 else ():
        matches = action.services.catalogue.search(part)
        one = only_one(matches)
        if one is None and matches and matches[0].coverage >= PART:
            rivals = [match for match in matches if match.score > 0.9 * matches[0].score]
            one = matches[0].product if len(rivals) == 1 else None
        if one is not None and one.sku not in goods:
            goods[one.sku] = one, part
    if len(goods) < 2:
        return None
    lines = []
    for product, part in goods.values():
        wanted = mentioned_variants(part, product.variants)
        if len(wanted) == len(product.variants):  # "the jacket or the windbreaker in L"
            wanted = mentioned_variants(" ".join(parts), product.variants)
        named = words.listing(words.variant(v.label) for v in wanted if v.label)
        lines.append(stock_lines(words, wanted) or words.say("sold_out_in", variants=named))
    some = [product for product, _ in goods.values()]
    cards = [card(words, product, line) for product, line in zip(some, lines, strict=True)]
    dispatcher.utter_message(response="utter_stock_of_each", elements=cards)
    return [shown_products(some), SlotSet("product", None)]

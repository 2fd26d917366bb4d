"""How the stock of a product is said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa_sdk import Tracker

from dialogue.orders.views import ProductView, VariantView
from dialogue.retail.services import answers_within, latest_text
from dialogue.retail.wording import Button, Wording

FEW = 5  # pieces; above it no exact number is told
FEW_WORDS = 5  # of a question that goes on with the one before
_OF_EVERY = re.compile(
    r"\b(?:what|which|other|others|else|all|any|colou?rs?|sizes|or)\b|哪|别的|其他|颜色|尺码",
    re.IGNORECASE,
)


def stock_lines(words: Wording, variants: Sequence[VariantView]) -> str:
    """``moss in S and M; navy in L``; what is sold out is left out. Empty for the only variant."""
    sizes: dict[str, list[str]] = {}
    for variant in variants:
        if variant.quantity:
            sizes.setdefault(variant.colour, []).append(variant.size)
    parts = []
    for colour, found in sizes.items():
        some, said = words.listing(words.term(s) for s in found if s), words.term(colour)
        both = words.say("stock_sizes", colour=said, sizes=some) if said and some else said or some
        parts.append(both)
    return words.say("between_parts").join(part for part in parts if part)


def stock_counts(words: Wording, variants: Sequence[VariantView]) -> str:
    """``2 in moss, S; more than five in any other``: how many there are, where they are few."""
    few = [variant for variant in variants if 0 < variant.quantity <= FEW]
    parts = [
        words.say("stock_count", count=variant.quantity, variant=words.variant(variant.label))
        if variant.label
        else str(variant.quantity)
        for variant in few
    ]
    if any(variant.quantity > FEW for variant in variants):
        parts.append(words.say("stock_many_others" if few else "stock_many", count=FEW))
    return words.say("between_parts").join(parts)


def when_back(words: Wording, variants: Sequence[VariantView]) -> str:
    """When the first of these is expected, as the end of a sentence."""
    days = [variant.restock_on for variant in variants if variant.restock_on]
    if not days:
        return words.say("restock_unknown")
    return words.say("restock_on", day=words.day(min(days)))


def alert_button(
    words: Wording, product: ProductView, variant: VariantView | None = None
) -> Button:
    """A quick reply that asks to be told when a product, or one variant of it, is back."""
    named = {"colour": variant.colour, "size": variant.size} if variant else {}
    known = {key: value for key, value in named.items() if value}
    return words.button("back_in_stock", "back_in_stock", product=product.sku, **known)


def like_before(
    words: Wording, tracker: Tracker, product: ProductView, wanted: tuple[VariantView, ...]
) -> tuple[VariantView, ...]:
    """Of these the one of the colour, or the size, that was told of just before: "ok and M?"."""
    text = latest_text(tracker)
    if len(text.split()) > FEW_WORDS or _OF_EVERY.search(text) or wanted == product.variants:
        return wanted
    told = next((one for one in answers_within(tracker, 1) if one.get("variant")), {})
    for before in product.variants if told.get("name") == product.name else ():
        if told["variant"] == words.say("stock_variant", variant=words.variant(before.label)):
            alike = tuple(one for one in wanted if one.colour == before.colour)
            alike = alike or tuple(one for one in wanted if one.size == before.size)
            return alike if len(alike) == 1 else wanted
    return wanted

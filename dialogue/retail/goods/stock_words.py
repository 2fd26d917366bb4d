"""How the stock of a product is said."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.orders.views import ProductView, VariantView
from dialogue.retail.wording import Button, Wording

FEW = 5  # pieces; above it no exact number is told


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

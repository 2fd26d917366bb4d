"""Which variants of an article there are, and which one words mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk import Tracker

from dialogue.orders.search import mentioned_variants
from dialogue.orders.views import ItemView, VariantView
from dialogue.retail.services import (
    Dispatcher,
    RetailServices,
)
from dialogue.retail.wording import Wording

# The letters of "it's" and "I'm", and what a piece that does not fit is called.
_NO_SIZE = re.compile(r"['’]\w+|\b(?:extra[- ])?(?:small|medium|large)\b", re.IGNORECASE)
_ASKS_FIT = re.compile(
    r"\b(?:do|does|how|are|is|they|it)\b.{0,20}\b(?:runs?|fits?|falls?|(?:comes?|turns?) out)"
    r"\b.{0,12}"
    r"\b(?:small|large|big|tight)\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:one|a|1|the next) (?:full )?size (?:up|bigger|larger)\b|\bgo up (?:a|one) size\b"
    r"|\bnext size(?! down)\b|\b(?:a|the next) (?:bigger|larger) size\b"
    r"|大[一1]个?[码号]",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:one|a|1) (?:full )?size (?:down|smaller)\b|\bnext size down\b"
    r"|\bgo down (?:a|one) size\b|\ba smaller size\b|小[一1]个?[码号]",
    re.IGNORECASE,
)


def narrow(text: str, others: Sequence[VariantView], item: ItemView) -> list[VariantView]:
    """The variants that `text` can mean; what it does not name stays as the item has it."""
    found = list(mentioned_variants(text, others))
    own = set(item.variant.split(", "))
    # "My white one for black": of two colours that are named, the own one is not wanted.
    named = [v for v in found if v.colour and v.colour.casefold() in text.casefold()]
    if len({v.colour for v in named}) > 1:
        found = [v for v in named if v.colour not in own] or found
    elif len(found) == len(others) > 1:
        return []
    same = [v for v in found if v.colour in own or v.size in own]
    return same if len(same) == 1 else found


def variants_of(services: RetailServices, item: ItemView) -> tuple[VariantView, ...]:
    """The other variants of an item's article, in stock or not."""
    product = services.catalogue.product(item.sku)
    variants = product.variants if product else ()
    return tuple(variant for variant in variants if variant.label != item.variant)


def other_variants(
    services: RetailServices, item: ItemView, pieces: int = 1
) -> tuple[VariantView, ...]:
    """What an item can be exchanged for: other variants with enough pieces."""
    return tuple(v for v in variants_of(services, item) if v.quantity >= pieces)


def differs(tracker: Tracker, variant: VariantView) -> bool:
    """Whether the latest message wants a colour that this variant, though the only one, lacks."""
    wanted = [
        str(entity.get("value")).casefold()
        for entity in (tracker.latest_message or {}).get("entities") or []
        if entity.get("entity") == "colour" and entity.get("role") != "current"
    ]
    return bool(wanted) and not any(colour in variant.colour.casefold() for colour in wanted)


def colour_and_size(
    services: RetailServices, item: ItemView, wanted: VariantView | None
) -> tuple[str, str]:
    """Those of the wanted variant, else those that the item has."""
    product = services.catalogue.product(item.sku)
    variants = product.variants if product else ()
    own = wanted or next((one for one in variants if one.label == item.variant), None)
    return (own.colour, own.size) if own else ("", "")


def variant_in(services: RetailServices, text: str, item: ItemView) -> VariantView | None:
    """The one other variant that the text names; of several, the one that is in stock."""
    if next_one := _next_size(services, text, item):
        return next_one
    others = variants_of(services, item)
    exact = [v for v in others if v.label == text]
    if len(others) == 1 and not exact and not _is_named(text, others[0]):
        return None
    meant = mentioned_variants(text, others)  # "M" is not the L that there still is
    found = exact or narrow(text, [v for v in meant if v.quantity], item)
    if len(found) != 1 and not exact:
        found = narrow(text, others, item)
    return found[0] if len(found) == 1 else None


def _is_named(text: str, variant: VariantView) -> bool:
    """Whether the text names the colour or the size of this variant, where no other could be."""
    other = replace(variant, colour="-", size="-")
    return mentioned_variants(text, (variant, other)) == (variant,)


def _next_size(services: RetailServices, text: str, item: ItemView) -> VariantView | None:
    """The same in the size above or below, where that is said: "one size up"."""
    product = services.catalogue.product(item.sku)
    step = 1 if _UP.search(text) else -1 if _DOWN.search(text) else 0
    if not step or product is None:
        return None
    own = next((one for one in product.variants if one.label == item.variant), None)
    sizes = list(dict.fromkeys(one.size for one in product.variants))
    place = sizes.index(own.size) + step if own else -1
    if own is None or not 0 <= place < len(sizes):
        return None
    same = (one for one in product.variants if one.colour == own.colour)
    return next((one for one in same if one.size == sizes[place]), None)


def named_variant(services: RetailServices, text: str, item: ItemView) -> VariantView | None:
    """Another variant, if the text has a colour or a size of one, or says the next size.

    Who asks how goods fall ("do they run small?") names none.
    """
    text = _ASKS_FIT.sub(" ", text)
    if next_one := _next_size(services, text, item):
        return next_one
    words = _tokens(text)
    names = {
        word
        for variant in variants_of(services, item)
        for word in f"{variant.colour} {variant.size}".casefold().split()
    }
    sizes = {"small", "medium", "large", "extra-small", "extra-large"}
    return variant_in(services, text, item) if words & (names | sizes) else None


def wanted_at_once(services: RetailServices, words: str, item: ItemView) -> VariantView | None:
    """The variant that a wish itself names: "the shirt in L instead of M".

    Words that speak of the piece there is ("my white one", "it's too small") name none.
    """
    if next_one := _next_size(services, words, item):
        return next_one
    plain = _NO_SIZE.sub(" ", words)
    found = named_variant(services, plain, item)
    if found is None:
        return None
    new = _tokens(plain) - _tokens(item.variant)
    return found if new & _tokens(found.label) else None


def _tokens(text: str) -> set[str]:
    return set(re.findall(r"[\w-]+", text.casefold()))


def say_sold_out(
    words: Wording,
    dispatcher: Dispatcher,
    item: ItemView,
    wanted: VariantView,
    pieces: int = 1,
    *,
    may_return: bool = True,
) -> None:
    """The wanted variant is not there: an alert, or the money, or another one."""
    instead = words.button("return_instead", "return_item", item=str(item.line))
    dispatcher.utter_message(
        response="utter_variant_too_few" if wanted.quantity else "utter_replacement_sold_out",
        variant=words.variant(wanted.label),
        item=item.name,
        left=wanted.quantity,
        pieces=pieces,
        buttons=[
            words.button(
                "back_in_stock",
                "back_in_stock",
                product=item.sku,
                colour=wanted.colour,
                size=wanted.size,
            ),
            *([instead] if may_return else []),
        ],
    )

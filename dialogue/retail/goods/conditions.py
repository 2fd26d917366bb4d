"""What is asked of goods beside what they are: a price, a colour, a size, what they shall not be.

It is kept through what goes on with a search, and goods that break it are not shown without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dialogue.orders.search import (
    PLAIN_COLOURS,
    READ,
    colour_words,
    is_of_colour,
    is_of_size,
    price_floor_cents,
    price_limit_cents,
    query_words,
    without_prices,
    words_of,
)
from dialogue.orders.views import ProductView, VariantView
from dialogue.recommending.refining import Sought, goes_on, kept_search, leave_out
from dialogue.retail.goods.qualities import has
from dialogue.retail.wording import Wording

# Sizes by their names alone where they are no word of anything else.
_COLOURED = rf"(?:{'|'.join(sorted(PLAIN_COLOURS))}|navy)"
_SIZE = re.compile(
    r"(?<![\w-])(x{1,3}l|x{1,3}s|[2-5]xl)(?![\w-])|\bsizes? (\d{2}|[sml])(?![\w-])"
    r"|(?<![\w-])(\d{2}|[sml]) ?[码号]|\bin (?:an? )?(\d{2}|[sml])(?=\W*$|[,?!;]"
    rf"|\s+(?:and|or|too|please|pls|then|{_COLOURED})\b)"
    rf"|\b{_COLOURED}(?:,|\s|/)+(?:in |size )?([sml])(?=\W*$|[,?!;])",
    re.IGNORECASE,
)
# "Red wine glasses" are of no colour.
_NO_COLOUR = re.compile(
    r"\b\w+ (?=(?:wine|tea|coffee|bread|rice|noise|friday|pepper|week)\b)", re.IGNORECASE
)


def colours_in(text: str, products: Iterable[ProductView]) -> tuple[str, ...]:
    """The colours that a text asks for; a word that is also of what goods are is none."""
    goods = tuple(products)
    names = frozenset[str]().union(
        *(words_of(f"{one.name} {one.category} {' '.join(one.tags)}") for one in goods)
    )
    colours = (colour_words(goods) - names) | PLAIN_COLOURS
    return tuple(word for word in query_words(_NO_COLOUR.sub(" ", text)) if word in colours)


def size_in(text: str) -> str:
    """The size that a text asks for, in capitals; empty when it names none for certain."""
    found = _SIZE.search(text[:READ])
    return next(filter(None, found.groups())).upper() if found is not None else ""


def without_colours(text: str, colours: Sequence[str]) -> str:
    """A text without these colours, unless nothing is left of it."""
    left = re.sub(rf"\b(?:{'|'.join(map(re.escape, colours))})s?\b", " ", text, flags=re.IGNORECASE)
    return left if colours and query_words(left) else text


# "What toys do you have?" asks for all of them.
_ALL_OF_KIND = re.compile(
    r"\b(?:what|which)\b.{1,30}\b(?:do you|have you|you) (?:have|got|sell|stock)\b"
    r"|你们?(?:这里|店里|家)?(?:都)?有(?:什么|哪些)",
    re.IGNORECASE,
)


def asked_anew(
    words: Wording, products: Sequence[ProductView], text: str, before: object
) -> Sought:
    """What a text looks for, with its conditions.

    What goes on with the last search ("and bowls?"), or asks for the same kind again, keeps of its
    conditions those that the text does not tell anew.
    """
    known, without = leave_out(words.in_records(text))
    colours, last = colours_in(known, products), kept_search(before)
    left = without_colours(without_prices(known), colours)
    limit, floor = price_limit_cents(text), price_floor_cents(text)
    wanted = Sought(left, limit_cents=limit, colours=colours, without=without, floor_cents=floor)
    wanted = replace(wanted, size=size_in(known))
    if last is None or not (goes_on(text) or _same_kind(last.words, left)):
        return wanted
    if limit is None and floor is None and not _ALL_OF_KIND.search(text):
        wanted = replace(wanted, limit_cents=last.limit_cents, floor_cents=last.floor_cents)
    if _same_kind(last.words, left):
        wanted = replace(wanted, colours=colours or last.colours, size=wanted.size or last.size)
    return wanted


def in_known_sizes(wanted: Sought, products: Iterable[ProductView]) -> Sought:
    """The same, without a size that none of the goods comes in at all: it was perhaps none."""
    sizes = {variant.size for product in products for variant in product.variants}
    return (
        wanted if any(is_of_size(wanted.size, one) for one in sizes) else replace(wanted, size="")
    )


def _same_kind(before: str, now: str) -> bool:
    return not {*query_words(before)}.isdisjoint(query_words(now))


def conditioned(wanted: Sought) -> bool:
    """Whether anything is asked beside the price that may be paid at most."""
    return bool(wanted.colours or wanted.size or wanted.floor_cents)


def fits(product: ProductView, wanted: Sought) -> bool:
    """Whether a product keeps all conditions."""
    return not left_out(product, wanted.without) and not _broken(product, wanted)


def fitting_variants(product: ProductView, wanted: Sought) -> tuple[VariantView, ...]:
    """The variants of a colour and a size that are asked for."""
    return tuple(
        variant
        for variant in product.variants
        if (not wanted.colours or _is_of(variant, wanted.colours))
        and (not wanted.size or is_of_size(wanted.size, variant.size))
    )


def left_out(product: ProductView, without: Sequence[str]) -> bool:
    """Whether a product is or has something that it shall not; a colour, if it has no other."""
    colours = [variant.colour for variant in product.variants]
    return any(
        has(product, word) or all(is_of_colour(word, colour) for colour in colours)
        for word in without
    )


def nearest(products: Sequence[ProductView], wanted: Sought) -> list[ProductView]:
    """The goods that break the fewest conditions, for where none keeps all."""
    left = [product for product in products if not left_out(product, wanted.without)]
    return sorted(left, key=lambda product: len(_broken(product, wanted)))


def in_words(words: Wording, wanted: Sought, currency: str) -> str:
    """The conditions as a part of a sentence: ``in blue for €100.00 or less``."""
    parts = []
    if wanted.colours:
        parts.append(words.say("condition_colour", colour=words.term(" ".join(wanted.colours))))
    if wanted.size:
        parts.append(words.say("condition_size", size=wanted.size))
    limit, floor = wanted.limit_cents, wanted.floor_cents
    if limit is not None and floor is not None:
        between = (words.money(floor, currency), words.money(limit, currency))
        parts.append(words.say("condition_between", floor=between[0], limit=between[1]))
    elif limit is not None:
        parts.append(words.say("condition_limit", limit=words.money(limit, currency)))
    elif floor is not None:
        parts.append(words.say("condition_floor", floor=words.money(floor, currency)))
    return words.say("between_limits").join(parts)


def note(words: Wording, product: ProductView, wanted: Sought) -> str:
    """What a card says of the conditions: those that the product breaks, else its colour."""
    broken = _broken(product, wanted)
    if broken:
        limit, floor = (words.money(one or 0, product.currency) for one in _bounds(wanted))
        facts = {
            "colour": words.term(" ".join(wanted.colours)),
            "size": wanted.size,
            "limit": limit,
            "floor": floor,
        }
        said = [words.say(f"breaks_{one}", **facts) for one in broken]
        return words.listing(said)
    shades = [v.colour for v in product.variants if _is_of(v, wanted.colours)]
    unsaid = [one for one in dict.fromkeys(shades) if one.casefold() not in wanted.colours]
    return words.listing(map(words.term, unsaid)) if wanted.colours else ""


def _bounds(wanted: Sought) -> tuple[int | None, int | None]:
    return wanted.limit_cents, wanted.floor_cents


def _broken(product: ProductView, wanted: Sought) -> list[str]:
    """The conditions that a product breaks, by the ends of their phrases' names."""
    broken = []
    in_colour = [v for v in product.variants if not wanted.colours or _is_of(v, wanted.colours)]
    if not in_colour:
        broken.append("colour")
    some = in_colour or product.variants
    if wanted.size and not any(is_of_size(wanted.size, v.size) and v.quantity for v in some):
        broken.append("size")
    limit, floor = _bounds(wanted)
    if limit is not None and product.price_cents > limit:
        broken.append("limit")
    if floor is not None and product.price_cents < floor:
        broken.append("floor")
    return broken


def _is_of(variant: VariantView, colours: Sequence[str]) -> bool:
    return any(is_of_colour(said, variant.colour) for said in colours)

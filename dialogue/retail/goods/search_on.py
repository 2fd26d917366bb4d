"""Going on with the last search: the same goods for less, in a colour, or those not yet shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import PLAIN_COLOURS, colour_words, only_one, words_of
from dialogue.orders.views import ProductView
from dialogue.recommending.opinions import Named, Reason
from dialogue.recommending.refining import Refinement, Sought, kept_search, refinement
from dialogue.recommending.wishes import Kind, Price, Wish, heard
from dialogue.retail.goods.cards import card, reason_words
from dialogue.retail.goods.conditions import conditioned, fits, in_words, note, size_in
from dialogue.retail.goods.named import (
    MAX_CARDS,
    ProductAction,
    cards_of,
    products_of,
    shown_products,
)
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_text,
    viewer_of,
)
from dialogue.retail.wording import Wording

_OF_THESE = re.compile(r"\b(?:of|among) (?:these|those|them)\b|这[些几]|里面?", re.IGNORECASE)
# What is not shown to grown-ups, or to children, without their saying so.
UNSAID = frozenset({"baby", "children", "toddler", "newborn"})
FOR_CHILDREN = "children kids"  # the catalogue's words
MOST = 40  # goods that one search may go through


@dataclass(frozen=True)
class Offer:
    """A product found, and why it is shown if it was advised."""

    product: ProductView
    reason: Reason | None = None


def refined(action: RetailAction, tracker: Tracker) -> Refinement | None:
    """What the latest message makes of the last search, if it has no words of its own."""
    text = action.words(tracker).in_records(latest_text(tracker))
    return refinement(text, colour_words(action.services.catalogue.products()))


def remember(sought: Sought, products: Sequence[ProductView]) -> Events:
    """The slot events that keep a search, what was shown of it, and the one product of it."""
    skus = [product.sku for product in products[:MAX_CARDS]]
    kept = replace(sought, seen=tuple(dict.fromkeys((*sought.seen, *skus))))
    one = sought.like or (skus[0] if len(skus) == 1 else None)
    return [SlotSet("sought", kept.kept()), SlotSet("product", one), shown_products(products)]


def go_on(action: RetailAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """Answer a message that goes on with the last search; None when the message does not.

    Where one product is spoken of, its colour and what costs less than it are asked for.
    """
    sought = kept_search(tracker.get_slot("sought"))
    asked = refined(action, tracker)
    if sought is None or asked is None or heard(latest_text(tracker)).kind is not Kind.FITTING:
        return None
    sized = size_in(action.words(tracker).in_records(latest_text(tracker)))
    if asked.colours and sized and action.name() == "action_check_stock":
        return None  # "and in M, black?" is of what was shown
    shown = action.services.catalogue.products(tracker.get_slot("shown_products") or ())
    every = _offers(action.services, tracker, replace(sought, limit_cents=None, floor_cents=None))
    spoken_of = tracker.get_slot("product")
    of_one = spoken_of not in (None, sought.like) and not asked.others and not asked.without
    left_of_several = [each.sku for each in shown] == [spoken_of] and len(every) > 1
    if asked.limit_cents is not None and not sought.advised:  # of a kind of which there is one
        left_of_several |= only_one(action.services.catalogue.search(sought.words)) is None
    if of_one and not left_of_several:
        return None
    wanted = _conditions(sought, asked, shown)
    found = _fitting(_offers(action.services, tracker, wanted), wanted, asked, shown)
    if every and isinstance(every[0].reason, Named):  # nothing that fits the person instead
        found = [offer for offer in found if isinstance(offer.reason, Named)]
    if any(map(_is_named, every)) and (asked.about_price or asked.colours):
        found = [*filter(_is_named, found)]  # no mere neighbours of what was named
    if not found and sought.for_another:  # for a mother, then any gift
        of_child = FOR_CHILDREN in sought.words
        wanted = replace(wanted, words=FOR_CHILDREN if of_child else "")
        found = _fitting(_offers(action.services, tracker, wanted), wanted, asked, shown)
    words = action.words(tracker)
    if not found:
        if asked.colours and not PLAIN_COLOURS.issuperset(asked.colours):
            return None  # "wine" was perhaps no colour
        return _say_none(action, dispatcher, tracker, sought, wanted, asked, every, shown)
    of_these = [offer for offer in found if offer.product in shown]
    if asked.cheapest and of_these and _OF_THESE.search(latest_text(tracker)):
        found = of_these
    if asked.cheapest:
        found = [min(found, key=lambda offer: offer.product.price_cents)]
    response, facts = _introduction(words, wanted, asked, found, shown)
    dispatcher.utter_message(
        response=response,
        **facts,
        elements=[_card(words, offer, wanted) for offer in found[:MAX_CARDS]],
    )
    return remember(wanted, [offer.product for offer in found])


def cheaper_unseen(
    services: RetailServices, tracker: Tracker, product: ProductView
) -> list[ProductView]:
    """What the last search has for less than the cheapest of those shown."""
    sought = kept_search(tracker.get_slot("sought"))
    if sought is None or sought.advised:
        return []
    found = [offer.product for offer in _offers(services, tracker, sought)]
    less = [one for one in found if fits(one, sought) and one.price_cents < product.price_cents]
    return sorted(less, key=lambda one: one.price_cents)[:1]


def go_on_unless_pointed(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """`go_on`, except where one product is meant: a card pointed at, "without a hub?" of one."""
    asked = refined(action, tracker)
    of_one = asked is not None and asked.without and tracker.get_slot("product") is not None
    return None if of_one or action.pointed_at(tracker) else go_on(action, dispatcher, tracker)


def say_nothing_within(
    action: RetailAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    wanted: Sought,
    products: Sequence[ProductView],
) -> tuple[Sought, list[ProductView]]:
    """Say that none of these costs so little; show what comes near the cheapest of them, else it.

    Near it is what is of its category, and is called by a word of its name as well; it is then
    what is sought.
    """
    words, limit = action.words(tracker), wanted.limit_cents or 0
    best = min(products, key=lambda product: product.price_cents)
    near = [
        one
        for one in action.services.catalogue.products()
        if one.category == best.category
        and one.price_cents <= limit
        and (words_of(one.name) | {*one.tags}) & words_of(best.name)
    ]
    shared = {w for one in near for w in (words_of(one.name) | {*one.tags}) & words_of(best.name)}
    dispatcher.utter_message(
        response=f"utter_search_none_within{'_near' if near else ''}",
        limit=words.money(limit, best.currency),
        **_facts(words, best),
        elements=cards_of(words, near or [best]),
    )
    return (replace(wanted, words=" ".join(sorted(shared))), near) if near else (wanted, [best])


def _conditions(sought: Sought, asked: Refinement, shown: Sequence[ProductView]) -> Sought:
    """The last search with what is asked for now; "cheaper" is below the cheapest shown."""
    limit, floor = asked.limit_cents, asked.floor_cents
    if limit is None and floor is None:
        limit, floor = sought.limit_cents, sought.floor_cents
    if asked.price is Price.LESS and shown:
        limit, floor = min(product.price_cents for product in shown) - 1, None
    without = tuple(dict.fromkeys((*sought.without, *asked.without)))
    colours = asked.colours or tuple(one for one in sought.colours if one not in without)
    return replace(sought, limit_cents=limit, floor_cents=floor, colours=colours, without=without)


def _offers(services: RetailServices, tracker: Tracker, sought: Sought) -> list[Offer]:
    """All that the search finds, the best first."""
    if not sought.advised:
        found = products_of(services.catalogue.search(sought.words, limit=MOST))
        return [Offer(product) for product in found]
    kind = Kind.LIKE_IT if sought.like else Kind.FITTING
    wish = Wish(
        kind,
        Price.ANY,
        sought.words,
        sought.limit_cents,
        sought.for_another,
        sought.floor_cents,
    )
    advised = services.recommender.recommend(viewer_of(tracker), wish, sought.like, MOST)
    return [Offer(one.product, one.reason) for one in advised]


def _fitting(
    offers: Sequence[Offer], wanted: Sought, asked: Refinement, shown: Sequence[ProductView]
) -> list[Offer]:
    floor = 0
    if asked.price is Price.MORE and shown:
        floor = max(product.price_cents for product in shown) + 1
    return [
        offer
        for offer in offers
        if floor <= offer.product.price_cents
        and fits(offer.product, wanted)
        and not (asked.others and offer.product.sku in wanted.seen)
    ]


def _introduction(
    words: Wording,
    wanted: Sought,
    asked: Refinement,
    found: Sequence[Offer],
    shown: Sequence[ProductView],
) -> tuple[str, dict[str, Any]]:
    """The response above the cards, and its facts."""
    first = found[0].product
    if asked.cheapest:
        return "utter_search_cheapest", _facts(words, first)
    if asked.without:
        said = [one for one in wanted.without if one in asked.without or one not in UNSAID]
        return "utter_search_without", {"without": _told(words, said)}
    if conditioned(wanted) and not asked.others and asked.price is Price.ANY:
        if wanted == replace(wanted, limit_cents=None, floor_cents=None, size=""):
            return "utter_search_colour", {"colour": _colour(words, wanted.colours)}
        return "utter_search_fitting", {"conditions": in_words(words, wanted, first.currency)}
    return _by_price(words, asked, first, shown) or ("utter_search_more", {})


def _by_price(
    words: Wording, asked: Refinement, first: ProductView, shown: Sequence[ProductView]
) -> tuple[str, dict[str, Any]] | None:
    if asked.limit_cents is not None:
        limit = words.money(asked.limit_cents, first.currency)
        return "utter_search_within", {"limit": limit}
    if asked.price is not Price.ANY and shown:
        less = asked.price is Price.LESS
        bound = (min if less else max)(product.price_cents for product in shown)
        response = "utter_search_less" if less else "utter_search_dearer"
        return response, {"price": words.money(bound, first.currency)}
    return None


def _say_none(
    action: RetailAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    sought: Sought,
    wanted: Sought,
    asked: Refinement,
    every: Sequence[Offer],
    shown: Sequence[ProductView],
) -> Events:
    """That nothing is left of the search, and by which condition; the search stays as it was."""
    words = action.words(tracker)
    alike = replace(wanted, limit_cents=None, floor_cents=None)
    products = [offer.product for offer in every if fits(offer.product, alike)]
    shown = [product for product in shown if fits(product, alike)]
    if asked.colours and not products:
        colour = _colour(words, asked.colours)
        dispatcher.utter_message(response="utter_search_none_colour", colour=colour)
    elif asked.without and not products:
        without = _told(words, asked.without)
        dispatcher.utter_message(response="utter_search_none_without", without=without)
    elif asked.limit_cents is not None and products:
        left, near = say_nothing_within(action, dispatcher, tracker, wanted, products)
        return remember(sought, near)[:1] if near[0] in products else remember(left, near)
    elif asked.price is not Price.ANY and (shown or products):
        less = asked.price is Price.LESS
        extreme = (min if less else max)(shown or products, key=lambda each: each.price_cents)
        dispatcher.utter_message(
            response="utter_search_none_less" if less else "utter_search_none_dearer",
            **_facts(words, extreme),
            elements=cards_of(words, [extreme]),
        )
    else:
        dispatcher.utter_message(response="utter_search_all")
    return []


def _is_named(offer: Offer) -> bool:
    return isinstance(offer.reason, Named) and bool(offer.reason.words)


def _facts(words: Wording, product: ProductView) -> dict[str, str]:
    price = words.money(product.price_cents, product.currency)
    return {"name": product.name, "price": price}


def _colour(words: Wording, colours: Sequence[str]) -> str:
    return words.term(" ".join(colours))


def _told(words: Wording, without: Sequence[str]) -> str:
    return words.listing(map(words.term, without), "or")


def _card(words: Wording, offer: Offer, wanted: Sought) -> dict[str, Any]:
    reason = reason_words(words, offer.reason) if offer.reason else ""
    return card(words, offer.product, reason or note(words, offer.product, wanted))

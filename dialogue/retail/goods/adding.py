"""What may be added to goods so that it comes to a sum: a budget, or free delivery."""

from __future__ import annotations

import re
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, price_limit_cents
from dialogue.orders.views import ProductView
from dialogue.recommending.refining import kept_search
from dialogue.recommending.wishes import Kind, Price, Wish
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.conditions import left_out
from dialogue.retail.goods.named import MAX_CARDS, ProductAction, shown_products
from dialogue.retail.goods.search_on import MOST
from dialogue.retail.paying.amounts_named import bare_cents, worth_cents
from dialogue.retail.services import Dispatcher, Events, latest_text, viewer_of

OVER = 1.1  # of a sum that is only "about" so much
NEAR = 0.6  # of the room, from which on a price comes near the sum
_ADDS = re.compile(
    r"\b(?:what|which|something|anything|what else)\b.{0,30}"
    r"\b(?:add|throw in|put with (?:it|that)|top (?:it|that)? ?up|fill (?:it|that)? ?up)\b"
    r"(?! (?:it|them|these|those|both|all|everything)\b)"
    r"|\b(?:add(?:ing)?|throw in) (?:something|anything|a (?:little|small)|one more thing)\b"
    r"|再加|[加添]点|加什么|凑",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\b(?:come|comes|get|gets|bring|brings|be|is|reach|make|makes|adds? up|total|about|around"
    r"|up to|worth) (?:it |that |me |us )?(?:to )?(?:a total of |about |around |roughly |exactly )?"
    r"€?\s?(\d{2,4})\b(?!\s?%)"
    r"|凑.{0,4}?(\d{2,4})|(\d{2,4})\s?[块元欧]?(?:左右|上下)",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\bfree (?:shipping|delivery|postage)\b|\b(?:shipping|delivery|postage) (?:is |to be )?free\b"
    r"|包邮|免运费|免邮",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\border(?:ed)?\b|订单|\bcodes?\b|优惠|\b(?:note|message|greeting|card)\b|贺卡|留言",
    re.IGNORECASE,
)


def say_addition(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """Answer what may be added to the product spoken of, else to one of those that were shown.

    None when that is not asked, or no sum is known: neither told now nor with the last search.
    """
    text = latest_text(tracker)[:READ]
    if not _ADDS.search(text) or _OF_OTHERS.search(text):
        return None
    free, sought = _FREE.search(text) is not None, kept_search(tracker.get_slot("sought"))
    deliveries = action.services.policies.deliveries
    target = deliveries.free_from if free else _sum_in(text) or (sought and sought.limit_cents)
    one = action.pointed_at(tracker) or action.services.catalogue.product(
        str(tracker.get_slot("product"))
    )
    shown = [one] if one else [each for each in action.shown(tracker) if each.in_stock]
    if not target or not shown:
        return None
    words, about, found = action.words(tracker), shown[0], list[ProductView]()
    for each in shown:
        found = _additions(action, tracker, each, target - each.price_cents, at_least=free)
        if found:
            about = each
            break
    room, currency = max(target - about.price_cents, 0), about.currency
    facts = {
        "name": about.name,
        "price": words.money(about.price_cents, currency),
        "room": words.money(room, currency),
        "sum": words.money(target, currency),
    }
    if found:
        response = f"utter_goods_add{'_for_free' if free else '' if one else '_example'}"
        sums = [words.money(about.price_cents + each.price_cents, currency) for each in found]
        notes = [words.say("card_together", sum=both) for both in sums]
    elif free:
        response, notes = f"utter_goods_add_{'none' if room else 'free'}", []
    else:  # rather two smaller ones
        found = _additions(action, tracker, about, target // 2, at_least=False)
        found = found if len(found) > 1 else []
        response, notes = f"utter_goods_add_{'two' if found else 'none'}", [""] * len(found)
    cards = [card(words, each, note) for each, note in zip(found, notes, strict=True)]
    dispatcher.utter_message(response=response, **facts, **({"elements": cards} if cards else {}))
    if not found:
        return []
    anew = response == "utter_goods_add_two"
    return [SlotSet("product", None if anew else about.sku), shown_products(found)]


def _sum_in(text: str) -> int | None:
    """The sum that a text names, in cents."""
    found = _SUM.search(text)
    told = next(filter(None, found.groups())) if found is not None else None
    amount = int(told) * 100 if told else None
    return worth_cents(text) or amount or price_limit_cents(text) or bare_cents(text)


def _additions(
    action: ProductAction,
    tracker: Tracker,
    about: ProductView,
    room: int,
    *,
    at_least: bool,
) -> list[ProductView]:
    """Goods of the last search, else what goes with the product, whose price fills the room."""
    if room <= 0:
        return []
    sought = kept_search(tracker.get_slot("sought"))
    of_one = tracker.get_slot("product") is not None
    known = None if sought is None or (of_one and not sought.advised) else sought
    wish = Wish(
        Kind.FITTING if known else Kind.WITH_IT,
        Price.ANY,
        known.words if known else "",
        limit_cents=None if at_least else int(room * OVER),
        for_another=known is not None and known.for_another,
        floor_cents=room if at_least else None,
    )
    recommend, viewer = action.services.recommender.recommend, viewer_of(tracker)
    some = recommend(viewer, wish, about.sku, MOST)
    some = some or recommend(viewer, replace(wish, kind=Kind.FITTING), about.sku, MOST)
    without = sought.without if sought is not None else ()
    goods = [one.product for one in some if not left_out(one.product, without)]
    goods = [one for one in goods if one.sku != about.sku]
    if at_least:
        return sorted(goods, key=lambda one: one.price_cents)[:MAX_CARDS]
    return [one for one in goods if one.price_cents >= NEAR * room][:MAX_CARDS] or goods[:MAX_CARDS]

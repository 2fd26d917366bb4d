"""What several goods cost together: "both together, how much is that?"."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.orders.search import READ
from dialogue.orders.views import ProductView
from dialogue.retail.goods.comparing import named_beside
from dialogue.retail.goods.named import ProductAction, cards_of, shown_products, spoken_of_goods
from dialogue.retail.services import Dispatcher, Events, latest_text
from dialogue.retail.which_order.pointing import pointed

_PRICE = re.compile(
    r"\b(?:how much|what|price|costs?|pay|total|sum)\b|多少|价格?|钱", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:together|in total|altogether|all in all|in all|sum|combined)\b"
    r"|\btotal (?:price|cost|for|of)\b|\bhow much (?:are|is|do|would|for) (?:them )?(?:both|all)\b"
    r"|一共|总共|加起来|合计|一起.{0,8}(?:多少|钱)|两[个件款样]都?(?:要|买)?.{0,4}多少钱",
    re.IGNORECASE,
)
_OF_CODES = re.compile(r"\b(?:codes?|coupons?|discounts?|orders?|refund)\b|优惠|订单|退", re.I)


def say_sum(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """Answer with the sum and the delivery; None where it is not asked, or of what is not clear."""
    text = latest_text(tracker)[:READ]
    if not _TOGETHER.search(text) or not _PRICE.search(text) or _OF_CODES.search(text):
        return None
    goods = _goods(action, tracker, text)
    if not goods and len(shown := action.shown(tracker)) > 1 and spoken_of_goods(tracker):
        cards = cards_of(action.words(tracker), shown)
        dispatcher.utter_message(response="utter_goods_sum_which", elements=cards)
        return []
    if len(goods) < 2 or len({one.currency for one in goods}) > 1:
        return None
    words, deliveries = action.words(tracker), action.services.policies.deliveries
    cents, currency = sum(one.price_cents for one in goods), goods[0].currency
    parts = [f"{one.name} {words.money(one.price_cents, currency)}" for one in goods]
    free = cents >= deliveries.free_from
    dispatcher.utter_message(
        response="utter_goods_sum_free" if free else "utter_goods_sum",
        parts=words.listing(parts),
        sum=words.money(cents, currency),
        shipping=words.money(deliveries.shipping, currency),
        free_from=words.money(deliveries.free_from, currency),
    )
    return [shown_products(goods)]


def _goods(action: ProductAction, tracker: Tracker, text: str) -> tuple[ProductView, ...]:
    """Those that are named or pointed at; else those shown, where these are two, or all meant."""
    shown = action.shown(tracker)
    places = pointed(text, len(shown))
    if len(places) > 1:
        return tuple(shown[place] for place in places)
    named = named_beside(action, tracker, action.words(tracker).in_records(text), shown)
    if len(named) > 1:
        return named
    return shown if len(shown) == 2 else named

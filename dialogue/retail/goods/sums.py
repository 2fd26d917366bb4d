"""What several goods cost together: "both together, how much is that?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ
from dialogue.orders.views import ProductView
from dialogue.retail.goods.comparing import named_beside
from dialogue.retail.goods.describing import asks_wrapping
from dialogue.retail.goods.named import ProductAction, cards_of, shown_products, spoken_of_goods
from dialogue.retail.services import Dispatcher, Events, latest_text, said_within
from dialogue.retail.which_order.pointing import pointed

ASKED_WHICH = "utter_goods_sum_which"
_PRICE = re.compile(
    r"\b(?:how much|what|price|costs?|pay|total|sum)\b|多少|价格?|钱", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:together|in total|altogether|all in all|in all|sum|combined)\b"
    r"|\btotal (?:price|cost|for|of)\b|\bhow much (?:are|is|do|would|for) (?:them )?(?:both|all)\b"
    r"|一共|总共|加起来|合计|一起.{0,8}(?:多少|钱)|两[个件款样]都?(?:要|买)?.{0,4}多少钱",
    re.IGNORECASE,
)
_NUMBERS = {
    **dict(
        zip(("two", "three", "four", "five", "six", "seven", "eight"), range(2, 9), strict=True)
    ),
    **dict(zip("两三四五六七八九十", range(2, 11), strict=True)),
}
_PIECES = re.compile(
    r"\b(\d{1,2}|two|three|four|five|six|seven|eight)"
    r" (?:of (?:them|it|these|those)|pairs?|pieces?|sets?)\b"
    r"|(\d{1,2}|[两三四五六七八九十])\s?[个件条双只盏把套张瓶]",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"\bhow much\b|\b(?:costs?|price|total)\b|多少钱|一共|总价", re.IGNORECASE)
_WITH_SERVICES = re.compile(
    r"\b(?:with|including|incl|plus|and) (?:(?:the|all|gift|a) ){0,2}"
    r"(?:shipping|delivery|postage|(?:gift[- ]?)?wrap(?:ping)?)\b"
    r"|(?:[加含连带和跟]上?|包括)(?:礼[品物])?(?:运费|邮费|包装费?)",
    re.IGNORECASE,
)
_ALL = re.compile(r"\beverything\b|\ball (?:of (?:it|them|these)|five|four|three)\b|全部|所有|都要")
_OF_CODES = re.compile(r"\b(?:codes?|coupons?|discounts?|orders?|refund)\b|优惠|订单|退", re.I)


def say_sum(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """Answer with the sum and the delivery; None where it is not asked, or of what is not clear."""
    text = latest_text(tracker)[:READ]
    several = _say_of_several(action, dispatcher, tracker, text)
    if several is not None:
        return several
    delivered = _WITH_SERVICES.search(text) is not None
    asked = bool((delivered or _TOGETHER.search(text)) and _PRICE.search(text))
    asked = asked and not _OF_CODES.search(text)
    if not asked and ASKED_WHICH not in said_within(tracker, 1):
        return None
    goods = _goods(action, tracker, _WITH_SERVICES.sub(" ", text))
    if asked and delivered:
        one = None if len(goods) > 1 else _one(action, tracker, text)
        goods = (one,) if one is not None else goods
        if goods:
            return _tell_delivered(action, dispatcher, goods, tracker)
    if asked and not goods and len(shown := action.shown(tracker)) > 1 and spoken_of_goods(tracker):
        cards = cards_of(action.words(tracker), shown)
        dispatcher.utter_message(response=ASKED_WHICH, elements=cards)
        return []
    if len(goods) < 2 or len({one.currency for one in goods}) > 1:
        return None
    currency, words = goods[0].currency, action.words(tracker)
    parts = [f"{one.name} {words.money(one.price_cents, currency)}" for one in goods]
    cents = sum(one.price_cents for one in goods)
    _tell(action, dispatcher, tracker, words.listing(parts), cents, currency)
    return [shown_products(goods)]


def _say_of_several(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker, text: str
) -> Events | None:
    """What several pieces of the product spoken of cost: "how much are four of them?"."""
    found = _PIECES.search(text)
    if found is None or not _HOW_MUCH.search(text) or _OF_CODES.search(text):
        return None
    product, words = action.meant(tracker).product, action.words(tracker)
    said = (found[1] or found[2]).casefold()
    count = int(said) if said.isdecimal() else _NUMBERS[said]
    if product is None or count < 2:
        return None
    price = words.money(product.price_cents, product.currency)
    each = f"{count} × {product.name} ({price})"
    _tell(action, dispatcher, tracker, each, count * product.price_cents, product.currency)
    return [SlotSet("product", product.sku)]


def _one(action: ProductAction, tracker: Tracker, text: str) -> ProductView | None:
    said = _TOGETHER.sub(" ", _WITH_SERVICES.sub(" ", action.words(tracker).in_records(text)))
    return action.meant(tracker, said).product


def _tell_delivered(
    action: ProductAction, dispatcher: Dispatcher, goods: Sequence[ProductView], tracker: Tracker
) -> Events:
    """The sum with the delivery, and with the wrapping if that is asked for."""
    words, deliveries = action.words(tracker), action.services.policies.deliveries
    currency, cents = goods[0].currency, sum(one.price_cents for one in goods)
    parts = [f"{one.name} {words.money(one.price_cents, currency)}" for one in goods]
    shipping = 0 if cents >= deliveries.free_from else deliveries.shipping
    wrapping = deliveries.wrapping * len(goods) if asks_wrapping(latest_text(tracker)) else 0
    if wrapping:
        parts.append(words.say("sum_wrapping", price=words.money(wrapping, currency)))
    dispatcher.utter_message(
        response="utter_goods_sum_delivered" if shipping else "utter_goods_sum_free",
        parts=words.listing(parts),
        sum=words.money(cents + wrapping + shipping, currency),
        shipping=words.money(shipping, currency),
        free_from=words.money(deliveries.free_from, currency),
    )
    if len(goods) == 1:
        return [SlotSet("product", goods[0].sku)]
    return [shown_products(goods)]


def _tell(
    action: ProductAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    parts: str,
    cents: int,
    currency: str,
) -> None:
    """The sum, and what the delivery costs."""
    words, deliveries = action.words(tracker), action.services.policies.deliveries
    free = cents >= deliveries.free_from
    dispatcher.utter_message(
        response="utter_goods_sum_free" if free else "utter_goods_sum",
        parts=parts,
        sum=words.money(cents, currency),
        shipping=words.money(deliveries.shipping, currency),
        free_from=words.money(deliveries.free_from, currency),
    )


def _goods(action: ProductAction, tracker: Tracker, text: str) -> tuple[ProductView, ...]:
    """Those that are named or pointed at; else those shown, where these are two, or all meant."""
    shown = action.shown(tracker)
    places = pointed(text, len(shown))
    if _ALL.search(text):
        return shown
    if len(places) > 1:
        return tuple(shown[place] for place in places)
    named = named_beside(action, tracker, action.words(tracker).in_records(text), shown)
    if len(named) > 1:
        return named
    return named if len(shown) != 2 or said_within(tracker, 1) & {ASKED_WHICH} else shown

"""How goods that were just spoken of are bought: "I'll take it", 怎么下单, "order 1520 again"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, only_one
from dialogue.orders.views import OrderView, ProductView
from dialogue.questions import is_question
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.describing import also_asked
from dialogue.retail.goods.named import ProductAction, products_of, shown_products, spoken_of_goods
from dialogue.retail.goods.stock_words import alert_button, stock_lines, when_back
from dialogue.retail.paying.code_questions import ABOUT_CODES
from dialogue.retail.paying.codes_named import codes_in
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
    said_within,
    viewer_of,
)

SHORT = 100  # characters of a message that buys
MOST = 4  # articles that are shown where several may be meant
LATELY = 5  # messages after goods were shown that are bought then
_WHAT = (
    r"(?:it|this|that|these|those|them|both|one|two|three|\d|a pair|(?:the|that|this) [\w-]{2,20})"
)
_BUYS = re.compile(
    rf"\b(?:i['’]?ll|i will|i would like to|i['’]?d like to|i want to|i wanna|let me)"
    rf" (?:just |now |then )?(?:take|buy|order|purchase|have|get) {_WHAT}\b"
    rf"|\b(?:can|could|may|do|should) i (?:just |now |then |please )?(?:buy|order|purchase)"
    rf" {_WHAT}\b"
    rf"|\bi (?:take|buy) {_WHAT}\b"
    rf"|^\W*(?:(?:ok(?:ay)?|yes|great|good|so|then|fine|please)\W+)*(?:buy|order|add) {_WHAT}\b"
    r"|\bi(?:['’]?d like| want|['’]?ll have| take) (?:one|two|three|\d|a pair|both)"
    r"(?: of (?:them|these|those))?\W*(?:$|[,;.!])"
    r"|\b(?:put|add) \S+ (?:in|to|into) (?:my |the )?(?:basket|cart)\b"
    rf"|\b(?:how|where) (?:do|can|could|would) i (?:order|buy|purchase|get)(?: {_WHAT})?\W*$"
    r"|怎么(?:下单|买|购买|订)|(?:要|想|可以)买(?:一|两|这|那|它)|买(?:一|两|这|那)[个件双条盏把套]|下单"
    r"|加(?:入)?购物车|就(?:要|买)?(?:这|那|第.)[个双件条款只套把]|就(?:要|买)(?:这|那|它|第)|我要(?:这|那|第.)[个款件]|来[一两][个件双份]",
    re.IGNORECASE,
)
_FOR_ME = re.compile(
    r"\b(?:order|buy)\b.{1,40}\bfor me\b|[帮替给]我.{0,4}(?:下单|买|订)(?!了)", re.IGNORECASE
)
_NOT = re.compile(
    r"^\W*(?:and |so )?when\b|什么时候|\b(?:don['’]?t|do not|won['’]?t|not|never|back|refund|return"
    r"|exchange|cancel|code"
    r"|voucher|store|invoice|in (?:red|blue|black|white|green|grey|size)\b)|不|退|换|券|码|店",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:^|[.,;!?]\s*|\b(?:i|you|to|please|and)\s+)(?:re-?order\b|(?:order|buy|get|purchase|have)\b"
    r".{1,40}\b(?:again|once more|one more time|a second time|another time))"
    r"(?: please| pls| for me)?\W*$|再(?:买|订|下单|来)一?[次份个件双单遍]"
    r"|重新(?:买|下单|订购)|回购",
    re.IGNORECASE,
)
_OF_ORDERS = re.compile(
    r"\b(?:where|when|status|track|code|mail)\b|哪|状态|什么时候", re.IGNORECASE
)


def buys(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say how what was shown, or ordered before, is bought; None where nothing is to be bought."""
    text, action = latest_text(tracker)[:READ], ProductAction(services)
    if not text or len(text) > SHORT:
        return None
    if is_question(text) and said_within(tracker, 1) & ABOUT_CODES:
        return None  # "and for a French press?", with a code
    if _NOT.search(text) or any(not code.isalpha() for code in codes_in(text)):
        return None
    if _AGAIN.search(text) and not _OF_ORDERS.search(text):
        goods = _ordered(services, action, tracker, text)
        return _say_how(action, dispatcher, tracker, goods) if goods else None
    for_me = _FOR_ME.search(text) is not None
    if not for_me and not _BUYS.search(text):
        return None
    found = services.catalogue.search(action.words(tracker).in_records(text))
    named = only_one(found)
    goods = [named] if named is not None else _spoken_of(action, tracker)
    goods = goods or (products_of(found)[:MOST] if for_me else [])
    return _say_how_and_beside(action, dispatcher, tracker, goods) if goods else None


def _spoken_of(action: ProductAction, tracker: Tracker) -> Sequence[ProductView]:
    """The one that is pointed at or spoken of; else those shown, if goods were just spoken of."""
    if not spoken_of_goods(tracker, LATELY):
        return ()
    one = action.meant(tracker).product
    return [one] if one is not None else action.shown(tracker)


def _ordered(
    services: RetailServices, action: ProductAction, tracker: Tracker, text: str
) -> Sequence[ProductView]:
    """The goods of an order that are named, else all of the order spoken of."""
    order = _order(services, tracker)
    known = action.words(tracker).in_records(text)
    viewer = viewer_of(tracker)
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
    for one in ([order] if order else [], recent):
        items = [item for held in one for item in held.items if mentioned(known, [item])]
        if items:
            return services.catalogue.products([items[0].sku])
    skus = [item.sku for item in order.items] if order else []
    return services.catalogue.products(skus) or _spoken_of(action, tracker)


def _order(services: RetailServices, tracker: Tracker) -> OrderView | None:
    number = latest_entity(tracker, "order_number")
    if number is None or not services.store.sees(viewer_of(tracker), number):
        return current_order(services, tracker)
    return services.store.order(viewer_of(tracker), number)


def _say_how_and_beside(
    action: ProductAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    goods: Sequence[ProductView],
) -> Events:
    """How it is bought, and what else is asked: "… and send it straight to him"."""
    done = _say_how(action, dispatcher, tracker, goods)
    for response in also_asked(latest_text(tracker)):
        dispatcher.utter_message(response=response)
    return done


def _say_how(
    action: ProductAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    goods: Sequence[ProductView],
) -> Events:
    words, product = action.words(tracker), goods[0]
    if len(goods) > 1:
        cards = [card(words, one) for one in goods]
        dispatcher.utter_message(response="utter_buy_some", elements=cards)
        return [shown_products(goods)]
    if not product.in_stock:
        dispatcher.utter_message(
            response="utter_stock_none",
            name=product.name,
            variant="",
            when=when_back(words, product.variants),
            buttons=[alert_button(words, product)],
        )
        return [SlotSet("product", product.sku)]
    several, there = len(product.variants) > 1, stock_lines(words, product.variants)
    dispatcher.utter_message(
        response="utter_buy_variant" if several else "utter_buy_one",
        name=product.name,
        price=words.money(product.price_cents, product.currency),
        variants=there,
        buttons=[words.button("details", "product_details", product=product.sku)],
    )
    return [SlotSet("product", product.sku)]

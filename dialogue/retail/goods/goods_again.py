"""A message about goods that was understood as nothing: one pointed at, others, a thing asked for.

Short words after goods were shown ("the other one", 那睡袋呢) and things that no shop of this kind
sells ("do you sell washing machines?") are not taken for questions about goods by a model.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.lacking import lacking, thing_asked_for
from dialogue.orders.purposes import purpose
from dialogue.orders.search import price_limit_cents
from dialogue.recommending.refining import goes_on, kept_search, leave_out
from dialogue.recommending.wishes import heard
from dialogue.retail.goods.adding import say_addition
from dialogue.retail.goods.advice import RecommendAction, for_whom_before, tells_of_person
from dialogue.retail.goods.chinese_asked import asked_in_chinese
from dialogue.retail.goods.comparing import asks_to_compare, compare
from dialogue.retail.goods.describing import also_asked, asks_aspect, service_asked
from dialogue.retail.goods.details import ProductDetailsAction
from dialogue.retail.goods.in_store import say_seen_in_store
from dialogue.retail.goods.named import ProductAction, finds_all, spoken_of_goods
from dialogue.retail.goods.of_shown import say_of_shown
from dialogue.retail.goods.products import ProductSearchAction
from dialogue.retail.goods.ratings import say_ratings
from dialogue.retail.goods.search_on import refined
from dialogue.retail.goods.stock import BackInStockAction, asks_when_back
from dialogue.retail.goods.sums import say_sum
from dialogue.retail.proof.proving import speaks_of_orders
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_intent,
    latest_text,
)
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.task_slots import FORM_OF_INTENT

SHORT = 100  # characters of a message that may be meant
_NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
# These answer such a message by themselves; after these, others are only shown who asks for them.
_OF_PRODUCTS = frozenset({"product_search", "recommend_product", "product_details", "check_stock"})
_CLOSING = frozenset(
    {"deny", "stop", "thank", "goodbye", "affirm", "correct_that", "greet", "praise"}
)
_ENOUGH = re.compile(
    r"\bnothing\b|\bthanks?\b|\bthank you\b|\bbye\b|谢|不用|没有?别的|没了|再见", re.IGNORECASE
)
_WANTS = re.compile(
    r"\b(?:something|anything|show|others?|another|different)\b|\bnot (?:that|this|these|those)\b"
    r"|别的|其他|换",
    re.IGNORECASE,
)
_NEAR = _NOT_UNDERSTOOD | {"inform"}
# What a question of a product's own qualities is taken for: "how long does it stay hot".
_OFTEN_TAKEN = frozenset({"faq", "shipping_options", "store_location", "warranty"})
_ON_GIFTS = _NEAR | {"deny", "correct_that"}
# "And for my wife?", after goods were shown.
_FOR_SOMEBODY = re.compile(
    r"^\W*(?:(?:and|ok|or|what about|how about|something|anything)\W+)*for (?:my|our|an?|his|her)\b"
    r"|^\W*(?:那|给)?(?:给|送)(?:我)?.{1,6}(?:呢|的)\W*$",
    re.IGNORECASE,
)
_SELLS = re.compile(
    r"\b(?:do|would) you (?:guys )?(?:also |even |still )?(?:sell|stock)\b|\bshow me\b"
    r"|\b(?:looking|searching) for\b|\bi (?:want|need|would like) to buy\b",
    re.IGNORECASE,
)
# "Do you sell online": where, how, and to whom is no thing.
_HOW = re.compile(
    r"\b(?:\w+ly|abroad|online|offline|worldwide|wholesale|everywhere|data|job|jobs|work"
    r"|trouble)\b",
    re.IGNORECASE,
)
# Nothing but which one: "and the other one?", 第二个呢.
_ONLY_POINTS = re.compile(
    r"^\W*(?:(?:and|ok|so|what about|how about)\W+)*(?:the )?"
    r"(?:other|first|second|third|fourth|fifth|last|1st|2nd|3rd)(?: one)?\W*$"
    r"|^\W*那?(?:第[一二三四五123]|另[外]?一|最后一)[个款件双]呢?\W*$",
    re.IGNORECASE,
)
# "Price?" after one product, and 一套里有几个.
_PRICE_OF_IT = re.compile(
    r"^\W*(?:(?:and|ok|so)\W+)*(?:what(?:['’]?s| is) )?(?:the |its )?"
    r"(?:price|cost|how much(?: is (?:it|that)"
    r"| does (?:it|that) cost)?)(?: please| pls)?\W*$"
    r"|^\W*(?:那?第[一二三四五123][个款件双]|[那它这个]{0,3})(?:的?(?:价格|价钱)|多少钱|怎么卖)[呢啊]?\W*$"
    r"|^\W*(?:我问的?是)?(?:一套|里面|它).{0,3}(?:几|多少)[个件只].{0,4}$",
    re.IGNORECASE,
)
# "The lantern", of a list.
_BARE_NAME = re.compile(
    r"^\W*(?:(?:ok|and|so)\W+)*(?:the|that|this) [a-z][\w -]{2,30}\W*$", re.IGNORECASE
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")  # what is left of it beside the shop's own terms
# "I meant the pan, not the jackets": other goods than those that were shown.
_CORRECTED = _NEAR | {"correct_that", "deny", "product_search", "wrong_item"}
_MEANT = re.compile(
    r"^\W*(?:(?:no|sorry|wait)\W+)*i (?:meant?|wanted|want|said"
    r"|(?:asked|was asking|am looking) (?:for|about))\b"
    r"|^\W*(?:不对?|不是|错了)?\W*我(?:要|问|说|找|想[要问看])的?是",
    re.IGNORECASE,
)
_ARRIVED = re.compile(
    r"\b(?:orders?|ordered|sent|received?|got|came|arrived?|returns?|refund)\b|收到|寄|发来|订单|退|换",
    re.IGNORECASE,
)


def about_goods(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Answer what is about goods; None when the message was understood, or is about none."""
    text, intent = latest_text(tracker), latest_intent(tracker)
    if len(text) > SHORT:
        return None
    search, spoken_of = ProductSearchAction(services), spoken_of_goods(tracker)
    told = asked_in_chinese(search, dispatcher, tracker, domain, spoken_of=spoken_of)
    if told is not None:
        return told
    told = _say_of_those(search, dispatcher, tracker) if spoken_of else None
    if told is not None:
        return told
    if spoken_of and intent in _CORRECTED and _MEANT.search(text) and not _ARRIVED.search(text):
        said = meant_in(text)
        if finds_all(search, _CHINESE.sub(" ", search.words(tracker).in_records(said))):
            return search.look_for(dispatcher, tracker, said)
    meant = _meant_by(search, tracker, text, intent, spoken_of=spoken_of)
    if meant is not None:
        done: Events = meant.run(dispatcher, tracker, domain)
        return done
    compares = asks_to_compare(text) and intent in _NEAR
    near = spoken_of and (intent in _NEAR or _ONLY_POINTS.search(text) is not None)
    near |= spoken_of and intent in _OFTEN_TAKEN and _asks_of_itself(search, tracker, text)
    compared = compare(search, dispatcher, tracker) if near or compares else None
    return _go_on(search, dispatcher, tracker, domain) if near and compared is None else compared


def _say_of_those(
    search: ProductSearchAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """What is asked of those shown last; else of delivery and wrapping."""
    told = None
    for step in (say_seen_in_store, say_ratings, say_addition, say_sum, say_of_shown):
        told = step(search, dispatcher, tracker) if told is None else told
    beside = also_asked(latest_text(tracker))
    if told is not None or not beside or latest_intent(tracker) not in _NEAR | {"ask_more"}:
        return told
    for response in beside:
        dispatcher.utter_message(response=response)
    return []


def _meant_by(
    search: ProductSearchAction, tracker: Tracker, text: str, intent: str, *, spoken_of: bool
) -> ProductAction | None:
    """What answers the message: the details, the search or advice; None where none of these."""
    if spoken_of and tracker.get_slot("product") and _PRICE_OF_IT.search(text):
        return ProductDetailsAction(search.services)
    if spoken_of and intent in _NEAR and asks_when_back(tracker):
        return BackInStockAction(search.services)
    unknown = intent in _NOT_UNDERSTOOD
    if (spoken_of and _refines(search, tracker, text, intent)) or (
        unknown and _asks_for(search, tracker, text)
    ):
        return search
    of_gift = spoken_of and intent in _ON_GIFTS and _is_of_gift(tracker, text)
    of_gift |= spoken_of and _FOR_SOMEBODY.search(text) is not None and tells_of_person(text)
    if of_gift or (unknown and heard(text).for_another and price_limit_cents(text)):
        return RecommendAction(search.services)
    return None


def _is_of_gift(tracker: Tracker, text: str) -> bool:
    """Whether a message tells more of the person for whom a gift was just sought."""
    sought = kept_search(tracker.get_slot("sought"))
    return for_whom_before(sought, text) and not _ENOUGH.search(text)


def _go_on(
    search: ProductSearchAction, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """One that is pointed at, or goods of another kind: 那睡袋呢."""
    text = latest_text(tracker)
    if _BARE_NAME.search(text) and search.meant(tracker).product in search.shown(tracker):
        return ProductDetailsAction(search.services).run(dispatcher, tracker, domain)
    if search.pointed_at(tracker) is not None or _asks_of_itself(search, tracker, text):
        return ProductDetailsAction(search.services).run(dispatcher, tracker, domain)
    said = _CHINESE.sub(" ", search.words(tracker).in_records(text))
    if goes_on(text) and finds_all(search, said):
        return search.run(dispatcher, tracker, domain)
    return None


def _asks_of_itself(search: ProductSearchAction, tracker: Tracker, text: str) -> bool:
    """Whether it is asked what the goods spoken of are: "how long does it keep tea hot?"."""
    if service_asked(text) or also_asked(text):
        return False
    one = tracker.get_slot("product") is not None or search.pointed_at(tracker) is not None
    return one and (asks_aspect(text) or search.pointed_at(tracker) is not None)


def _refines(search: ProductSearchAction, tracker: Tracker, text: str, intent: str) -> bool:
    """Whether a message only says what of the last search is wanted, whatever it was taken for."""
    if intent in _OF_PRODUCTS or kept_search(tracker.get_slot("sought")) is None:
        return False
    if intent in FORM_OF_INTENT and speaks_of_orders(tracker):
        return False  # "and where is my other order?"
    asked = refined(search, tracker)
    if asked is None or (intent in _CLOSING and _ENOUGH.search(text)):
        return False
    wants = intent not in _CLOSING or _WANTS.search(text) is not None
    return asked.about_price or bool(asked.without) or (asked.others and wants)


def _asks_for(search: ProductSearchAction, tracker: Tracker, text: str) -> bool:
    """Whether a thing is asked for that is sold, or that surely is not."""
    if purpose(text):
        return True
    if thing_asked_for(text) is None or _HOW.search(text):
        return False
    said = leave_out(search.words(tracker).in_records(text))[0]
    asks = lacking(said, search.services.catalogue.products()) is not None
    return asks or _SELLS.search(text) is not None

"""What is asked of all codes that were just listed: until when, how often, for whom."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import PromotionView
from dialogue.retail.paying.code_questions import ABOUT_CODES, SHORT, asks_how, place_of
from dialogue.retail.paying.codes_named import codes_in
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_text,
    said_within,
)
from dialogue.retail.wording import Wording, wording

SOON = 2  # messages after they were listed
LISTED = frozenset(
    {"utter_promotions", "utter_codes_fitting", "utter_codes_until", "utter_codes_again"}
)
_UNTIL = re.compile(
    r"^\W*(?:and |so )?(?:until|till|til) when\b|\bhow long\b.{0,20}\b(?:valid|good|work|they|it"
    r"|those)\b"
    r"|\b(?:expir\w*|run out|deadline)\b|到什么时候|到几号|有效期|什么时候(?:到期|过期|截止)",
    re.IGNORECASE,
)
_HOW_OFTEN = re.compile(
    r"\b(?:twice|again|several times|more than once|only once|every time|how often"
    r"|how many times)\b"
    r"|\bnew (?:customers?|clients?|users?)\b|\bfirst[- ](?:order|time)s?\b|\bexisting customers?\b"
    r"|\b(?:for|by) (?:every(?:one|body)|anybody|anyone)\b|\bwho can use\b"
    r"|几次|再用|重复|新(?:客户|顾客|用户|人)|首单|谁(?:都)?(?:能|可以)用",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:on|for|to|with) (?:(?:the|my|an?|that) )?(?:(?:last|existing|old|placed|present) )?"
    r"(?:orders?|purchase) (?:from|of|that i|i (?:made|placed)|placed)\b"
    r"|\balready (?:ordered|placed|paid)\b|\bafterwards\b|\border(?:ed)? (?:yesterday|last week"
    r"|today)\b"
    r"|\b(?:bought|ordered|paid)\b.{0,30}\b(?:still|now|later)\b.{0,20}"
    r"\b(?:take|deduct|apply|use|get|off)\b"
    r"|(?:已经|昨天|刚才?|刚刚)(?:下|买|付)|(?:之前|下好|下了|刚下)的(?:订?单|那单)|(?:补|加)(?:上|到|进)",
    re.IGNORECASE,
)
_USES = re.compile(r"\b(?:use|apply|add|codes?|coupons?)\b|用|码|优惠|加|补", re.IGNORECASE)


def of_placed_order(tracker: Tracker) -> bool:
    """Whether a short message wants a code for an order that is placed already."""
    text = latest_text(tracker)
    placed = _PLACED.search(text) or re.search(r"(?<![\w-])\d{4,6}(?![\d-])", text, re.ASCII)
    return len(text) <= SHORT and bool(placed) and _USES.search(text) is not None


def of_listed_codes(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer of each code; None where no list was just told, or one code is meant."""
    text, said = latest_text(tracker), said_within(tracker, SOON)
    if not text or len(text) > SHORT or said.isdisjoint(ABOUT_CODES):
        return None
    if _PLACED.search(text):
        dispatcher.utter_message(response="utter_code_afterwards")
        return []
    one = place_of(text) is not None or any(not code.isalpha() for code in codes_in(text))
    offers = services.catalogue.promotions()
    if one or not offers or said_within(tracker, 1).isdisjoint(LISTED):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if asks_how(text):
        dispatcher.utter_message(response="utter_code_how")
    elif _UNTIL.search(text):
        told = (f"{offer.code}: {words.full_day(offer.ends_on)}" for offer in offers)
        dispatcher.utter_message(response="utter_codes_until", offers=words.listing(told))
    elif _HOW_OFTEN.search(text):
        told = (f"{offer.code}: {_how_often(words, offer)}" for offer in offers)
        dispatcher.utter_message(response="utter_codes_again", offers=words.listing(told))
    else:
        return None
    return []


def _how_often(words: Wording, offer: PromotionView) -> str:
    if offer.first_order_only:
        return words.say("offer_first_order")
    return words.say("offer_once") if offer.once_per_customer else words.say("offer_always")

"""Questions about promotion codes that no code is typed in: why, two at once, which one fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.promotion_codes import CodeState
from dialogue.retail.services import latest_intent, latest_text, said_within
from dialogue.retail.task_slots import FORM_OF_INTENT

READ = 500  # characters of a message that are looked through
SHORT = 80  # no longer is a question that only the answer before it makes clear
RECENT = 2  # messages within which a code that was told is still spoken of
_CODE = r"(?:codes?|coupons?|discounts?|promos?|promotions?)"
# What a question for a code that fits some goods may be taken for.
_NEAR = frozenset(
    {
        "ask_promotions",
        "check_stock",
        "inform",
        "nlu_fallback",
        "out_of_scope",
        "payment_methods",
        "product_details",
        "product_search",
        "promo_code_problem",
        "recommend_product",
        "return_policy",
        "shipping_options",
    }
)
_TOGETHER = re.compile(
    rf"\b(?:both|two|2|several|multiple|more than one|combin\w*|stack\w*)\b.{{0,30}}\b{_CODE}\b"
    rf"|\b{_CODE}\b.{{0,40}}\b(?:both|together|at once|at the same time|combin\w*|stack\w*)"
    r"|(?:两个|多个|几个).{0,6}(?:优惠|折扣|码)|(?:优惠|折扣|码).{0,10}(?:一起|叠加|同时)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    rf"\b(?:which|what|any|is there an?|have (?:you )?an?|got an?)\b(?:\s\w+)?\s{_CODE}\b.{{0,60}}"
    rf"\b(?:for|on|if|with|fits?|to buy)\b|\b{_CODE}\s(?:fits?|works? for|goes|applies|for an?)\b"
    r"|(?:哪个|什么|有没有).{0,4}(?:优惠码|折扣码|优惠券).{0,30}|买.{1,30}(?:用|有)(?:哪个|什么).{0,3}(?:码|优惠)",
    re.IGNORECASE,
)
_WHICH_AFTER = re.compile(
    r"\b(?:what|which|anything|something)\b.{0,30}\b(?:use|using|fits?|works?|apply|applies|take)\b"
    r"|^\W*(?:and|what about|how about|or)\b.{0,10}\bfor\b|^\W*(?:那|要是|如果)?.{0,4}买",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"^\W*(?:but |and )?(?:why|how come)\b|\b(?:condition|requirement|restriction|minimum)s?\b"
    r"|\b(?:the|its|any) (?:terms|rules|catch)\b|\bhow (?:do|can) i use (?:it|that)\b"
    r"|为什么|为啥|条件|规则|要求|门槛|怎么用",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:orders?|parcels?|package|deliver\w*|shipp\w*|returns?|refunds?|exchang\w*|cancel\w*"
    r"|invoices?|warranty|account|stock)\b|订单|包裹|快递|退|换|发票|保修|账户",
    re.IGNORECASE,
)
_ORDERED_BEFORE = re.compile(
    r"\b(?:ordered|bought|shopped|purchased)\b.{0,40}\b(?:before|once|twice|already|earlier|last"
    r"|ago|times?)\b|\b(?:already|have|['’]ve) (?:ordered|bought|shopped)\b"
    r"|\b(?:not|isn['’]?t) my first\b|\bmy (?:second|2nd|third|next) order\b"
    r"|\b(?:old|existing|returning) customer\b"
    r"|(?:以前|之前|已经|曾经)(?:就)?(?:买|下|订)过?|(?:买|下|订)过(?:一次|单)?|不是第一次|老顾客|老客户",
    re.IGNORECASE,
)
_VERDICTS = {f"utter_code_{state}" for state in CodeState}
ABOUT_CODES = frozenset(
    {
        *_VERDICTS,
        "utter_code_reasons",
        "utter_codes_fitting",
        "utter_codes_none_fit",
        "utter_codes_together",
        "utter_promotions",
    }
)


def asks_for_two(text: str) -> bool:
    """Whether several codes shall be used for one order."""
    return _TOGETHER.search(text[:READ]) is not None


def asks_which(tracker: Tracker) -> bool:
    """Whether it is asked which code there is for some goods, or some amount."""
    text = latest_text(tracker)[:READ]
    return bool(_WHICH.search(text) or (_WHICH_AFTER.search(text) and spoken_of(tracker)))


def asks_why(tracker: Tracker) -> bool:
    """Whether the conditions of the code that was just told are asked for."""
    text = latest_text(tracker)
    return _is_short(text) and bool(_WHY.search(text)) and told_code(tracker) is not None


def says_ordered_before(tracker: Tracker) -> bool:
    """Whether the customer says, of the code that was just told, that they have ordered before."""
    text = latest_text(tracker)
    asked = len(text) <= SHORT and bool(_ORDERED_BEFORE.search(text))
    return asked and told_code(tracker) is not None


def told_code(tracker: Tracker) -> str | None:
    """The code of which the bot told something just before."""
    for event in _answers(tracker):
        facts: Mapping[str, Any] = event.get("metadata") or {}
        if facts.get("utter_action") in _VERDICTS:
            return str(facts.get("meant") or facts.get("code"))
    return None


def spoken_of(tracker: Tracker) -> bool:
    """Whether the bot has just spoken of codes."""
    return not said_within(tracker, RECENT).isdisjoint(ABOUT_CODES)


def goes_on(tracker: Tracker, names_a_code: bool) -> bool:
    """Whether the latest message is about codes, whatever it was taken for."""
    text = latest_text(tracker)
    intent = latest_intent(tracker)
    if asks_for_two(text) or asks_why(tracker) or says_ordered_before(tracker):
        return True
    if names_a_code and spoken_of(tracker):
        return len(text) <= SHORT and intent not in FORM_OF_INTENT
    return intent in _NEAR and asks_which(tracker)


def _is_short(text: str) -> bool:
    return len(text) <= SHORT and not _ELSEWHERE.search(text)


def _answers(tracker: Tracker) -> Iterator[Mapping[str, Any]]:
    """What the bot said to the last few messages before this one, the latest first."""
    heard = 0
    for event in reversed(tracker.events):
        heard += event.get("event") == "user"
        if heard > RECENT:
            return
        if event.get("event") == "bot":
            yield event

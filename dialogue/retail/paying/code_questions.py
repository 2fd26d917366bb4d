"""Questions about promotion codes that no code is typed in: why, two at once, which one fits."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.orders.promotion_codes import CodeState
from dialogue.questions import is_question
from dialogue.retail.paying.amounts_named import bare_cents
from dialogue.retail.services import (
    answers_within,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.task_slots import FORM_OF_INTENT
from dialogue.retail.which_order.pointing import pointed

READ = 500  # characters of a message that are looked through
SHORT = 80  # no longer is a question that only the answer before it makes clear
OF_ONE = 4  # messages within which words that speak of a code alone go on about it
OFFERS = 5  # codes of a list that are pointed at
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
    rf"\b(?:both|more than one|combin\w*|stack\w*)\b.{{0,30}}\b{_CODE}\b"
    r"|\b(?:two|2|several|multiple)\b.{0,15}\b(?:codes|coupons|discounts|promos|promotions)\b"
    rf"|\b{_CODE}\b.{{0,40}}\b(?:both|together|at once|at the same time|combin\w*|stack\w*)"
    r"|(?:两个|多个|几个).{0,6}[码券]|(?:优惠|折扣|码).{0,10}(?:一起|叠加|同时)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    rf"\b(?:which|what|any|is there an?|have (?:you )?an?|got an?)\b(?:\s\w+)?\s{_CODE}\b.{{0,60}}"
    rf"\b(?:for|on|if|with|fits?|to buy)\b|\b{_CODE}\s(?:fits?|works? for|goes|applies|for an?)\b"
    r"|(?:哪个|什么|有没有).{0,4}(?:优惠码|折扣码|优惠券).{0,30}|买.{1,30}(?:用|有)(?:哪个|什么).{0,3}(?:码|优惠)",
    re.IGNORECASE,
)
_WHICH_AFTER = re.compile(
    r"^\W*(?:does|will|can|is)\b.{0,20}\b(?:works?|valid|used?)\b.{0,6}\b(?:on|for|with)\b"
    r"|\b(?:what|which|anything|something)\b.{0,30}\b(?:use|using|fits?|works?|appl(?:y|ies)|take)\b"
    r"|^\W*(?:and|what about|how about|or)\b.{0,10}\bfor\b|^\W*(?:(?:那|要是|如果).{0,4})?买(?!了)",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"^\W*(?:but |and )?(?:why|how come)\b|\b(?:condition|requirement|restriction|minimum)s?\b"
    r"|\b(?:the|its|any) (?:terms|rules|catch)\b|\bhow (?:do|can) i use (?:it|that)\b"
    r"|为什么|为啥|条件|规则|要求|门槛|怎么用",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|til) when\b|\bhow long\b|\bby when\b"
    r"|\b(?:valid|expir\w*|runs? out|deadline)\b"
    r"|\bwhen (?:does|will|is) (?:it|that|this)(?: code)? (?:end|over|finish)"
    r"|\bstill work\w* (?:tomorrow|next|on)\b"
    r"|到什么时候|到几号|多久|什么时候(?:到期|过期|结束|截止)|有效期|过期",
    re.IGNORECASE,
)
# Of one code, after it was told: "can I use two?", "with another one?".
_TWO = re.compile(
    r"\b(?:use|enter|have|take|combine|stack|apply|put in)\b.{0,20}"
    r"\b(?:two|both|2|several|more than one|another(?: one)?)\b(?! (?:times?|orders?))"
    r"|\b(?:both|two) (?:of them )?(?:together|at once)\b|\bcombine\b|两个|叠加|一起用",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:for|on|with|in) (?:(?:my|a|the|all|any|also) )*(?:next|second|another|every"
    r"|each|future|later) (?:orders?|purchases?|time|one)\b|\b(?:next|every) time\b"
    r"|\buse\b.{0,20}\b(?:again|twice|several times|more than once|every time)\b"
    r"|^\W*(?:and |also )?(?:again|twice|more than once)\W*$|\bonly once\b"
    r"|\bhow (?:often|many times)\b|下[次一]|再用|重复|用几次|几次|每次",
    re.IGNORECASE,
)
_ORDERED = re.compile(r"\b(?:this is|it['’]?s|ordered|bought|already|not my)\b", re.IGNORECASE)
_COST = re.compile(
    r"\b(?:how much|what)\b.{0,50}\b(?:cost|be|pay|price|is|save)\b|\bthe price\b"
    r"|\bhow much (?:with|using|after)\b"
    r"|多少钱|什么价|便宜多少|省多少",
    re.IGNORECASE,
)
_WITH_IT = re.compile(
    r"\bthen\b|\bwith (?:it|that|this|the|my)(?: code)?\b"
    r"|\bafter (?:that|it|the (?:code|discount))\b"
    r"|\b(?:would|will|['’]d)\b|用了|折后|优惠后|打完折|那",
    re.IGNORECASE,
)
_FAILS = re.compile(
    r"\bwhy\b|(?:\b(?:not|never)|n['’]?t) (?:\w+ )?(?:work\w*|accept\w*|valid|go|apply|let)"
    r"|\b(?:invalid|rejected|refused|declined|error)\b|为什么|不能用|用不了|无效|没用|不行",
    re.IGNORECASE,
)
_WITH_CODE = re.compile(
    r"\b(?:with|after|using) (?:it|that|this|them|one of|the|a)\b(?!\s*\w*\s*(?:box|bag|hub|lid))"
    r"|用(?:了|这|它|上|优惠|码)|折后|优惠后|\bsave\b|省|便宜多少",
    re.IGNORECASE,
)
_AND_OF = re.compile(
    r"^\W*(?:and|what about|how about)\b.{0,30}$|\bif i (?:buy|get|take|order)\b|^\W*那.{1,20}呢",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:orders?|parcels?|package|deliver\w*|shipp\w*|returns?|refunds?|exchang\w*|cancel\w*"
    r"|invoices?|warranty|account|stock|gift cards?|vouchers?|open)\b"
    r"|礼品卡|订单|包裹|快递|退|换|发票|保修|账户",
    re.IGNORECASE,
)
_WITH_ONE = re.compile(
    r"^\W*(?:and|but|or|what about|how about|also)?\W*(?:with|using|for it with)\b|^\W*那?用",
    re.IGNORECASE,
)
_FOR_IT = re.compile(
    r"\b(?:for|on|to) (?:it|this|that|this one|that one)\b(?! order)|(?:这|那)个?(?:能|可以)?用|它",
    re.IGNORECASE,
)
_NAMED_WITH = re.compile(
    r"\b(?:with|using|after|apply|applying)\s(?:(?:the|that|my|code)\s){0,2}[a-z]*\d"
    r"|用了?\s*[a-z]+\d",
    re.IGNORECASE,
)
_CARD = re.compile(r"\b(?:gift ?cards?|vouchers?)\b|礼品卡|购物卡", re.IGNORECASE)
_OF_CODE = re.compile(rf"\b{_CODE}\b|优惠|折扣|促销", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(?:both|together|combin\w*|stack\w*|beside|at once|(?:at the )?same time|as well|too"
    r"|also)\b"
    r"|一起|同时|叠加|一块|还(?:能|可以)|再用",
    re.IGNORECASE,
)
_USED_FOR = re.compile(r"\b(?:for|on|with|buy\w*)\b|买|用", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:do you have|have you(?: got)?|is there|got|give me|want|need) another\b"
    r"|\b(?:any|some|other|different) (?:other |more )?(?:codes?|ones?|offers?)\b|\banything else\b"
    r"|(?:别的|其他|另外的?)(?:优惠|码|吗|呢|的)",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\bwhere\b.{0,20}\b(?:use|enter|redeem|apply|put|type|fill)\b"
    r"|在?哪[里儿]?.{0,3}(?:用|输|填|写)|(?:输|填|写)(?:在|到)?哪",
    re.IGNORECASE,
)
_HOW_TO_USE = re.compile(
    r"\b(?:how|where)\b.{0,20}\b(?:use|enter|redeem|apply|put|type|works?)\b|怎么[用输填]|如何使用",
    re.IGNORECASE,
)
_ORDERED_BEFORE = re.compile(
    r"\b(?:ordered|bought|shopped|purchased)\b.{0,40}\b(?:before|once|twice|already|earlier|last"
    r"|ago|times?)\b|\b(?:already|have|['’]ve) (?:ordered|bought|shopped)\b"
    r"|\b(?:not|isn['’]?t) my first\b|\bmy (?:second|2nd|third|next) order\b"
    r"|\b(?:old|existing|returning) customer\b"
    r"|(?:以前|之前|已经|曾经)(?:就)?(?:买|下|订)过?|(?:买|下|订)过(?:一次|单)?|不是(?:第一次|首单)|老顾客|老客户",
    re.IGNORECASE,
)
_PAYING = re.compile(r"\b(?:cards?|pay\w*|bank|transfer)\b|卡|付款|支付", re.IGNORECASE)
_VERDICTS = {f"utter_code_{state}" for state in CodeState}
_OF_ONE = {
    "again",
    "counts",
    "fits",
    "first_only",
    "for_first",
    "minimum_of",
    "price_several",
    "not_first",
    "once",
    "price",
    "until",
}
_TOLD = _VERDICTS | {f"utter_code_{one}" for one in _OF_ONE}
ABOUT_CODES = frozenset(
    {
        *_TOLD,
        "utter_code_reasons",
        "utter_codes_fitting",
        "utter_codes_none_fit",
        "utter_codes_together",
        "utter_code_and_card",
        "utter_code_how",
        "utter_promotions",
    }
)


def asks_for_two(text: str) -> bool:
    """Whether several codes shall be used for one order."""
    return _TOGETHER.search(text[:READ]) is not None


def asks_which(tracker: Tracker) -> bool:
    """Whether it is asked which code there is for some goods, or some amount."""
    text = latest_text(tracker)[:READ]
    return not tells_worth(tracker) and bool(
        _WHICH.search(text) or (_WHICH_AFTER.search(text) and spoken_of(tracker))
    )


def asks_why(tracker: Tracker) -> bool:
    """Whether the conditions of the code that was just told are asked for."""
    text = latest_text(tracker)
    return _is_short(text) and bool(_WHY.search(text)) and told_code(tracker) is not None


def asks_until(tracker: Tracker) -> bool:
    """Whether it is asked how long the code that was just told may be used."""
    return _of_told_code(tracker, _UNTIL)


def asks_again(tracker: Tracker) -> bool:
    """Whether it is asked if the code that was just told may be used more than once."""
    said_of_past = _ORDERED.search(latest_text(tracker)[:SHORT])
    return said_of_past is None and _of_told_code(tracker, _AGAIN, elsewhere=True)


def asks_price_with(tracker: Tracker) -> bool:
    """Whether it is asked what goods cost with the code that was just told."""
    text = latest_text(tracker)[:SHORT]
    if _AND_OF.search(text) and bare_cents(text) is None:
        return "utter_code_price" in said_within(tracker, 1) and told_code(tracker) is not None
    with_it = _WITH_IT.search(text) is not None
    return with_it and _of_told_code(tracker, _COST)


def asks_price_with_code(tracker: Tracker) -> bool:
    """Whether it is asked what goods cost, in a message that names a code."""
    return _COST.search(latest_text(tracker)[:READ]) is not None


def asks_of_listed(tracker: Tracker) -> bool:
    """Whether it is asked of codes just listed how long one is valid, or what it saves."""
    text = latest_text(tracker)
    listed = "utter_promotions" in said_within(tracker, RECENT)
    return listed and _is_short(text) and bool(place_of(text) is not None or costs_with(text))


def names_use(text: str) -> bool:
    """Whether it is said what a code is to be used for: "does it work for a tent"."""
    return _USED_FOR.search(text[:READ]) is not None


def asks_how(text: str) -> bool:
    """Whether it is asked where a code is entered, or how, and not that one fails."""
    where = _WHERE.search(text[:READ]) is not None
    return where or (_HOW_TO_USE.search(text[:READ]) is not None and not fails(text))


def asks_for_others(tracker: Tracker) -> bool:
    """Whether other codes are asked for than those just spoken of."""
    text = latest_text(tracker)
    return _is_short(text) and _OTHERS.search(text) is not None and spoken_of(tracker)


def names_goods(tracker: Tracker) -> bool:
    """Whether goods are named, for which a code just told or listed is meant: "and a lamp?"."""
    text, said = latest_text(tracker), said_within(tracker, 1)
    named = latest_entity(tracker, "product") is not None
    asked = "utter_which_of_these" in said and not said_within(tracker, OF_ONE).isdisjoint(
        ABOUT_CODES
    )
    if not named or not _is_short(text) or not (asked or said & ABOUT_CODES):
        return False
    return asked or not is_question(text) or _AND_OF.search(text) is not None


def tells_worth(tracker: Tracker) -> bool:
    """Whether it is told for how much one buys, of the code that was just told."""
    text = latest_text(tracker)
    refused = fails(text)  # "my order was 25 euro and it was refused", but no card was
    short = len(text) <= SHORT and not (_PAYING if refused else _ELSEWHERE).search(text)
    told = short and told_code(tracker, OF_ONE if refused else RECENT)
    return bool(told) and bare_cents(text) is not None


def fails(text: str) -> bool:
    """Whether a text says that a code is not accepted."""
    return _FAILS.search(text[:READ]) is not None


def adds_code(text: str) -> bool:
    """Whether a code is asked about beside goods spoken of: "and with COSY15?", "… for it"."""
    said = _WITH_ONE.search(text) or _FOR_IT.search(text)
    return len(text) <= SHORT and said is not None


def costs_with(text: str) -> bool:
    """Whether it is asked what something costs with a code that was told before."""
    return bool(_COST.search(text[:READ]) and _WITH_CODE.search(text[:READ]))


def with_code(text: str) -> bool:
    """Whether something is asked "with COSY15"."""
    return _NAMED_WITH.search(text[:READ]) is not None


def with_card(tracker: Tracker) -> bool:
    """Whether it is asked if a gift card may be used beside a code."""
    text = latest_text(tracker)[:READ]
    both = bool(_CARD.search(text) and _AT_ONCE.search(text))
    return both and (_OF_CODE.search(text) is not None or spoken_of(tracker))


def only_of_cards(text: str) -> bool:
    """Whether gift cards are spoken of, and no code."""
    return _CARD.search(text[:READ]) is not None and _OF_CODE.search(text[:READ]) is None


def place_of(text: str) -> int | None:
    """Which of the codes that were listed is asked about: "how long is the first one valid"."""
    if not (_UNTIL.search(text[:READ]) or _COST.search(text[:READ]) or _WHY.search(text[:READ])):
        return None
    places = pointed(text, OFFERS)
    return places[0] if len(places) == 1 else None


def asks_for_another(tracker: Tracker) -> bool:
    """Whether another code shall be used beside the one that was just told."""
    text = latest_text(tracker)
    of_codes = spoken_of(tracker) or told_code(tracker, OF_ONE) is not None
    two = _TWO.search(text) is not None and not asks_for_others(tracker)
    return _is_short(text) and two and of_codes


def _of_told_code(tracker: Tracker, asked: re.Pattern[str], *, elsewhere: bool = False) -> bool:
    text = latest_text(tracker)
    short = len(text) <= SHORT if elsewhere else _is_short(text)
    return short and asked.search(text) is not None and told_code(tracker, OF_ONE) is not None


def says_ordered_before(tracker: Tracker) -> bool:
    """Whether the customer says, of the code that was just told, that they have ordered before."""
    return ordered_before(latest_text(tracker)) and told_code(tracker) is not None


def ordered_before(text: str) -> bool:
    """Whether a text says that its customer has ordered before."""
    return len(text) <= READ and _ORDERED_BEFORE.search(text) is not None


def told_code(tracker: Tracker, within: int = RECENT) -> str | None:
    """The code of which the bot told something within so many messages."""
    for facts in answers_within(tracker, within):
        if facts.get("utter_action") in _TOLD:
            return str(facts.get("meant") or facts.get("code"))
    return None


def spoken_of(tracker: Tracker) -> bool:
    """Whether the bot has just spoken of codes."""
    return not said_within(tracker, RECENT).isdisjoint(ABOUT_CODES)


def goes_on(tracker: Tracker, names_a_code: bool, known: bool = False) -> bool:
    """Whether the latest message is about codes, whatever it was taken for.

    `known` says that the code it names is one of the shop's.
    """
    text = latest_text(tracker)
    intent = latest_intent(tracker)
    if asks_for_two(text) or any(asks(tracker) for asks in _OF_TOLD):
        return True
    if names_goods(tracker) or tells_worth(tracker):
        return intent not in FORM_OF_INTENT
    of_card = with_card(tracker)
    if of_card or (known and (with_code(text) or adds_code(text))):
        return intent not in FORM_OF_INTENT or (of_card and intent == "gift_card")
    if names_a_code and asks_price_with_code(tracker) and intent not in FORM_OF_INTENT:
        return len(text) <= SHORT
    if names_a_code and spoken_of(tracker):
        return len(text) <= SHORT and intent not in FORM_OF_INTENT
    return intent in _NEAR and asks_which(tracker)


_OF_TOLD = (
    says_ordered_before,
    asks_why,
    asks_until,
    asks_again,
    asks_price_with,
    asks_for_another,
    asks_of_listed,
    asks_for_others,
)


def _is_short(text: str) -> bool:
    return len(text) <= SHORT and not _ELSEWHERE.search(text)

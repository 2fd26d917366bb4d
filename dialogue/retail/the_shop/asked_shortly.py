"""Short questions of the shop that a model takes for others: of an old mailbox, money that is gone.

Each is told by its words and by what was spoken of just before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)

SHORT = 120  # characters of such a question
_UNSURE = frozenset({"nlu_fallback", "out_of_scope", "inform", "faq"})
SOON = 3  # messages after what it goes on with


@dataclass(frozen=True)
class Short:
    """A question by its words; it needs one of the responses of before, or one of the intents."""

    words: re.Pattern[str]
    response: str
    after: tuple[str, ...]
    intents: frozenset[str]


_QUESTIONS = (
    Short(
        re.compile(
            r"\b(?:no|not|can['’]?t|cannot|don['’]?t|dont|lost|longer)\b.{0,25}"
            r"\b(?:access|get in(?:to)?|reach|have|use|exists?|open)\b.{0,20}"
            r"\b(?:e-?mails?|mail|mailbox|inbox)\b"
            r"|\b(?:e-?mail|mailbox)(?: address)?(?: (?:is|has|was))? "
            r"(?:changed|gone|closed|deleted|no longer)\b"
            r"|邮箱.{0,8}(?:用不了|登不上|没了|注销|不用了|进不去|打不开|换了)",
            re.IGNORECASE,
        ),
        "utter_reset_other_mail",
        ("utter_reset_", "utter_update_account"),
        frozenset({"reset_password"}),
    ),
    Short(
        re.compile(
            r"\b(?:without|no|hide|not|n['’]t|dont)\b.{0,30}\b(?:price|prices|how much it cost)\b"
            r".{0,30}\b(?:in|on|with|inside|see|sees|box|parcel|package|there)\b"
            r"|\b(?:without|hide) (?:the |any )?prices?\b"
            r"|价格?.{0,6}(?:别|不要|不想|不能).{0,6}(?:看|知道|显示|写)|(?:别|不要|不想).{0,8}(?:看到|知道|写|放).{0,4}价",
            re.IGNORECASE,
        ),
        "utter_present_sent_there",
        (),
        frozenset({"shipping_options", "nlu_fallback", "out_of_scope", "inform"}),
    ),
    Short(
        re.compile(
            r"\b(?:pick|collect|fetch)\w*\b.{0,20}\b(?:store|shop)\b.{0,15}$"
            r"|自提(?!点|柜)|自取|[到去].{0,4}店里?(?:自己)?[取拿]",
            re.IGNORECASE,
        ),
        "utter_no_pickup_now",
        ("utter_status_", "utter_day_", "utter_why_so_long", "utter_other_day_"),
        frozenset({"change_address", "modify_order"}),
    ),
    Short(
        re.compile(
            r"\bdeliver\w*\b.{0,20}\bsundays?\b|\bsundays?\b.{0,20}\bdeliver\w*\b"
            r"|(?:周日|星期[天日]|礼拜[天日]).{0,6}[送派]|[送派].{0,6}(?:周日|星期[天日]|礼拜[天日])",
            re.IGNORECASE,
        ),
        "utter_no_sundays",
        (),
        _UNSURE | {"opening_hours", "order_status", "shipping_options"},
    ),
    Short(
        re.compile(
            r"\b(?:phone|telephone|mobile|call)\b.{0,20}\b(?:courier|driver|delivery (?:man|guy))\b"
            r"|\b(?:courier|driver|delivery (?:man|guy))(?:['’]?s)?\b.{0,12}"
            r"\b(?:phone|number|mobile)\b"
            r"|(?:快递员?|派送员|骑手|司机|小哥).{0,6}(?:电话|手机号?|联系方式)|(?:联系|打给).{0,4}(?:快递员|派送员|快递小哥)",
            re.IGNORECASE,
        ),
        "utter_courier_phone_none",
        (),
        _UNSURE | {"contact_details", "human_agent", "order_status"},
    ),
    Short(
        re.compile(
            r"\bcompensat\w*|\b(?:get|give me) (?:something|anything|a (?:discount|voucher))\b"
            r".{0,12}\b(?:for|back|out of)\b|\bmake (?:it )?up (?:to me|for it)\b|补偿|赔偿",
            re.IGNORECASE,
        ),
        "utter_compensation",
        ("utter_complaint", "utter_sorry"),
        frozenset(),
    ),
    Short(
        re.compile(
            r"(?=.{0,120}\b(?:money|amount|sum|paid|payment|charged|debited|booked)\b)"
            r"(?=.{0,120}\b(?:gone|taken|took|debited|deducted|left my|withdrawn|charged|booked)\b)"
            r".{0,120}\b(?:errors?|fail\w*|went wrong|no (?:order|confirmation|mail|email)|declined"
            r"|rejected|crashed|n['’]?t (?:go|gone|get|got) (?:through|any\w*)|not gone through)\b"
            r"|(?:失败|出错|报错|没成功|没有?订单|没生成订单|没收到确认).{0,20}(?:扣|钱)"
            r"|(?:扣了?款|扣了?钱|钱.{0,4}扣).{0,20}(?:失败|出错|报错|没成功|没有?订单|没生成|没收到)",
            re.IGNORECASE,
        ),
        "utter_payment_but_taken",
        (),
        frozenset({*_UNSURE, "payment_problem", "charged_twice", "payment_methods"}),
    ),
    Short(
        re.compile(
            r"^\W*(?:(?:and|also|plus|ok|can you)\W+)*(?:with|add|put in|include) (?:an?|some) "
            r"(?:\w+ )?(?:card|note|words|message)\W*$"
            r"|^\W*(?:再|还能?|可以)?(?:加|放|写|附)(?:一)?张?(?:贺卡|卡片|纸条)[吗呢]?\W*$",
            re.IGNORECASE,
        ),
        "utter_faq/gift_message",
        ("utter_present_", "utter_faq/gift_wrapping", "utter_faq/price_not"),
        frozenset(),
    ),
    Short(
        re.compile(
            r"\b(?:no|not|n['’]t|without|nt)\b.{0,25}\b(?:number|order|confirmation|mail|email)\b"
            r"|没有?.{0,6}(?:订单|单号|邮件|确认)",
            re.IGNORECASE,
        ),
        "utter_payment_without_order",
        ("utter_payment_but_taken",),
        frozenset(),
    ),
    Short(
        re.compile(
            r"\b(?:is|was|has|did|do i|have i)\b.{0,20}\b(?:order|basket|cart)\b.{0,20}"
            r"\b(?:lost|gone|placed|saved|through|made|there|cancelled)\b"
            r"|\b(?:lose|lost) (?:my |the )?order\b|\b(?:lost|gone) (?:is|was) my order\b"
            r"|订单.{0,6}(?:没了|还在|丢|白下|成功|下成|作废|取消了吗)",
            re.IGNORECASE,
        ),
        "utter_payment_order_lost",
        ("utter_payment_problem", "utter_payment_card_fine"),
        frozenset(),
    ),
    Short(
        re.compile(
            r"\bcards?\b.{0,20}\b(?:fine|okay|ok|works?|working|good|valid|correct|covered)\b"
            r"|\bworks? (?:\w+ )?(?:everywhere|elsewhere|fine|in other)\b"
            r"|\b(?:enough|plenty of) money\b|\bnot (?:the|my) (?:card|limit)\b"
            r"|卡.{0,6}(?:没问题|没有问题|是好的|正常|有钱|额度够)|(?:别处|别的地方|其他地方|别家).{0,6}(?:能|可以|正常)",
            re.IGNORECASE,
        ),
        "utter_payment_card_fine",
        ("utter_payment_problem", "utter_payment_order_lost"),
        frozenset(),
    ),
)
# "Wrap it and put in a card with some words": two answers.
_WRAPS = re.compile(r"\b(?:gift[- ]?)?wrap\w*\b|包装|包起来", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(?:cards?|notes?|messages?|words|greeting)\b(?! ?board)|贺卡|卡片|留言|写(?:几|点|句|张)",
    re.IGNORECASE,
)
_NO_CARD = re.compile(r"\bgift ?cards?\b|\bpay\b|礼品卡|付", re.IGNORECASE)


def asked_shortly(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer one of these; None for all else."""
    text, intent = latest_text(tracker), latest_intent(tracker)
    if not text or len(text) > SHORT or latest_entity(tracker, "order_number"):
        return None
    said = said_within(tracker, SOON)
    for one in _QUESTIONS:
        lately = bool(one.after) and any(response.startswith(one.after) for response in said)
        if one.words.search(text) and (intent in one.intents or lately):
            dispatcher.utter_message(response=one.response)
            return []
    if _WRAPS.search(text) and _WRITES.search(text) and not _NO_CARD.search(text):
        dispatcher.utter_message(response="utter_faq/gift_wrapping")
        dispatcher.utter_message(response="utter_faq/gift_message")
        return []
    return None

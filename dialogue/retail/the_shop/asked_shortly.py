"""Short questions of the shop that a model takes for others: of an old mailbox, a present's price.

Each is told by its words and by what was spoken of just before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.goods.named import spoken_of_goods
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
SOON = 3  # messages after what it goes on with
_UNSURE = frozenset({"nlu_fallback", "out_of_scope", "inform", "faq"})


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
            r"|自提|自取|[到去].{0,4}店里?(?:自己)?[取拿]",
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
        _UNSURE | {"contact_details", "order_status"},
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
)
_IN_TIME = re.compile(
    r"\bif i (?:order|buy|bought|ordered)\b"
    r"|\b(?:would|will|can|does|is) (?:it|they|that|this|the [\w -]{2,30}?) (?:still )?"
    r"(?:be (?:there|here)|arrive|get (?:here|there)|come|make it)\b.{0,20}"
    r"\b(?:before|by|until|for|in time)\b"
    r"|\b(?:it|they|that) (?:would|will|could) (?:still )?(?:be (?:there|here)|arrive|come)\b"
    r".{0,20}\b(?:before|by|until|in time)\b"
    r"|(?:圣诞|生日|周[一二三四五六日]|\d[号日]).{0,6}(?:前|之前).{0,6}(?:到|收)|来得及",
    re.IGNORECASE,
)
_ARRIVES = re.compile(r"\b(?:arriv\w*|there|here|come|get|make it)\b|到|收|来得及", re.IGNORECASE)
_OF_PRESENTS = ("utter_faq/gift", "utter_shipping", "utter_present")


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
    if _is_of_goods_to_come(tracker, text, intent, said):
        dispatcher.utter_message(response="utter_shipping_in_time")
        return []
    return None


def _is_of_goods_to_come(tracker: Tracker, text: str, intent: str, said: set[str]) -> bool:
    """Whether it is asked if what is not ordered yet would come in time."""
    near = intent in _UNSURE or intent in ("shipping_options", "order_status")
    if not near or not _IN_TIME.search(text) or not _ARRIVES.search(text):
        return False
    spoken_of = spoken_of_goods(tracker, SOON) or any(one.startswith(_OF_PRESENTS) for one in said)
    return "if i " in text.casefold() or (spoken_of and tracker.get_slot("order_number") is None)

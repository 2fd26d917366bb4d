"""What is asked on the side of goods that come back: its cost, its money, its days, its way.

One table for the forms, and for the time after something was announced or taken back: what is
spoken of, and what is asked of it. `side_answers` says it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rasa_sdk import Tracker

from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.services import latest_entity, latest_intent, latest_text
from dialogue.retail.task_slots import REQUESTED_SLOT

READ = 120  # characters; who asks on the side asks shortly
SURELY_READ = 60  # of what a question of the shop's list was found for: that one may fit better


class Matter(StrEnum):
    """What is spoken of: the forms by what they prepare, and what was done."""

    RETURN = "return"
    EXCHANGE = "exchange"
    WITHDRAWAL = "withdrawal"
    ANNOUNCED = "announced"
    SWAPPED = "swapped"
    KEPT = "kept"


OF_FORM = {
    "return_form": Matter.RETURN,
    "exchange_form": Matter.EXCHANGE,
    "withdraw_return_form": Matter.WITHDRAWAL,
}
# What so few words may be taken for; a wish that is clear in itself is left alone.
NEAR = frozenset(
    {
        "affirm",
        "ask_more",
        "ask_promotions",
        "back_in_stock",
        "cancel_order",
        "charged_twice",
        "check_stock",
        "contact_details",
        "correct_that",
        "delivery_not_received",
        "deny",
        "exchange_item",
        "faq",
        "gift_card",
        "go_back",
        "goodbye",
        "help",
        "inform",
        "list_orders",
        "modify_order",
        "newsletter",
        "nlu_fallback",
        "opening_hours",
        "order_status",
        "out_of_scope",
        "payment_methods",
        "payment_problem",
        "product_details",
        "product_search",
        "recommend_product",
        "refund_status",
        "repeat_that",
        "return_item",
        "return_policy",
        "shipping_options",
        "shipping_updates",
        "stop",
        "store_location",
        "update_account",
        "withdraw_return",
    }
)
# What only goods that come back are asked for, before the facets that everything has.
OPENED, FIRST, NOT_SENT = "opened", "first", "not_sent"
OTHER_VARIANT, MONEY_WHEN, AGAIN, FETCHED = "other_variant", "money_when", "again", "fetched"
NO_BOX = "no_box"
_OWN = (
    (
        FIRST,
        re.compile(
            r"\bold (?:one|shirt|pair|item)\b|\b(?:send|sent|ship|shipped|get)\b.{0,40}"
            r"\b(?:first|before|right away|straight away|at the same time)\b"
            r"|先.{0,12}(?:寄|退|发|还是)|旧的",
            re.IGNORECASE,
        ),
    ),
    (
        NOT_SENT,
        re.compile(
            r"\b(?:have|has|did|do)(?:n['’]?t| not)\b.{0,12}\b(?:sen[dt]|shipped|posted|packed)\b"
            r"|还?没(?:有)?(?:寄|发)",
            re.IGNORECASE,
        ),
    ),
    (
        OTHER_VARIANT,
        re.compile(
            r"\b(?:what|which|other|another|different) (?:other )?(?:sizes?|colou?rs?|ones)\b"
            r"|\b(?:make|have|take|get|want) (?:it|them|one|ones) (?:in )?\w+ instead\b"
            r"|(?:什么|哪些|别的|其他|另)(?:一个)?(?:尺码|颜色|款)|(?:换成|改成|改要)",
            re.IGNORECASE,
        ),
    ),
    (
        FETCHED,
        re.compile(
            r"\b(?:pick\w*|collect\w*|fetch\w*)\b.{0,15}\b(?:up|it|them|from me|at home)\b"
            r"|上门|来取|取件",
            re.IGNORECASE,
        ),
    ),
    (
        AGAIN,
        re.compile(
            r"\b(?:return|send|exchange|swap)\b.{0,25}\b(?:later|again|still|another time)\b"
            r"|\bstill\b.{0,15}\b(?:return|send|exchange|swap)\b|(?:还能?|再|以后.{0,4})[退换寄]",
            re.IGNORECASE,
        ),
    ),
    (
        NO_BOX,
        re.compile(
            r"\b(?:box|packag\w+|packing)\b.{0,25}\b(?:gone|away|lost|missing|any ?more|out)\b"
            r"|\b(?:without|threw|thrown|lost|no|n['’]?t (?:have|got|keep))\b.{0,25}"
            r"\b(?:box|packag\w+|packing)\b|\boriginal (?:box|packag\w+|packing)\b"
            r"|(?:盒子?|包装|箱子?).{0,6}(?:扔|丢|没|不在|不见)|没有?了?(?:原来的?|原)?(?:包装|盒|箱)",
            re.IGNORECASE,
        ),
    ),
    (
        OPENED,
        re.compile(
            r"\b(?:opened|unpacked|unsealed|worn|washed|tried (?:it|them) on|used it|been used)\b"
            r"|\b(?:box|packag\w+|packing|seal|bag|tags?)\b.{0,25}"
            r"\b(?:open|broken|torn|off)\b|(?:盒子?|包装|吊牌|袋子?).{0,6}(?:坏|破|撕)"
            r"|(?:拆|打开|开)(?:了|过|封)|(?:穿|洗|用|试)(?:了|过)",
            re.IGNORECASE,
        ),
    ),
)
# A part of its own: "who pays?" / "and until when", never "how long and how".
_PARTS = re.compile(
    r"(?<=[?？,，。;；])\s*|\s+(?=and (?:how|when|until|till|who|does|do|is|what|where)\b)"
)
MOST_ASKED = 2
_WHEN = re.compile(
    r"\bwhen\b|\bhow (?:long|soon|fast|quick(?:ly)?|many (?:days|weeks))\b|\bwhat day\b"
    r"|什么时候|何时|多久|几天|多少天|哪天|多长时间",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"\b(?:must|have to|should|need to|do|can) i\b.{0,20}"
    r"\b(?:send|bring|hand|return|post|drop|pack)\b|(?:要|得|可以|能).{0,8}(?:寄|退|交|送)",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:others?|something else|policy|in general|orders?|tracking|track|clos(?:e|ed|ing)"
    r"|open(?:ing)? (?:hours|on|at|today|tomorrow)|(?:do|are|when) you (?:open|close)\w*"
    r"|(?:your|the) stores?|do you (?:sell|have|stock)|you there|gift|vouchers?|credit|invoice"
    r"|receipt|discount|code|address)\b|别的|其他|规则|订单|门店|营业|礼品卡|优惠|发票|地址",
    re.IGNORECASE,
)
# "Where is my jacket?": something of its own, and not what is spoken of.
_THING = re.compile(
    r"\b(?:my|the|those|these|your) (?!(?:money|refund|return\w*|exchange|swap|parcel|package|mind"
    r"|card|account|bank|paypal|reason|old|new|first|other one|box|pack\w*|seal|bag|tags?|labels?"
    r"|post\w*|shop|way|last|latest|deadline|difference|rest|same|right|full|goods|thing|item|cost"
    r"|fee|shipping|delivery|mail|e-?mail|day|whole|one)\b)\w+"
    r"|我的?(?!钱|退|换|卡|账|银|包裹|东西|付|们|自己|还|要|怎|什|可|能|有|收|会|在|现|想|不|没|是|拿|寄|送|带|打|该|应|得|把|去|交|问|说)[\u4e00-\u9fff]",
    re.IGNORECASE,
)
_WHERE_IS = re.compile(r"\bwhere(?:['’]?s| is| are| was)\b", re.IGNORECASE)
# Of a thing that is named, these are asked all the same.
_NEAR_ALONE = frozenset({Facet.COST, Facet.DIFFERENCE, Facet.UNDO, Facet.REFUND, Facet.UNTIL})
_OF_MONEY = frozenset({Facet.COST, Facet.REFUND, Facet.DIFFERENCE})
_WAY, UNDO, MAIL = "utter_back_way", "utter_aside_undo", "utter_aside_goods_mail"
SWAP_TIME, KEEP_AGAIN = "utter_aside_swap_time", "utter_aside_keep_again"
SENT_RETURN, SENT_SWAP = "utter_how_to_send_return", "utter_how_to_send_exchange"
COMES, NEW_COMES = "utter_return_money_comes", "utter_new_one_comes"
_FETCHED = "utter_faq/return_pickup_at_home"
_NO_BOX = "utter_faq/return_without_packaging"
_REPLIES: dict[Matter, dict[str, str]] = {
    Matter.RETURN: {
        Facet.COST: "utter_aside_return_free",
        Facet.REFUND: "utter_back_money",
        MONEY_WHEN: "utter_aside_money_when",
        Facet.DIFFERENCE: "utter_aside_difference",
        Facet.UNTIL: "utter_aside_return_until",
        Facet.HOW_LONG: "utter_aside_money_when",
        Facet.WHEN: "utter_aside_money_when",
        Facet.WHERE: _WAY,
        Facet.WHO: _WAY,
        Facet.HOW: _WAY,
        Facet.MAIL: MAIL,
        Facet.UNDO: UNDO,
        OPENED: "utter_aside_opened",
        FETCHED: _FETCHED,
        NO_BOX: _NO_BOX,
    },
    Matter.EXCHANGE: {
        Facet.COST: "utter_aside_swap_free",
        Facet.REFUND: "utter_aside_swap_no_money",
        MONEY_WHEN: "utter_aside_swap_no_money",
        Facet.UNTIL: "utter_aside_swap_until",
        Facet.HOW_LONG: SWAP_TIME,
        Facet.WHEN: SWAP_TIME,
        FIRST: "utter_aside_swap_first",
        Facet.WHERE: "utter_aside_swap_way",
        Facet.WHO: "utter_aside_swap_way",
        Facet.HOW: "utter_aside_swap_way",
        Facet.MAIL: MAIL,
        Facet.UNDO: UNDO,
        OPENED: "utter_aside_opened",
        FETCHED: _FETCHED,
        NO_BOX: _NO_BOX,
    },
    Matter.WITHDRAWAL: {
        Facet.COST: "utter_aside_keep_free",
        Facet.REFUND: "utter_aside_keep_no_money",
        MONEY_WHEN: "utter_aside_keep_no_money",
        Facet.UNTIL: KEEP_AGAIN,
        Facet.UNDO: KEEP_AGAIN,
        AGAIN: KEEP_AGAIN,
        Facet.WHERE: "utter_next_withdrawn",
        Facet.HOW: "utter_next_withdrawn",
        Facet.WHO: "utter_next_withdrawn",
        Facet.MAIL: MAIL,
        NOT_SENT: "utter_aside_keep_not_sent",
    },
    Matter.ANNOUNCED: {
        Facet.COST: SENT_RETURN,
        Facet.REFUND: "utter_return_money_goes",
        MONEY_WHEN: COMES,
        Facet.DIFFERENCE: "utter_aside_difference",
        Facet.UNTIL: SENT_RETURN,
        Facet.HOW_LONG: COMES,
        Facet.WHEN: COMES,
        Facet.WHERE: SENT_RETURN,
        Facet.WHO: SENT_RETURN,
        Facet.HOW: SENT_RETURN,
        Facet.MAIL: MAIL,
        Facet.UNDO: "utter_aside_undo_now",
        OPENED: "utter_aside_opened",
        FETCHED: _FETCHED,
        NO_BOX: _NO_BOX,
    },
    Matter.SWAPPED: {
        Facet.COST: SENT_SWAP,
        Facet.REFUND: "utter_aside_swap_no_money",
        MONEY_WHEN: "utter_aside_swap_no_money",
        Facet.UNTIL: SENT_SWAP,
        Facet.HOW_LONG: NEW_COMES,
        Facet.WHEN: NEW_COMES,
        FIRST: "utter_old_one_first",
        OTHER_VARIANT: "utter_exchange_other_variant",
        Facet.WHERE: SENT_SWAP,
        Facet.WHO: SENT_SWAP,
        Facet.HOW: SENT_SWAP,
        Facet.MAIL: MAIL,
        Facet.UNDO: "utter_aside_undo_now",
        OPENED: "utter_aside_opened",
        FETCHED: _FETCHED,
        NO_BOX: _NO_BOX,
    },
    Matter.KEPT: {
        Facet.COST: "utter_aside_keep_free",
        Facet.REFUND: "utter_aside_kept_no_money",
        MONEY_WHEN: "utter_aside_kept_no_money",
        Facet.UNTIL: KEEP_AGAIN,
        Facet.UNDO: KEEP_AGAIN,
        AGAIN: KEEP_AGAIN,
        Facet.WHERE: "utter_next_withdrawn",
        Facet.HOW: "utter_next_withdrawn",
        Facet.MAIL: MAIL,
        NOT_SENT: "utter_aside_keep_not_sent",
    },
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of which matter, and the response that answers it."""

    matter: Matter
    response: str


def all_asked(tracker: Tracker, matter: Matter) -> list[Asked]:
    """Everything that the latest message asks of the matter: "who pays, and until when?"."""
    whole = asked_on_the_side(tracker, matter)
    if whole is None:
        return []
    parts = _PARTS.split(latest_text(tracker)[:READ])
    found = [asked_on_the_side(tracker, matter, part) for part in parts if part.strip()]
    each = list(dict.fromkeys(one for one in found if one is not None))
    return each[:MOST_ASKED] if len(each) > 1 else [whole]


def asked_on_the_side(tracker: Tracker, matter: Matter, part: str | None = None) -> Asked | None:
    """What the latest message asks of the matter; None where it asks nothing, or something else.

    Goods that it names may be others: `about_other_goods` tells.
    """
    text, intent = part or latest_text(tracker), latest_intent(tracker)
    most = SURELY_READ if intent == "faq" else READ
    if not 0 < len(text) <= most or intent not in NEAR or latest_entity(tracker, "order_number"):
        return None
    facet = facet_in(text)
    asks = is_question(text) or facet is Facet.DIFFERENCE
    if not asks or _ELSE.search(text):
        return None
    replies = _REPLIES[matter]
    own = next((name for name, words in _OWN if name in replies and words.search(text)), None)
    if facet in _OF_MONEY:
        own = None
    elsewhere = _THING.search(text) or (facet is Facet.WHERE and _WHERE_IS.search(text))
    if own is None and facet not in _NEAR_ALONE and elsewhere:
        return None
    if intent == "cancel_order" and facet is not Facet.UNDO:
        return None  # a wish of its own
    chooses = tracker.get_slot(REQUESTED_SLOT) == "item"
    if chooses and intent == "return_policy" and facet in (Facet.COST, Facet.REFUND):
        return None  # of goods that are not chosen yet: the terms
    response = replies.get(own or _key(text, facet) or "")
    return Asked(matter, response) if response else None


def _key(text: str, facet: Facet | None) -> str | None:
    if facet is Facet.REFUND and _WHEN.search(text):
        return MONEY_WHEN
    return Facet.UNTIL if facet is Facet.WHEN and _MUST.search(text) else facet

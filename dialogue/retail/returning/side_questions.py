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
from dialogue.retail.returning.own_questions import (
    AGAIN,
    DELIVERY_FEE,
    FETCHED,
    FIRST,
    KEEP_BOTH,
    MONEY_WHEN,
    NO_BOX,
    NOT_SENT,
    OPENED,
    OTHER_VARIANT,
    OTHER_WAY,
    PERIODS,
    PRICE,
    PRINT,
    STORE,
    own_question,
)
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
# A part of its own: "who pays?" / "and until when", never "how long and how".
_PARTS = re.compile(
    r"(?<=[?？,，。;；])\s*|\s+(?=and (?:how|when|until|till|who|does|do|is|what|where)\b)"
)
_SENTENCES = re.compile(rf"(?<=[.!！])\s+|{_PARTS.pattern}")
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
RETURN_UNTIL = "utter_aside_return_until"
_WAY, UNDO, MAIL = "utter_back_way", "utter_aside_undo", "utter_aside_goods_mail"
SWAP_TIME, KEEP_AGAIN = "utter_aside_swap_time", "utter_aside_keep_again"
SENT_RETURN, SENT_SWAP = "utter_how_to_send_return", "utter_how_to_send_exchange"
COMES, NEW_COMES = "utter_return_money_comes", "utter_new_one_comes"
_FETCHED = "utter_faq/return_pickup_at_home"
_NO_PRINTER = "utter_aside_no_printer"
_NO_BOX = "utter_faq/return_without_packaging"
_STORE = "utter_faq/return_in_store"
_MONEY = {OTHER_WAY: "utter_faq/store_credit", DELIVERY_FEE: "utter_aside_delivery_fee"}
_REPLIES: dict[Matter, dict[str, str]] = {
    Matter.RETURN: {
        PERIODS: RETURN_UNTIL,
        **_MONEY,
        Facet.COST: "utter_aside_return_free",
        Facet.REFUND: "utter_back_money",
        MONEY_WHEN: "utter_aside_money_when",
        Facet.DIFFERENCE: "utter_aside_difference",
        Facet.UNTIL: RETURN_UNTIL,
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
        PRINT: _NO_PRINTER,
        STORE: _STORE,
    },
    Matter.EXCHANGE: {
        KEEP_BOTH: "utter_aside_swap_both",
        PRICE: "utter_aside_swap_price",
        PERIODS: "utter_aside_swap_until",
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
        PRINT: _NO_PRINTER,
        STORE: _STORE,
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
        PERIODS: "utter_aside_two_periods",
        **_MONEY,
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
        PRINT: _NO_PRINTER,
        STORE: _STORE,
    },
    Matter.SWAPPED: {
        KEEP_BOTH: "utter_aside_swap_both",
        PRICE: "utter_aside_swap_price",
        PERIODS: "utter_aside_two_periods",
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
        PRINT: _NO_PRINTER,
        STORE: _STORE,
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


def names_own_thing(text: str) -> bool:
    """Whether the text names goods or something else of the customer's own."""
    return _THING.search(text) is not None


def all_asked(tracker: Tracker, matter: Matter) -> list[Asked]:
    """Everything that the latest message asks of the matter: "who pays, and until when?"."""
    whole = asked_on_the_side(tracker, matter)
    if whole is None:
        return []
    surely = asked_of_all(latest_text(tracker)[:READ], matter)
    if surely:
        return surely
    parts = _PARTS.split(latest_text(tracker)[:READ])
    found = [asked_on_the_side(tracker, matter, part) for part in parts if part.strip()]
    each = list(dict.fromkeys(one for one in found if one is not None))
    return each[:MOST_ASKED] if len(each) > 1 else [whole]


def asked_on_the_side(tracker: Tracker, matter: Matter, part: str | None = None) -> Asked | None:
    """What the latest message asks of the matter; None where it asks nothing, or something else.

    Goods that it names may be others: `about_other_goods` tells.
    """
    text, intent = part or latest_text(tracker), latest_intent(tracker)
    most = SURELY_READ if intent == "faq" and not asked_of_all(text, matter) else READ
    if not 0 < len(text) <= most or intent not in NEAR or latest_entity(tracker, "order_number"):
        return None
    facet = facet_in(text)
    if intent == "cancel_order" and facet is not Facet.UNDO:
        return None  # a wish of its own
    chooses = tracker.get_slot(REQUESTED_SLOT) == "item"
    if chooses and intent == "return_policy" and facet in (Facet.COST, Facet.REFUND):
        return None  # of goods that are not chosen yet: the terms
    return _asked(text, matter)


def asked_at_once(text: str, matter: Matter) -> list[Asked]:
    """What a wish that begins the matter asks as well: "I return the kit. Who pays?"."""
    parts = [part for part in _SENTENCES.split(text[:READ]) if part and part.strip()]
    found = [one for part in parts if is_question(part) and (one := _asked(part, matter))]
    return list(dict.fromkeys(found))[:MOST_ASKED]


def asked_of_all(text: str, matter: Matter) -> list[Asked]:
    """What several questions in one message ask, where the table knows each; else none.

    "I washed it once, is that ok? And do I get the shipping back?": of what was told before it.
    """
    found: list[Asked | None] = []
    told = ""
    for part in _PARTS.split(text[:READ]):
        if is_question(part):
            found.append(_asked(part, matter) or _asked(f"{told} {part}", matter))
            told = ""
        else:
            told = part
    each = list(dict.fromkeys(one for one in found if one is not None))
    return each[:MOST_ASKED] if len(found) > 1 and None not in found else []


def _asked(text: str, matter: Matter) -> Asked | None:
    facet, replies = facet_in(text), _REPLIES[matter]
    own = own_question(text, facet in _OF_MONEY, replies)
    asks = is_question(text) or facet is Facet.DIFFERENCE
    if not asks or (own is None and _ELSE.search(text)):
        return None
    elsewhere = _THING.search(text) or (facet is Facet.WHERE and _WHERE_IS.search(text))
    if own is None and facet not in _NEAR_ALONE and elsewhere:
        return None
    response = replies.get(own or _key(text, facet) or "")
    return Asked(matter, response) if response else None


def _key(text: str, facet: Facet | None) -> str | None:
    if facet is Facet.REFUND and _WHEN.search(text):
        return MONEY_WHEN
    return Facet.UNTIL if facet is Facet.WHEN and _MUST.search(text) else facet

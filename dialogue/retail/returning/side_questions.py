"""What is asked on the side of goods that come back: its cost, its money, its days, its way.

What is spoken of, and what is asked of it; `side_replies` holds the answers, `side_answers` says
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rasa_sdk import Tracker

from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.returning.own_questions import MONEY_WHEN, TELLING, own_question
from dialogue.retail.returning.side_replies import REPLIES, Matter
from dialogue.retail.services import latest_entity, latest_intent, latest_text
from dialogue.retail.task_slots import REQUESTED_SLOT

READ = 120  # characters; who asks on the side asks shortly
SURELY_READ = 60  # of what a question of the shop's list was found for: that one may fit better


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
        "code_not_received",
        "contact_details",
        "correct_that",
        "delivery_not_received",
        "deny",
        "exchange_item",
        "faq",
        "get_invoice",
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
_AND_IF = re.compile(r"^\W*(?:and|but|so|ok)\W+(?:if|when|in case)\b", re.IGNORECASE)
_SENTENCES = re.compile(rf"(?<=[.!！])\s+|{_PARTS.pattern}")
MOST_ASKED = 2
_WHEN = re.compile(
    r"\bwhen\b|\bhow (?:long|soon|fast|quick(?:ly)?|many (?:days|weeks))\b|\bwhat day\b"
    r"|什么时候|何时|多久|几天|多少天|哪天|多长时间",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"\b(?:must|have to|should|need to|do|can) i\b.{0,20}"
    r"\b(?:send|bring|hand|return|post|drop|pack)\b|(?:要|得|可以|能).{0,8}(?:寄|退|交|送)"
    r"|(?:什么时候|哪天|几天内?)(?:去|来)?[寄交](?!新|给我|过来)",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:others?|something else|policy|in general|orders?|tracking|track|clos(?:e|ed|ing)"
    r"|open(?:ing)? (?:hours|on|at|today|tomorrow)|(?:do|are|when) you (?:open|close)\w*"
    r"|(?:your|the) stores?|do you (?:sell|have|stock)|you there|gift|vouchers?|credit|invoice|bill"
    r"|receipt|discount|code|address|fits?|fitting|runs? (?:big|small|large))\b"
    r"|别的|其他|规则|订单|门店|营业|礼品卡|优惠|发票|地址",
    re.IGNORECASE,
)
# "Where is my jacket?": something of its own, and not what is spoken of.
_THING = re.compile(
    r"\b(?:my|the|those|these|your) (?!(?:money|refund|return\w*|exchange|swap|parcel|package|mind"
    r"|card|account|bank|paypal|reason|old|new|first|other one|box|pack\w*|seal|bag|tags?|labels?"
    r"|post\w*|shop|way|last|latest|deadline|difference|rest|same|right|full|goods|thing|item|cost"
    r"|fee|shipping|delivery|mail|e-?mail|day|whole|one)\b)\w+"
    r"|我(?:的|那[件个条双]?)(?!钱|退|换|卡|账|银|包裹|东西|付|什|怎)[\u4e00-\u9fff]",
    re.IGNORECASE,
)
_WHERE_IS = re.compile(r"\bwhere(?:['’]?s| is| are| was)\b", re.IGNORECASE)
# Of a thing that is named, these are asked all the same.
_NEAR_ALONE = frozenset({Facet.COST, Facet.DIFFERENCE, Facet.UNDO, Facet.REFUND, Facet.UNTIL})
_OF_MONEY = frozenset({Facet.COST, Facet.REFUND, Facet.DIFFERENCE})


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
    found = _asked(text, matter)
    told = found is None and tracker.get_slot(REQUESTED_SLOT) != "return_reason"
    return _told(text, matter) if told else found


def _told(text: str, matter: Matter) -> Asked | None:
    """What is told and no question, but is answered as one: "the tags are off"."""
    response = REPLIES[matter].get(own_question(text, False, TELLING) or "")
    return Asked(matter, response) if response else None


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
    facet, replies = facet_in(text), REPLIES[matter]
    own = own_question(text, facet in _OF_MONEY, replies)
    asks = is_question(text) or facet is Facet.DIFFERENCE or _AND_IF.search(text)
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

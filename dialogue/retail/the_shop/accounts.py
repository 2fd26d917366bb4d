"""What is asked of an account and its data beside what was just told of them."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_text,
    said_within,
)

READ = 200  # characters
SOON = 4  # messages after it was told of
_DELETED = "utter_delete_account"
_LOSES = re.compile(
    r"\b(?:lose|lost|keep|cancel\w*|still (?:get|come|arrive\w*|be delivered|receive)|happens?"
    r"|becomes?|gone|affect\w*)\b|(?:还|照样|照常).{0,4}(?:送|到|发|收|退)|没了|丢|取消|作废|影响|怎么办|还有效",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"\b(?:orders?|parcels?|delivery|deliveries|returns?|refunds?|warranty|invoices?)\b"
    r"|\b(?:on (?:its|the) way|under way|i (?:\w+ )?(?:ordered|bought))\b"
    r"|路上|订单|包裹|快递|退货|退款|保修|发票|还?没到的|[那这]单",
    re.IGNORECASE,
)
# "Are my chats read by people?"
_READ_BY = re.compile(
    r"\b(?:chats?|conversations?|messages?|what (?:i|we) (?:write|type|say))\b.{0,25}\bread by\b"
    r"|\b(?:who|does (?:any|some)(?:one|body)|do (?:people|humans|employees|staff|you all))\b"
    r".{0,15}\bread(?:s|ing)?\b.{0,20}\b(?:chats?|conversations?|messages?|what (?:i|we))\b"
    r"|(?:聊天|对话|说的话|写的).{0,8}(?:有人|会不会|谁|人工|真人|员工).{0,4}(?:看|读)"
    r"|\b(?:chats?|conversations?)\b.{0,30}\bwho (?:\w+ )?(?:reads?|sees?)\b"
    r"|(?:有人|谁|真人|员工).{0,4}(?:看|读).{0,4}(?:我的|我们的|这个|这里的)?(?:聊天|对话)",
    re.IGNORECASE,
)
_NEWSLETTER = re.compile(r"\bnewsletters?\b|电子报|广告邮件|订阅", re.IGNORECASE)
_MY_DATA = re.compile(
    r"\b(?:everything|all|what(?:ever)?|data|information)\b.{0,25}\b(?:about|of|on) me\b"
    r"|\bmy (?:personal )?data\b"
    r"|我的(?:个人)?(?:数据|资料|信息)|关于我的",
    re.IGNORECASE,
)
_KEEPS_IT = re.compile(
    r"\b(?:keep|leave|(?:not|n['’]?t) (?:delete|close))\b.{0,20}\b(?:it|account|that)\b"
    r"|(?:先|那)?(?:不|别)(?:想|用)?(?:注销|删除?|销户)了?",
    re.IGNORECASE,
)
_CHANGES = "utter_update_account"


def of_accounts(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """What deleting it leaves, who reads chats and for how long, two things at once."""
    text = latest_text(tracker)[:READ]
    if (tracker.active_loop or {}).get("name") or not text:
        return None
    asks, said = is_question(text), said_within(tracker, SOON)
    if asks and _DELETED in said and _LOSES.search(text) and _concerns_orders(tracker, text):
        responses = ["utter_delete_account_orders"]
    elif not asks and _DELETED in said and _KEEPS_IT.search(text):
        responses = ["utter_account_kept"]
    elif (asks or facet_in(text) is Facet.HOW_LONG) and _READ_BY.search(text):
        kept = ["utter_data_how_long"] if facet_in(text) is Facet.HOW_LONG else []
        responses = ["utter_chats_read", *kept]
    elif _NEWSLETTER.search(text) and _MY_DATA.search(text):
        responses = ["utter_data_copy", "utter_newsletter"]
    elif _CHANGES in said_within(tracker, 1) and latest_entity(tracker, "email"):
        responses = ["utter_done_by_people"]
    else:
        return None
    for response in responses:
        dispatcher.utter_message(response=response)
    return []


def _concerns_orders(tracker: Tracker, text: str) -> bool:
    return _WHAT.search(text) is not None and not latest_entity(tracker, "order_number")

"""Goods asked for in Chinese in few words: 有杯子吗, 那花瓶呢, 你们卖微波炉吗.

A model that saw little of it takes such a message for another question; the thing in it tells more.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.lacking import thing_asked_for
from dialogue.retail.goods.named import ProductAction, finds_all
from dialogue.retail.goods.products import ProductSearchAction
from dialogue.retail.goods.stock import CheckStockAction
from dialogue.retail.services import Dispatcher, Events, latest_intent, latest_text

SHORT = 20  # signs of Chinese that only ask for a thing
LONGEST = 70  # characters, with the names of the catalogue
_NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope", "inform"})
_OF_GOODS = frozenset({"product_details", "back_in_stock", "check_stock", "product_search"})
_NEAR = _NOT_UNDERSTOOD | _OF_GOODS
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Beside a thing and its size, signs that only ask for it.
_ONLY_ASKS = re.compile(
    r"^[^\u4e00-\u9fff]*(?:[那呢吗么的有没码号货大小多少价格钱是厘米公分寸现还卖要想买看找来个件条双把一请问你们店里啊吧以内下元欧][^\u4e00-\u9fff]*)*$"
)
_OF_STOCK = re.compile(r"[码货号]|有[吗么没]|有 ?[a-z]+ ?的?[吗么没]")  # 有 white 的吗
_GOES_ON = re.compile(r"^\W*(?:还有|那么?)|呢\W*$")
# What a thing that the shop's records have no word for is asked for by.
_SOLD = re.compile(
    r"^\W*(?:请问|那|想问下?|问一下)?(?:你们|你家|店里|这里|咱家|贵店)*(?:家|店)?(?:还|也|有没有|有)*卖"
    r"(?P<thing>[\u4e00-\u9fff]{2,5}?)[吗么嘛呢]?\W*$"
    r"|^\W*(?:请问|那)?(?:你们|店里|这里)?(?:有没有|有)(?P<other>[\u4e00-\u9fff]{2,5}?)卖[吗么嘛]?\W*$"
)
_AND = re.compile(r"^\W*那(?P<thing>[\u4e00-\u9fff]{2,4})呢\W*$")
# What may be asked after goods and is no thing that is sold.
_NO_THING = re.compile(
    "券|卡|码|货|人|运费|邮费|退|换|质量|颜色|尺寸|大小|价格|价钱|优惠|折扣|保修|发票|付款|支付"
    "|快递|配送|包邮|库存|材质|材料|订单|客服|人工|你|我|他|她|它|们|谁|第|另|这|哪|怎|什么|今天|明天|周|月|店|德国|法国|奥地利|瑞士"
    "|英国|男|女|爸|妈|老|爷|奶|儿|孩|朋友|同事|妹|弟|姐|哥|[大中小]号|[色款个件双种]$"
)


def asked_in_chinese(
    search: ProductSearchAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    domain: Any,
    *,
    spoken_of: bool,
) -> Events | None:
    """Search for the thing that is asked for, or say that there is none; None where no thing is.

    `spoken_of` says that goods were just spoken of: only then 那…呢 is about goods.
    """
    text, intent = latest_text(tracker), latest_intent(tracker)
    goes_on = _GOES_ON.search(text) is not None
    if not 0 < len(_HAN.findall(text[:LONGEST])) <= SHORT or len(text) > LONGEST:
        return None
    if goes_on and not spoken_of and intent not in _OF_GOODS:
        return None
    known = search.words(tracker).in_records(text)
    thing = thing_asked_for(known)
    if thing is not None and (intent in _NEAR or "卖" in text or (goes_on and spoken_of)):
        understood = intent in ("product_search", "check_stock")
        if understood and search.services.catalogue.search(thing, limit=1):
            return None
        return search.run(dispatcher, tracker, domain)
    answer = _only_named(search, known, intent, spoken_of=spoken_of)
    if answer is not None:
        done: Events = answer.run(dispatcher, tracker, domain)
        return done
    return _say_unknown(dispatcher, text, intent) if known == text else None


def _only_named(
    search: ProductSearchAction, known: str, intent: str, *, spoken_of: bool
) -> ProductAction | None:
    """What answers a message that is not understood, and has nothing but a thing and its size."""
    if intent not in _NOT_UNDERSTOOD or not _ONLY_ASKS.search(known):
        return None
    named, of_stock = finds_all(search, _HAN.sub(" ", known)), _OF_STOCK.search(known) is not None
    if named and not of_stock:
        return search
    return CheckStockAction(search.services) if of_stock and (named or spoken_of) else None


def _say_unknown(dispatcher: Dispatcher, text: str, intent: str) -> Events | None:
    """That a thing is not found for which the records have no word at all."""
    if intent == "check_stock":
        return None
    found = _SOLD.search(text) or (_AND.search(text) if intent in _NOT_UNDERSTOOD else None)
    sought = found and (found["thing"] or found.groupdict().get("other"))
    if not sought or _NO_THING.search(sought):
        return None
    dispatcher.utter_message(response="utter_products_none_named", sought=sought)
    return [SlotSet("product", None)]

"""Goods asked for in Chinese in few words: 有杯子吗, 那花瓶呢, 你们卖微波炉吗.

A model that saw little of it takes such a message for another question; the thing in it tells more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.lacking import thing_asked_for
from dialogue.orders.search import only_one, query_words, words_of
from dialogue.orders.views import ProductView
from dialogue.retail.goods.named import ProductAction, finds_all
from dialogue.retail.goods.products import ProductSearchAction
from dialogue.retail.goods.stock import CheckStockAction
from dialogue.retail.goods.stock_words import alert_button, stock_lines, when_back
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
# 锅有什么颜色的，28厘米那个煎锅多少钱: price, colours and stock of one.
_OF_ONE = re.compile(
    "多少钱|怎么卖|价格|价钱|(?:什么|哪些|其他|别的|几种|哪种)颜色|什么色|有货|现货|还有吗"
)
_OF_AN_ORDER = re.compile(
    "退|换|订单|运费|邮费|优惠|折|减|礼品卡|保修|买[了的过]|收到|到货|发货|快递|取消|通知"
)
_CLAUSES = re.compile(r"[，,。！!？?；;\n]")


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
    told = _say_of_one(search, dispatcher, tracker)
    if told is not None:
        return told
    return _asked_shortly(search, dispatcher, tracker, domain, spoken_of=spoken_of)


def _asked_shortly(
    search: ProductSearchAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    domain: Any,
    *,
    spoken_of: bool,
) -> Events | None:
    """The same of a few words."""
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


def _say_of_one(
    search: ProductSearchAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """Price, colours and stock of the one product that a message asks them of."""
    text, words = latest_text(tracker), search.words(tracker)
    if latest_intent(tracker) not in _NOT_UNDERSTOOD or not _HAN.search(text):
        return None
    if not _OF_ONE.search(text) or _OF_AN_ORDER.search(text):
        return None
    product = next(filter(None, map(_certain(search, tracker), _CLAUSES.split(text)[::-1])), None)
    if product is None:
        return None
    there = stock_lines(words, product.variants)
    dispatcher.utter_message(
        response="utter_stock_list" if there else "utter_stock_none",
        name=product.name,
        price=words.money(product.price_cents, product.currency),
        variants=there,
        variant="",
        when=when_back(words, product.variants),
        buttons=None if there else [alert_button(words, product)],
    )
    return [SlotSet("product", product.sku)]


def _certain(search: ProductSearchAction, tracker: Tracker) -> Callable[[str], ProductView | None]:
    """What tells the product that a part of a message names: certainly, or by its name alone."""
    words, catalogue = search.words(tracker), search.services.catalogue

    def named(part: str) -> ProductView | None:
        said = _HAN.sub(" ", words.in_records(part))
        matches, asked = catalogue.search(said), {*query_words(said)}
        so_called = [one.product for one in matches if asked <= words_of(one.product.name)]
        return so_called[0] if len(so_called) == 1 else only_one(matches)

    return named


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

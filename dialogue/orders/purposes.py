"""Goods by what one does with them: "something to sit on", "against the cold", 烧水用的.

A catalogue has nouns; who does not know a thing's name says what it is for.
"""

from __future__ import annotations

import re

from dialogue.orders.search import READ

_SOUGHT = re.compile(
    r"\b(?:some ?thing|anything|sth|(?:an?|any|the) thing|things|stuff)"
    r"(?: \w+){0,2}? (?:to|for|against|that|which|when|if)\b"
    r"|用来|[\u4e00-\u9fff]用的|用的东西|能.{1,8}的(?:东西|吗)?|御寒|防寒",
    re.IGNORECASE,
)
_TO_DO = re.compile(
    r"\b(?:some ?thing|anything|sth|(?:an?|any|the) thing|stuff)(?: \w+)?? (?:to|against) (?!me\b)",
    re.IGNORECASE,
)
_FOOD = r"(?:tea|coffee|drinks?|soup|food|lunch|water|beers?|juice)"
_FROM = r"(?:against|from|for|in|when it['’]?s) (?:the |strong |this )?"
# What is done, in English and in Chinese, and the words of a catalogue for what does it.
_DOING = (
    (r"sit(?:ting)?", "坐", "seat"),
    (r"boil\w*", "烧水|烧开水|煮水", "kettle"),
    (rf"(?:hot|warm)\b.{{0,30}}\b{_FOOD}|{_FOOD}\b.{{0,20}}\b(?:hot|warm)", "保温", "thermos"),
    (
        rf"(?:cold|cool)\b.{{0,30}}\b{_FOOD}|{_FOOD}\b.{{0,20}}\b(?:cold|cool|chilled)",
        "冰镇|保冷",
        "cooler thermos",
    ),
    (rf"{_FROM}(?:cold|freezing|winter)|keep\w* (?:\w+ )?warm", "御寒|防寒|保暖|怕冷", "warm"),
    (rf"{_FROM}(?:rain\w*|wet)|rainy|keep\w* (?:\w+ )?dry", "防雨|下雨", "rain"),
    (rf"{_FROM}wind\w*|windy", "防风|挡风", "wind"),
    (rf"{_FROM}sun", "防晒|遮阳", "sunhat shades"),
    (r"writ(?:e|ing)", "写字", "pen notebook"),
    (r"dark", "照明", "lamp"),
    (r"music", "听歌|听音乐", "loudspeaker headphones"),
    (r"cut(?:ting)?|chop\w*|slic\w+", "切菜|切东西", "cutting"),
    (r"charg\w+", "充电", "charger"),
)
_DONE = tuple(
    (re.compile(rf"\b(?:{said})\b|{chinese}", re.IGNORECASE), words)
    for said, chinese, words in _DOING
)


def purpose(text: str) -> str | None:
    """The catalogue's words for what does that for which a thing without a name is sought.

    None where no such thing is sought; empty where it is not known how goods that do it are called.
    """
    text = text[:READ]
    if not _SOUGHT.search(text):
        return None
    unknown = "" if _TO_DO.search(text) else None
    return next((words for doing, words in _DONE if doing.search(text)), unknown)

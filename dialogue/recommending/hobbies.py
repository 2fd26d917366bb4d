"""What somebody likes to do, in the words by which a catalogue has goods for it.

Who looks for a present says "who runs", "he loves camping" or 喜欢植物; the goods are tagged
``running``, ``camping`` and ``plants``.
"""

from __future__ import annotations

import re

from dialogue.orders.search import READ

# What is said, in English and in Chinese, and the words of a catalogue for it.
_HOBBIES = (
    (r"runs|running|runners?|jog(?:s|ging|gers?)?|marathons?", "跑步|慢跑|马拉松", "running"),
    (r"hik(?:es?|ing|ers?)|trek(?:s|king)?|mountains?", "徒步|爬山|登山|远足", "hiking"),
    (r"camp(?:s|ing|ers?)?", "露营|野营", "camping camp"),
    (r"garden(?:s|ing|ers?)?|plants?|flowers?", "植物|园艺|种花|养花|花草", "gardening plants"),
    (r"cook(?:s|ing)?|chefs?", "做饭|做菜|烹饪|下厨|厨艺", "cooking"),
    (r"bak(?:es?|ing|ers?)", "烘焙|烤面包|做蛋糕", "baking"),
    (r"reads?|reading|readers?|books?", "看书|读书|阅读", "reading"),
    (r"draw(?:s|ing)?|paint(?:s|ing|ers?)?|arts?", "画画|绘画|美术", "painting art"),
    (r"writ(?:es?|ing|ers?)|journal(?:s|ing)?", "写字|写作|书法", "writing"),
    (r"music|sings?|singing", "音乐|听歌|唱歌", "music"),
    (r"travel(?:s|l?ing|l?ers?)?|trips?", "旅行|旅游|出差", "travel"),
    (r"yoga|pilates", "瑜伽|普拉提", "yoga pilates"),
    (r"sports?|sporty|gym|fitness|works? out|exercis(?:es?|ing)", "运动|健身", "sport gym"),
    (r"cycl(?:es?|ing|ists?)|bik(?:es?|ing|ers?)|bicycles?", "骑车|骑行|自行车", "cycling commute"),
    (r"coffee", "咖啡", "coffee"),
    (r"tea", "茶", "tea"),
    (r"wine", "红酒|葡萄酒", "wine"),
    (r"games?|gaming|puzzles?", "桌游|游戏|拼图", "game jigsaw"),
    (r"birds?", "鸟", "birds"),
    (r"photo(?:s|graphy|graphs)?", "摄影|拍照", "photo"),
    (r"tech|techie|gadgets?|electronics", "数码|电子产品", "gadget tech"),
    (r"swim(?:s|ming)?|beach(?:es)?", "游泳|沙滩|海边", "beach swimming"),
    (r"fish(?:es|ing)", "钓鱼", "fishing"),
    (r"picnics?", "野餐", "picnic"),
    (
        r"housewarming|moved in|(?:new|first|own) (?:flat|home|house|apartment|place)",
        "乔迁|搬家|新家",
        "living room cosy",
    ),
)
_LIKED = tuple(
    (re.compile(rf"\b(?:{said})\b|{chinese}", re.IGNORECASE), words)
    for said, chinese, words in _HOBBIES
)


def hobby(text: str) -> str:
    """The catalogue's words for what a text says that somebody likes; empty when it says none."""
    return " ".join(words for liked, words in _LIKED if liked.search(text[:READ]))

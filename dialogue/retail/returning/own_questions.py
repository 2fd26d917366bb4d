"""What only goods that come back are asked for, besides the facets that everything has.

Whether the new one comes first, what if the box is gone or the bag is open, onto a gift card?
"""

from __future__ import annotations

import re
from collections.abc import Container

from dialogue.questions import is_question

OPENED, FIRST, NOT_SENT = "opened", "first", "not_sent"
OTHER_VARIANT, MONEY_WHEN, AGAIN, FETCHED = "other_variant", "money_when", "again", "fetched"
NO_BOX, STORE, PERIODS, PRINT = "no_box", "store", "periods", "print"
KEEP_BOTH, NUMBER = "keep_both", "number"
OTHER_WAY, DELIVERY_FEE, PRICE = "other_way", "delivery_fee", "price"
READ = 160  # characters
_INSIDE = r"(?:seeds?|sachets?|inner pack\w*|(?:\w+ )?(?:bags?|seal))"
_OPEN_INSIDE = re.compile(
    rf"\b(?:i|we|already|have|['’]ve)\b.{{0,12}}"
    r"\b(?:opened|open|unsealed|broke|broken|torn|tore|used|sown|sowed|planted)\b"
    rf".{{0,12}}\b{_INSIDE}\b"
    rf"|\b{_INSIDE} (?:\w+ )?(?:is|are|was|has been|got)\b.{{0,12}}"
    r"\b(?:open(?:ed)?|broken|torn|off|used)\b"
    r"|(?:种子|内|封条|密封|里面).{0,6}(?:已经?|都)?.{0,3}(?:拆|打开|开|撕|破|用|种)了?"
    r"|(?:拆|打开|开|撕|种)(?:了|过|开了).{0,5}(?:种子|内包装|封条|密封)",
    re.IGNORECASE,
)
# Of money, and of days, in words that would be taken for a question about the sum or the day.
_BEFORE_FACETS = (
    (
        KEEP_BOTH,
        re.compile(
            r"\b(?:keep|have|get|take|buy) (?:them )?both\b|\bboth (?:colou?rs|sizes|of them)\b"
            r"|\b(?:keep|have) (?:it|this one|the old one) too\b"
            r"|两[个种件双条]?(?:颜色|尺码)?都(?:要|留|买)",
            re.IGNORECASE,
        ),
    ),
    (
        PERIODS,
        re.compile(
            r"\b(?:said|told|thought|was(?:n['’]?t)? it|have)\b.{0,30}"
            r"\b(?:30|thirty|14|fourteen|21) days\b.{0,60}"
            r"\b(?:why|how come|but|only|until|now)\b|\b(?:why|how come)\b.{0,15}"
            r"\b(?:only )?(?:(?:14|21|fourteen) days|(?:until|till|by)\b)"
            r"|\b(?:not|n['’]?t) (?:it )?(?:30|thirty) days\b|\b(?:30|thirty) days or\b"
            r"|(?:说|不是|有).{0,6}(?:30|三十)\s?天.{0,20}(?:为什么|怎么|只|才|吗)"
            r"|(?:为什么|怎么)(?:只|才|就).{0,3}(?:到|14|十四|21)",
            re.IGNORECASE,
        ),
    ),
    (
        OTHER_WAY,
        re.compile(
            r"\b(?:refund\w*|money|back|pa(?:y|id))\b.{0,40}\b(?:gift ?cards?|vouchers?"
            r"|(?:store )?credit(?! card)|balance)\b"
            r"|\b(?:gift ?card|voucher|store credit)\b.{0,20}\binstead\b"
            r"|(?:退|钱|换成|款).{0,14}(?:礼品卡|余额|代金券|购物卡)",
            re.IGNORECASE,
        ),
    ),
    (
        DELIVERY_FEE,
        re.compile(
            r"\b(?:shipping|delivery|postage)(?: (?:costs?|fees?|charges?|money))?\b.{0,20}"
            r"\b(?:back|refund\w*|returned|too)\b|\brefund\w*\b.{0,20}\b(?:shipping|delivery)\b"
            r"|(?:运费|邮费).{0,6}(?:也|能|会|可以)?.{0,2}退(?!货)|退(?!货|回|换).{0,2}(?:运费|邮费)",
            re.IGNORECASE,
        ),
    ),
)
_OWN = (
    (
        NUMBER,  # what is written on the parcel
        re.compile(
            r"\b(?:return|exchange|parcel) number\b|\bwrite on (?:it|the (?:box|parcel|package))\b"
            r"|\bwhat (?:do|must|should) i write\b"
            r"|退货号|换货号|(?<!订)(?<!运)单号|编号|写(?:点|些|上)?什么|写在?哪",
            re.IGNORECASE,
        ),
    ),
    (
        PRINT,
        re.compile(
            r"\b(?:print\w*|labels?|stickers?)\b|打印|面单|标签",
            re.IGNORECASE,
        ),
    ),
    (
        PRICE,
        re.compile(
            r"\bhow much (?:is|are|does|do)\b|\b(?:same|other|higher) price\b"
            r"|\bmore expensive\b|\bprice difference\b|多少钱|差价|补钱|加钱|更贵",
            re.IGNORECASE,
        ),
    ),
    (
        STORE,
        re.compile(
            r"\b(?:(?:in|to|at) (?:a|the|your|one of your) (?:stores?|shop|branch)"
            r"|(?:is|are) there an? (?:\w+ )?(?:store|shop|branch)|hamburg|copenhagen)\b"
            r"|门店|实体店|店里|汉堡|哥本哈根",
            re.IGNORECASE,
        ),
    ),
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
            r"\b(?:can|may|could|should) i (?:still |already |also )?(?:wear|use|wash|try)\b"
            r"|\b(?:opened|unpacked|unsealed|worn|washed|tried (?:it|them) on|used it|been used)\b"
            r"|\b(?:box|packag\w+|packing|seal|bag|tags?|(?:paper )?band|sleeve|wrapp\w+)\b.{0,25}"
            r"\b(?:open|broken|torn|off)\b|(?:盒子?|包装|吊牌|袋子?).{0,6}(?:坏|破|撕)"
            r"|(?:拆|打开|开)(?:了|过|封)|(?:穿|洗|用|试)(?:了|过)",
            re.IGNORECASE,
        ),
    ),
)


def own_question(text: str, facet_of_money: bool, known: Container[str]) -> str | None:
    """Which of these is asked, of those that are known; the facets of money come before most."""
    found = (name for name, words in _BEFORE_FACETS if name in known and words.search(text))
    before = next(found, None)
    if before is not None or facet_of_money:
        return before
    return next((name for name, words in _OWN if name in known and words.search(text)), None)


def asks_first(text: str) -> bool:
    """Whether it is asked which of the two comes first, the old one or the new one."""
    return is_question(text) and own_question(text, False, (FIRST,)) is not None


def opens_inside(text: str) -> bool:
    """Whether it is told that what lies inside the parcel is open, its bag or its seal."""
    return _OPEN_INSIDE.search(text[:READ]) is not None

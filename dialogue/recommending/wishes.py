"""What a customer who asks for advice wants, by the words they use for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from dialogue.orders.search import STOP_WORDS, price_floor_cents, price_limit_cents


class Kind(StrEnum):
    """Which goods are asked for."""

    LIKE_IT = "like_it"  # in place of a product
    WITH_IT = "with_it"  # beside a product
    FITTING = "fitting"  # whatever fits the words, or the person


class Price(StrEnum):
    """How much it may cost, against the product spoken of."""

    ANY = "any"
    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message asks for. `words` is what is left of it to say which goods are meant."""

    kind: Kind
    price: Price
    words: str
    limit_cents: int | None
    for_another: bool
    floor_cents: int | None = None

    @property
    def compares(self) -> bool:
        """Whether goods are asked for by another product."""
        return self.kind is not Kind.FITTING or self.price is not Price.ANY


_LIKE_IT = re.compile(
    r"\b(?:(?:something|anything|ones?|products?|things?|goods|items?) like"
    r"|like (?:this|that|it|these|those)\b"
    r"|similar(?: to)?|alternatives?(?: to)?|comparable(?: to)?|instead of)\b"
    r"|类似|相似|差不多的|同类|像这[个款件]",
    re.IGNORECASE,
)
_WITH_IT = re.compile(
    r"\b(?:go(?:es)?(?: \w+)? with|along(?:side)?(?: with)?|together with"
    r"|accessor(?:y|ies)(?: for)?|match(?:es|ing)?"
    r"|(?:need|use|get|buy) with (?:it|this|that|them|these|those)"
    r"|when they (?:buy|bought)|in addition to|to complete)\b|搭配|配套|配什么|一起[买用]",
    re.IGNORECASE,
)
LESS = re.compile(
    r"\b(?:cheaper|less expensive|(?:a )?lower price|more affordable|less pricey"
    r"|(?:not (?:so|as|that|quite so)|too) (?:expensive|dear|pricey)|cost(?:s|ing)? less|for less"
    r"|too much"
    r"|(?:doesn't|does not|don't|do not) cost (?:as|so|that) much)\b"
    r"|[更再]?便宜(?:一?点儿?|一?些)|[更再]便宜|太贵了?|有点贵|贵了"
    r"|(?<!最)便宜(?:的[吗呢么]?|[吗呢么])?\W*$",
    re.IGNORECASE,
)
MORE = re.compile(
    r"\b(?:more expensive|dearer|pricier|fancier|more luxurious|more premium"
    r"|(?:better|higher)[ -]quality|upgrade)\b|更[好贵]的?"
    r"|[更再]?(?:高档|高级)(?:一?点儿?|一?些)?|(?<!有)贵一?[点些]",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(?:gifts?|presents?|birthday|christmas|santa|wedding|housewarming"
    r"|(?:for|get|give|buy) (?:my|our|a|an|his|her|their) (?:\w+ )?"
    r"(?:dad|daddy|father|mum|mom|mother|parents|sister|brother|wife|husband|partner|girlfriend|boyfriend|son|daughter|friend"
    r"|colleague|boss|neighbou?r|aunt|uncle|niece|nephew|cousin|grand\w+|kids?|child|children"
    r"|baby|toddler|teenager|man|woman|boy|girl|teacher|couple)|some(?:one|body) else)\b"
    r"|\b(?:get|give|buy|bring) (?:her|him|them)\b(?! back)"
    r"|\b\d{1,2}[- ]?(?:years?[- ]olds?|y/?o)\b"
    r"|礼物|生日|圣诞|送[给我]|给.{0,3}(?:爸|妈|爷爷|奶奶|外公|外婆|老婆|老公|妻子|丈夫|女朋友|男朋友|朋友|同事|老板|老师"
    r"|儿子|女儿|孩子|宝宝|侄|外甥|[弟妹哥姐]|男孩|女孩|kids)|\d{1,2} ?岁",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(?:€\s*)?\d+(?:[.,]\d+)?\s*(?:€|eur(?:os?)?\b)?", re.IGNORECASE)
# "The warmest jacket" is sought among warm ones.
_MOST = re.compile(r"\b(warm|light|soft|thick|quiet|bright|strong|small|cosi)e?st\b", re.IGNORECASE)
_MARKS = '?!.,;:()"“”-–~'
# Words of asking for advice, which say nothing of goods.
_ASKING = re.compile(
    r"\b(?:recommend(?:ations?|ed)?|suggest(?:ions?|ed)?|advise|advice|propose|ideas?|inspiration"
    r"|surprise|help|choose|pick|bestsellers?|popular|best|top|like[sd]?|loves?|enjoys?|who|something"
    r"|anything|things?|please|hello|nice|good|great|people|customers?|other|else|might|may|else|really|would"
    r"|products?|items?|goods|bit|maybe|perhaps|than|but|going|birthday|gifts?|presents?)\b",
    re.IGNORECASE,
)


def heard(text: str) -> Wish:
    """What a message asks for; of a message without words, something that fits the person."""
    kind = Kind.FITTING
    if _WITH_IT.search(text):
        kind = Kind.WITH_IT
    elif _LIKE_IT.search(text):
        kind = Kind.LIKE_IT
    limit = price_limit_cents(text)  # "cheaper than 50 euros" is no comparison of goods
    less, more = limit is None and bool(LESS.search(text)), bool(MORE.search(text))
    words = _MOST.sub(lambda most: most[1].replace("cosi", "cosy"), text)
    for phrase in (_WITH_IT, _LIKE_IT, LESS, MORE, _AMOUNT, _ASKING):
        words = phrase.sub(" ", words)
    left = [word for word in (part.strip(_MARKS) for part in words.split()) if word]
    return Wish(
        kind=kind,
        price=Price.LESS if less else Price.MORE if more else Price.ANY,
        words=" ".join(word for word in left if word.casefold() not in STOP_WORDS),
        limit_cents=limit,
        for_another=bool(_ANOTHER.search(text)),
        floor_cents=price_floor_cents(text),
    )

"""A message that goes on with the last search: cheaper, under a price, in a colour, others.

It has no words of its own for what is looked for; one that has begins a search anew.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from dialogue.orders.search import (
    PRICE_LIMIT,
    READ,
    price_floor_cents,
    price_limit_cents,
    query_words,
    without_prices,
)
from dialogue.recommending.wishes import LESS, MORE, Price

_OTHERS = re.compile(
    r"\b(?:more |sth |something )(?:practical|useful|personal|original|unusual|elegant|fun)\b"
    r"|更(?:实用|特别|好看|漂亮|高级|有趣|有意思|精致|合适)(?:一?[点些])?"
    r"|\b(?:else|special|others?|another(?: one)?|more|next|different|alternatives?)\b"
    r"|\bnot (?:that|this|these|those|it)(?: ones?)?(?=\W*$|\s*[,.;!])"
    r"|不是这[个些款]|还有|别的|其他|其它|更多|另外|换一?[个批些款]",
    re.IGNORECASE,
)
_CHEAPEST = re.compile(
    r"\b(?:cheapest|least expensive|lowest[- ]priced?)\b|最便宜|最低价", re.IGNORECASE
)
_ALSO = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so)\W+)?(?:and|or|what about|how about|also)\b"
    r"|^\W*[那再]|^还有|呢\W*(?:$|[，,])",
    re.IGNORECASE,
)
# "Something cheaper, like 25": what it may cost.
_ABOUT = re.compile(
    r"(?:\b(?:like|about|around|say|maybe|more like|closer to)|[,，]|大概|大约|差不多)\s*(?:€\s*)?"
    r"(?P<amount>\d{1,5})(?![\d.,%]*\d|\s*(?:x|pieces|people|days?|%|l\b|cm|kg))",
    re.IGNORECASE,
)
# "Not a knife", "nothing electric", "不要电的"; what is no wish to leave something out comes first.
_NO_LEAVING = re.compile(
    r"\bnot (?:so|as|that|too|very|quite|sure|yet|really|only|just|bad|more|less|over|above|like"
    r"|now|what|the same|here|interested|expensive|dear|pricey|looking|find|finding|see|seeing"
    r"|working|available|good|nice|enough|have|want|need|know|right)\b"
    r"|\bno (?:more|longer|need|idea|problem|worries|thanks?|thank|matter|way|doubt|hurry|rush|good"
    r"|use|luck|chance|point|sense|one|stock|i|we|it|that|this|the|my|please|not)\b"
    r"|\bnothing (?:more|over|above|else|like|special|fancy|in|there|here|found|good|for|about)\b"
    r"|\b(?:why|do|does|did|must|can|could|will|would|shall|should|may|to|you|if|or) not\b"
    r"|\b(?:have|has|had|having|['’]ve|got|know|knows|there['’]?s|is|are|need|needs)(?: \w+)?"
    r" (?:no|nothing)\b|\bno(?: \w+){1,2}\s*\?"
    r"|\bwithout (?:me|you|asking|doubt)\b"
    r"|(?:要|想|用)不要|不要(?:太|超过|贵|买|穿|通知)|不要了|不要紧",
    re.IGNORECASE,
)
_LEAVE_OUT = re.compile(
    r"\b(?:not|no|nothing|without|except(?: for)?|excluding|other than|apart from|anything but)\s+"
    r"(?:(?:an?|any|the|another|with|in|made|of|from)\s+){0,3}(?P<what>[^\W\d_][\w-]+"
    r"(?: (?!and|or|but|pls|please|under|for|with|that|from|ones?|stuff|things?|either|you|we)"
    r"[^\W\d_][\w-]+)?)(?:\s+(?:ones?|stuff|things?))?"
    r"|(?:不要|不想要|除了|不含)(?:是|带|用|含)?\s*"
    r"(?P<chinese>[A-Za-z][A-Za-z -]*|[^\s，。,.!！?？的A-Za-z]{1,4})\s*(?:以外|之外)?的?",
    re.IGNORECASE,
)
# What the one for whom it is does not like, or has: to be left out too.
_NOT_FOR_THEM = re.compile(
    r"\b(?:he|she|they)['’]?(?:s|ve)? (?:really |just )?"
    r"(?:(?:does|do)(?:n['’]?t| not) (?:really )?"
    r"(?:like|drink|eat|use|read|wear|do|need|want|enjoy|love)"
    r"|never (?:drinks?|eats?|uses?|reads?|wears?)|hates?|dislikes?"
    r"|(?:has |have |got )?already (?:has |have |owns? |got )?"
    r"|(?:(?:has|have|owns?)(?: got)?|got) (?=(?:enough|plenty|lots|loads|many|(?:so|too) many"
    r"|a lot|several|\w+ of) ))\s*"
    r"(?=[a-z])(?:(?:(?:plenty|lots|loads|a lot|a set) of|a few|an?|any|the|some|enough"
    r"|(?:so |too )?many|several) )?"
    r"|\b(?:he|she|they)['’]? ?(?:has|have|ve|s|owns?)(?: got)? (?=[\w-]+(?: [\w-]+)? already\b)"
    r"|\b(?:he|she|they)['’]? ?(?:has|have|ve|s|owns?)(?: got)? (?:an?|the|one|some) "
    r"(?=[\w-]+(?: [\w-]+)? already\b)"
    r"|[他她]们?[^，。,\s]{0,2}?(?:不喜欢|讨厌|不爱?[喝吃看用]|不需要|已经有|有很多)(?:很多|一个|一些)?",
    re.IGNORECASE,
)
_NO_GOODS = re.compile("[能可吗退换怎]")  # "if she doesn't like it, can it go back"
# "He already has a scale and a blender": both.
_HAS = re.compile(r"\balready\b|\b(?:has|got|owns?) (?:enough|plenty|a lot|lots)\b", re.I)
_AND_TOO = re.compile(
    r"(\bwithout (?:an? |the |some )?[\w-]+(?: [\w-]+)?),? (?:and|or) (?:an? |the |some )"
    r"(?=[a-z])",
    re.IGNORECASE,
)
# Signs of Chinese that name no goods, and those that remain.
_CHINESE_FILLERS = re.compile(
    r"有没有|有没|看看|一点|一些|颜色|什么|可以|东西|超出|预算|不要?超过|[超有的吗呢么是哪好我要想买给个款件些点再更那这和在了吧啊请找来元欧价格钱]"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words of such messages that name no goods; those of any question are left out before.
_FILLERS = frozenset(
    """
    already about actually bad cool affordable
    afford alright also alternative amount aren another better
    bigger bit budget cost costs couldn dear did doesn don either else euro eur even expensive far
    few fine fit good got great haven hm hmm however idea instead isn item least less lesser
    little lot lower
    maximum maybe mean meant model nicer nope nothing oh ok okay one option other perhaps pick pls
    possible possibly pricey pricy product range rather recommend recommendation said same say see
    selection similar slightly
    sorry spend spending sth still suggest suggestion than thank that then thing think those though
    too top version well what whole work yeah
    """.split()  # noqa: SIM905  a list of words is read more easily
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What was looked for last: its words, as the shop's records have them, and its conditions.

    `advised` says that it was advice, not a search; `like` is the article in whose place it was
    asked for. `seen` are the articles shown of it so far; `without` is what they shall not be or
    have, and `size` the one that is asked for, in capitals.
    """

    words: str
    advised: bool = False
    like: str | None = None
    for_another: bool = False
    limit_cents: int | None = None
    colours: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    floor_cents: int | None = None
    size: str = ""

    def kept(self) -> dict[str, Any]:
        """As a slot keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Refinement:
    """What a message makes of the last search."""

    limit_cents: int | None = None
    price: Price = Price.ANY
    cheapest: bool = False
    others: bool = False
    colours: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    floor_cents: int | None = None

    @property
    def about_price(self) -> bool:
        """Whether it says what may be paid."""
        bounded = self.limit_cents is not None or self.floor_cents is not None
        return bounded or self.cheapest or self.price is not Price.ANY


def kept_search(value: object) -> Sought | None:
    """The search in a slot; None when there is none, or nothing that `Sought.kept` made."""
    if not isinstance(value, dict):
        return None
    lists = {key: tuple(value.get(key) or ()) for key in ("colours", "seen", "without")}
    try:
        return Sought(**{**value, **lists})
    except TypeError:
        return None


def refinement(text: str, colours: Collection[str]) -> Refinement | None:
    """What `text` makes of the last search; None when it speaks of goods, or of nothing.

    `colours` are the words by which colours may be named.
    """
    text, without = leave_out(text)
    left, floor = without_prices(text), price_floor_cents(text)
    limit = price_limit_cents(text)
    about = _ABOUT.search(left) if limit is None and LESS.search(left) else None
    if about is not None:
        limit, left = int(about["amount"]) * 100, f"{left[: about.start()]} {left[about.end() :]}"
    cheapest, left = bool(_CHEAPEST.search(left)), _CHEAPEST.sub(" ", left)
    less, left = limit is None and bool(LESS.search(left)), LESS.sub(" ", left)
    dearer, left = bool(MORE.search(left)), MORE.sub(" ", left)
    others, left = bool(_OTHERS.search(left)), _OTHERS.sub(" ", left)
    left = _CHINESE_FILLERS.sub(" ", left)
    words = [word for word in query_words(_CHINESE.sub(" ", left)) if word not in _FILLERS]
    price = Price.LESS if less else Price.MORE if dearer else Price.ANY
    found = Refinement(limit, price, cheapest, others, tuple(words), without, floor)
    if _CHINESE.search(left) or not set(words) <= set(colours) or found == Refinement():
        return None
    return found


def leave_out(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its "not a knife" and "nothing electric", and what they leave out."""
    has = _HAS.search(text[:READ]) is not None
    text = _NOT_FOR_THEM.sub(_as_left_out, text[:READ])
    text = _AND_TOO.sub(r"\1, without ", text) if has else text
    kept = {(found.start(), found.end()) for found in _NO_LEAVING.finditer(text)}
    kept |= {(found.start(), found.end()) for found in PRICE_LIMIT.finditer(text)}
    words: list[str] = []

    def without(found: re.Match[str]) -> str:
        if any(start < found.end() and found.start() < end for start, end in kept):
            return found[0]
        what = found["what"] or found["chinese"]
        if _NO_GOODS.search(what):
            return found[0]
        named = [what] if _CHINESE.match(what) else query_words(what)
        said = [word for word in named if word not in _FILLERS]
        words.extend(said)
        return ", " if said else found[0]

    left = _LEAVE_OUT.sub(without, text)
    return left, tuple(dict.fromkeys(words))


def _as_left_out(found: re.Match[str]) -> str:
    return "without " if found[0][:1].isascii() else " 不要"


def goes_on(text: str) -> bool:
    """Whether other goods are asked for under the same conditions: "and bowls?"."""
    return _ALSO.search(text[:READ]) is not None

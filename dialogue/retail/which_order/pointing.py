"""What is pointed at in a list that was just shown: "the second one", "the last", "both"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import utils

from dialogue.orders.views import OrderView, ReturnView
from dialogue.retail.returning.picking import mentioned

MAX_TEXT = 300

_ORDINALS = (
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
    ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"],
)
_PLACES = {word: place for words in _ORDINALS for place, word in enumerate(words)}
_CHINESE_PLACES = {"一": 0, "二": 1, "两": 1, "三": 2, "四": 3, "五": 4, "1": 0, "2": 1, "3": 2}
# "the first time" and "second-hand" name no place in a list.
_PLACE = re.compile(
    rf"\b({'|'.join(_PLACES)})\b(?!\s*(?:time|thing|of all|floor|class|aid)\b|-hand)", re.IGNORECASE
)
_NUMBERED = re.compile(r"\b(?:number|no\.?|nr\.?|option)\s*([1-9]|10)\b(?!\d)", re.IGNORECASE)
_CHINESE_PLACE = re.compile(r"第\s*([一二两三四五123])\s*(?:个|件|单|款|条|双)?")
_LAST = re.compile(
    r"\bthe (?:very )?last(?: one| of (?:them|these|those))?\b"
    r"(?!\s+(?:time|week|month|year|order|\w+day|digits?|numbers?|letters?|part|bit|step|thing)\b)"
    r"|\blast one\b|最后(?:一|那)?[个件单款]|最后一",
    re.IGNORECASE,
)
# Where it stands in what was shown.
_TOP = re.compile(
    r"\b(?:top|upper|uppermost|highest) one\b|\bone (?:at|on) (?:the )?top\b"
    r"|最?上面的?(?:那|这)?[个一单]",
    re.IGNORECASE,
)
_BOTTOM = re.compile(
    r"\b(?:bottom|lowest|lowermost) one\b|\bone at the bottom\b|最?下面的?(?:那|这)?[个一单]",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:my|the) (?:last|latest|newest|most recent) order\b|\b(?:newest|latest|most recent) one\b"
    r"|最近(?:的)?(?:那)?(?:一)?(?:个|单|笔)?订单|最新的订单",
    re.IGNORECASE,
)
# "And the one before?": the order placed before the one spoken of; not "the one before Easter".
_BEFORE = re.compile(
    r"\b(?:one|order|purchase) before\b(?:\s+(?:that|it|this)\b|(?=\s*(?:please\b|[,.;!?]|$)))"
    r"|\b(?:the|my|and) previous(?:\s+(?:one|order|purchase)\b|(?=\s*(?:[,.;!?]|$)))"
    r"|(?:再|更)?[上前]一[个单笔]|之前(?:的)?那[个单笔]|再(?:往|之)前",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\bthe other(?:\s+(?:one|order|item)\b|(?=\s*(?:[,.;!?]|$)))|\banother one of (?:them|these)\b"
    r"|\bthe other (?!days?\b|times?\b|way\b|hand\b|parcel|package|box|half|part)[a-z]{3,15}\W*$"
    r"|\bmy other (?:one|order)\b|另(?:外)?(?:一|那)[个件单款]",
    re.IGNORECASE,
)
_OTHER_ORDER = re.compile(
    r"\b(?:my|the|an) ?other orders?\b|(?:另外?|别的|其他)(?:那|一)?[个笔]?(?:订单|单)",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\b|两[个件单款]", re.IGNORECASE)
_ALL = re.compile(r"\ball (?:of )?(?:them|these|those|three|four|five)\b|全部|都", re.IGNORECASE)
_IT = re.compile(
    r"\b(?:it|its|this|that|this one|that one|them)\b|它|(?:这|那|该)(?:个|笔)?(?:订单|单|个)",
    re.IGNORECASE,
)
_UNWANTED = re.compile(
    r"\b(?:don['’]?t|do not|no longer) (?:want|need) (?:it|that|this|them)\b|不(?:想)?要了",
    re.IGNORECASE,
)
# "I got shorts instead of the leggings": what came is of no order, what should have is.
_GOT = re.compile(
    r"\b(?:got|gotten|getting|received|sent)\b[^,;.!?]{0,60}?(?=\binstead\b|[,;.!?]|$)"
    r"|(?:发成|寄成|收到的却?是)[^，。；！？,.;!?]{0,20}",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?<![^\W_])R\s?[-–—]?\s?(\d{4,8})(?!\d)", re.IGNORECASE)
_SMALL = frozenset(
    [
        "the",
        "one",
        "with",
        "and",
        "for",
        "from",
        "order",
        "my",
        "that",
        "this",
        "which",
        "was",
        "were",
        "has",
        "have",
    ]
)


def pointed(text: str, count: int, present: int | None = None) -> tuple[int, ...]:
    """The places, from 0, in a list of `count` that the text points at; none when it does not.

    `present` is the one spoken of, for "the other one" of two.
    """
    text = text[:MAX_TEXT]
    if count < 1 or not text.strip():
        return ()
    places = [_PLACES[found[1].casefold()] for found in _PLACE.finditer(text)]
    places += [int(found[1]) - 1 for found in _NUMBERED.finditer(text)]
    places += [_CHINESE_PLACES[found[1]] for found in _CHINESE_PLACE.finditer(text)]
    if _TOP.search(text):
        places.append(0)
    if _LAST.search(text) or _BOTTOM.search(text):
        places.append(count - 1)
    if places:
        return tuple(dict.fromkeys(place for place in places if place < count))
    if _OTHER.search(text) and count == 2 and present is not None:
        return (1 - present,)
    every = _ALL.search(text) or (count == 2 and _BOTH.search(text))
    return tuple(range(count)) if every and count > 1 else ()


def orders_meant(
    text: str, shown: Sequence[str], orders: Sequence[OrderView], present: str | None
) -> tuple[str, ...]:
    """The numbers of the orders that the text points at, of those shown or by what is in them.

    `orders` are the customer's latest, the newest first.
    """
    text = text[:MAX_TEXT]
    known = [order.number for order in orders]
    listed = [number for number in shown if number in known]
    if says_before(text) and present in known:
        return tuple(known[known.index(str(present)) + 1 :][:1])
    if _NEWEST.search(text) and known:
        holding = [order.number for order in orders if mentioned(text, order.items)]
        return tuple(holding[:1]) or (known[0],)  # the last one with the towel, if that is said
    place = listed.index(present) if present in listed else None
    places = pointed(text, len(listed), place)
    if places and (len(places) == 1 or present is None):
        return tuple(listed[place] for place in places)
    another = _OTHER.search(text) or says_another_order(text)
    if another and present in known and len(known) == 2:
        return tuple(number for number in known if number != present)
    by_content = [order for order in orders if names_goods_of(text, order)]
    within = [order for order in by_content if order.number in listed] or by_content
    if present is not None and any(order.number == present for order in within):
        return ()
    most = _naming_all(text, within)  # "the first aid kit": there is a herb growing kit too
    only = within[0] if len(within) == 1 else most
    return (only.number,) if only else ()


def reference_in(text: str) -> str | None:
    """The number of a return as it stands on its parcel: ``R-00186``, however it is typed."""
    found = _REFERENCE.search(text[:MAX_TEXT])
    return f"R-{int(found[1]):05d}" if found else None


def parcels_meant(text: str, order: OrderView, parcels: Sequence[ReturnView]) -> list[ReturnView]:
    """Of these returns of an order, those that the text names by number or by their goods."""
    reference = reference_in(text)
    if reference is not None:
        return [one for one in parcels if one.reference == reference]
    return [
        parcel
        for parcel in parcels
        if mentioned(text, [i for i in order.items if any(i.name in it for it in parcel.items)])
    ]


def order_naming(text: str, orders: Sequence[OrderView]) -> OrderView | None:
    """The order of whose goods the text names more than of any other; None where two are alike."""
    told = [(len(mentioned(text, order.items).split()), order) for order in orders]
    most = max((count for count, _ in told), default=0)
    found = [order for count, order in told if count == most and count]
    return found[0] if len(found) == 1 else None


def _naming_all(text: str, orders: Sequence[OrderView]) -> OrderView | None:
    """The order of whose goods the text names most, if all that it names of goods is there."""
    most = order_naming(text, orders)
    named = set(mentioned(text, most.items).split()) if most else set()
    others = (set(mentioned(text, order.items).split()) for order in orders)
    return most if all(words <= named for words in others) else None


def both_of(text: str, orders: Sequence[OrderView]) -> tuple[str, ...]:
    """The numbers of two orders where the text speaks of both; none where they are not two."""
    both = len(orders) == 2 and _BOTH.search(text[:MAX_TEXT])
    return tuple(order.number for order in orders) if both else ()


def says_others(text: str) -> bool:
    """Whether the text speaks of more than one, or of another one."""
    return any(one.search(text[:MAX_TEXT]) for one in (_BOTH, _ALL, _OTHER))


def says_another_order(text: str) -> bool:
    """Whether the text speaks of an order besides the one spoken of: "and my other order?"."""
    return _OTHER_ORDER.search(text[:MAX_TEXT]) is not None


def says_before(text: str) -> bool:
    """Whether the text speaks of the order before another: "and the one before that?"."""
    return _BEFORE.search(text[:MAX_TEXT]) is not None


def says_it(text: str) -> bool:
    """Whether the text speaks of something by a pronoun: "cancel it", "where is that one"."""
    return _IT.search(text[:MAX_TEXT]) is not None


def says_unwanted(text: str) -> bool:
    """Whether the text says that all of what was just spoken of is not wanted any more."""
    return _UNWANTED.search(text[:MAX_TEXT]) is not None


def names_goods_of(text: str, order: OrderView) -> bool:
    """Whether a word of the text is of an article in the order, or of its colour.

    What came instead of it does not count.
    """
    if re.search(r"\binstead\b|发成|寄成|收到的却?是", text[:MAX_TEXT], re.IGNORECASE):
        text = _GOT.sub(" ", text[:MAX_TEXT])
    if mentioned(text, order.items):
        return True
    words = {word for word in utils.default_process(text).split() if len(word) > 2} - _SMALL
    colours = {
        word
        for item in order.items
        for word in utils.default_process(item.variant).split()
        if len(word) > 2
    }
    return bool(words & colours) and bool(re.search(r"\bone\b", text, re.IGNORECASE))

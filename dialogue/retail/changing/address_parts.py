"""A part of an address that is put right: "number 19, not 12", "20359 is the postcode"."""

from __future__ import annotations

import re
from dataclasses import replace

from rapidfuzz import fuzz

from dialogue.orders.addresses import NewAddress, looks_like_address, parse_address
from dialogue.orders.errors import InvalidAddress, NotDeliveredThere
from dialogue.questions import is_question
from dialogue.retail.talk.correcting import meant_in

MAX_TEXT = 120  # longer than any correction of a part
_ALIKE = 60  # from which likeness on a word alone is the street's name once more
MOST_WORDS = 5  # from so many on it is a sentence, and no name of a street
_HAS_NUMBER = re.compile(r"\b\d{1,4}\s?[a-zA-Z]?\b")
_NUMBER = r"\d{1,4}(?:\s?[a-zA-Z](?![\w]))?(?![\w.]*\d)"
_HOUSE = re.compile(
    r"(?:\b(?:house\s?)?(?:number|num|no\.?|nr\.?|#)\s*"
    r"(?:(?:is|was) (?:wrong|incorrect|not right)[\s,.:;!]{0,4})?"
    r"(?:(?:it )?(?:is|should be)|it['’]?s|:)?\s*"
    rf"(?P<named>{_NUMBER})"
    rf"|门牌[^\d，。；,;]{{0,8}}(?:错了?[，,。\s]*(?:应该|其实)?是?\s*)?(?P<called>{_NUMBER})"
    rf"|(?P<chinese>\d{{1,4}})\s*号(?!之?前|[到送寄发]))",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])(\d{4}\s?[A-Z]{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3}\s\d{2}|\d{4,5})(?![A-Za-z0-9])"
)
_CALLED_POSTCODE = re.compile(
    r"\b(?:post\s?code|postal code|zip(?: code)?|plz)\b|邮编|邮政编码", re.IGNORECASE
)
_TOWN = re.compile(
    r"\b(?:city|town|place)\b\s*(?:is|should be|:|=)?\s*(?P<town>[^\W\d_][^\d,;.!?]{1,40})"
    r"|(?:城市|市)(?:是|应该是|：|:)?\s*(?P<chinese>[^\d，。；\s]{2,20})",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"^(?:the )?(?:street(?: name)?|road|街道|街名)\s*(?:is|should be|是|:|=)?\s*"
    rf"(?P<name>[^\W\d_][^\d,;!?]{{2,60}}?)"
    rf"(?:\s+(?P<number>{_NUMBER}))?\W*$",
    re.IGNORECASE,
)
_WITH_NUMBER = re.compile(
    rf"^(?P<name>[^\W\d_][^\d,;!?]{{2,60}}?)\s+(?P<number>{_NUMBER})\W*$", re.IGNORECASE
)
_NOT_STREETS = (
    "about add another code for how in item items just only option order orders pieces remove send"
    " take until what when which why"
)
_NO_STREET = frozenset(_NOT_STREETS.split())
LEADING = re.compile(
    r"^\W*(?:(?:oh|ah|sorry|typo|oops|wait|no|nope|hm+|hang on|actually|i mean(?:t)?|meant|its"
    r"|it['’]?s|it is|(?:it |that )?should be|that['’]?s|make (?:it|that)|change (?:it|that) to"
    r"|to|please|pls|rather|but|and|a|my mistake|is|the correct one|correct|right|wrong"
    r")(?![^\W\d_])[\s,.:;!，。-]*"
    r"|(?:[哎啊哦噢]|不对|不是|抱歉|不好意思|[写打填]?错了|应该是|改成|是)[\s,.:;!，。-]*)+",
    re.IGNORECASE,
)
# Who receives it, and on which floor: they stand with the street.
_NAMES_WHO = re.compile(
    r"\b(?:names?|(?:door)?bell|c/o|care of|receiver|recipient|att(?:ention|n))\b"
    r"|收件人|姓名|名字|门铃",
    re.IGNORECASE,
)
_PUT_ON = re.compile(
    r"\b(?:put|write|add)\b.{2,40}\b(?:on (?:it|there|the (?:label|parcel|box))|there)\b",
    re.IGNORECASE,
)
_WHO_ZH = re.compile(
    r"(?:收件人|姓名|名字)[^，。,\s]{0,6}?(?:改成|改为|写成|写|应该是|是|叫)\s?"
    r"([^\s，。,是]{2,20}(?: [A-Za-z][^\s，。,]{0,19}){0,3})"
)
_FLOOR = re.compile(
    r"\b(?:(?:\d{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|sixth|top) floor"
    r"|floor \d{1,2}|(?:apartment|apt\.?|flat|door|staircase) (?:no\.? )?(?:\d{1,4}[a-z]?|[a-z])"
    r"|\d{1,2} ?楼|[一二三四五六七八九十]{1,2}楼)(?![\w])",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"^\W*(?:and )?(?:can|could|would) (?:you|u) (?:please |also )?"
    r"(?:add|put|write|note|use|make)\b"
    r"|^\W*(?:能|可以)(?:不能)?(?:再)?(?:加|写|备注)",
    re.IGNORECASE,
)
_POINTS_AT = re.compile(
    r"\b(?:my|his|her|their|our|same|usual)\b"
    r"|我(?:家|们|公司|妈|爸|女|男|朋友)|老地方|上次|一样",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:same|only|just)\b.{0,30}\b(?:street|address|road|house|number|nr|no|postcode|zip)\b"
    r"|\b(?:house ?number|number|postcode|post code|zip(?: code)?)\b"
    r".{0,12}\b(?:wrong|missing|incorrect)\b"
    r"|(?:同|一样|只|就).{0,6}(?:街|地址|路|门牌|邮编)|(?:门牌|邮编).{0,6}(?:错|应该|改|是)",
    re.IGNORECASE,
)
# A number that is told not to be it, and the words that only talk of parts of an address.
_NOT_IT = re.compile(
    r"(?:\b(?:not|instead of|rather than)\s+|(?:而?不是|不再是)\s*)\d{1,5}[a-z]?(?![\da-z])",
    re.IGNORECASE,
)
_PART_TALK = """
    actually also and are as both but change changed code correct hang house i is it its just made
    make meant mistake my no not nr number oh on oops please plz post postal postcode s shall
    should so sorry that the there to too typo wait was well were wrong zip
"""
_TALK = frozenset(_PART_TALK.split())
_TRAILING = re.compile(r"[\s,.!]+(?:please|pls|sorry|thanks|thank you)\W*$", re.IGNORECASE)


def put_right(known: str, text: str, surely: bool = False) -> str | None:
    """The `known` address with the one part that `text` tells anew; None when it tells none.

    `surely`: only where the text calls the part by its name, begins as corrections do, or is a
    postcode alone.
    """
    try:
        address = parse_address(known)
    except (InvalidAddress, NotDeliveredThere):
        return None
    if not text or len(text) > MAX_TEXT or is_question(text):
        return None
    if several := _several(address, text):
        return str(several)
    if looks_like_address(text):
        return None
    named = any(part.search(text) for part in (_HOUSE, _CALLED_POSTCODE, _TOWN, _STREET))
    alone = _POSTCODE.fullmatch(text.strip(" .,!。，"))
    if surely and not (named or alone or LEADING.match(text)):
        return None
    meant = _TRAILING.sub("", LEADING.sub("", meant_in(text))).strip(" ,;.!。，")
    changed = _corrected(address, meant)
    return None if changed is None or changed == address else str(changed)


def put_beside(known: str, text: str, person: str | None) -> str | None:
    """The `known` address with who receives it or a floor, which `text` adds; None without one."""
    asks = is_question(text) and not _ADDS.match(text[:MAX_TEXT])
    if not text or len(text) > MAX_TEXT or asks or looks_like_address(text):
        return None
    try:
        address = parse_address(known)
    except (InvalidAddress, NotDeliveredThere):
        return None
    street, who, floor = address.street, _WHO_ZH.search(text), _FLOOR.search(text)
    named = _NAMES_WHO.search(text) or _PUT_ON.search(text)
    name = (who[1] if who else person) if named else None
    if name:
        first, _, rest = street.partition(", ")
        street = f"{name}, {rest if rest and not _HAS_NUMBER.search(first) else street}"
    if floor and floor[0].casefold() not in street.casefold():
        street = f"{street}, {floor[0]}"
    return None if street == address.street else str(replace(address, street=street))


def names_in_chinese(text: str) -> bool:
    """Whether a recipient is told in Chinese signs, which no label in our countries carries."""
    who = _WHO_ZH.search(text[:MAX_TEXT])
    return who is not None and re.search(r"[\u4e00-\u9fff]", who[1]) is not None


def points_at_address(text: str) -> bool:
    """Whether an address is pointed at that only the customer knows: "my girlfriend's place"."""
    text = text[:MAX_TEXT]
    return _POINTS_AT.search(text) is not None and re.search(r"\d", text) is None


def same_but(text: str) -> bool:
    """Whether a part of the address that an order has is told: "the same street but number 14"."""
    return _SAME.search(text[:MAX_TEXT]) is not None


def _several(address: NewAddress, text: str) -> NewAddress | None:
    """The address with both house number and postcode anew, when a text tells no more of it."""
    known = set(re.findall(r"[^\W\d_]+", str(address).casefold()))
    words = re.findall(r"(?<!\d)[a-zà-ÿ]+", text.casefold())
    said = _NOT_IT.sub(" ", text)
    house, postcode = _HOUSE.search(said), _POSTCODE.search(said)
    if not (house and postcode) or not _TALK.union(known).issuperset(words):
        return None
    number = (house["named"] or house["called"] or house["chinese"]).strip()
    street = _HAS_NUMBER.sub(number, address.street, count=1)
    return replace(address, street=street, postcode=postcode[1])


def _corrected(address: NewAddress, meant: str) -> NewAddress | None:
    postcode = _POSTCODE.search(meant)
    if _CALLED_POSTCODE.search(meant) or (postcode and postcode[0] == meant and len(meant) > 3):
        return replace(address, postcode=postcode[1]) if postcode else None
    if not (house := _HOUSE.search(meant)) and (town := _TOWN.search(meant)):
        return replace(address, city=(town["town"] or town["chinese"]).strip())
    if house or re.fullmatch(_NUMBER, meant):
        number = (house["named"] or house["called"] or house["chinese"]) if house else meant
        return replace(address, street=_HAS_NUMBER.sub(number.strip(), address.street, count=1))
    street = _street(address.street, meant)
    if street is not None:
        return replace(address, street=street)
    return replace(address, city=meant) if _is_like(meant, address.city) else None


def _street(known: str, meant: str) -> str | None:
    """The street that is named anew; without a number it keeps the one it has."""
    present = _HAS_NUMBER.search(known)
    number = present[0] if present else ""
    if called := _STREET.match(meant):
        return f"{called['name'].strip()} {called['number'] or number}".strip()
    if numbered := _WITH_NUMBER.match(meant):
        words = numbered["name"].casefold().split()
        named = len(words) < MOST_WORDS and _NO_STREET.isdisjoint(words)
        return f"{numbered['name'].strip()} {numbered['number']}" if named else None
    same = _is_like(meant, _HAS_NUMBER.sub("", known).strip(" ,"))
    return f"{meant} {number}".strip() if same else None


def _is_like(word: str, name: str) -> bool:
    """Whether a word alone is surely this name, written otherwise."""
    plain = re.fullmatch(r"[^\W\d_][^\d,;!?]{2,40}", word) and len(word.split()) < MOST_WORDS
    return bool(plain) and fuzz.ratio(word.casefold(), name.casefold()) >= _ALIKE

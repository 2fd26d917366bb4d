"""More pieces, fewer or none: what of an order's line shall change, in words."""

from __future__ import annotations

import re

from dialogue.retail.figures import FIGURE
from dialogue.retail.returning.picking import WORDS, count_in, number_of

ADD, REMOVE = "add", "remove"
_ADD = re.compile(
    r"\b(add|(?<!any )(?<!no )more(?!.*\bthan\b)|another one|one more|extra|also want|put in"
    r"|go(?:es)? in(?:to)?)\b|加|再买",
    re.IGNORECASE,
)
_ONE_MORE_THING = re.compile(r"\bone more (?:thing|question|wish)\b", re.IGNORECASE)
_AND = re.compile(r"[,;.，。；]|\b(?:and|but)\b", re.IGNORECASE)
_REMOVE = re.compile(
    r"\b(remove|take (?:\S+ ){0,5}?(?:out|off)\b|delete|drop|without"
    r"|(?:don['’]?t|do not|no longer) (?:want|need)|cancel)\b|去掉|拿掉|删|不要|不想要|取消",
    re.IGNORECASE,
)
_NUMBER = rf"\d{{1,3}}(?![\w-]|[.,]\d)|{'|'.join(WORDS)}"
# "take two of them out", "one less": so many go, and the others stay.
_SOME = re.compile(
    rf"\b(?:remove|take(?: out| off)?|delete|drop|want|need|cancel)\s+(?P<taken>{_NUMBER})\b"
    rf"|(?<!that )(?<!this )\b(?P<of>{_NUMBER})\s+of\s+(?:them|these|those|the|my)\b"
    rf"|\b(?P<less>{_NUMBER})\s+(?:[\w-]+\s+){{0,3}}?(?:less|fewer)\b(?!\s+than\b)"
    rf"|(?:去掉|拿掉|删掉?|不要|不想要|取消|少[要拿买]?|减[少去掉]?)了?\s*(?P<figures>\d{{1,3}}|{FIGURE})\s*[个件只双条]",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:less|fewer)\b|少|减")
# "2 instead of 3", "from 3 to 2", "not four but two": so many there shall be.
_COUNTED = rf"(?:\d{{1,3}}(?![\w-]|[.,]\d)|\b(?:{'|'.join(WORDS)})\b)"
_BETWEEN = r"(?:\s+[\w-]+){0,3}?\s+"
_SO_MANY = re.compile(
    rf"(?P<new>{_COUNTED}){_BETWEEN}(?:instead of|rather than|not)\s+(?:the\s+)?{_COUNTED}"
    rf"|\bfrom\s+{_COUNTED}{_BETWEEN}to\s+(?P<to>{_COUNTED})"
    rf"|\bnot\s+{_COUNTED},?{_BETWEEN}?(?:but\s+)?(?P<but>{_COUNTED})"
    rf"|从\s*(?:\d{{1,3}}|{FIGURE})\s*[个件只双条]?\D{{1,4}}?(?P<cut>\d{{1,3}}|{FIGURE})\s*[个件只双条]"
    rf"|(?P<is>\d{{1,3}}|{FIGURE})\s*[个件只双条]?，?(?:而)?不是\s*(?:\d{{1,3}}|{FIGURE})",
    re.IGNORECASE,
)
# How many there are, said beside how many there shall be.
_HAD = re.compile(
    rf"\b(?:instead of|rather than|not)\s+(?:the\s+)?(?P<had>{_COUNTED})"
    rf"|\bfrom\s+(?P<cut>{_COUNTED})(?=\s+(?:[\w-]+\s+){{0,3}}?to\s)"
    rf"|(?:从|而?不是|不要)\s*(?P<chinese>\d{{1,3}}|{FIGURE})\s*[个件只双条]",
    re.IGNORECASE,
)

# "Only one please, I don't need two": so many stay, where nothing is said to be taken.
_ONLY = re.compile(
    rf"\b(?:only|just)\s+(?P<only>{_COUNTED})(?!\s+(?:more|less|fewer|of)\b)"
    rf"|只(?:要|留|需要)\s*(?P<chinese>\d{{1,3}}|{FIGURE})\s*[个件只双条]",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"\b(?:remove|take|delete|drop|cancel|return|less|fewer)\b|[去拿删退]|取消", re.IGNORECASE
)

# "Make it 2 pairs", "two of them": so many there shall be, if these are more than there are.
_PIECES = re.compile(
    rf"\b(?P<said>{_NUMBER})\s+(?:pairs?|pieces?|pcs|sets?|of (?:them|it|these|those))\b"
    rf"|\b(?P<enough>{_NUMBER})\s+(?:is|are|will be|would be) (?:enough|plenty|fine)\b"
    rf"|\b(?:only|just) (?P<some>{_NUMBER}) of (?:the|my)\b"
    rf"|\bmake (?:it|that|them) (?P<made>{_NUMBER})\b(?!\s+(?:less|fewer))"
    rf"|(?:要|改成|换成|来)\s*(?P<chinese>\d{{1,3}}|{FIGURE})\s*[个件只双条副]",
    re.IGNORECASE,
)
_WANTED = re.compile(
    rf"\bwant(?:ed)?\s+(?P<wanted>{_NUMBER})\b(?!\s+(?:less|fewer))", re.IGNORECASE
)


def wants_more(text: str, quantity: int) -> bool:
    """Whether a text wants more pieces of a line than the `quantity` it has."""
    return (pieces_said(text) or 0) > quantity or more_or_less(text) == ADD


def pieces_said(text: str) -> int | None:
    """How many pieces there shall be: "make it two", "only 2 of them", "2 instead of 3"."""
    found = None if _TAKES.search(text) else _PIECES.search(text) or _WANTED.search(text)
    return number_of(next(filter(None, found.groups()))) if found else so_many(text)


def more_or_less(text: str) -> str | None:
    """Something added or taken out, and how many pieces: ``remove 2``."""
    text = _ONE_MORE_THING.sub(" ", text)
    parts = _AND.split(text)
    kept = [part for part in parts if not _ADD.search(part)]
    if len(kept) < len(parts) and not any(map(_REMOVE.search, kept)):
        return ADD
    text = " , ".join(kept)  # "take the shirt out and add a belt": the shirt goes
    if so_many(text) is not None and not _TAKES.search(text):
        return None
    some = _SOME.search(text)
    if not _REMOVE.search(text) and not (some and _LESS.search(some[0])):
        return None
    return f"{REMOVE} {number_of(next(filter(None, some.groups())))}" if some else REMOVE


def so_many(text: str) -> int | None:
    """The number of pieces there shall be, where the one there is stands beside it."""
    only = None if _TAKES.search(text) else _ONLY.search(text)
    found = _SO_MANY.search(text) or only
    return number_of(next(filter(None, found.groups()))) if found else None


def pieces_before(text: str) -> int | None:
    """The pieces there are by what the text says: 3 in "make it 2 not 3"; None without both."""
    found = _HAD.search(text) if pieces_said(text) is not None else None
    return number_of(next(filter(None, found.groups()))) if found else None


def said_change(text: str, quantity: int) -> str | None:
    """More, none or fewer, or a number of pieces; more than there are is more."""
    change = more_or_less(text)
    if change is not None:
        return change
    count = so_many(text) or count_in(text, quantity)
    if count is None or count < 1 or count == quantity:
        return None
    return ADD if count > quantity else str(count)

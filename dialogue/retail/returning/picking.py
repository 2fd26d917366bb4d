"""Which pieces of an order a customer means: "the socks", "one of the two shirts", "both".

A choice is kept in a text slot: line numbers with the pieces after a colon, ``1:2,3``; a line
without a number of pieces is the whole line, or has not been asked about yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process, utils

from dialogue.orders.views import ItemView
from dialogue.retail.figures import FIGURE, figure

ALL_ITEMS = "all"
MAX_TEXT = 300  # longer than any way of naming the lines of an order

_ALL_WORDS = frozenset({"all", "both", "everything", "every", "whole", "complete", "entire"})
_ALL_CHINESE = re.compile("全部|所有|都")
_NOT_ALL = re.compile(
    r"\b(?:after|at|above) all\b|\ball (?:the time|right|day|along)\b", re.IGNORECASE
)
_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve"
WORDS = tuple(_NUMBER_WORDS.split())
_NUMBER = rf"\d{{1,6}}|{'|'.join(WORDS)}"
_NEGATIVE = re.compile(rf"\b(?:minus|negative)\s+(?:{_NUMBER})\b|(?<!\S)[-−–]\s?\d+", re.IGNORECASE)
_COUNT = re.compile(
    rf"(?:^|\b(?:just|only|want|return|back|exchange|swap|keep|send|remove)\s+)(?:the\s+|all\s+)?({_NUMBER})\b"
    rf"|\b({_NUMBER})\s*(?:×|x\b|of\b|out\b|pieces?\b|pcs\b|件|个|只|双)",
    re.IGNORECASE,
)
# No spaces about it: of a message of four thousand spaces each would be tried as the first.
_PARTS = re.compile(r",|;|&|\+|、|和|\band\b|\bplus\b|\bas well as\b", re.IGNORECASE)
_ENCODED = re.compile(r"\d{1,4}(?::\d{1,4})?(?:,\d{1,4}(?::\d{1,4})?)*")
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_ALL_OF = re.compile(rf"\ball\s+(?:of\s+)?(?:the\s+)?(?:{_NUMBER})\b", re.IGNORECASE)  # "all three"
_CHINESE_COUNT = re.compile(rf"(?<![第零一二两三四五六七八九十百千])({FIGURE})(?=[个件只双条])")
_BARE_CHINESE = re.compile(rf"\W*(?:我?就?只?要)?({FIGURE})\W*")
# An order's number and a size are no pieces: "slippers of 2055 in 40 instead of 41".
_NO_PIECES = re.compile(
    r"\b(?:of|from)\s+(?:order\s+)?\d{4,}\b|\b(?:instead of|rather than)\s+(?=[3-5]\d\b)",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"['’]\w{1,2}\b")  # the m of "I'm" is no size
# "2 things: the scale and the towel" are not two scales.
_THINGS = re.compile(
    rf"\b(?:{_NUMBER})\s(?:\w+\s)?(?:things?|items|articles|products)\b|(?:{FIGURE})(?:样|件)东西",
    re.IGNORECASE,
)
_MATCHES = 60
_POINTS = re.compile(r"\bones?\b|[那这][个件只双条]|的\W*$", re.IGNORECASE)
_T_SHIRT = re.compile(r"\b(?:t ?shirts?|tees?)\b", re.IGNORECASE)
_ANY_SHIRT = re.compile(r"\b(?:t ?shirts?|tees?|shirts?)\b", re.IGNORECASE)
# "The t-shirt, just one of them".
_ONLY = re.compile(
    rf"^(?P<what>[^,;]{{2,80}}?),? (?:but )?(?:just|only) (?P<count>{_NUMBER})"
    r"(?: of (?:them|these|those))?\W{0,9}$",
    re.IGNORECASE,
)
_LINKS = frozenset({*_ALL_WORDS, "and", "plus", "of", "minus", "和"})
_FILLERS = frozenset(
    {
        *_ALL_WORDS,
        *WORDS,
        "of",
        "the",
        "my",
        "just",
        "only",
        "please",
        "minus",
        "as",
        "well",
        "too",
        "also",
    }
)


@dataclass(frozen=True, slots=True)
class Picked:
    """Lines with their pieces; None where no number was said."""

    pieces: Mapping[int, int | None]

    def __str__(self) -> str:
        return ",".join(
            str(line) if pieces is None else f"{line}:{pieces}"
            for line, pieces in self.pieces.items()
        )


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """The item is clear, but not so many pieces of it can be meant; `alone` names no other item."""

    item: ItemView
    alone: bool = True


def pick(text: str, items: Sequence[ItemView]) -> Picked | WrongNumber | None:
    """What `text` says, in words or as a slot keeps it; None when it is not clear."""
    text = _as_in_names(text[:MAX_TEXT].strip())
    text = _counted(_ONLY.sub(r"\g<count> \g<what>", text))
    by_line = {item.line: item for item in items}
    if _ENCODED.fullmatch(text) and all(line in by_line for line, _ in _decoded(text)):
        return _checked(dict(_decoded(text)), by_line)
    everything = _says_all(text)
    parts = [part for each in _PARTS.split(text) if (part := each.strip())]
    found = _each(parts, items, everything) or _each([text], items, everything)
    if found is not None:
        return found
    if not everything or not items or not _may_be_all(text, items):
        return None
    return Picked({item.line: item.returnable for item in items})


def _may_be_all(text: str, items: Sequence[ItemView]) -> bool:
    """Whether the number that is told with "all", if any, is that of the lines or the pieces."""
    found = re.search(rf"({_NUMBER})\s*[个件只双条]", text)
    count = number_of(found[1]) if found else 2 if _BOTH.search(text) else None
    return count is None or count in (len(items), sum(one.returnable for one in items))


def named_in(
    text: str, items: Sequence[ItemView], *, names_first: bool = False
) -> Picked | WrongNumber | None:
    """What a whole sentence names of the items: with colours and sizes, or by the names alone.

    By the names first where others are wished: "the linen shirt, for white M" is no white shirt.
    """
    items = with_shirts_apart(text, items)
    plain = [replace(one, variant="") for one in items]
    said = [mentioned(text, items), mentioned(text, plain)]
    ways = reversed(said) if names_first else iter(said)
    found = next((found for one in ways if (found := pick(one, items))), None)
    if not isinstance(found, Picked) or list(found.pieces.values()) != [None]:
        return found
    item = next(one for one in items if one.line in found.pieces)
    count = _count(_counted(_THINGS.sub(" ", text[:MAX_TEXT])), item)  # "..., I return one"
    return Picked({item.line: count}) if count and count <= item.returnable else found


_EVERYTHING = re.compile(
    r"\b(?:everything|all of (?:it|them)|(?:the )?(?:whole|entire|complete) order"
    r"|all (?:the )?(?:items|things|goods|articles))\b|全部|整单|所有(?:的|商品|东西)|都[退换]",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"^\W*not (?:the|my|those|these)\b(?=[\w\s-]{2,40}\W?$)"
    r"|\b(?:keep(?:ing)?|except(?: for)?|apart from|but not|without|(?:all|everything) but)\b"
    r"|\b(?:stays?|remains?)\b|除了|留下?|不退|不要退",
    re.IGNORECASE,
)
_NOT_TO = re.compile(r"(?:n['’]t|\b(?:dont|not|no longer))\b.{0,12}$|不(?:想|要)?$", re.IGNORECASE)
# "I keep the scale and the towel" keeps both; "and send back the socks" goes on anew.
_CLAUSES = re.compile(
    r"[,;.!?，；。！？]|\b(?:but|then)\b|\band\b(?=\s+(?:(?:then|please|just|only|i)\s+){0,2}"
    r"(?:send|return|give|bring|want|would|need)\b)",
    re.IGNORECASE,
)
_STAYS = re.compile(rf"{_BUT.pattern}|\b(?:no|not)\b|n['’]t\b|不", re.IGNORECASE)
_REST = re.compile(
    r"\b(?:everything|the rest|(?:all )?the others?|all (?:but|except))\b"
    r"|除了|其[他它余]|剩下|别的",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;.!，；。！]|\bbut\b|\band (?:return|send)\b", re.IGNORECASE)


def says_everything(text: str) -> bool:
    """Whether all that may come back is meant, without a name: "everything of that order"."""
    text = text[:MAX_TEXT]
    return _EVERYTHING.search(text) is not None and _BUT.search(text) is None


def all_but(text: str, items: Sequence[ItemView]) -> Picked | None:
    """All of the items but those that stay: "I keep the scale", "everything except the towel"."""
    text = text[:MAX_TEXT]
    said = _BUT.search(text)
    if said is None or len(items) < 2 or _NOT_TO.search(text[: said.start()]):
        return None
    before, after = _CLAUSE.split(text[: said.start()])[-1], _CLAUSE.split(text[said.end() :])[0]
    stays = mentioned(after, items)
    if not stays and (not said[0].isascii() or said[0][:4].casefold() in ("stay", "rema")):
        before, stays = "", mentioned(before, items)  # "the mugs stay", 秤留下
    kept = pick(stays, items)
    if not isinstance(kept, Picked) or mentioned(before, items):
        return None
    others = [item for item in items if item.line not in kept.pieces]
    goes = None if says_rest(text) else to_go(text, others)
    if goes is not None:
        return goes
    return Picked({item.line: item.returnable for item in others}) if others else None


def keeps_some(text: str) -> bool:
    """Whether something is said to stay: "I keep the shirt"."""
    said = _BUT.search(text[:MAX_TEXT])
    return said is not None and not _NOT_TO.search(text[: said.start()])


def some_go_others_stay(text: str, items: Sequence[ItemView]) -> bool:
    """Whether goods are named that go, and said that others stay: "only the tees, I keep ..."."""
    return keeps_some(text) and to_go(text, items) is not None


def says_rest(text: str) -> bool:
    """Whether all the others are meant: "everything except the towel", "the rest goes back"."""
    return _REST.search(text[:MAX_TEXT]) is not None


def to_go(text: str, items: Sequence[ItemView]) -> Picked | None:
    """What is named in the parts of a text that neither keep something nor say no to it.

    The mug of "no shirts! I keep the linen one, and send back one mug".
    """
    going = [one for one in _CLAUSES.split(text[:MAX_TEXT]) if one and not _STAYS.search(one)]
    found = [named_in(one, items) for one in going if mentioned(one, items)]
    picked = [one for one in found if isinstance(one, Picked)]
    pieces = {line: count for one in picked for line, count in one.pieces.items()}
    return Picked(pieces) if pieces and len(picked) == len(found) else None


def mentioned(text: str, items: Sequence[ItemView]) -> str:
    """Of a whole sentence, the words that can name articles and pieces; empty if none is named.

    ``two mugs and shirt`` of "I'd like to send two mugs and the shirt of order 1042 back".
    """
    names = {_stem(word) for item in items for word in utils.default_process(item.name).split()}
    variants = {word for item in items for word in utils.default_process(item.variant).split()}
    kept, named = [], False
    text = _NO_PIECES.sub(" ", _SHORTENED.sub("", text[:MAX_TEXT]))
    text = _THINGS.sub(" ", text)
    text = (
        _T_SHIRT.sub("tee", text) if "tee" in names and "shirt" not in names else _as_in_names(text)
    )
    for word in re.findall(r"[^\W_]+|[,;&+、]", text.casefold()):
        number = word in WORDS or (word.isdigit() and len(word) < 4)
        if _stem(word) in names:
            named = named or len(word) > 2
        elif not (number or word in variants or word in _LINKS or not word.isalnum()):
            continue
        kept.append(word)
    return " ".join(kept) if named else ""


def _shirts_apart(text: str, items: Sequence[ItemView]) -> Sequence[ItemView]:
    """Of T-shirts and other shirts in an order those that are meant, where the text names one."""
    tees = [item for item in items if _T_SHIRT.search(item.name.replace("-", " "))]
    plain = text.replace("-", " ")
    if not tees or not _ANY_SHIRT.search(plain):
        return items
    others = [item for item in items if item not in tees]
    named = tees if _T_SHIRT.search(plain) else others
    also = _ANY_SHIRT.search(_T_SHIRT.sub(" ", plain))  # "the tees and the shirt"
    return items if (named is tees and also) else named or items


def with_shirts_apart(text: str, items: Sequence[ItemView]) -> list[ItemView]:
    """All items but the shirts that the text, which names other ones, does not mean."""
    shirts = [item for item in items if _ANY_SHIRT.search(item.name.replace("-", " "))]
    meant = _shirts_apart(text, shirts)
    return [item for item in items if item not in shirts or item in meant]


def by_variant(words: str, items: Sequence[ItemView]) -> ItemView | None:
    """ "The blue one", "white 的那件": the only item with this colour or size."""
    said = set(re.findall(r"[\w-]+", words.casefold()))
    if not _POINTS.search(words):
        return None
    fitting = [i for i in items if said & set(re.findall(r"[\w-]{3,}", i.variant.casefold()))]
    return fitting[0] if len(fitting) == 1 else None


def decoded(value: str | None) -> dict[int, int | None]:
    """The lines and pieces that a slot keeps; none for an empty one or for ``all``."""
    if not isinstance(value, str) or not _ENCODED.fullmatch(value):  # not checked yet
        return {}
    return dict(_decoded(value))


def count_in(text: str, left: int) -> int | None:
    """A number of pieces, "all" of `left`, or a negative one as 0; None when none is said."""
    plain = _counted(text[:MAX_TEXT].strip())
    if bare := _BARE_CHINESE.fullmatch(plain):
        return figure(bare[1])
    if _NEGATIVE.search(plain):
        return 0
    found = re.search(rf"\b({_NUMBER})\b", plain, re.IGNORECASE) or re.search(r"(\d{1,6})", plain)
    if _says_all(plain) and not (found and _ALL_OF.search(plain)):
        return min(2, left) if _BOTH.search(plain) else left
    return number_of(found.group(1)) if found else None


def _counted(text: str) -> str:
    """The text with Chinese numbers before a measure word as digits: 退十二个 is 退 12个."""
    return _CHINESE_COUNT.sub(lambda found: f" {figure(found[1])}", text)


def _says_all(text: str) -> bool:
    """Whether everything is meant; "after all" and "all the time" speak of no pieces."""
    words = set(utils.default_process(_NOT_ALL.sub(" ", text)).split())
    return bool(_ALL_WORDS & words or _ALL_CHINESE.search(text))


def _each(
    parts: Sequence[str], items: Sequence[ItemView], everything: bool
) -> Picked | WrongNumber | None:
    """Every part names one item, or the whole does not count."""
    pieces: dict[int, int | None] = {}
    for part in parts:
        item = _named(part, items)
        if item is None:
            return None
        count = _count(part, item)
        if everything and count is None and _ALL_WORDS & set(utils.default_process(part).split()):
            both = _BOTH.search(part) and item.returnable > 1
            count = 2 if both else item.returnable
        if _NEGATIVE.search(part) or (count is not None and not 1 <= count <= item.returnable):
            return WrongNumber(item, alone=len(parts) == 1)
        pieces[item.line] = count
    return Picked(pieces) if pieces else None


def _named(text: str, items: Sequence[ItemView]) -> ItemView | None:
    """The one item that the text is nearest to, if it is near enough and clearly the nearest."""
    labels = {index: f"{item.name} {item.variant}" for index, item in enumerate(items)}
    ranked = process.extract(text, labels, scorer=fuzz.token_set_ratio, processor=_words, limit=2)
    if not ranked or ranked[0][1] < _MATCHES:
        return None
    if len(ranked) > 1 and ranked[1][1] > ranked[0][1] - 5:
        return None
    return items[ranked[0][2]]


def _count(text: str, item: ItemView) -> int | None:
    """How many pieces the text says; a number of the article's own name is none."""
    own = set(utils.default_process(f"{item.name} {item.variant}").split())
    for found in _COUNT.finditer(text.strip()):
        word = found.group(1) or found.group(2)
        if word.casefold() not in own and not re.fullmatch(r"\d{4,}", word):  # an order's number
            return number_of(word)
    return None


def number_of(word: str) -> int:
    """The value of one of `WORDS`, or of figures."""
    lowered = word.casefold()
    return WORDS.index(lowered) + 1 if lowered in WORDS else figure(lowered)


def _decoded(text: str) -> Iterator[tuple[int, int | None]]:
    for part in text.split(","):
        line, _, pieces = part.partition(":")
        yield int(line), int(pieces) if pieces else None


def _checked(
    pieces: dict[int, int | None], by_line: Mapping[int, ItemView]
) -> Picked | WrongNumber:
    for line, count in pieces.items():
        if count is not None and not 1 <= count <= by_line[line].returnable:
            return WrongNumber(by_line[line], alone=len(pieces) == 1)
    return Picked(pieces)


def _words(text: str) -> str:
    """The words that can name an article, in the singular."""
    words = utils.default_process(text).split()
    return " ".join(_stem(word) for word in words if word not in _FILLERS)


def _as_in_names(text: str) -> str:
    """Words that names of goods write otherwise: "tshirts" are T-shirts."""
    return _T_SHIRT.sub("t-shirt", text)


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word

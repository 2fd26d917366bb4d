"""Finding products in a sentence: words against names, categories and tags, forgiving typos.

A word that few products have counts more than one that many have (inverse document frequency).
A word of the name counts most; then the whole name of the category, a tag of the product's own, and
last what it shares with all of its category, and its colours.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from dialogue.orders.views import ProductView, VariantView

NAME_WEIGHT = 3.0
KIND_WEIGHT = 2.5
OWN_WEIGHT = 2.0
SHARED_WEIGHT = 1.5
READ = 500  # characters that are looked through
FUZZY_FROM_LENGTH = 5
FUZZY_CUTOFF = 80.0
FUZZY_CUTOFF_LONG = 82.0  # from seven letters on: "boiling" is no slip of "building"
LONG = 7
KEEP_ABOVE = 0.55

# Words of questions; they would otherwise meet the catalogue by chance.
_STOP_WORDS = """
    a after again all am an and another any anything are as at available be been before big both
    but buy by different else
    can color colour come cost could do does every few find for from get give go got had has
    have he hello her here hey hi him his how i if in into is it its just kind large let like long
    looking may me might more much my need no not now of offer on one only or order other others our
    out over
    please price really recommend sell she shop show showed shown size small so some something stock
    stuff than that the their them there these they thing this to too under us very want was way we
    well were what when where which while who will wish with without would yes yet you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
# "Cool, and how big is it" names no cool bag.
_PRAISE = re.compile(
    r"^\W*(?:(?:oh|ok|okay|ah|wow|well|hm+)\W+)*(?:cool|neat|sweet|super)\b"
    r"(?=\s*[,.!;]|\s+(?:thx|thanks|thank|and|then|ok|so)\b)"
)
_SIZE_RANGE = re.compile(r"(\d{2})-(\d{2})")
_FIGURES = re.compile(r"(?<![\d-])\d{2}(?![\d-])")
_T_SHIRT = re.compile(r"\b(?:t[- ]?shirts?|tees)\b")
_UNITS = frozenset({"cm", "ml", "kg", "mah"})
_ODD_PLURALS = {"knives": "knife", "scarves": "scarf", "shelves": "shelf"}
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
_OTHER_MONEY = r"(?:\$|£|usd\b|dollars?\b|bucks\b|gbp\b|rmb\b|人民币|美元|元(?!旦)|块钱?)"
_CURRENCY = rf"(?:€|eur(?:os?)?\b|欧元?|{_OTHER_MONEY})"
_PRICE = rf"{_CURRENCY}?\s*(\d{{1,5}}(?:[.,]\d{{1,2}})?)(?![\d.,]*\d)"
_IN_OTHER = re.compile(rf"(?<!欧)\s?\d\s?{_OTHER_MONEY}|(?:\$|£)\s?\d", re.IGNORECASE)
_NO_PRICE = (
    r"(?!\s*(?:-?(?:kg|g|cm|mm|m|ml|l|litres?|people|persons?|pieces|days?|weeks?|hours?)\b|%))"
)
PRICE_LIMIT = re.compile(
    r"(?:\b(?:under|below|less than|max(?:imum)?|up to|at most|within|cheaper than"
    r"|(?:not|no|nothing) (?:more than|over|above)|budget(?: is| of)?|only (?:have|got))\b"
    rf"|不超过|低于|少于|不到|最多|预算)(?:\s*(?:of|is|about|around|是|在|大概|大约))?\s*{_PRICE}"
    rf"{_NO_PRICE}(?:\s*{_CURRENCY})?"
    rf"|{_PRICE}\s*{_CURRENCY}?\s*(?:or (?:less|under|below)|max(?:imum)?\b|at (?:the )?most|tops\b"
    r"|以下|以内|之内|之下)"
    rf"|\bfor (?:about |around )?{_PRICE}\s*(?:€|eur(?:os?)?\b)"
    rf"|{_PRICE}[\s-]*{_CURRENCY}?\s*(?:gifts?|presents?|ones?)\b"
    rf"|\b(?:around|about|roughly|approximately) (?:€\s*)?{_PRICE}"
    r"(?:\s*(?:€|eur(?:os?)?\b|bucks\b)|(?=\W*$))"
    rf"|{_PRICE}\s*(?:{_CURRENCY}\s*)?(?:左右|上下)|{_PRICE}\s*{_CURRENCY}\s*的?预算",
    re.IGNORECASE,
)
# "Between 30 and 50 euros", 预算30-50; figures alone are as well sizes.
_UP_TO = r"(?:-|–|~|～|to|and|or|到|至)"
_PRICE_RANGE = re.compile(
    rf"(?P<money>\b(?:between|budget(?: is| of)?|from|prices? of)|预算|价格|€)?[\s:：是在]*+"
    rf"{_CURRENCY}?\s*+(?P<floor>\d{{1,5}}(?:[.,]\d{{1,2}})?)\s*+{_CURRENCY}?\s*+{_UP_TO}"
    rf"\s*+{_CURRENCY}?\s*+"
    rf"(?P<limit>\d{{1,5}}(?:[.,]\d{{1,2}})?)(?![\d.,]*\d){_NO_PRICE}\s*(?P<unit>{_CURRENCY})?",
    re.IGNORECASE,
)
_OF_SIZE = re.compile(r"\bsizes?\b|码|号", re.IGNORECASE)
_PRICE_FLOOR = re.compile(
    rf"(?:\b(?:at least|minimum(?: of)?|upwards of)|至少|起码|不低于|不少于)\s*{_PRICE}"
    rf"\s*{_CURRENCY}"
    r"|\b(?:at least|minimum(?: of)?)\s*€\s*(\d{1,5})",
    re.IGNORECASE,
)
# Of which colours somebody speaks who names a plain one.
_SHADES = {
    "beige": "sand oatmeal natural camel linen",
    "black": "charcoal graphite",
    "blue": "navy indigo sky",
    "brown": "tan cognac camel walnut oak cedar",
    "gold": "brass",
    "gray": "grey charcoal graphite slate silver steel",
    "green": "moss olive forest sage teal",
    "grey": "charcoal graphite slate silver steel",
    "orange": "rust coral",
    "pink": "coral",
    "purple": "plum fig",
    "red": "wine rust coral",
    "silver": "steel",
    "white": "cream champagne natural",
    "yellow": "mustard amber",
}
PLAIN_COLOURS = frozenset(_SHADES)


@dataclass(frozen=True, slots=True)
class Match:
    """A product found in a sentence. `coverage` is how much of its name was said, in [0, 1];
    `hits` are the words of the catalogue by which it was found."""

    product: ProductView
    score: float
    coverage: float
    hits: frozenset[str] = frozenset()


def rank(text: str, products: Sequence[ProductView]) -> tuple[Match, ...]:
    """The products that `text` speaks of, best first; weak ones beside a strong one are left out.

    Scores are comparable within one call only.
    """
    shared = _shared_tags(products)
    entries = [(product, *_said_of(product, shared[product.category])) for product in products]
    frequency = Counter(word for _, name, own, others in entries for word in name | own | others)
    wanted = [close_words(word, frequency) for word in _said(text, frequency)]
    every = set[str]().union(*wanted)
    matches = []
    for product, name, own, others in entries:
        score, said, found = 0.0, set[str](), set[str]()
        kind = words_of(product.category)
        weighed = [(name, NAME_WEIGHT), (own, OWN_WEIGHT), (others, SHARED_WEIGHT)]
        if kind <= every:
            weighed.insert(1, (kind, KIND_WEIGHT))
        for words in wanted:
            said |= words & name
            for known, weight in weighed:
                hits = words & known
                if hits:
                    found |= hits
                    rarity = max(math.log(1 + len(products) / frequency[word]) for word in hits)
                    score += rarity * weight
                    break
        if score:
            coverage = len(said) / len(name) if name else 0.0
            matches.append(Match(product, score, coverage, frozenset(found)))
    matches.sort(key=lambda match: (-match.score, -match.coverage, match.product.sku))
    return tuple(match for match in matches if match.score >= KEEP_ABOVE * matches[0].score)


def _said(text: str, known: Collection[str]) -> list[str]:
    """The words of a sentence; two that the catalogue writes as one, so: "pour over"."""
    said = _tees(text[:READ])
    for first, second in pairwise(_WORD.findall(said)):
        for one in (f"{first}-{_singular(second)}", f"{first}{_singular(second)}"):
            if one in known and first not in known:
                said = said.replace(f"{first} {second}", one)
    return query_words(said)


def only_one(matches: Sequence[Match]) -> ProductView | None:
    """The product that is certainly meant: said almost in full, and better than any other."""
    if not matches:
        return None
    best = matches[0]
    rivals = [m for m in matches[1:] if m.score > 0.9 * best.score]
    return best.product if best.coverage >= 0.6 and not rivals else None


_HAN_FIGURES = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_HAN_PRICE = re.compile(
    r"(?:([一二两三四五六七八九])百)?零?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?"
    r"(?=\s*(?:欧|元|块|以内|以下|之内|左右|上下))"
)


def in_figures(text: str) -> str:
    """A text whose prices below a thousand that are written in Chinese are figures: 五十欧."""
    return _HAN_PRICE.sub(_figure, text)


def _figure(found: re.Match[str]) -> str:
    hundreds, tens, ten, ones = found.groups()
    value = 100 * _HAN_FIGURES.get(hundreds, 0) + _HAN_FIGURES.get(ones, 0)
    value += 10 * _HAN_FIGURES.get(tens, 1) if ten else 0
    return str(value) if value else found[0]


def price_limit_cents(text: str) -> int | None:
    """The amount in ``under 50 euros``, in cents; the upper one of ``30 to 50 euros``."""
    text = in_figures(text[:READ])
    between = _range_in(text)
    if between is not None:
        return _cents(between["limit"])
    found = PRICE_LIMIT.search(text[:READ])
    return None if found is None else _cents(next(filter(None, found.groups())))


def in_other_money(text: str) -> bool:
    """Whether a price that a text asks for is named in other money than the shop's: 50块以内."""
    priced = price_limit_cents(text) is not None or price_floor_cents(text) is not None
    return priced and _IN_OTHER.search(text[:READ]) is not None


def price_floor_cents(text: str) -> int | None:
    """The lower amount in ``30 to 50 euros``, and that in ``at least 30 euros``, in cents."""
    text = in_figures(text[:READ])
    between = _range_in(text)
    if between is not None:
        return _cents(between["floor"])
    found = _PRICE_FLOOR.search(text[:READ])
    return None if found is None else _cents(next(filter(None, found.groups())))


def without_prices(text: str) -> str:
    """A text without what it says of prices."""
    text = in_figures(text)
    between = _range_in(text)
    if between is not None:
        text = f"{text[: between.start()]} {text[between.end() :]}"
    return _PRICE_FLOOR.sub(" ", PRICE_LIMIT.sub(" ", text))


def _range_in(text: str) -> re.Match[str] | None:
    found = _PRICE_RANGE.search(text[:READ])
    if found is None or not (found["unit"] or (found["money"] and not _OF_SIZE.search(text))):
        return None
    return found


def _cents(amount: str) -> int:
    return int(Decimal(amount.replace(",", ".")) * 100)


def is_of_colour(said: str, colour: str) -> bool:
    """Whether who says a colour may mean this one: ``blue`` is also ink blue, and navy."""
    parts = colour.casefold().split()
    shades = _SHADES.get(said, "").split()
    return said in (colour.casefold(), *parts) or any(part in shades for part in parts)


def is_of_size(said: str, size: str) -> bool:
    """Whether who says a size may mean this one: 43 is also 42-44."""
    between = _SIZE_RANGE.fullmatch(size)
    if between is not None and said.isdecimal():
        return int(between[1]) <= int(said) <= int(between[2])
    return said.casefold() == size.casefold()


def colour_words(products: Iterable[ProductView]) -> frozenset[str]:
    """All words by which colours may be named."""
    named = " ".join(v.colour for product in products for v in product.variants)
    return PLAIN_COLOURS | frozenset(named.casefold().split())


def mentioned_variants(text: str, variants: Iterable[VariantView]) -> tuple[VariantView, ...]:
    """The variants whose colour and size do not contradict the text; all when it names neither."""
    every = tuple(variants)
    said = f" {' '.join(_spell_out(text))} "
    colours = {v.colour for v in every if v.colour and f" {v.colour.casefold()} " in said}
    if not colours:  # "blue" for "light blue", when that is the only one it can be
        near = {v.colour for v in every if any(f" {part} " in said for part in v.colour.split())}
        near = near or {v.colour for v in every if _is_a_shade(v.colour, said.split())}
        colours = near if len(near) == 1 else set()
    sizes = {v.size for v in every if v.size and f" {v.size.casefold()} " in said}
    if not sizes:  # "43", where there is 42-44
        figures = _FIGURES.findall(said)
        sizes = {v.size for v in every if any(is_of_size(one, v.size) for one in figures)}
    return tuple(
        v for v in every if (not colours or v.colour in colours) and (not sizes or v.size in sizes)
    )


def _spell_out(text: str) -> list[str]:
    """Lower-case words, with ``medium`` also as ``m`` and so on."""
    names = {"extra-small": "xs", "small": "s", "medium": "m", "large": "l", "xlarge": "xl"}
    lowered = text.casefold().replace("extra small", "extra-small").replace("extra large", "xlarge")
    words = re.findall(r"[\w-]+", re.sub(r"['’]s\b", " ", lowered))  # "it's" speaks of no S
    return words + [names[word] for word in words if word in names]


def query_words(text: str) -> list[str]:
    """The words of a sentence that may speak of goods, in the singular, each once."""
    found = dict.fromkeys(_WORD.findall(_PRAISE.sub(" ", text.casefold()[:READ])))
    return [_singular(word) for word in found if word not in STOP_WORDS]


@lru_cache(maxsize=4096)  # a catalogue's names are asked for at every search
def words_of(text: str) -> frozenset[str]:
    """The words by which the catalogue names something, in the singular."""
    return frozenset(
        _singular(word) for word in _WORD.findall(text.casefold()) if word not in _UNITS
    )


def _shared_tags(products: Iterable[ProductView]) -> dict[str, set[str]]:
    """The tags that all goods of a category have, by category."""
    shared: dict[str, set[str]] = {}
    for product in products:
        shared.setdefault(product.category, set(product.tags)).intersection_update(product.tags)
    return shared


def _said_of(
    product: ProductView, shared: set[str]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The words of a product's name, of its own tags, and of what else the catalogue has."""
    own = " ".join(tag for tag in product.tags if tag not in shared)
    colours = (variant.colour for variant in product.variants)
    others = " ".join((product.category, product.department, *shared, *colours))
    return words_of(_tees(product.name)), words_of(own), words_of(others)


def _tees(text: str) -> str:
    """A text in which T-shirts are tees as well: by "shirt" alone any shirt is found."""
    return _T_SHIRT.sub(" shirt tee ", text.casefold())


def _is_a_shade(colour: str, said: Iterable[str]) -> bool:
    return any(word in _SHADES and is_of_colour(word, colour) for word in said)


def _singular(word: str) -> str:
    """``knives``, ``boxes`` and ``mugs`` as the catalogue has them; rough, the same on both."""
    if word in _ODD_PLURALS:
        return _ODD_PLURALS[word]
    if len(word) > 4 and word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def close_words(word: str, vocabulary: Iterable[str]) -> set[str]:
    """The word itself when the catalogue has it, else the words it may be a misspelling of."""
    known = set(vocabulary)
    if word in known:
        return {word}
    if len(word) < FUZZY_FROM_LENGTH:
        return set()
    cutoff = FUZZY_CUTOFF if len(word) < LONG else FUZZY_CUTOFF_LONG
    alike = [one for one in known if one[0] == word[0]]  # "fridge" is no slip of "ridge"
    close = process.extract(word, alike, scorer=fuzz.ratio, score_cutoff=cutoff, limit=2)
    return {match[0] for match in close}

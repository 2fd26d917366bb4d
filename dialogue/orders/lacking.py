"""What a shop does not have: a thing that is sought, and that none of its goods is.

Goods are also found by what they are for ("laptop" a stand, "bike" a helmet). A tag that begins
with "for" says so: what it names is sold by nobody here, and a search for it is answered honestly.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from dialogue.orders.search import READ, close_words, query_words, words_of
from dialogue.orders.views import ProductView

_FOR = "for "
_OPENING = (
    r"(?:(?:do|would) you (?:guys )?(?:also |even |still |maybe )?"
    r"(?:have|sell|stock|carry|offer|do)"
    r"|have you(?: got)?|(?:you )?got|(?:looking|searching) for"
    r"|(?:i|we)(?:['’]d| would)? (?:need|want|like)(?: to (?:buy|get|order|see))?"
    r"|(?:is|are) there|show me|(?:what|how) about|can i (?:get|buy|have)|sell"
    r"|recommend(?: me)?|suggest(?: me)?)"
)
_NAMED = (
    r"(?:(?P<one>an?|any|some|a pair of) |the |your |no )?"
    r"(?P<thing>[A-Za-z][\w'’-]*(?: [A-Za-z][\w'’-]*){0,2}?)"
    r"(?: (?:in stock|please|pls|too|here|instead))?\s*"
)
_BARE = re.compile(rf"^\W*(?:(?:and|or|ok|so|no|then)\W+)*{_NAMED}\W*[吗呢]?\W*$", re.IGNORECASE)
_COUNTED = "(?:一?[个件条双把只台张款套瓶盏])?"
_ASKED = re.compile(
    rf"(?:\b{_OPENING}|(?:有没有|有|要|买|卖|看看|找找?|那){_COUNTED}) +{_NAMED}"
    r"(?:$|[?？!.,;，。！吗么呢啊吧卖的]"
    r"|\b(?:for|with|under|below|that|which|who|in|up to|less|at|on|to)\b)",
    re.IGNORECASE,
)
# "A bike for my kid": no verb, but a thing that is wanted.
_FRAGMENT = re.compile(
    rf"^\W*(?:(?:and|or|ok|so|hi|hello|hey)\W+)*(?=an? |some ){_NAMED}(?:for|under|below|up to)\b",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\bthat (?:stands?|goes|hangs?|sits?|is|mounts?) (?:on|from|in) (?:the|a|my) (\w+)",
    re.IGNORECASE,
)
# The word of a product's name before its measure or its number: "French Press 1 L".
_LAST_OF_NAME = re.compile(r"[^\W\d_][\w-]*(?=\s+(?:Set|Pair|Kit)?\s*(?:of\s+)?\d|\s*$)")
# Words before a name that make another thing of it, whether or not the catalogue knows them.
_MAKING = frozenset(
    """
    acoustic bar bunk car cat ceiling dining dog double electric ergonomic floor football gaming
    gas heated leather mechanical motorbike motorcycle office pet rocking silk ski snow solar
    standing suede swivel wall
    """.split()  # noqa: SIM905  a list of words is read more easily
)
# Names of so many things that none is meant by them, and what is had though it is no article.
_ANYTHING = frozenset(
    """
    accessorie accessory address advice answer app appointment area article brand card catalogue
    category certificate charge chart choice code colleague colour contact copy cost count
    coupon custom customer date day deal delivery detail discount equipment exchange fee gear
    good guarantee guide guy help hour idea info instruction invoice item kind label limit
    location manual model money month newsletter note number offer one opening opinion
    option order other outlet parcel part payment people perhap person photo pickup picture
    piece plan point policy present price problem product promotion question range rating
    receipt recommendation reduction refund repair replacement return review rule sale sample
    selection service set shipment shipping shop size slot spare staff standard step store stuff
    subscription suggestion supplie supplier support symbol term thank thing time tip tracking
    tutorial type update value variety voucher warranty way week year
    """.split()  # noqa: SIM905  a list of words is read more easily
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A thing that is sought and not had, as it was said, and the goods that come near.

    They are found by the word `kind`. `for_it` says that these are for such a thing; otherwise
    they are of its kind.
    """

    sought: str
    kind: str = ""
    near: tuple[ProductView, ...] = ()
    for_it: bool = False


def thing_asked_for(text: str) -> str | None:
    """The thing that a shop is asked for by a verb: "do you sell televisions"; else None."""
    found = _ASKED.search(text[:READ])
    words = query_words(found["thing"]) if found else []
    named = found is not None and len(words) == len(found["thing"].split())
    return found["thing"] if found and named and not _ANYTHING & {*words} else None


def lacking(text: str, products: Sequence[ProductView]) -> Lacking | None:
    """What `text` seeks that no product is; None where one may be it, or no thing is named.

    A thing is not had where the catalogue has it only as what goods are for, where none of its kind
    has what makes it another ("floor lamps"), or where it has no word for it, only for what is
    said with it ("leather sofas").
    """
    asked = _ASKED.search(text[:READ])
    found = asked or _BARE.search(text[:READ]) or _FRAGMENT.search(text[:READ])
    words = query_words(found["thing"]) if found else []
    if found is None or len(words) != len(found["thing"].split()) or _ANYTHING & {*words}:
        return None
    before, head, uses = words[:-1], words[-1], _uses(products)
    known = frozenset().union(*map(_all_words, products)) | uses
    as_one = len(words) > 1 and "".join(words[-2:]) in known  # "tea pots"
    if as_one or any(_is_called(p, words, uses if head in uses else ()) for p in products):
        return None
    meant = close_words(head, known)
    if before and meant and _only_within(meant, before, products):
        return Lacking(found["thing"])
    if not meant <= uses:
        placed = _PLACED.search(text[:READ])
        return _of_another_kind(found["thing"], words, meant, placed, products)
    if meant and not before:
        near = [p for p in products if meant & _names(p)]
        return Lacking(found["thing"], head, tuple(near), for_it=True)
    explicit = asked is not None or found["one"] is not None
    several = before and not found["thing"].casefold().endswith(head)
    may_be = any(head in words_of(p.name) and _has(p, before) for p in products)
    sure = explicit and several and (known | _MAKING).issuperset(before) and not may_be
    return Lacking(found["thing"]) if sure else None


def _of_another_kind(
    sought: str,
    words: Sequence[str],
    meant: Collection[str],
    placed: re.Match[str] | None,
    products: Sequence[ProductView],
) -> Lacking | None:
    """A thing of a kind that is had, by words that none of that kind has."""
    uses = _uses(products)
    making = [*words[:-1], *(query_words(placed[1]) if placed else ())]
    of_kind = [product for product in products if (_names(product) - uses) & {*meant}]
    another = making and of_kind and (_MAKING | uses).issuperset(making)
    if not another or any(_has(product, making) for product in of_kind):
        return None
    said = f"{placed[1]} {sought}" if placed else sought
    return Lacking(said, words[-1], tuple(of_kind))


def _only_within(
    head: Collection[str], before: Collection[str], products: Iterable[ProductView]
) -> bool:
    """Whether a word names goods only beside another, which was not said: "washing machine" where
    there is a coffee machine, "dog food" where there is a food flask."""
    held = [product for product in products if _names(product) & {*head}]
    alone = any(_stands_alone(product, head) for product in held)
    return bool(held) and not alone and not any(_has(product, before) for product in held)


def _stands_alone(product: ProductView, head: Collection[str]) -> bool:
    named = _LAST_OF_NAME.search(product.name)
    names = [product.category, *product.tags, named[0] if named else ""]
    return any(len(words := words_of(name)) == 1 and words & {*head} for name in names)


def _has(product: ProductView, making: Iterable[str]) -> bool:
    described = _all_words(product) | words_of(product.description)
    return all(word in described for word in making)


def _uses(products: Iterable[ProductView]) -> frozenset[str]:
    """The words for what goods are for, and are not."""
    tags = {tag for product in products for tag in product.tags if tag.startswith(_FOR)}
    return frozenset[str]().union(*(words_of(tag[len(_FOR) :]) for tag in tags))


def _names(product: ProductView) -> frozenset[str]:
    tags = " ".join(tag for tag in product.tags if not tag.startswith(_FOR))
    return words_of(f"{product.name} {product.category} {tags}")


def _is_called(product: ProductView, words: Collection[str], uses: Collection[str]) -> bool:
    """Whether several words are of the product's name, or of one of its tags."""
    tags = [tag for tag in product.tags if not tag.startswith(_FOR)]
    names = tags if words_of(product.name) & set(uses) & {*words} else [*tags, product.name]
    return len(words) > 1 and any(set(words) <= words_of(name) for name in names)


def _all_words(product: ProductView) -> frozenset[str]:
    colours = " ".join(variant.colour for variant in product.variants)
    return words_of(f"{product.name} {product.category} {' '.join(product.tags)} {colours}")

"""Products by their names in the catalogue, also shortened or misspelt (rapidfuzz)."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from rapidfuzz import fuzz, process

from nlu.entities.signs import words
from nlu.types import Entity

PRODUCT = "product"

LEAST_SAID = 0.6  # of a name, each word weighed by its rarity
LEAST_UNIQUE = 0.35  # the same, where no other name has these words
PARTS = words("set pack kit pair piece box two five")  # a name's last words that say little
FUZZY_FROM = 4  # letters; shorter words must be right
FUZZY_CUTOFF = 80.0  # of rapidfuzz's ratio, 0 to 100
REMEMBERED = 8192  # words
LONGEST_WORD = 32  # letters; longer ones are no part of a name, and would fill the memory

# The x of "2xlinen" is none of the word's.
_WORD = re.compile(r"(?!(?<=\d)x[^\W\d_])[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SMALL = words("a an and for in of on the to with cm ml kg l m w x")


class _Word(NamedTuple):
    """A word of a message, where it stands, and the words of names that it may be."""

    start: int
    end: int
    meant: frozenset[str]


class Goods:
    """The names of products, and how to find them in a text."""

    def __init__(self, products: Mapping[str, str]) -> None:
        """`products` maps names to article numbers; of two equal names the first one counts."""
        self._names: dict[frozenset[str], str] = {}
        for name, sku in products.items():
            if said := frozenset(_words(name)):
                self._names.setdefault(said, sku)
        count = Counter(word for said in self._names for word in said)
        self._rarity = {w: math.log(1 + len(self._names) / n) for w, n in count.items()}
        self._with: dict[str, list[frozenset[str]]] = defaultdict(list)
        for said in self._names:
            for word in said:
                self._with[word].append(said)
        self._long = [word for word in self._rarity if len(word) >= FUZZY_FROM]
        self._meant = lru_cache(REMEMBERED)(self._close)
        self.firsts = tuple(sorted({word for name in products for word in _first(name)}))
        self.nouns = tuple(sorted({_noun(name) for name in products} - {""}))

    def find(self, text: str) -> Iterator[Entity]:
        """The products that are named; where two names fit equally well, none is."""
        if not self._names:
            return
        written = list(_WORD.finditer(text))
        said = []
        for one, after in zip_longest(written, written[1:]):
            word = _plain(one.group())
            meant = self._meant(word) if len(word) <= LONGEST_WORD else frozenset()
            both = after and self._rarity.keys() & {_plain(one.group() + after.group())}
            if after and both and after.start() == one.end() + 1:  # "touch screen"
                said.append(_Word(one.start(), after.end(), frozenset(both)))
            elif not (said and said[-1].end == one.end()):
                said.append(_Word(one.start(), one.end(), meant))
        at = 0
        while at < len(said):
            best, length = self._from(said, at)
            if best is not None:
                last = said[at + length - 1]
                yield Entity(PRODUCT, self._names[best], said[at].start, last.end)
            at += length

    def _from(self, said: list[_Word], at: int) -> tuple[frozenset[str] | None, int]:
        """The name that is said from a word on, and in how many words."""
        candidates = {name for word in said[at].meant for name in self._with[word]}
        scored = []
        for name in candidates:
            left, weight, length = set(name), 0.0, 0
            for word in said[at:]:
                hit = word.meant & left
                if not hit:
                    break
                one = max(hit, key=lambda meant: self._rarity[meant])
                left.discard(one)
                weight += self._rarity[one]
                length += 1
            whole = sum(self._rarity[word] for word in name)
            scored.append((weight / whole, length, name))
        if not scored:
            return None, 1
        share, length, name = max(scored, key=lambda one: one[:2])
        rivals = [one for one in scored if one[1] == length and one[0] >= share - 1e-9]
        least = LEAST_UNIQUE if sum(one[1] == length for one in scored) == 1 else LEAST_SAID
        sure = share >= least and (length > 1 or share > 1 - 1e-9) and len(rivals) == 1
        return (name, length) if sure else (None, 1)

    def _close(self, word: str) -> frozenset[str]:
        """The words of names that a written word may be."""
        forms = (word, word.removesuffix("s"), word.removesuffix("es"))
        for form in forms:
            if form in self._rarity:
                return frozenset((form,))
        if len(word) < FUZZY_FROM:
            return frozenset()
        return frozenset(
            found[0]
            for form in forms[:2]
            for found in process.extract(
                form, self._long, scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF, limit=3
            )
        )


def _plain(word: str) -> str:
    """A word without case and hyphens."""
    return re.sub(r"['’-]", "", word.casefold())


def _words(name: str) -> Iterator[str]:
    for match in _WORD.finditer(name):
        word = _plain(match.group())
        if word not in _SMALL:
            yield word.removesuffix("s") if len(word) > 3 else word


def _noun(name: str) -> str:
    """What sort of thing a name names: its last word that is none of its parts'."""
    listed = list(_words(re.split(r"\s(?:of|for|with)\s|\d", name)[0]))
    nouns = [word for word in listed if word not in PARTS]
    return nouns[-1] if nouns else ""


def _first(name: str) -> list[str]:
    """The first word of a name; not of whose it is."""
    return [word for word in name.casefold().split()[:1] if word.isalpha() and len(word) > 2]

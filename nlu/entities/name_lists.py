"""Lists of names that the world has, not a shop: they say of a word what it may be, no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

GIVEN_NAMES, FAMILY_NAMES = "given names", "family names"
LARGE_TOWNS, TOWNS, COLOURS = "large towns", "towns", "colours"
LISTS = (GIVEN_NAMES, FAMILY_NAMES, LARGE_TOWNS, TOWNS, COLOURS)
SHORTEST = 3  # letters; shorter names are words of some language
MOST_WORDS = 6  # hyphens count

_FIRST_WORD = re.compile(r"\w+")


class NameLists:
    """For each of LISTS its names. Case does not count."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        """Raises KeyError when a list is missing."""
        self._names = [frozenset(one.lower() for one in names[name]) for name in LISTS]
        # Most words begin no name of several words.
        self._begin = [
            frozenset(
                first.group()
                for name in known
                if (first := _FIRST_WORD.match(name)) and first.group() != name
            )
            for known in self._names
        ]

    def found(
        self, text: str, spans: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, tuple[int, int]]]:
        """The names in a text whose words stand at `spans`, the longer one where two overlap: the
        number of the list, and of the words the first and the last + 1."""
        for at, (start, end) in enumerate(spans):
            word = text[start:end].lower()
            for number, (names, begin) in enumerate(zip(self._names, self._begin, strict=True)):
                if word in begin:
                    for after in range(min(at + MOST_WORDS, len(spans)), at + 1, -1):
                        if text[start : spans[after - 1][1]].lower() in names:
                            yield number, (at, after)
                            break
                    else:
                        if len(word) >= SHORTEST and word in names:
                            yield number, (at, at + 1)
                elif len(word) >= SHORTEST and word in names:
                    yield number, (at, at + 1)

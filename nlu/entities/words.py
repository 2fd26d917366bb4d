"""The words of a message as the encoder's tokenizer parts them, and how they are written.

The encoder may not see capitals, and knows few names: what a word looks like is told beside its
vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding

from nlu.entities.name_lists import LISTS, NameLists
from nlu.types import Entity

Features = npt.NDArray[np.float32]

SHAPES = 15  # features of a word alone
PLACES = 7  # features of where it stands
LOOKED_AT = 32  # characters; a longer word looks as its beginning does
REMEMBERED = 8192  # words


@dataclass(frozen=True)
class Words:
    """W words of a text: where each stands in it, and in its tokens (first, last + 1)."""

    text: str
    spans: Sequence[tuple[int, int]]
    tokens: Sequence[tuple[int, int]]

    def within(self, start: int, end: int) -> range:
        """The numbers of the words that a span of the text touches."""
        touched = [n for n, (a, z) in enumerate(self.spans) if a < end and start < z]
        return range(touched[0], touched[-1] + 1) if touched else range(0)


def words_of(text: str, encoding: Encoding) -> Words:
    """The words of a text, as far as the encoder reads it."""
    spans: list[tuple[int, int]] = []
    tokens: list[tuple[int, int]] = []
    last = None
    for at, (number, (start, end)) in enumerate(
        zip(encoding.word_ids, encoding.offsets, strict=True)
    ):
        while start < end and text[start].isspace():  # some tokenizers count the space before
            start += 1  # noqa: PLW2901
        if number is None or start >= end:
            continue
        if number == last and tokens[-1][1] == at:
            spans[-1] = (spans[-1][0], end)
            tokens[-1] = (tokens[-1][0], at + 1)
        else:
            spans.append((start, end))
            tokens.append((at, at + 1))
        last = number
    return Words(text, spans, tokens)


def feature_count(context: Sequence[str]) -> int:
    """F, how many features `features` gives."""
    return SHAPES + PLACES + 2 * len(LISTS) + len(context)


def list_columns() -> slice:
    """Which of the features say that a word stands in a list."""
    return slice(SHAPES + PLACES, SHAPES + PLACES + 2 * len(LISTS))


def features(
    words: Words, found: Iterable[Entity], context: Sequence[str], lists: NameLists
) -> Features:
    """What is seen of each word (W, F): its shape, its place, whether it stands in a list of names,
    and to which of the entities of `context` it belongs that were found by their form."""
    text, spans = words.text, words.spans
    told = np.zeros((len(spans), feature_count(context)), dtype=np.float32)
    if not spans:
        return told
    plain = float(text == text.lower())
    begins = True
    for row, (start, end) in enumerate(spans):
        word = text[start:end]
        shape = _shape(word[:LOOKED_AT])
        told[row, :SHAPES] = shape
        told[row, SHAPES : SHAPES + PLACES] = (
            start > 0 and text[start - 1].isspace(),
            end < len(text) and text[end].isspace(),
            row == 0,
            row == len(spans) - 1,
            plain,
            begins,
            shape[0] and not begins,
        )
        begins = word in ".!?:"
    for number, (first, after) in lists.found(text, spans):
        column = list_columns().start + 2 * number
        told[first, column] = 1.0
        told[first + 1 : after, column + 1] = 1.0
    for entity in found:
        if entity.name in context:
            touched = words.within(entity.start, entity.end)
            column = list_columns().stop + context.index(entity.name)
            told[touched.start : touched.stop, column] = 1.0
    return told


@lru_cache(REMEMBERED)
def _shape(word: str) -> tuple[bool, ...]:
    """How a word is written, without regard to its neighbours."""
    digits, long = word.isdigit(), len(word)
    capital = word[:1].isupper()
    return (
        capital,
        word.isupper() and long > 1,
        word.isupper() and long == 1,
        not digits and any(letter.isdigit() for letter in word),
        digits,
        long == 1,
        long == 2,
        long == 3,
        digits and long == 1,
        digits and long == 2,
        digits and long == 3,
        digits and long > 3,
        not word[:1].isalnum(),
        word == ",",
        not word.isascii(),
    )

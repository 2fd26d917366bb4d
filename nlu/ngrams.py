"""A third opinion: a linear classifier on the letters of words.

Pieces of words know nothing of meaning, and so they err elsewhere than an encoder does: they hold
on to names and product codes, forgive a misspelling, and need no particular language. That sparse
features help beside dense ones is known from DIET (Bunk et al. 2020).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import mmh3
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from nlu.long_words import shortened
from nlu.outofscope import Array

BUCKETS = 2**15  # into which pieces are hashed; more gained nothing
LENGTHS = range(2, 6)  # letters of a piece
SIGN_LENGTHS = range(1, 3)  # of a piece in Chinese, Japanese and Korean
MAX_CHARACTERS = 4_000  # a message's rest is not read
SHORT = 32  # letters of a word whose pieces are remembered; longer ones could fill the memory

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
SIGNS = re.compile(f"[{_CJK}]")
_LETTERS = re.compile(f"[^{_CJK}]+", re.DOTALL)


def pieces(word: str) -> Iterator[str]:
    """The word, and all its pieces of two to five letters, its borders being letters too.

    Where a script puts no spaces between words and a sign says as much as a syllable, a word here
    is a sentence, and its pieces are the signs and what stands between them, alone and in twos.
    """
    if SIGNS.search(word) is None:
        yield f"={word}"
        yield from _cut(f" {word} ", LENGTHS)
        return
    yield from _cut(f" {word} ", SIGN_LENGTHS)
    for run in _LETTERS.findall(word):
        yield from _cut(f" {run} ", LENGTHS)


def _cut(letters: str, lengths: Iterable[int]) -> Iterator[str]:
    for length in lengths:
        for start in range(max(1, len(letters) - length + 1)):
            yield letters[start : start + length]


def piece_counts(texts: Sequence[str], size: int = BUCKETS) -> csr_matrix:
    """How often each piece of a word stands in each text: (N, F), F being the `size`.

    Halves of surrogate pairs count as question marks, and of a word that is too long its beginning
    is read, as in `nlu.tokens`.
    """
    read = [shortened(text[:MAX_CHARACTERS]).encode("utf-8", "replace").decode() for text in texts]
    words = [text.lower().split() for text in read]
    counted = [
        (_of_short_word if len(word) <= SHORT else _of_word)(word, size) for word in chain(*words)
    ]
    ends = np.cumsum([0, *map(len, words)])  # (N + 1,), in words
    sizes = np.cumsum([0, *(len(buckets) for buckets, _ in counted)])  # in pieces
    nothing = (np.zeros(0, np.int32), np.zeros(0, np.float32))
    buckets, counts = map(np.concatenate, zip(nothing, *counted, strict=True))
    found = csr_matrix((counts, buckets, sizes[ends]), shape=(len(texts), size))
    found.sum_duplicates()
    return found


def _of_word(word: str, size: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """The buckets of a word's pieces, and how many fall into each.

    The same buckets as sklearn's HashingVectorizer finds, which takes longer, also to load.
    """
    hashed = [abs(mmh3.hash(piece)) % size for piece in pieces(word)]
    buckets, counts = np.unique(np.array(hashed, np.int32), return_counts=True)
    return buckets, counts.astype(np.float32)


# Words come again and again, and to take one to pieces takes longer than all the rest.
_of_short_word = lru_cache(maxsize=8192)(_of_word)


@dataclass(frozen=True)
class Ngrams:
    """`rarity` (F,) weighs the pieces (inverse document frequency); weights (F, C), bias (C,)."""

    rarity: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def __call__(self, texts: Sequence[str]) -> Array:
        """Logits (B, C) of texts."""
        return self.logits(self.features(texts))

    def logits(self, features: csr_matrix) -> Array:
        """Logits (B, C) of texts whose letters (B, F) are weighed already."""
        return np.asarray(features @ self.weights + self.bias, dtype=np.float64)

    def by_word(self, text: str) -> Array:
        """What each word of `text.split()` adds to the logits: (W, C), without the bias."""
        added = np.zeros((len(text.split()), len(self.bias)))
        read = text[:MAX_CHARACTERS]
        words = read.split()
        if words:
            each = self.features([read])  # (1, F)
            each.data /= piece_counts(
                [read], len(self.rarity)
            ).data  # what one occurrence of a piece is worth
            added[: len(words)] = (
                piece_counts(words, len(self.rarity)).multiply(each) @ self.weights
            )
        return added

    def times(self, factor: float) -> Ngrams:
        """The same opinion, held more or less strongly."""
        return Ngrams(
            self.rarity, self.weights * np.float32(factor), self.bias * np.float32(factor)
        )

    @classmethod
    def silent(cls, classes: int) -> Ngrams:
        """One that says nothing."""
        weights = np.zeros((BUCKETS, classes), np.float32)
        return cls(np.ones(BUCKETS, np.float32), weights, np.zeros(classes, np.float32))

    def features(self, texts: Sequence[str]) -> csr_matrix:
        """Counts (N, F) as sklearn's TfidfTransformer weighs them, which takes longer over it."""
        found = piece_counts(texts, len(self.rarity))
        found.data = (np.log(found.data) + 1) * self.rarity[found.indices]
        rows = np.repeat(np.arange(len(texts)), np.diff(found.indptr))
        lengths = np.sqrt(np.bincount(rows, found.data**2, len(texts)))  # (N,)
        found.data /= lengths[rows]
        return found

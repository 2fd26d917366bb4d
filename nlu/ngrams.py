"""A third opinion: a linear classifier on the letters of words.

Pieces of words know nothing of meaning, and so they err elsewhere than an encoder does: they hold
on to names and product codes, forgive a misspelling, and need no particular language. That sparse
features help beside dense ones is known from DIET (Bunk et al. 2020).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from nlu.outofscope import Array

BUCKETS = 2**15  # into which pieces are hashed; more gained nothing
LENGTHS = range(2, 6)  # letters of a piece


def pieces(text: str) -> Iterator[str]:
    """Each word, and all its pieces of two to five letters, its borders being letters too."""
    for word in text.lower().split():
        yield f"={word}"
        bordered = f" {word} "
        for length in LENGTHS:
            for start in range(max(1, len(bordered) - length + 1)):
                yield bordered[start : start + length]


_hashing = HashingVectorizer(
    analyzer=pieces, n_features=BUCKETS, alternate_sign=False, norm=None, dtype=np.float32
)


def piece_counts(texts: Sequence[str]) -> csr_matrix:
    """How often each piece stands in each text: (N, F), F being the number of buckets."""
    return _hashing.transform(texts)


@dataclass(frozen=True)
class Ngrams:
    """`rarity` (F,) weighs the pieces (inverse document frequency); weights (F, C), bias (C,)."""

    rarity: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def __call__(self, texts: Sequence[str]) -> Array:
        """Logits (B, C) of texts."""
        return np.asarray(self._features(texts) @ self.weights + self.bias, dtype=np.float64)

    def by_word(self, text: str) -> Array:
        """What each word of `text.split()` adds to the logits: (W, C), without the bias."""
        words = text.split()
        if not words:
            return np.zeros((0, len(self.bias)))
        each = self._features([text])  # (1, F)
        each.data /= piece_counts([text]).data  # what one occurrence of a piece is worth
        return np.asarray(piece_counts(words).multiply(each) @ self.weights, dtype=np.float64)

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

    def _features(self, texts: Sequence[str]) -> csr_matrix:
        weighing = TfidfTransformer(sublinear_tf=True)
        weighing.idf_ = self.rarity
        return weighing.transform(piece_counts(texts))

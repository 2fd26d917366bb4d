"""Search by words: BM25 (Robertson and Zaragoza 2009), as the bm25s library computes it."""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Sequence

# bm25s starts JAX wherever that is installed, and JAX at its start takes three quarters of a GPU's
# memory, so that a second process finds none. Nothing here is sorted by it.
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

Scores = npt.NDArray[np.float32]
MOST_WORDS = 64  # of a question
_WORD = re.compile(r"[^\W_]+")
# Written without spaces between words, so that two characters in a row stand for one.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]+")
logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells of every index that is built
_STEMMER = Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """The stems of a text's words; of scripts without spaces, every two characters in a row."""
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        position = 0
        for run in _UNSPACED.finditer(word):
            found += [word[position : run.start()]] if run.start() > position else []
            characters = run.group()
            found += [characters[n : n + 2] for n in range(max(1, len(characters) - 1))]
            position = run.end()
        found += [word[position:]] if position < len(word) else []
    return [str(stem) for stem in _STEMMER.stemWords(found)]


class Lexical:
    """BM25 over N texts. Its scores are shares of what the best thinkable text would have."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._size = len(texts)
        corpus = [words(text) for text in texts]
        if not any(corpus):
            self._index = None
            return
        self._index = bm25s.BM25(method="lucene")
        self._index.index(corpus, show_progress=False)
        # The most that each word adds to any text: (V,); a word that no text has is the rarest.
        scores = self._index.scores
        starts = scores["indptr"][:-1]
        self._most = np.maximum.reduceat(np.append(scores["data"], 0.0), starts)
        self._unknown = float(self._most.max())

    def scores(self, question: str) -> Scores:
        """(N,) in [0, 1]: the weight of the question's words that each text has."""
        asked = list(dict.fromkeys(words(question)))[:MOST_WORDS]
        if self._index is None or not asked:
            return np.zeros(self._size, dtype=np.float32)
        known = [
            number for word in asked if (number := self._index.vocab_dict.get(word)) is not None
        ]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        whole = float(self._most[known].sum()) + self._unknown * (len(asked) - len(known))
        found = self._index.get_scores_from_ids(known)
        return np.asarray(found, dtype=np.float32) / whole

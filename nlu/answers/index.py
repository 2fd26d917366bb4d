"""The answer index: every entry, searched by meaning and by words, and scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from nlu.answers.dense import Dense, Rows
from nlu.answers.entries import Entry
from nlu.answers.lexical import Lexical
from nlu.answers.scoring import Scorer
from nlu.labels import intent_of
from nlu.outofscope import Array
from nlu.types import RetrievalHit
from nlu.vectors import Vectors

LEAST_OPINION = -12.0  # log-probability
MOST_BY_WORDS = 50  # keys that BM25 alone may bring in, where not all are looked at


class Asked(NamedTuple):
    """A question: its text, its unit vector (H,), and what the classifier makes of it.

    `opinions` are log-probabilities by key; `inside` and `outside` those that it is any question
    that the bot was taught, and that it is out of scope.
    """

    text: str
    vector: Vectors
    opinions: Mapping[str, float]
    inside: float
    outside: float


class Branches(NamedTuple):
    """M keys and what each branch says of them, (M,) each; `rows` are their nearest entries."""

    keys: Rows
    rows: Rows
    dense: Array
    lexical: Array
    opinion: Array

    @property
    def said(self) -> tuple[Array, Array, Array]:
        """What the three branches say."""
        return self.dense, self.lexical, self.opinion


class AnswerIndex:
    """N entries of K keys. Never changed, so that several threads may search it."""

    def __init__(self, entries: Sequence[Entry], vectors: Vectors) -> None:
        """`vectors` (N, H) are the embeddings of the entries' texts, of length 1."""
        order = sorted(range(len(entries)), key=lambda row: entries[row].key)
        self.entries = tuple(entries[row] for row in order)
        self.vectors = vectors[order]
        keys = [entry.key for entry in self.entries]
        starts = [row for row, key in enumerate(keys) if row == 0 or key != keys[row - 1]]
        self.keys = tuple(keys[start] for start in starts)
        if not self.keys:
            return
        self._dense = Dense(self.vectors, np.array(starts, dtype=np.intp))
        groups = [self.entries[a:b] for a, b in zip(starts, [*starts[1:], len(keys)], strict=True)]
        self._lexical = Lexical([_whole(group) for group in groups])
        self._passage = np.array([group[0].passage for group in groups])

    def search(
        self, asked: Sequence[Asked], scorer: Scorer, count: int
    ) -> list[tuple[RetrievalHit, ...]]:
        """The likeliest `count` answers to each question, the likeliest first."""
        if not self.keys or not asked:
            return [() for _ in asked]
        return [
            self._hits(one, found, scorer, count)
            for one, found in zip(asked, self.branches(asked), strict=True)
        ]

    def select(
        self, asked: Sequence[Asked], scorer: Scorer, count: int
    ) -> list[tuple[RetrievalHit, ...]]:
        """For each question and each retrieval intent the likeliest `count` of the intent's keys.

        Their scores say how likely each is of those that the classifier learnt, given that the
        question is of the intent; of what was added later, how likely it is to answer at all.
        """
        if not self.keys or not asked:
            return [() for _ in asked]
        return [
            self._selected(one, found, scorer, count)
            for one, found in zip(asked, self.branches(asked), strict=True)
        ]

    def _selected(
        self, asked: Asked, found: Branches, scorer: Scorer, count: int
    ) -> tuple[RetrievalHit, ...]:
        chances = self.chances(asked, found, scorer)
        scores = scorer.learnt.scores(*found.said)
        places: dict[str, list[int]] = {}
        for place, key in enumerate(found.keys):
            places.setdefault(intent_of(self.keys[key]), []).append(place)
        hits: list[RetrievalHit] = []
        for own in places.values():
            learnt = [place for place in own if self.keys[found.keys[place]] in asked.opinions]
            if learnt:
                # The weights were learnt as those of a softmax.
                share = np.exp(scores[learnt] - scores[learnt].max())
                sure = chances[learnt].max() if len(learnt) < len(own) else 1.0
                chances[learnt] = sure * share / share.sum()
            best = sorted(own, key=lambda place: -chances[place])[:count]
            hits += [
                self._hit(self.entries[found.rows[place]], float(chances[place])) for place in best
            ]
        return tuple(hits)

    def branches(self, asked: Sequence[Asked]) -> list[Branches]:
        """What each branch says of the keys near to each question; for learning the weights."""
        nearest = self._dense.nearest(np.stack([one.vector for one in asked]))
        return [self._branches(one, *found) for one, found in zip(asked, nearest, strict=True)]

    def _branches(self, asked: Asked, keys: Rows, cosines: Vectors, rows: Rows) -> Branches:
        by_words = self._lexical.scores(asked.text)  # (K,)
        if len(keys) < len(self.keys):
            keys, cosines, rows = self._with_lexical(asked, keys, cosines, rows, by_words)
        opinions = [asked.opinions.get(self.keys[key], LEAST_OPINION) for key in keys]
        opinion = np.maximum(np.array(opinions), LEAST_OPINION)
        return Branches(keys, rows, cosines.astype(float), by_words[keys].astype(float), opinion)

    def _with_lexical(
        self, asked: Asked, keys: Rows, cosines: Vectors, rows: Rows, by_words: Vectors
    ) -> tuple[Rows, Vectors, Rows]:
        """The near keys, and those that have the words."""
        count = min(MOST_BY_WORDS, len(by_words))
        best = np.argpartition(-by_words, count - 1)[:count]
        more = np.setdiff1d(best[by_words[best] > 0], keys)
        if not len(more):
            return keys, cosines, rows
        found = self._dense.compared(asked.vector, more)
        return (
            np.concatenate([keys, more]),
            np.concatenate([cosines, found.cosines]),
            np.concatenate([rows, found.rows]),
        )

    def chances(self, asked: Asked, found: Branches, scorer: Scorer) -> Array:
        """The probability (M,) of each key that it answers the question."""
        learnt = np.array([self.keys[key] in asked.opinions for key in found.keys], dtype=bool)
        passage = self._passage[found.keys]
        chances = np.zeros(len(found.keys))
        for of_kind, weights in (
            (learnt, scorer.learnt),
            (~learnt & ~passage, scorer.question),
            (~learnt & passage, scorer.passage),
        ):
            if of_kind.any():
                dense, lexical, opinion = (branch[of_kind] for branch in found.said)
                chances[of_kind] = weights.chances(
                    dense, lexical, opinion, asked.inside, asked.outside
                )
        return chances

    def _hits(
        self, asked: Asked, found: Branches, scorer: Scorer, count: int
    ) -> tuple[RetrievalHit, ...]:
        chances = self.chances(asked, found, scorer)
        best = np.argsort(-chances, kind="stable")[:count]
        return tuple(self._hit(self.entries[found.rows[at]], float(chances[at])) for at in best)

    @staticmethod
    def _hit(entry: Entry, chance: float) -> RetrievalHit:
        return RetrievalHit(entry.key, chance, entry.answer, entry.title, entry.link)


def jointly(
    hits: Sequence[RetrievalHit], intents: Mapping[str, float], count: int
) -> tuple[RetrievalHit, ...]:
    """Answers of all retrieval intents in one ranking, each as likely as its intent lets it be.

    `intents` has the probability of each intent. At most `count` are told.
    """
    joint = [hit.score * intents.get(intent_of(hit.key), 0.0) for hit in hits]
    whole = sum(joint) or 1.0
    found = (replace(hit, score=score / whole) for hit, score in zip(hits, joint, strict=True))
    return tuple(sorted(found, key=lambda hit: -hit.score)[:count])


def _whole(group: Sequence[Entry]) -> str:
    """All words that stand for a key, each text once."""
    texts = (text for entry in group for text in (entry.text, entry.answer, entry.title) if text)
    return "\n".join(dict.fromkeys(texts))

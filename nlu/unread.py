"""Texts in a script that the encoder's word pieces do not know: their letters alone are read.

Most of such a text is one and the same unknown token to an encoder, and its vector says nothing.
The letters of the text still do, and are a classifier of their own, sure in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from nlu.decisions import Decisions, probabilities
from nlu.labels import Labels
from nlu.ngrams import SIGNS, Ngrams
from nlu.outofscope import Array
from nlu.tokens import encodings
from nlu.types import OUT_OF_SCOPE_INTENT, RetrievalHit

UNKNOWN = "[UNK]"
# Which number an order has says nothing of what is meant, and its digits would be letters like any.
_NUMBER = re.compile(r"(?<![\d.,])\d{4,6}(?![\d.,])", re.ASCII)
ANY_NUMBER = "1042"
HITS = 5
# Of its letters so many may be unknown for an encoder to read a text, and so many may be signs
# that it knows one by one: a word in another script may be quoted.
MOST_UNKNOWN = 0.3
MOST_SPELT = 0.1


class Readable:
    """Tells which texts an encoder can read."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._unknown = tokenizer.token_to_id(UNKNOWN)
        # Who knows signs one by one, as an encoder of English does, knows no word that they make.
        self._spells = not any(len(SIGNS.findall(token)) > 1 for token in tokenizer.get_vocab())

    def __call__(self, text: str, row: Sequence[int]) -> bool:
        """Whether the encoder knows most letters of a text; `row` are its token ids."""
        spelt = self._spells and SIGNS.search(text) is not None
        if self._unknown is None or not (spelt or self._unknown in row):
            return True
        sound = text.encode("utf-8", "replace").decode("utf-8")
        (found,) = encodings(self._tokenizer, [text])
        letters = [sum(map(str.isalpha, sound[start:end])) for start, end in found.offsets]
        pairs = zip(found.ids, letters, found.offsets, strict=True)
        if spelt:
            signs = sum(n for _, n, (start, end) in pairs if SIGNS.search(sound, start, end))
            return signs <= MOST_SPELT * sum(letters)
        unknown = sum(n for token, n, _ in pairs if token == self._unknown)
        return unknown <= MOST_UNKNOWN * sum(letters)


class ByLetters(NamedTuple):
    """What letters say of N texts: chances (N, K) of the intents, how likely each is out of scope,
    and what may answer it."""

    chances: Array
    outside: list[float] | list[None]
    answers: list[tuple[RetrievalHit, ...]]


@dataclass(frozen=True)
class LetterReader:
    """A classifier of letters for what the encoder cannot read, with decisions of its own.

    `titles` are what questions are called by the keys of their answers.
    """

    labels: Labels
    ngrams: Ngrams
    decisions: Decisions
    titles: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, texts: Sequence[str]) -> ByLetters:
        """What texts mean. Of the questions that were taught each is a class, so that its chance
        is how likely its answer is the right one."""
        logits = self.logits(texts)
        temperature = self.decisions.temperature
        chances, outside = chances_of(self.labels, logits, temperature)
        answers = [
            _likeliest(opinions, self.titles)
            for opinions, _, _ in self.labels.opinions(logits, temperature)
        ]
        return ByLetters(chances, outside, answers)

    def logits(self, texts: Sequence[str]) -> Array:
        """Logits (N, C) of texts, in which every long number counts as the same one."""
        return self.ngrams([with_any_number(text) for text in texts])

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What a model keeps of it in its index; the weights, in half precision."""
        weights = self.ngrams.weights.astype(np.float16)
        return {
            "unread_rarity": self.ngrams.rarity,
            "unread_weights": weights,
            "unread_bias": self.ngrams.bias,
        }

    def to_json(self) -> dict[str, Any]:
        """What a model keeps of it beside the arrays."""
        return {
            "labels": list(self.labels.names),
            "decisions": self.decisions.to_json(),
            "titles": dict(self.titles),
        }

    @classmethod
    def of(
        cls,
        data: Mapping[str, Any],
        arrays: Mapping[str, npt.NDArray[Any]],
        outside: str | None = OUT_OF_SCOPE_INTENT,
    ) -> LetterReader:
        """The reverse of both; `outside` is the class out of scope, if that is no intent.

        Raises KeyError when something is missing.
        """
        rarity, weights, bias = (arrays[f"unread_{name}"] for name in ("rarity", "weights", "bias"))
        ngrams = Ngrams(rarity, weights.astype(np.float32), bias)
        decisions = Decisions.from_json(data["decisions"])
        return cls(Labels(data["labels"], outside), ngrams, decisions, data["titles"])


def _likeliest(
    opinions: Mapping[str, float], titles: Mapping[str, str]
) -> tuple[RetrievalHit, ...]:
    """Of log-probabilities by keys the highest."""
    best = sorted(opinions.items(), key=lambda one: -one[1])[:HITS]
    return tuple(
        RetrievalHit(key, float(np.exp(said)), title=titles.get(key)) for key, said in best
    )


def with_any_number(text: str) -> str:
    """A text in which one number stands for all of four to six digits."""
    return _NUMBER.sub(ANY_NUMBER, text)


def without_signs(text: str) -> str:
    """A text of the same length in which what is written without spaces around it stands alone."""
    return SIGNS.sub(" ", text)


def chances_of(
    labels: Labels, logits: Array, temperature: float
) -> tuple[Array, list[float] | list[None]]:
    """From logits (N, C): chances (N, K) of the intents, and that of being out of scope."""
    inside = labels.likeliest_logits(logits, temperature)  # (N, K)
    outside = labels.outside_logit(logits, temperature)
    if outside is None:
        return probabilities(inside), [None] * len(logits)
    odds = outside - np.logaddexp.reduce(inside, axis=1)  # (N,)
    return probabilities(inside), (1 / (1 + np.exp(-odds))).tolist()

"""The engine: a verified model, ready to understand batches of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError
from tokenizers import Tokenizer

from nlu import bundle as files
from nlu.backend import load_backend
from nlu.bundle import Bundle, open_bundle
from nlu.decisions import Decisions, conformal_set, decide, probabilities
from nlu.entities import EntityFinder, Patterns
from nlu.errors import ModelRefused
from nlu.head import Head, normalised
from nlu.labels import Labels
from nlu.neighbours import Known, Neighbour, Neighbours
from nlu.ngrams import Ngrams
from nlu.outofscope import Array, signals
from nlu.retriever import Retriever, Vectors
from nlu.runtime import Runtime
from nlu.tokens import prepared_tokenizer, tokenized
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, IntentScore, Understanding

HITS = 5  # of the retriever, in an answer
RANKING = 10  # intents in an answer, as Rasa's pipelines keep


class Reading(NamedTuple):
    """What is read in N texts: logits (N, C) of head and letters together, unit vectors (N, H)."""

    logits: Array
    vectors: Vectors


class Engine:
    """An `Interpreter` that holds the model itself.

    `parse` and `parse_batch` may be called from several threads at once. No text makes them
    raise: what holds nothing readable is answered with `nlu_fallback`.
    """

    def __init__(self, bundle: Bundle, runtime: Runtime | None = None) -> None:
        """Raises ModelRefused when the parts of the model do not fit together."""
        try:
            self._load(bundle, runtime or Runtime())
        except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelRefused(f"{bundle.path} does not hold a model: {error}") from error

    def _load(self, bundle: Bundle, runtime: Runtime) -> None:
        self.bundle = bundle
        self.version = bundle.manifest.version
        self.labels = Labels(bundle.json(files.LABELS))
        self.decisions = Decisions.from_json(bundle.json(files.DECISIONS))
        self.tokenizer = prepared_tokenizer(bundle.contents[files.TOKENIZER])
        self._entities = EntityFinder(Patterns.from_json(bundle.json(files.PATTERNS)))
        index = safetensors.numpy.load(bundle.contents[files.INDEX])
        cosines = bundle.json(files.ENCODER)["cosine"] > 0
        self._head = Head(index["head_weights"], index["head_bias"], cosines)
        rarity, weights, bias = (index[f"ngram_{name}"] for name in ("rarity", "weights", "bias"))
        self.ngrams = Ngrams(rarity, weights.astype(np.float32), bias)
        self.backend = load_backend(bundle, runtime)
        self._meaningless = _meaningless(self.tokenizer)
        known = [Known(*entry) for entry in bundle.json(files.EXAMPLES)]
        self._neighbours = Neighbours(known, index["examples"])
        beyond = np.array([one.label == OUT_OF_SCOPE_INTENT for one in known], dtype=bool)
        self._inside, self._outside = index["examples"][~beyond], index["examples"][beyond]
        self._retriever = Retriever(bundle.json(files.RETRIEVAL), index["questions"])

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """Understand one message."""
        return replace(self.parse_batch([text])[0], message_id=message_id)

    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        """Understand many messages at once; the answers stand in the order of the texts."""
        rows = tokenized(self.tokenizer, texts)
        readable = [n for n, row in enumerate(rows) if not self._meaningless.issuperset(row)]
        nothing = (IntentScore(FALLBACK_INTENT, self.decisions.fallback),)
        # What holds nothing readable is surely not in scope.
        beyond = None if self.decisions.outside_score is None else 1.0
        answers = [
            Understanding(t, nothing, out_of_scope_score=beyond, model_version=self.version)
            for t in texts
        ]
        if not readable:
            return answers
        reading = self.read([texts[n] for n in readable], [rows[n] for n in readable])
        logits = self.labels.intent_logits(reading.logits, self.decisions.temperature)
        chances = probabilities(logits)  # (B, K)
        outside = self._outside_scores(reading, logits)
        hits = self._retriever.search(reading.vectors, HITS)
        for number, ranked, score, found in zip(
            readable, self._ranked(chances), outside, hits, strict=True
        ):
            text = texts[number]
            answers[number] = Understanding(
                text=text,
                intent_ranking=decide(ranked[:RANKING], score, found, self.decisions),
                entities=self._entities.find(text),
                retrieval=found,
                out_of_scope_score=score,
                conformal_set=conformal_set(ranked, self.decisions),
                model_version=self.version,
            )
        return answers

    def nearest_examples(self, texts: Sequence[str], count: int) -> list[tuple[Neighbour, ...]]:
        """The training examples nearest to each text as the classifier sees it."""
        if not texts:
            return []
        reading = self.read(texts, tokenized(self.tokenizer, texts))
        return self._neighbours.nearest(reading.vectors, count)

    def read(self, texts: Sequence[str], rows: Sequence[Sequence[int]]) -> Reading:
        """What is read in texts, of which there is at least one, and their token ids."""
        pooled = self.backend.encoded(rows)  # (N, H)
        unit = normalised(pooled)  # (N, H)
        return Reading(self._head(pooled, unit) + self.ngrams(texts), unit)

    def _ranked(self, chances: Array) -> list[list[IntentScore]]:
        """The likeliest intents of each of B texts, from probabilities (B, K), the best first:
        those of the ranking, and all that may belong to the conformal set."""
        order = np.argsort(-chances, axis=1)  # (B, K)
        falling = np.take_along_axis(chances, order, axis=1)  # (B, K)
        counts = (chances >= (self.decisions.conformal or 0.0)).sum(axis=1)  # (B,)
        names = self.labels.intents
        return [
            [IntentScore(names[column], chance) for column, chance in zip(*row, strict=True)]
            for row in (
                (order[n, :count].tolist(), falling[n, :count].tolist())
                for n, count in enumerate(np.maximum(counts, RANKING))
            )
        ]

    def _outside_scores(self, reading: Reading, logits: Array) -> list[float] | list[None]:
        """How likely each of B texts is out of scope, if the model has learnt to say."""
        outside = self.labels.outside_logit(reading.logits, self.decisions.temperature)
        if self.decisions.outside_score is None or outside is None:
            return [None] * len(logits)
        found = signals(logits, outside, reading.vectors, self._inside, self._outside)
        return [float(score) for score in self.decisions.outside_score(found)]


def load_engine(path: Path, runtime: Runtime | None = None) -> Engine:
    """Verify the model in a folder and load it. Raises ModelRefused."""
    return Engine(open_bundle(path), runtime)


def _meaningless(tokenizer: Tokenizer) -> frozenset[int]:
    """Token ids that say nothing: the marks around a text, and the unknown token."""
    unknown = tokenizer.token_to_id("[UNK]")
    around = tokenizer.encode("").ids
    return frozenset([*around, *([] if unknown is None else [unknown])])

"""The engine: a verified model, ready to understand batches of messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError
from scipy.sparse import csr_matrix
from tokenizers import Encoding, Tokenizer

from nlu import bundle as files
from nlu.answers.entries import Entry
from nlu.answers.index import AnswerIndex, Asked, jointly
from nlu.answers.scoring import Scorer
from nlu.backend import load_backend, load_embedder
from nlu.bundle import Bundle, open_bundle
from nlu.decisions import Decisions, conformal_set, decide, probabilities, undecided
from nlu.entities import EntityFinder, NameLists, Patterns, Scheme, Tagger
from nlu.entities.duckling import DucklingFinder
from nlu.errors import ModelRefused
from nlu.feelings import FeelingReader
from nlu.head import Head, normalised
from nlu.labels import Labels
from nlu.language import language_of
from nlu.neighbours import Known, Neighbour, Neighbours
from nlu.ngrams import Ngrams
from nlu.outofscope import Array, signals
from nlu.pipeline import Pipeline
from nlu.runtime import Runtime
from nlu.tokens import encodings, prepared_tokenizer, tokenized
from nlu.types import (
    FALLBACK_INTENT,
    FEELINGS,
    OUT_OF_SCOPE_INTENT,
    Entity,
    Feeling,
    IntentScore,
    RetrievalHit,
    Understanding,
)
from nlu.unread import LetterReader, Readable, without_signs
from nlu.vectors import Vectors

HITS = 5  # of the answer index, in an answer
EMBEDDED_AT_ONCE = 256  # entries
RANKING = 10  # intents in an answer, as Rasa's pipelines keep


class Reading(NamedTuple):
    """What is read in N texts: logits (N, C) of head and letters together, unit vectors (N, H), and
    the letters (N, F), weighed.

    `states` are those of each text's tokens that a tagger reads (T, L H); none without a tagger.
    """

    logits: Array
    vectors: Vectors
    letters: csr_matrix
    states: Sequence[Vectors] = ()


class Engine:
    """An `Interpreter` that holds the model itself.

    `parse` and `parse_batch` may be called from several threads at once. No text makes them
    raise: what holds nothing readable is answered with `nlu_fallback`. `answers` is the index of
    what the model was taught, until one with more, made by `index_with`, is put in its place.
    """

    def __init__(
        self,
        bundle: Bundle,
        runtime: Runtime | None = None,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        """`clock` tells the local time, by which "tomorrow" is read.

        Raises ModelRefused when the parts of the model do not fit together.
        """
        try:
            self._load(bundle, runtime or Runtime(), clock)
        except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelRefused(f"{bundle.path} does not hold a model: {error}") from error

    def _load(self, bundle: Bundle, runtime: Runtime, clock: Callable[[], datetime]) -> None:
        self.bundle = bundle
        self.version = bundle.manifest.version
        self.pipeline = (
            Pipeline.from_json(bundle.json(files.PIPELINE))
            if files.PIPELINE in bundle.contents
            else None
        )
        outside = OUT_OF_SCOPE_INTENT if self.pipeline is None else None
        self.labels = Labels(bundle.json(files.LABELS), outside)
        self.decisions = Decisions.from_json(bundle.json(files.DECISIONS))
        self.tokenizer = prepared_tokenizer(bundle.contents[files.TOKENIZER])
        self._entities = EntityFinder(Patterns.from_json(bundle.json(files.PATTERNS)), clock)
        self._tagger = load_tagger(bundle)
        duckling = None if self.pipeline is None else self.pipeline.duckling
        self._duckling = None if duckling is None else DucklingFinder(duckling, clock)
        index = safetensors.numpy.load(bundle.contents[files.INDEX])
        cosines = bundle.json(files.ENCODER)["cosine"] > 0
        self._head = Head(index["head_weights"], index["head_bias"], cosines)
        rarity, weights, bias = (index[f"ngram_{name}"] for name in ("rarity", "weights", "bias"))
        self.ngrams = Ngrams(rarity, weights.astype(np.float32), bias)
        feelings = bundle.json(files.FEELINGS) if files.FEELINGS in bundle.contents else {}
        self.feelings = {
            name: FeelingReader.of_arrays(name, labels, index) for name, labels in feelings.items()
        }
        self.readable = Readable(self.tokenizer)
        self.letters = (
            LetterReader.of(bundle.json(files.UNREAD), index, outside)
            if files.UNREAD in bundle.contents
            else None
        )
        self.backend = load_backend(bundle, runtime)
        self._meaningless = _meaningless(self.tokenizer)
        known = [Known(*entry) for entry in bundle.json(files.EXAMPLES)]
        self._neighbours = Neighbours(known, index["examples"])
        beyond = np.array([one.label == self.labels.outside for one in known], dtype=bool)
        self._inside, self._outside = index["examples"][~beyond], index["examples"][beyond]
        retrieval = bundle.json(files.RETRIEVAL)
        self.scorer = Scorer.from_json(retrieval["scorer"])
        self._embedder = load_embedder(bundle, runtime)
        own = tuple(Entry(**entry) for entry in retrieval["entries"])
        self.answers = self._own_answers = AnswerIndex(own, index["entries"])

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """Understand one message."""
        return replace(self.parse_batch([text])[0], message_id=message_id)

    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        """Understand many messages at once; the answers stand in the order of the texts."""
        return [replace(one, language=language_of(one.text)) for one in self._understood(texts)]

    def _understood(self, texts: Sequence[str]) -> list[Understanding]:
        """What texts mean, whatever their language."""
        read = encodings(self.tokenizer, texts)
        rows = [one.ids for one in read]
        unread = self._unread(texts, rows)
        readable = [
            n
            for n, row in enumerate(rows)
            if n not in unread and not self._meaningless.issuperset(row)
        ]
        least = self.decisions.fallback
        nothing = () if least is None else (IntentScore(FALLBACK_INTENT, least),)
        # What holds nothing readable is surely not in scope.
        beyond = None if self.decisions.outside_score is None else 1.0
        answers = [
            self._known(
                Understanding(t, nothing, out_of_scope_score=beyond, model_version=self.version)
            )
            for t in texts
        ]
        for number, meaning in zip(
            unread, self._by_letters([texts[n] for n in unread]), strict=True
        ):
            answers[number] = self._known(meaning)
        if not readable:
            return answers
        said = [texts[n] for n in readable]
        reading = self.read(said, [rows[n] for n in readable])
        entities = self._found(said, [read[n] for n in readable], reading.states)
        logits = self.labels.intent_logits(reading.logits, self.decisions.temperature)
        chances = probabilities(logits)  # (B, K)
        outside = self._outside_scores(reading, logits)
        ranking = _ranked(chances, self.labels.intents, self.decisions)
        hits = self._retrieved(texts, rows, readable, ranking, outside, reading.logits)
        if self._one_selector:
            hits = [
                jointly(found, {one.name: one.confidence for one in ranked}, RANKING)
                for found, ranked in zip(hits, ranking, strict=True)
            ]
        sentiments, urgencies = (self._felt(name, reading) for name in FEELINGS)
        for number, ranked, score, found, spans, sentiment, urgency in zip(
            readable, ranking, outside, hits, entities, sentiments, urgencies, strict=True
        ):
            answers[number] = self._known(
                Understanding(
                    text=texts[number],
                    intent_ranking=decide(
                        ranked[:RANKING], score, found, self.decisions, self.labels.retrieval
                    ),
                    entities=spans,
                    retrieval=found,
                    out_of_scope_score=score,
                    conformal_set=conformal_set(ranked, self.decisions),
                    model_version=self.version,
                    sentiment=sentiment,
                    urgency=urgency,
                )
            )
        return answers

    def _known(self, meaning: Understanding) -> Understanding:
        """With what a Rasa project's parse results always tell: dimensions, retrieval intents."""
        if self.pipeline is None:
            return meaning
        entities = meaning.entities
        if self._duckling is not None:
            told = tuple(map(self._entities.meant, self._duckling.find(meaning.text)))
            places = {(one.name, one.start, one.end) for one in told}
            # Of one name and place, the value that is read counts, not the written one.
            own = (one for one in entities if (one.name, one.start, one.end) not in places)
            entities = (*own, *told)
        return replace(
            meaning,
            entities=entities,
            retrieval_intents=tuple(sorted(self.labels.retrieval)),
            one_selector=self._one_selector,
        )

    @property
    def _one_selector(self) -> bool:
        return self.pipeline is not None and self.pipeline.one_selector

    def _found(
        self, texts: Sequence[str], read: Sequence[Encoding], states: Sequence[Vectors]
    ) -> Sequence[tuple[Entity, ...]]:
        """The entities of texts, found by their form or tagged."""
        if self._tagger is None:
            return [self._entities.find(text) for text in texts]
        seen = [self._entities.seen(text) for text in texts]
        return self._tagger.complete(texts, read, states, seen, self._entities.meant)

    def _unread(self, texts: Sequence[str], rows: Sequence[Sequence[int]]) -> list[int]:
        """The numbers of the texts that the encoder cannot read and the letters can."""
        if self.letters is None:
            return []
        pairs = enumerate(zip(texts, rows, strict=True))
        return [number for number, (text, row) in pairs if not self.readable(text, row)]

    def _by_letters(self, texts: Sequence[str]) -> list[Understanding]:
        """What texts mean by their letters alone; nothing is looked up, and nothing felt."""
        if self.letters is None or not texts:
            return []
        chances, outside, answers = self.letters(texts)
        decisions, labels = self.letters.decisions, self.letters.labels
        return [
            Understanding(
                text=text,
                intent_ranking=decide(ranked[:RANKING], score, hits, decisions, labels.retrieval),
                entities=self._entities.find(without_signs(text)) or self._entities.find(text),
                retrieval=hits,
                out_of_scope_score=score,
                conformal_set=conformal_set(ranked, decisions),
                model_version=self.version,
            )
            for text, ranked, score, hits in zip(
                texts, _ranked(chances, labels.intents, decisions), outside, answers, strict=True
            )
        ]

    def index_with(self, entries: Sequence[Entry], before: Engine | None = None) -> AnswerIndex:
        """An index of the model's own entries and these; takes a millisecond or more an entry.

        What the engine `before` looks up already is not embedded anew, if its embedder is the
        same. A model that cannot embed has its own entries alone.
        """
        if self._embedder is None or not entries:
            return self._own_answers
        same = before is not None and self._embeds_as(before)
        known = before.answers if before is not None and same else self._own_answers
        vectors = dict(zip((entry.text for entry in known.entries), known.vectors, strict=True))
        new = list(dict.fromkeys(e.text for e in entries if e.text not in vectors))
        for start in range(0, len(new), EMBEDDED_AT_ONCE):
            texts = new[start : start + EMBEDDED_AT_ONCE]
            vectors.update(zip(texts, self.embed(texts), strict=True))
        whole = (*self._own_answers.entries, *entries)
        more = [vectors[entry.text] for entry in entries]
        return AnswerIndex(whole, np.concatenate([self._own_answers.vectors, np.stack(more)]))

    def _embeds_as(self, other: Engine) -> bool:
        of_both = (one.bundle.manifest.files.get(files.EMBEDDER) for one in (self, other))
        return len({None if file is None else file["sha256"] for file in of_both}) == 1

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (N, H) of N > 0 texts in the embedder's space.

        Raises ModelRefused when the model has no embedder.
        """
        if self._embedder is None:
            raise ModelRefused(f"{self.bundle.path} has no embedder")
        return normalised(self._embedder.encoded(tokenized(self.tokenizer, texts)))

    def _retrieved(
        self,
        texts: Sequence[str],
        rows: Sequence[Sequence[int]],
        readable: Sequence[int],
        ranking: Sequence[Sequence[IntentScore]],
        outside: Sequence[float | None],
        logits: Array,
    ) -> list[tuple[RetrievalHit, ...]]:
        """What may answer each readable text: of those alone that ask, or are not understood.

        Under a pipeline all texts ask, and each retrieval intent tells its own answers.
        """
        hits: list[tuple[RetrievalHit, ...]] = [() for _ in readable]
        index = self.answers  # another may be put in its place at any time
        asking = [
            at
            for at, (ranked, score) in enumerate(zip(ranking, outside, strict=True))
            if self.pipeline is not None
            or ranked[0].name in self.labels.retrieval
            or undecided(ranked, score, self.decisions)
        ]
        if self._embedder is None or not index.keys or not asking:
            return hits
        vectors = normalised(self._embedder.encoded([rows[readable[at]] for at in asking]))
        opinions = self.labels.opinions(logits[asking], self.decisions.temperature)
        asked = [
            Asked(texts[readable[at]], vector, *opinion)
            for at, vector, opinion in zip(asking, vectors, opinions, strict=True)
        ]
        if self.pipeline is not None:
            answers = index.select(asked, self.scorer, RANKING)
        else:
            answers = index.search(asked, self.scorer, HITS)
        for at, found in zip(asking, answers, strict=True):
            hits[at] = found
        return hits

    def nearest_examples(self, texts: Sequence[str], count: int) -> list[tuple[Neighbour, ...]]:
        """The training examples nearest to each text as the classifier sees it."""
        if not texts:
            return []
        reading = self.read(texts, tokenized(self.tokenizer, texts))
        return self._neighbours.nearest(reading.vectors, count)

    def read(self, texts: Sequence[str], rows: Sequence[Sequence[int]]) -> Reading:
        """What is read in texts, of which there is at least one, and their token ids."""
        states: Sequence[Vectors] = ()
        if self._tagger is None:
            pooled = self.backend.encoded(rows)  # (N, H)
        else:
            pooled, states = self.backend.encoded_with_states(rows)
        unit = normalised(pooled)  # (N, H)
        letters = self.ngrams.features(texts)  # (N, F)
        logits = self._head(pooled, unit) + self.ngrams.logits(letters)
        return Reading(logits, unit, letters, states)

    def _felt(self, name: str, reading: Reading) -> Sequence[Feeling | None]:
        """What each of N texts says of one feeling, if the model has learnt to read it."""
        reader = self.feelings.get(name)
        if reader is None:
            return [None] * len(reading.vectors)
        return reader(reading.vectors, reading.letters)

    def _outside_scores(self, reading: Reading, logits: Array) -> list[float] | list[None]:
        """How likely each of B texts is out of scope, if the model has learnt to say."""
        outside = self.labels.outside_logit(reading.logits, self.decisions.temperature)
        if self.decisions.outside_score is None or outside is None:
            return [None] * len(logits)
        found = signals(logits, outside, reading.vectors, self._inside, self._outside)
        return [float(score) for score in self.decisions.outside_score(found)]


def _ranked(chances: Array, names: Sequence[str], decisions: Decisions) -> list[list[IntentScore]]:
    """The likeliest intents of each of B texts, from probabilities (B, K), the best first: those of
    the ranking, and all that may belong to the conformal set."""
    order = np.argsort(-chances, axis=1)  # (B, K)
    falling = np.take_along_axis(chances, order, axis=1)  # (B, K)
    counts = (chances >= (decisions.conformal or 0.0)).sum(axis=1)  # (B,)
    return [
        [IntentScore(names[column], chance) for column, chance in zip(*row, strict=True)]
        for row in (
            (order[n, :count].tolist(), falling[n, :count].tolist())
            for n, count in enumerate(np.maximum(counts, RANKING))
        )
    ]


def load_engine(path: Path, runtime: Runtime | None = None) -> Engine:
    """Verify the model in a folder and load it. Raises ModelRefused."""
    return Engine(open_bundle(path), runtime)


def load_tagger(bundle: Bundle) -> Tagger | None:
    """The tagger of a model; None when no entities were annotated for it."""
    if files.TAGS not in bundle.contents:
        return None
    weights = safetensors.numpy.load(bundle.contents[files.TAGGER])
    lists = NameLists(bundle.json(files.NAME_LISTS))
    return Tagger(Scheme.from_json(bundle.json(files.TAGS)), lists, weights)


def _meaningless(tokenizer: Tokenizer) -> frozenset[int]:
    """Token ids that say nothing: the marks around a text, and the unknown token."""
    unknown = tokenizer.token_to_id("[UNK]")
    around = tokenizer.encode("").ids
    return frozenset([*around, *([] if unknown is None else [unknown])])

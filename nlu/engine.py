"""The engine: a verified model, ready to understand batches of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch.nn import functional

from nlu import bundle as files
from nlu.bundle import Bundle, open_bundle
from nlu.classifier import IntentClassifier
from nlu.decisions import Decisions, conformal_set, decide, probabilities
from nlu.encoder import Encoder, chosen_device, padded, prepared_tokenizer, tokenized
from nlu.entities import EntityFinder, Patterns
from nlu.errors import ModelRefused
from nlu.labels import Labels
from nlu.neighbours import Known, Neighbour, Neighbours
from nlu.ngrams import Ngrams
from nlu.outofscope import Array, signals
from nlu.probe import Probe
from nlu.retriever import Retriever, Vectors
from nlu.types import FALLBACK_INTENT, IntentScore, Understanding

ROWS_AT_ONCE = 64  # of one forward pass; more gain nothing
HITS = 5  # of the retriever, in an answer


class Reading(NamedTuple):
    """What networks and opinions say of N texts.

    The logits (N, C) of all opinions together, and unit vectors (N, H) in two spaces: as
    fine-tuned, and as pretrained.
    """

    logits: Array
    tuned: Vectors
    pretrained: Vectors


class Networks:
    """The two encoders of a model, and its opinions: of the fine-tuned encoder's head, of a probe
    on the pretrained one, and of the letters."""

    def __init__(
        self,
        classifier: IntentClassifier,
        embedder: Encoder,
        tokenizer: Tokenizer,
        device: torch.device,
        probe: Probe,
        ngrams: Ngrams,
    ) -> None:
        self.classifier = classifier.to(device).eval()
        self.embedder = embedder.to(device).eval()
        self.tokenizer = tokenizer
        self.device = device
        self.probe = probe
        self.ngrams = ngrams

    def read(self, texts: Sequence[str], rows: Sequence[Sequence[int]]) -> Reading:
        """What is said of texts and their token ids, those of like length encoded together."""
        order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
        logits, tuned, pretrained = [], [], []
        with torch.inference_mode():
            for start in range(0, len(order), ROWS_AT_ONCE):
                chunk = [rows[row] for row in order[start : start + ROWS_AT_ONCE]]
                ids, mask = padded(chunk, self.device)  # (B, T)
                pooled = self.classifier.encoder(ids, mask)  # (B, H)
                logits.append(self.classifier.head(pooled))  # (B, C)
                tuned.append(functional.normalize(pooled, dim=-1))  # (B, H)
                pretrained.append(functional.normalize(self.embedder(ids, mask), dim=-1))  # (B, H)
        back = np.argsort(order)
        original = torch.cat(pretrained).float().cpu().numpy()[back]
        opinions = self.probe(original) + self.ngrams(texts)  # (N, C)
        return Reading(
            torch.cat(logits).double().cpu().numpy()[back] + opinions,
            torch.cat(tuned).float().cpu().numpy()[back],
            original,
        )


class Engine:
    """An `Interpreter` that holds the model itself.

    `parse` and `parse_batch` may be called from several threads at once. No text makes them
    raise: what holds nothing readable is answered with `nlu_fallback`.
    """

    def __init__(self, bundle: Bundle, device: str = "auto") -> None:
        """Raises ModelRefused when the parts of the model do not fit together."""
        try:
            self._load(bundle, chosen_device(device))
        except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelRefused(f"{bundle.path} does not hold a model: {error}") from error

    def _load(self, bundle: Bundle, device: torch.device) -> None:
        self.version = bundle.manifest.version
        self.device = device
        self.labels = Labels(bundle.json(files.LABELS))
        self.decisions = Decisions.from_json(bundle.json(files.DECISIONS))
        self._entities = EntityFinder(Patterns.from_json(bundle.json(files.PATTERNS)))
        index = safetensors.numpy.load(bundle.contents[files.INDEX])
        probe = Probe(index["probe_weights"], index["probe_bias"])
        rarity, weights, bias = (index[f"ngram_{name}"] for name in ("rarity", "weights", "bias"))
        ngrams = Ngrams(rarity, weights.astype(np.float32), bias)
        self.networks = load_networks(bundle, len(self.labels.names), device, probe, ngrams)
        self._meaningless = _meaningless(self.networks.tokenizer)
        self._inside, self._outside = index["inside"], index["outside"]
        known = [Known(*entry) for entry in bundle.json(files.EXAMPLES)]
        self._neighbours = Neighbours(known, index["examples"])
        self._retriever = Retriever(bundle.json(files.RETRIEVAL), index["questions"])

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """Understand one message."""
        return replace(self.parse_batch([text])[0], message_id=message_id)

    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        """Understand many messages at once; the answers stand in the order of the texts."""
        rows = tokenized(self.networks.tokenizer, texts)
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
        reading = self.networks.read([texts[n] for n in readable], [rows[n] for n in readable])
        logits = self.labels.intent_logits(reading.logits, self.decisions.temperature)
        chances = probabilities(logits)  # (B, K)
        outside = self._outside_scores(reading, logits)
        hits = self._retriever.search(reading.tuned, HITS)
        for at, number in enumerate(readable):
            ranked = [
                IntentScore(self.labels.intents[column], float(chances[at, column]))
                for column in np.argsort(-chances[at])
            ]
            score = None if outside is None else float(outside[at])
            text = texts[number]
            answers[number] = Understanding(
                text=text,
                intent_ranking=decide(ranked, score, hits[at], self.decisions),
                entities=self._entities.find(text),
                retrieval=hits[at],
                out_of_scope_score=score,
                conformal_set=conformal_set(ranked, self.decisions),
                model_version=self.version,
            )
        return answers

    def nearest_examples(self, texts: Sequence[str], count: int) -> list[tuple[Neighbour, ...]]:
        """The training examples nearest to each text as the classifier sees it."""
        rows = tokenized(self.networks.tokenizer, texts)
        if not rows:
            return []
        return self._neighbours.nearest(self.networks.read(texts, rows).tuned, count)

    def _outside_scores(self, reading: Reading, logits: Array) -> Array | None:
        """Probability (B,) of being out of scope, if the model has learnt to say."""
        outside = self.labels.outside_logit(reading.logits, self.decisions.temperature)
        if self.decisions.outside_score is None or outside is None:
            return None
        return self.decisions.outside_score(
            signals(logits, outside, reading.pretrained, self._inside, self._outside)
        )


def load_engine(path: Path, device: str = "auto") -> Engine:
    """Verify the model in a folder and load it. Raises ModelRefused."""
    return Engine(open_bundle(path), device)


def load_networks(
    bundle: Bundle, classes: int, device: torch.device, probe: Probe, ngrams: Ngrams
) -> Networks:
    """Both encoders with their weights, from the files of a bundle."""
    architecture = bundle.json(files.ENCODER)
    classifier = IntentClassifier(
        Encoder.from_config(architecture["classifier"]), classes, scale=architecture["cosine"]
    )
    classifier.load_state_dict(safetensors.torch.load(bundle.contents[files.CLASSIFIER]))
    embedder = Encoder.from_config(architecture["embedder"])
    embedder.load_state_dict(safetensors.torch.load(bundle.contents[files.EMBEDDER]))
    tokenizer = prepared_tokenizer(bundle.contents[files.TOKENIZER])
    return Networks(classifier, embedder, tokenizer, device, probe, ngrams)


def _meaningless(tokenizer: Tokenizer) -> frozenset[int]:
    """Token ids that say nothing: the marks around a text, and the unknown token."""
    unknown = tokenizer.token_to_id("[UNK]")
    around = tokenizer.encode("").ids
    return frozenset([*around, *([] if unknown is None else [unknown])])

"""Learning when to answer: temperature and thresholds, from the held-out examples alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nlu.decisions import Decisions, decide, probabilities
from nlu.engine import Reading
from nlu.labels import Labels
from nlu.outofscope import Array, signals
from nlu.retriever import Retriever, Vectors
from nlu.types import OUT_OF_SCOPE_INTENT, IntentScore
from training.calibration import (
    choose_outside_threshold,
    choose_retrieval_threshold,
    fit_outside_score,
    fit_temperature,
)
from training.conformal import fit_conformal
from training.data import Example
from training.splits import Split
from training.sureness import Sureness


@dataclass(frozen=True)
class Embedded:
    """Sentences and their unit vectors (each H long) in one space."""

    vectors: Mapping[str, Vectors]
    width: int

    @classmethod
    def of_texts(cls, texts: Sequence[str], vectors: Vectors) -> Embedded:
        """Texts and their vectors (N, H)."""
        return cls(dict(zip(texts, vectors, strict=True)), vectors.shape[1])

    def of(self, examples: Sequence[Example]) -> Vectors:
        """The vectors (N, H) of some examples."""
        rows = [self.vectors[example.text] for example in examples]
        return np.stack(rows) if rows else np.zeros((0, self.width), dtype=np.float32)


def learn_decisions(
    classes: Labels,
    split: Split,
    reading: Reading,
    pretrained: Embedded,
    tuned: Embedded,
    sureness: Sureness,
) -> Decisions:
    """All that `Decisions` hold; `reading` is what the networks say of the held-out examples.

    `pretrained` has every example, `tuned` the questions, each in that space; `sureness` is the
    project's own.
    """
    held_out = split.held_out
    beyond = np.array([example.intent == OUT_OF_SCOPE_INTENT for example in held_out])
    labels = [classes.intents.index(e.intent) for e in held_out if e.intent != OUT_OF_SCOPE_INTENT]
    temperature = fit_temperature(
        lambda at: classes.intent_logits(reading.logits[~beyond], at), labels
    )
    logits = classes.intent_logits(reading.logits, temperature)  # (N, K)
    chances = probabilities(logits)  # (N, K)
    ranked = [
        [
            IntentScore(classes.intents[column], float(row[column]))
            for column in np.argsort(-row)[:2]
        ]
        for row in chances
    ]
    decisions = Decisions(
        temperature,
        sureness.threshold,
        sureness.ambiguity,
        conformal=fit_conformal(chances[~beyond][np.arange(len(labels)), labels]),
    )
    scores: Array = np.zeros(len(held_out))
    outside = classes.outside_logit(reading.logits, temperature)
    if outside is not None and beyond.any():
        inside_examples, outside_examples = inside_and_outside(split.train)
        found = signals(
            logits,
            outside,
            reading.pretrained,
            pretrained.of(inside_examples),
            pretrained.of(outside_examples),
        )
        score = fit_outside_score(found, beyond)
        scores = score(found)
        threshold = choose_outside_threshold(scores, beyond)
        decisions = replace(decisions, outside_score=score, outside=threshold)
    retrieval = _retrieval(decisions, split, ranked, scores, reading.tuned, tuned)
    return replace(decisions, retrieval=retrieval)


def inside_and_outside(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """The examples in scope, and those out of it."""
    inside = [example for example in examples if example.intent != OUT_OF_SCOPE_INTENT]
    return inside, [example for example in examples if example.intent == OUT_OF_SCOPE_INTENT]


def _retrieval(
    decisions: Decisions,
    split: Split,
    ranked: Sequence[Sequence[IntentScore]],
    scores: Array,
    vectors: Vectors,
    tuned: Embedded,
) -> float | None:
    """From which cosine the retriever may answer what the classifier is unsure of."""
    questions = [example for example in split.train if example.response_key]
    if not questions:
        return None
    retriever = Retriever([str(e.response_key) for e in questions], tuned.of(questions))
    hits = retriever.search(vectors, 1)
    cosines, right, right_without = [], [], []
    for example, guesses, score, (hit,) in zip(split.held_out, ranked, scores, hits, strict=True):
        decided = decide(guesses, float(score), (), decisions)[0]
        if decided == guesses[0]:
            continue  # the classifier is sure
        cosines.append(hit.score)
        right.append(hit.key == example.response_key)
        right_without.append(decided.name == example.intent)
    return choose_retrieval_threshold(np.array(cosines), np.array(right), np.array(right_without))

"""Learning when to answer: temperature and thresholds, from the held-out examples alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from nlu.decisions import Decisions, probabilities
from nlu.labels import Labels
from nlu.outofscope import Array, signals
from nlu.vectors import Vectors
from training.calibration import (
    choose_outside_threshold,
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
        return self.at([example.text for example in examples])

    def at(self, texts: Sequence[str]) -> Vectors:
        """The vectors (N, H) of some of the sentences."""
        rows = [self.vectors[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.width), dtype=np.float32)


class Judged(NamedTuple):
    """What a model says of the held-out examples of a split, which it did not learn from.

    Logits (N, C), and the vectors (N, H) of what was held out and (M, H) of what it learnt.
    """

    split: Split
    logits: Array
    vectors: Vectors
    learnt: Vectors

    def learnt_where(self, chosen: Callable[[Example], object]) -> Vectors:
        """The vectors of those examples it learnt that are `chosen`."""
        return self.learnt[[n for n, one in enumerate(self.split.train) if chosen(one)]]


def learn_decisions(classes: Labels, judged: Sequence[Judged], sureness: Sureness) -> Decisions:
    """All that `Decisions` hold but `retrieval`, from one judgement or from those of several folds.

    `sureness` is the project's own.
    """
    held_out = [example for one in judged for example in one.split.held_out]
    said = np.concatenate([one.logits for one in judged])  # (N, C)
    beyond = np.array([example.outside for example in held_out])
    labels = [classes.intents.index(e.intent) for e in held_out if not e.outside]
    temperature = fit_temperature(lambda at: classes.intent_logits(said[~beyond], at), labels)
    chances = probabilities(classes.intent_logits(said, temperature))  # (N, K)
    decisions = Decisions(
        temperature,
        sureness.threshold,
        sureness.ambiguity,
        conformal=fit_conformal(chances[~beyond][np.arange(len(labels)), labels]),
    )
    if classes.outside_logit(said, temperature) is not None and beyond.any():
        found = np.concatenate([_signals(one, classes, temperature) for one in judged])
        score = fit_outside_score(found, beyond)
        threshold = choose_outside_threshold(score(found), beyond)
        decisions = replace(decisions, outside_score=score, outside=threshold)
    return decisions


def _signals(judged: Judged, classes: Labels, temperature: float) -> Array:
    """The signals (N, F) of what is in scope and what is not."""
    outside = classes.outside_logit(judged.logits, temperature)
    assert outside is not None  # noqa: S101 - asked before
    return signals(
        classes.intent_logits(judged.logits, temperature),
        outside,
        judged.vectors,
        judged.learnt_where(lambda one: not one.outside),
        judged.learnt_where(lambda one: one.outside),
    )


def inside_and_outside(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """The examples in scope, and those out of it."""
    inside = [example for example in examples if not example.outside]
    return inside, [example for example in examples if example.outside]

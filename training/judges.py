"""Judges: models that learn from one part of the examples and speak of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nlu.classifier import IntentClassifier
from nlu.encoder import chosen_device
from nlu.ngrams import Ngrams
from nlu.outofscope import Array
from nlu.vectors import Vectors
from training.data import Example
from training.finetune import Outcome, readings
from training.fitting import Ground, fit
from training.opinions import fit_ngrams
from training.plan import Plan
from training.progress import Clock, Progress
from training.splits import Split


class Said(NamedTuple):
    """What classifier and letters say of N texts, (N, C) each, and the vectors (N, H) of these."""

    classifier: Array
    ngrams: Array
    tuned: Vectors

    def fused(self, strength: float) -> Array:
        """The logits (N, C) of both together."""
        return self.classifier + strength * self.ngrams


class Judge(NamedTuple):
    """One fold's model, in what it says; `learnt` (N, H) are its vectors of its own examples."""

    split: Split
    outcome: Outcome
    ngrams: Ngrams
    learnt: Vectors
    held_out: Said
    unlabelled: Said

    def vectors_of(self, examples: Sequence[Example]) -> Vectors:
        """Tuned vectors (N, H) of examples, whether it learnt from them or not."""
        known = dict(zip((one.text for one in self.split.train), self.learnt, strict=True))
        held_out = (one.text for one in self.split.held_out)
        known.update(zip(held_out, self.held_out.tuned, strict=True))
        return np.stack([known[one.text] for one in examples])


def judge_of(
    ground: Ground,
    split: Split,
    unlabelled: Sequence[str],
    plan: Plan,
    clock: Clock,
    progress: Progress | None,
) -> tuple[Judge, IntentClassifier]:
    """Learn from one part of the examples and judge the other, and what has no label."""
    with clock.measuring("fine-tuning"):
        fitted = fit(ground, split.train, split.held_out, plan, progress)
    ngrams = opinion_of(ground, split.train, plan, clock)
    with clock.measuring("calibrating"):
        where = chosen_device(plan.machine.device)
        tokenizer = ground.pretrained.tokenizer

        def said(texts: Sequence[str]) -> Said:
            logits, tuned = readings(fitted.classifier, tokenizer, texts, where)
            return Said(logits, ngrams(texts) if texts else logits, tuned)

        texts = [example.text for example in split.train]
        judge = Judge(
            split,
            fitted.outcome,
            ngrams,
            readings(fitted.classifier, tokenizer, texts, where)[1],
            said([example.text for example in split.held_out]),
            said(unlabelled),
        )
        return judge, fitted.classifier


def opinion_of(ground: Ground, examples: Sequence[Example], plan: Plan, clock: Clock) -> Ngrams:
    """What the letters say, as learnt from some examples; nothing, if the recipe does without."""
    names = ground.classes.names
    if not plan.recipe.ngrams:
        return Ngrams.silent(len(names))
    with clock.measuring("letters"):
        texts = [example.text for example in examples]
        return fit_ngrams(texts, ground.targets(examples), len(names), plan.seed)

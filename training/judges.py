"""Judges: models that learn from one part of the examples and speak of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nlu.classifier import IntentClassifier
from nlu.encoder import chosen_device
from nlu.ngrams import Ngrams
from nlu.outofscope import Array
from nlu.probe import Probe
from nlu.retriever import Vectors
from training.data import Example
from training.finetune import Outcome, readings
from training.fitting import Ground, fit
from training.opinions import fit_ngrams, fit_probe
from training.plan import Plan
from training.progress import Clock, Progress
from training.splits import Split


class Said(NamedTuple):
    """What classifier, probe and letters say of N texts (N, C), and two vectors (N, H) of each."""

    classifier: Array
    probe: Array
    ngrams: Array
    tuned: Vectors
    pretrained: Vectors

    def fused(self, strengths: tuple[float, float]) -> Array:
        """The logits (N, C) of all together."""
        return self.classifier + strengths[0] * self.probe + strengths[1] * self.ngrams


class Judge(NamedTuple):
    """One fold's model, in what it says; `learnt` (N, H) are its vectors of its own examples."""

    split: Split
    outcome: Outcome
    opinions: tuple[Probe, Ngrams]
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
    probe, ngrams = opinions_of(ground, split.train, plan, clock)
    with clock.measuring("calibrating"):
        where = chosen_device(plan.machine.device)
        tokenizer = ground.pretrained.tokenizer

        def said(texts: Sequence[str]) -> Said:
            logits, tuned = readings(fitted.classifier, tokenizer, texts, where)
            pretrained = ground.original.at(texts)
            return Said(
                logits, probe(pretrained), ngrams(texts) if texts else logits, tuned, pretrained
            )

        texts = [example.text for example in split.train]
        judge = Judge(
            split,
            fitted.outcome,
            (probe, ngrams),
            readings(fitted.classifier, tokenizer, texts, where)[1],
            said([example.text for example in split.held_out]),
            said(unlabelled),
        )
        return judge, fitted.classifier


def opinions_of(
    ground: Ground, examples: Sequence[Example], plan: Plan, clock: Clock
) -> tuple[Probe, Ngrams]:
    """What the recipe has beside the classifier, learnt from some examples."""
    targets, count = ground.targets(examples), len(ground.classes.names)
    probe, ngrams = silent(ground)
    with clock.measuring("opinions"):
        if plan.recipe.probe:
            probe = fit_probe(ground.original.of(examples), targets, count)
        if plan.recipe.ngrams:
            ngrams = fit_ngrams([example.text for example in examples], targets, count, plan.seed)
    return probe, ngrams


def silent(ground: Ground) -> tuple[Probe, Ngrams]:
    """Opinions that say nothing."""
    count = len(ground.classes.names)
    return Probe.silent(count, ground.pretrained.encoder.width), Ngrams.silent(count)

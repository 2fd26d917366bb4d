"""Everything a model learns, in order: classifier, opinions, when to be sure.

A model is judged on sentences that it did not learn from. Where examples are many, some are held
out. Where they are few, each is dear: they are dealt into folds, a model for each fold learns from
the others and judges its own (cross-fitting), and the final classifier learns from them all.

Unlabelled sentences, where there are some, are guessed at by these models, and what they think,
spread among neighbours, teaches the final classifier beside the labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from nlu.classifier import IntentClassifier
from nlu.decisions import Decisions
from nlu.ngrams import Ngrams
from nlu.probe import Probe
from training.data import Example
from training.deciding import Judged, learn_decisions
from training.fitting import Ground, fit
from training.judges import Judge, judge_of, opinions_of, silent
from training.opinions import choose_strengths
from training.plan import Plan
from training.progress import Clock, Progress, part
from training.soup import Soup
from training.splits import Split
from training.student import Lesson, taught_by
from training.sureness import Sureness


@dataclass(frozen=True)
class Learnt:
    """A model's parts, the epochs that its classifier took, and its accuracy on held-out ones."""

    classifier: IntentClassifier
    probe: Probe
    ngrams: Ngrams
    decisions: Decisions
    epochs: int
    accuracy: float


def learn(
    ground: Ground,
    splits: Sequence[Split],
    everything: Sequence[Example],
    unlabelled: Sequence[str],
    plan: Plan,
    sureness: Sureness,
    clock: Clock,
    progress: Progress | None,
) -> Learnt:
    """Learn from `everything`; `splits` say on what it is judged, several being folds.

    The ground must have the vectors of all examples and of the unlabelled texts.
    """
    # A mean of several adapters is none: they learn once more, from everything.
    adapted = len(splits) > 1 and plan.recipe.lora_rank > 0
    trainings = len(splits) + (adapted or bool(unlabelled))

    def stretch(number: int) -> Progress | None:
        return part(progress, number / trainings, (number + 1) / trainings)

    judges, soup = [], Soup()
    for n, split in enumerate(splits):
        own = replace(plan, seed=plan.seed + n)
        judge, classifier = judge_of(ground, split, unlabelled, own, clock, stretch(n))
        judges.append(judge)
        soup.add(classifier)
    truth = ground.targets([example for split in splits for example in split.held_out])
    with clock.measuring("calibrating"):
        strengths = choose_strengths(
            np.concatenate([judge.held_out.classifier for judge in judges]),
            np.concatenate([judge.held_out.probe for judge in judges]),
            np.concatenate([judge.held_out.ngrams for judge in judges]),
            truth,
        )
        decisions = learn_decisions(
            ground.classes, [_judged(one, strengths) for one in judges], ground.original, sureness
        )
    epochs = round(fmean(judge.outcome.best_epoch for judge in judges))
    accuracy = fmean(judge.outcome.best.accuracy for judge in judges)
    last = stretch(trainings - 1)
    classifier = soup.pour(classifier)
    if unlabelled:
        lesson = Lesson(judges, classifier, everything, unlabelled, strengths, decisions)
        student, decisions = taught_by(ground, lesson, plan, clock, last)
        # Whatever the opinions know, the student was taught.
        return Learnt(student, *silent(ground), decisions, epochs, accuracy)
    probe, ngrams = judge.opinions
    if adapted:
        whole = replace(plan, recipe=replace(plan.recipe, epochs=epochs))
        with clock.measuring("fine-tuning"):
            classifier = fit(ground, everything, (), whole, last).classifier
    if len(splits[-1].train) < len(everything):
        probe, ngrams = opinions_of(ground, everything, plan, clock)
    return Learnt(
        *(classifier, probe.times(strengths[0]), ngrams.times(strengths[1])),
        *(decisions, epochs, accuracy),
    )


def _judged(judge: Judge, strengths: tuple[float, float]) -> Judged:
    questions = [n for n, example in enumerate(judge.split.train) if example.response_key]
    return Judged(
        *(judge.split, judge.held_out.fused(strengths)),
        *(judge.held_out.pretrained, judge.held_out.tuned, judge.learnt[questions]),
    )

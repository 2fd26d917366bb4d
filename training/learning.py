"""Everything a model learns, in order: classifier, letters, when to be sure.

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
from training.answering import Answering, learn_answers
from training.data import Example
from training.deciding import Judged, learn_decisions
from training.fitting import Ground, fit
from training.judges import Judge, judge_of, opinion_of
from training.opinions import choose_strength
from training.plan import Plan
from training.progress import Clock, Progress, part
from training.soup import Soup
from training.splits import Split
from training.student import Lesson, taught_by
from training.sureness import Sureness


@dataclass(frozen=True)
class Learnt:
    """A model's parts, and how its classifier came about: the epochs it took, how far it went of
    the way from its beginning (`training.interpolation`), and its accuracy on what was held out.
    """

    classifier: IntentClassifier
    ngrams: Ngrams
    decisions: Decisions
    answering: Answering
    epochs: int
    distance: float
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
        strength = choose_strength(
            np.concatenate([judge.held_out.classifier for judge in judges]),
            np.concatenate([judge.held_out.ngrams for judge in judges]),
            truth,
        )
        judged = [_judged(one, strength) for one in judges]
        decisions = learn_decisions(ground.classes, judged, sureness)
        answering = learn_answers(
            judged, ground.classes, ground.original, ground.answers, decisions.temperature
        )
        decisions = replace(decisions, retrieval=answering.threshold)
    epochs = round(fmean(judge.outcome.best_epoch for judge in judges))
    distance = fmean(judge.outcome.distance for judge in judges)
    accuracy = fmean(judge.outcome.accuracy for judge in judges)
    last = stretch(trainings - 1)
    classifier = soup.pour(classifier)
    if unlabelled:
        lesson = Lesson(judges, classifier, everything, unlabelled, strength, decisions)
        student, decisions = taught_by(ground, lesson, plan, clock, last)
        # Whatever the letters know, the student was taught.
        silent = Ngrams.silent(len(ground.classes.names))
        return Learnt(student, silent, decisions, answering, epochs, distance, accuracy)
    ngrams = judge.ngrams
    if adapted:
        whole = replace(plan, recipe=replace(plan.recipe, epochs=epochs))
        with clock.measuring("fine-tuning"):
            classifier = fit(ground, everything, (), whole, last).classifier
    if len(splits[-1].train) < len(everything):
        ngrams = opinion_of(ground, everything, plan, clock)
    spelt = ngrams.times(strength)
    return Learnt(classifier, spelt, decisions, answering, epochs, distance, accuracy)


def _judged(judge: Judge, strength: float) -> Judged:
    return Judged(judge.split, judge.held_out.fused(strength), judge.held_out.tuned, judge.learnt)

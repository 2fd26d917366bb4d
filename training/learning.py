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
from typing import NamedTuple

import numpy as np

from nlu.classifier import IntentClassifier
from nlu.decisions import Decisions, probabilities
from nlu.encoder import chosen_device, tokenized
from nlu.engine import Networks
from nlu.labels import intent_of
from nlu.ngrams import Ngrams
from nlu.outofscope import Array
from nlu.probe import Probe
from nlu.retriever import Vectors
from nlu.types import OUT_OF_SCOPE_INTENT
from training.calibration import fit_temperature, temperature_as_sure
from training.conformal import fit_conformal
from training.data import Example
from training.deciding import Judged, learn_decisions
from training.finetune import class_logits
from training.fitting import Fitted, Ground, fit, fit_taught
from training.index import unit_vectors
from training.opinions import choose_strengths, fit_ngrams, fit_probe
from training.plan import Plan
from training.progress import Clock, Progress, part
from training.propagation import propagated
from training.splits import Split
from training.sureness import Sureness

MORE_EPOCHS = 2  # times as many epochs where examples are few
LABELLED_COPIES = 2  # how often a labelled sentence stands among the unlabelled ones
UNLABELLED = "unlabelled"  # source of an example whose label was guessed


@dataclass(frozen=True)
class Learnt:
    """A model's parts, the epochs that its classifier took, and its accuracy on held-out ones."""

    classifier: IntentClassifier
    probe: Probe
    ngrams: Ngrams
    decisions: Decisions
    epochs: int
    accuracy: float


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


class _Judge(NamedTuple):
    """One fold's model, in what it says; `learnt` (N, H) are its vectors of its own examples."""

    split: Split
    fitted: Fitted
    opinions: tuple[Probe, Ngrams]
    learnt: Vectors
    held_out: Said
    unlabelled: Said


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
    few = len(splits) > 1
    trainings = len(splits) + (few or bool(unlabelled))
    longer = replace(plan.recipe, epochs=plan.recipe.epochs * (MORE_EPOCHS if few else 1))

    def stretch(number: int) -> Progress | None:
        return part(progress, number / trainings, (number + 1) / trainings)

    judges = [
        _judge(
            *(ground, split, unlabelled),
            *(replace(plan, seed=plan.seed + n, recipe=longer), clock, stretch(n)),
        )
        for n, split in enumerate(splits)
    ]
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
    epochs = round(fmean(judge.fitted.outcome.best_epoch for judge in judges))
    accuracy = fmean(judge.fitted.outcome.best.accuracy for judge in judges)
    last = stretch(trainings - 1)
    if unlabelled:
        student, decisions = _taught(
            *(ground, judges, everything, unlabelled, strengths, decisions, plan, clock, last)
        )
        # Whatever the opinions know, the student was taught.
        silent = _silent(ground)
        return Learnt(student.classifier, *silent, decisions, epochs, accuracy)
    kept, (probe, ngrams) = judges[-1].fitted, judges[-1].opinions
    if few:
        whole = replace(plan, recipe=replace(plan.recipe, epochs=epochs))
        with clock.measuring("fine-tuning"):
            kept = fit(ground, everything, (), whole, last)
    if len(splits[-1].train) < len(everything):
        probe, ngrams = _opinions(ground, everything, plan, clock)
    return Learnt(
        *(kept.classifier, probe.times(strengths[0]), ngrams.times(strengths[1])),
        *(decisions, epochs, accuracy),
    )


def _judge(
    ground: Ground,
    split: Split,
    unlabelled: Sequence[str],
    plan: Plan,
    clock: Clock,
    progress: Progress | None,
) -> _Judge:
    """Learn from one part of the examples and judge the other, and what has no label."""
    with clock.measuring("fine-tuning"):
        fitted = fit(ground, split.train, split.held_out, plan, progress)
    probe, ngrams = _opinions(ground, split.train, plan, clock)
    with clock.measuring("calibrating"):
        where = chosen_device(plan.machine.device)
        tokenizer, encoder = ground.pretrained.tokenizer, ground.pretrained.encoder
        alone = Networks(fitted.classifier, encoder, tokenizer, where, *_silent(ground))

        def said(texts: Sequence[str]) -> Said:
            if not texts:
                nothing = np.zeros((0, len(ground.classes.names)))
                vectors = np.zeros((0, encoder.width), np.float32)
                return Said(nothing, nothing, nothing, vectors, vectors)
            reading = alone.read(texts, tokenized(tokenizer, texts))
            return Said(
                *(reading.logits, probe(reading.pretrained), ngrams(texts)),
                *(reading.tuned, reading.pretrained),
            )

        texts = [example.text for example in split.train]
        return _Judge(
            split,
            fitted,
            (probe, ngrams),
            unit_vectors(texts, fitted.classifier.encoder, tokenizer, where),
            said([example.text for example in split.held_out]),
            said(unlabelled),
        )


def _judged(judge: _Judge, strengths: tuple[float, float]) -> Judged:
    questions = [n for n, example in enumerate(judge.split.train) if example.response_key]
    return Judged(
        *(judge.split, judge.held_out.fused(strengths)),
        *(judge.held_out.pretrained, judge.held_out.tuned, judge.learnt[questions]),
    )


def _opinions(
    ground: Ground, examples: Sequence[Example], plan: Plan, clock: Clock
) -> tuple[Probe, Ngrams]:
    """What the recipe has beside the classifier, learnt from some examples."""
    targets, count = ground.targets(examples), len(ground.classes.names)
    probe, ngrams = _silent(ground)
    with clock.measuring("opinions"):
        if plan.recipe.probe:
            probe = fit_probe(ground.original.of(examples), targets, count)
        if plan.recipe.ngrams:
            ngrams = fit_ngrams([example.text for example in examples], targets, count, plan.seed)
    return probe, ngrams


def _silent(ground: Ground) -> tuple[Probe, Ngrams]:
    count = len(ground.classes.names)
    return Probe.silent(count, ground.pretrained.encoder.width), Ngrams.silent(count)


def _taught(
    ground: Ground,
    judges: Sequence[_Judge],
    everything: Sequence[Example],
    unlabelled: Sequence[str],
    strengths: tuple[float, float],
    decisions: Decisions,
    plan: Plan,
    clock: Clock,
    progress: Progress | None,
) -> tuple[Fitted, Decisions]:
    """A classifier that learnt from labels and guesses, and how sure it may be."""
    classes, count = ground.classes, len(ground.classes.names)
    with clock.measuring("spreading labels"):
        spread = [_spread(ground, judge, strengths, decisions.temperature) for judge in judges]
        held_out = [example for judge in judges for example in judge.split.held_out]
        inside = [n for n, one in enumerate(held_out) if one.intent != OUT_OF_SCOPE_INTENT]
        truth = [classes.intents.index(held_out[n].intent) for n in inside]
        of_held_out = np.log(np.concatenate([found[0] for found in spread])[inside] + 1e-9)
        at = fit_temperature(lambda at: classes.intent_logits(of_held_out, at), truth)
        beliefs = [probabilities(np.log(found[1] + 1e-9) / at) for found in spread]
        guesses = np.mean(beliefs, axis=0)  # (U, C)
        chances = probabilities(classes.intent_logits(of_held_out, at))
    labelled = [*everything] * LABELLED_COPIES
    guessed = [
        _example(text, classes.names[column])
        for text, column in zip(unlabelled, guesses.argmax(axis=1), strict=True)
    ]
    taught = np.vstack([np.eye(count)[ground.targets(labelled)], guesses])
    recipe = replace(plan.recipe, epochs=max(1, plan.recipe.epochs // 2))
    with clock.measuring("fine-tuning"):
        student = fit_taught(
            ground, [*labelled, *guessed], taught, replace(plan, recipe=recipe), progress
        )
    with clock.measuring("calibrating"):
        device = chosen_device(plan.machine.device)
        logits = class_logits(
            student.classifier, ground.pretrained.tokenizer, unlabelled, device
        )  # (U, C)
        sure = probabilities(classes.intent_logits(np.log(guesses + 1e-9), 1.0)).max(axis=1)
        temperature = temperature_as_sure(
            lambda at: classes.intent_logits(logits, at), float(sure.mean())
        )
    of_truth = chances[np.arange(len(truth)), truth]
    return student, replace(decisions, temperature=temperature, conformal=fit_conformal(of_truth))


def _spread(
    ground: Ground, judge: _Judge, strengths: tuple[float, float], temperature: float
) -> tuple[Array, Array]:
    """Probabilities of a fold's held-out examples, and of the unlabelled texts: (N, C), (U, C)."""
    saids = (judge.held_out, judge.unlabelled)
    guesses = np.vstack([probabilities(said.fused(strengths) / temperature) for said in saids])
    known = np.hstack([ground.original.of(judge.split.train), judge.learnt])
    unknown = np.vstack([np.hstack([said.pretrained, said.tuned]) for said in saids])
    found = propagated(known, ground.targets(judge.split.train), unknown, guesses)
    size = len(judge.split.held_out)
    return found[:size], found[size:]


def _example(text: str, name: str) -> Example:
    """A text with the class that was guessed for it."""
    key = name if "/" in name else None
    return Example(text, intent_of(name), source=UNLABELLED, response_key=key)

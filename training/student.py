"""A classifier taught by judges: what they think of unlabelled sentences is what it learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from nlu.classifier import IntentClassifier
from nlu.decisions import Decisions, probabilities
from nlu.encoder import chosen_device
from nlu.labels import intent_of
from nlu.outofscope import Array
from training.calibration import fit_temperature, temperature_as_sure
from training.conformal import fit_conformal
from training.data import Example
from training.finetune import class_logits
from training.fitting import Ground, fit
from training.judges import Judge
from training.plan import Plan
from training.progress import Clock, Progress
from training.propagation import propagated
from training.soup import Soup

ASIDE = 10  # every so many sentences, one
JUDGES_SHARE = 0.4  # of their mean weights, against 1 of the student's
TINY = 1e-9  # probability
UNLABELLED = "unlabelled"  # source of an example whose label was guessed


class Lesson(NamedTuple):
    """What there is to teach: judges, the mean classifier of these, and what they agreed upon."""

    judges: Sequence[Judge]
    joined: IntentClassifier
    everything: Sequence[Example]
    unlabelled: Sequence[str]
    strength: float
    decisions: Decisions


def taught_by(
    ground: Ground, lesson: Lesson, plan: Plan, clock: Clock, progress: Progress | None
) -> tuple[IntentClassifier, Decisions]:
    """A classifier that learnt from labels and guesses, and how sure it may be.

    It learns the likeliest label of each sentence: learning the probabilities did worse. What it
    learnt makes it too sure wherever it is wrong, and some of its judges' weights cure that.
    """
    judges, joined, everything, unlabelled, strength, decisions = lesson
    classes = ground.classes
    with clock.measuring("spreading labels"):
        of_held_out, of_unlabelled = (
            [probabilities(said.fused(strength) / decisions.temperature) for said in saids]
            for saids in (
                [judge.held_out for judge in judges],
                [judge.unlabelled for judge in judges],
            )
        )  # (N, C) each, (U, C) each
        held_out = [example for judge in judges for example in judge.split.held_out]
        inside = [n for n, one in enumerate(held_out) if not one.outside]
        truth = [classes.intents.index(held_out[n].intent) for n in inside]
        # How far a spread label can be trusted is seen where the true one is known but kept back.
        kept_back = [
            _spread_in_a_fold(ground, judge, np.vstack(guesses))
            for judge, *guesses in zip(judges, of_held_out, of_unlabelled, strict=True)
        ]
        logits = np.log(np.concatenate(kept_back)[inside] + TINY)
        at = fit_temperature(lambda at: classes.intent_logits(logits, at), truth)
        spread = propagated(
            np.hstack([judge.vectors_of(everything) for judge in judges]),
            ground.targets(everything),
            np.hstack([judge.unlabelled.tuned for judge in judges]),
            np.mean(of_unlabelled, axis=0),
        )
        guesses = probabilities(np.log(spread + TINY) / at)  # (U, C)
        chances = probabilities(classes.intent_logits(logits, at))
    # Of what it learns a classifier is too sure; some sentences are left aside to compare by.
    guessed = [
        _example(text, classes.names[guesses[row].argmax()])
        for row, text in enumerate(unlabelled)
        if row % ASIDE
    ]
    recipe = replace(plan.recipe, epochs=max(1, plan.recipe.epochs // 2))
    with clock.measuring("fine-tuning"):
        learnt = [*everything, *everything, *guessed]  # a label counts twice as much as a guess
        student = fit(ground, learnt, (), replace(plan, recipe=recipe), progress).classifier
    if not recipe.lora_rank:  # the adapters that were kept must be those that serve
        student = Soup().add(student).add(joined, JUDGES_SHARE).pour(student)
    with clock.measuring("calibrating"):
        device = chosen_device(plan.machine.device)
        logits = class_logits(student, ground.pretrained.tokenizer, unlabelled[::ASIDE], device)
        expected = np.log(guesses[::ASIDE] + TINY)
        sure = probabilities(classes.intent_logits(expected, 1.0)).max(axis=1)
        temperature = temperature_as_sure(
            lambda at: classes.intent_logits(logits, at), float(sure.mean())
        )
    # How likely the student finds the truth is unknown; that of what taught it is as near.
    of_truth = chances[np.arange(len(truth)), truth]
    return student, replace(decisions, temperature=temperature, conformal=fit_conformal(of_truth))


def _spread_in_a_fold(ground: Ground, judge: Judge, first: Array) -> Array:
    """Spread probabilities (N, C) of held-out examples, as if they had no label either."""
    unknown = np.vstack([judge.held_out.tuned, judge.unlabelled.tuned])
    targets = ground.targets(judge.split.train)
    return propagated(judge.learnt, targets, unknown, first)[: len(judge.split.held_out)]


def _example(text: str, name: str) -> Example:
    """A text with the class that was guessed for it."""
    key = name if "/" in name else None
    return Example(text, intent_of(name), source=UNLABELLED, response_key=key)

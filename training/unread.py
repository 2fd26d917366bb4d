"""Learning what the encoder cannot read: from letters alone, apart from all that it can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from tokenizers import Tokenizer

from nlu.decisions import Decisions
from nlu.tokens import tokenized
from nlu.unread import LetterReader, Readable, chances_of, with_any_number
from training.answering import entries_of
from training.calibration import choose_outside_threshold, fit_temperature
from training.checking import FEWEST_EXAMPLES
from training.conformal import fit_conformal
from training.data import Example, class_of, classes_of
from training.opinions import fit_ngrams
from training.splits import Split, folds
from training.sureness import Sureness

FOLDS = 3
# Thousands of signs make tens of thousands of pairs: in as many buckets as elsewhere they collide.
BUCKETS = 2**17
REGULARISATION = 1.0
ANSWERED_FROM = 0.5  # the probability of a question's being this one

Readers = Callable[[Sequence[Example]], list[bool]]


def readable_by(tokenizer: Tokenizer) -> Readers:
    """Which examples an encoder with this tokenizer can read."""
    readable = Readable(tokenizer)

    def of(examples: Sequence[Example]) -> list[bool]:
        texts = [example.text for example in examples]
        return [readable(*one) for one in zip(texts, tokenized(tokenizer, texts), strict=True)]

    return of


def apart(
    examples: Sequence[Example],
    labels: Sequence[Example],
    tokenizer: Tokenizer,
    sureness: Sureness,
    seed: int,
) -> tuple[LetterReader | None, Sequence[Example], Sequence[Example]]:
    """A reader of what the encoder cannot read, and the examples and labels that are left to it."""
    whole = [*examples, *labels]
    unread = taught_by_letters(whole, readable_by(tokenizer))
    letters = learn_letters([one for one in whole if one.text in unread], sureness, seed)
    if letters is None:
        return None, examples, labels
    left, others = ([one for one in ones if one.text not in unread] for ones in (examples, labels))
    return letters, left, others


def taught_by_letters(examples: Sequence[Example], readable: Readers) -> frozenset[str]:
    """The texts that only letters can teach: of classes with enough of them, and enough others.

    A class that an encoder can hardly read at all stays with it: it would not know the class.
    """
    flags = readable(examples)
    counts = Counter((class_of(one), flag) for one, flag in zip(examples, flags, strict=True))
    return frozenset(
        one.text
        for one, flag in zip(examples, flags, strict=True)
        if not flag
        and all(counts[class_of(one), kind] >= FEWEST_EXAMPLES for kind in (True, False))
    )


def learn_letters(
    examples: Sequence[Example], sureness: Sureness, seed: int
) -> LetterReader | None:
    """A classifier of letters and its decisions; None where there is nothing to tell apart.

    The decisions are cross-fitted: each example is judged by one that learnt from others.
    """
    classes = classes_of(examples)
    if len(classes.intents) < 2:
        return None
    targets = {name: number for number, name in enumerate(classes.names)}

    def fitted(learnt: Sequence[Example]) -> LetterReader:
        truth = [targets[class_of(example)] for example in learnt]
        texts = [with_any_number(example.text) for example in learnt]
        ngrams = fit_ngrams(
            texts, truth, len(classes.names), seed, size=BUCKETS, regularisation=REGULARISATION
        )
        return LetterReader(classes, ngrams, Decisions())

    splits = folds(examples, FOLDS, seed)
    held_out = [example for split in splits for example in split.held_out]
    said = np.concatenate([_said(fitted(split.train), split) for split in splits])  # (N, C)
    beyond = np.array([example.outside for example in held_out])
    truth = [classes.intents.index(e.intent) for e in held_out if not e.outside]
    temperature = fit_temperature(lambda at: classes.likeliest_logits(said[~beyond], at), truth)
    chances, outside = chances_of(classes, said, temperature)
    decisions = Decisions(
        temperature,
        sureness.threshold,
        sureness.ambiguity,
        conformal=fit_conformal(chances[~beyond][np.arange(len(truth)), truth]),
    )
    if beyond.any():
        threshold = choose_outside_threshold(np.array(outside), beyond)
        decisions = replace(decisions, outside=threshold)
    if classes.retrieval:
        decisions = replace(decisions, retrieval=ANSWERED_FROM)
    titles = {entry.key: str(entry.title) for entry in entries_of(examples, {})}
    return replace(fitted(examples), decisions=decisions, titles=titles)


def _said(reader: LetterReader, split: Split) -> np.ndarray:
    return reader.logits([example.text for example in split.held_out])

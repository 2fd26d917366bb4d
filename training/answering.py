"""Learning how the answer index scores, and when an answer is sure enough, from what is held out.

The index is made of what a judge learnt from, and asked what it did not. Three kinds of entries
are rehearsed: questions that the classifier learnt, the same as if it had not (as when somebody
adds one at the desk), and the answers' own sentences (as passages of documents are found).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from sentencex import segment
from sklearn.linear_model import LogisticRegression

from nlu.answers.entries import Entry
from nlu.answers.index import AnswerIndex, Asked, Branches
from nlu.answers.scoring import SIGNALS, Scorer, Weights
from nlu.labels import Labels
from nlu.outofscope import Array
from training.data import Example
from training.deciding import Embedded, Judged

LEAST = 50  # held-out questions, and out-of-scope messages, from which weights are learnt
# The probability from which an answer is given; what is less sure is offered as a button. It shall
# answer few questions that have no answer (5 %).
SURE_ENOUGH = 0.85
# Of the messages that are questions or out of scope one in ten is the latter where customers write
# (tests/bench/RESULTS.md, "In whole chats"); among the examples, which warn of many, it is more.
# Passages of documents are held to the examples' share: they answer wrongly more often.
OUTSIDE_SHARE = 0.1
RIDGE = 0.01
OF_CLASSIFIER = (4, 5, 6)  # of the signals
SCALES = np.array([10.0, 10.0, 1.0])  # of the branches, that their weights are alike


class Answering(NamedTuple):
    """How entries are scored, and from which probability an answer is given (None: always)."""

    scorer: Scorer
    threshold: float | None


class _Lesson(NamedTuple):
    """Questions as one kind of entries sees them: the branches of each, and the right key's place
    among these; None where no entry answers."""

    branches: list[Branches]
    right: list[int | None]
    asked: list[Asked]


def entries_of(examples: Sequence[Example], answers: Mapping[str, str]) -> list[Entry]:
    """The entries of the questions among some examples; `answers` are texts by their keys.

    Their title is the first phrasing.
    """
    titles: dict[str, str] = {}
    entries = []
    for example in examples:
        if key := example.response_key:
            title = titles.setdefault(key, example.text)
            entries.append(Entry(key, example.text, answers.get(key), title))
    return entries


def sentences_of(answers: Mapping[str, str]) -> list[Entry]:
    """The sentences of answers, as passages."""
    return [
        Entry(key, sentence, sentence, passage=True)
        for key, text in answers.items()
        for one in segment("en", text)
        if (sentence := one.strip())
    ]


def learn_answers(
    judged: Sequence[Judged],
    classes: Labels,
    original: Embedded,
    answers: Mapping[str, str],
    temperature: float,
) -> Answering:
    """The scorer and the threshold, from what was held out; those shipped where it is too little.

    `original` has the vectors of all examples and of the answers' sentences in the embedder's
    space.
    """
    lessons: dict[str, list[_Lesson]] = {"learnt": [], "question": [], "passage": []}
    for one in judged:
        asked = _asked(one, classes, original, temperature)
        unknown = [each._replace(opinions={}) for each in asked]
        taught = entries_of(one.split.train, answers)
        told = sentences_of({entry.key: answers[entry.key] for entry in taught if entry.answer})
        held_out = one.split.held_out
        for kind, entries, questions in (
            ("learnt", taught, asked),
            ("question", taught, unknown),
            ("passage", told, unknown),
        ):
            if entries:
                vectors = original.at([entry.text for entry in entries])
                index = AnswerIndex(entries, vectors)
                lessons[kind].append(_lesson(index, questions, held_out))
    weights = {
        kind: _weights(_together(some), getattr(Scorer(), kind), kind)
        for kind, some in lessons.items()
        if some
    }
    rehearsed = weights.get("learnt", Scorer().learnt) != Scorer().learnt
    return Answering(Scorer(**weights), SURE_ENOUGH if rehearsed else None)


def _asked(judged: Judged, classes: Labels, original: Embedded, temperature: float) -> list[Asked]:
    """The held-out examples as questions."""
    held_out = judged.split.held_out
    opinions = classes.opinions(judged.logits, temperature)
    return [
        Asked(example.text, vector, *opinion)
        for example, vector, opinion in zip(held_out, original.of(held_out), opinions, strict=True)
    ]


def _lesson(index: AnswerIndex, asked: Sequence[Asked], held_out: Sequence[Example]) -> _Lesson:
    """Of the held-out examples those that ask what the index knows, and those out of scope."""
    chosen, right = [], list[int | None]()
    for question, example in zip(asked, held_out, strict=True):
        if example.response_key in index.keys:
            right.append(index.keys.index(example.response_key))
        elif example.outside:
            right.append(None)
        else:
            continue
        chosen.append(question)
    if not chosen:
        return _Lesson([], [], [])
    branches = index.branches(chosen)
    places = [
        None if key is None else _place(found, key)
        for found, key in zip(branches, right, strict=True)
    ]
    return _Lesson(branches, places, chosen)


def _place(found: Branches, key: int) -> int | None:
    (places,) = np.nonzero(found.keys == key)
    return int(places[0]) if len(places) else None


def _together(lessons: Sequence[_Lesson]) -> _Lesson:
    return _Lesson(
        [one for lesson in lessons for one in lesson.branches],
        [one for lesson in lessons for one in lesson.right],
        [one for lesson in lessons for one in lesson.asked],
    )


def _weights(lesson: _Lesson, shipped: Weights, kind: str) -> Weights:
    """The weights under which right keys come first, and the calibration of the first one."""
    asked = [n for n, place in enumerate(lesson.right) if place is not None]
    unanswered = [n for n, place in enumerate(lesson.right) if place is None]
    if min(len(asked), len(unanswered)) < LEAST:
        return shipped
    opinion = kind == "learnt"
    features = [_features(lesson.branches[n]) for n in asked]
    start = np.array([shipped.dense, shipped.lexical, shipped.opinion]) / SCALES
    free = np.array([True, True, opinion])

    def loss(found: Array) -> float:
        whole = start.copy()
        whole[free] = found
        total = RIDGE * float(((whole - start) ** 2).sum())
        for of_one, n in zip(features, asked, strict=True):
            scores = of_one @ whole
            total += float(np.logaddexp.reduce(scores) - scores[lesson.right[n]]) / len(asked)
        return total

    whole = start.copy()
    whole[free] = minimize(loss, start[free], method="L-BFGS-B").x
    dense, lexical, by_opinion = map(float, whole * SCALES)
    weights = Weights(dense, lexical, by_opinion, shipped.confidence)
    rarer = len(asked) / len(unanswered) * OUTSIDE_SHARE / (1.0 - OUTSIDE_SHARE)
    outside = 1.0 if kind == "passage" else rarer
    shares = np.array([outside if place is None else 1.0 for place in lesson.right])
    rows, right = [], []
    for branches, place, question in zip(*lesson, strict=True):
        signals = weights.signals(*branches.said, question.inside, question.outside)
        best = int(weights.scores(*branches.said).argmax())
        rows.append(signals[best])
        right.append(place == best)
    confidence = _calibrated(np.array(rows), np.array(right), shares, opinion)
    return replace(weights, confidence=confidence)


def _features(branches: Branches) -> Array:
    """(M, 3), each branch about as wide as the others."""
    return np.asarray(np.stack(branches.said, axis=1) * SCALES)


def _calibrated(rows: Array, right: Array, shares: Array, opinion: bool) -> tuple[float, ...]:
    """A logistic regression of `right` (N,) on signals (N, 8), whose last is 1; each row counts as
    much as `shares` (N,) say.

    Without an opinion the classifier's signals are left out: of a new question it knows nothing.
    """
    used = [n for n in range(SIGNALS - 1) if opinion or n not in OF_CLASSIFIER]
    means, spreads = rows[:, used].mean(axis=0), np.maximum(rows[:, used].std(axis=0), 1e-6)
    fitted = LogisticRegression(max_iter=1000).fit(
        (rows[:, used] - means) / spreads, right, sample_weight=shares
    )
    slopes = fitted.coef_[0] / spreads
    whole = np.zeros(SIGNALS)
    whole[used] = slopes
    whole[-1] = fitted.intercept_[0] - slopes @ means
    return tuple(map(float, whole))

"""What is wrong with training data, before a model learns it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.types import OUT_OF_SCOPE_INTENT
from training.data import Example, class_of, normalised

FEWEST_EXAMPLES = 5
LONGEST_TEXT = 2000  # characters; a classifier reads about the first thousand
NEARLY_THE_SAME = 90  # of 100: characters that two sentences share in order (rapidfuzz)
ALIKE = 0.5  # share of an intent's examples whose nearest sentence is another intent's
COMPARED = 150  # examples of an intent, for that share: all with all would grow with the square


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should look at.

    `kind` is duplicate, conflict, few, leak, nearly (a leak in other words), alike or long.
    """

    kind: str
    message: str
    source: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


def check_examples(examples: Sequence[Example], frozen: Sequence[Example] = ()) -> list[Problem]:
    """What stands twice, contradicts itself, is too little, or also stands in the test set."""
    problems: list[Problem] = []
    frozen_at = {normalised(example.text): example.source for example in frozen}
    first: dict[str, Example] = {}
    for example in examples:
        key = normalised(example.text)
        if key in frozen_at:
            message = f"'{example.text}' also stands in the test set at {frozen_at[key]}"
            problems.append(Problem("leak", message, example.source))
        earlier = first.setdefault(key, example)
        if earlier is example:
            continue
        if class_of(earlier) == class_of(example):
            message = f"'{example.text}' already stands at {earlier.source}"
            problems.append(Problem("duplicate", message, example.source))
        else:
            message = (
                f"'{example.text}' is {class_of(example)} here and {class_of(earlier)} "
                f"at {earlier.source}"
            )
            problems.append(Problem("conflict", message, example.source))
    counts = Counter(example.intent for example in examples)
    for example in examples:
        count = counts.pop(example.intent, FEWEST_EXAMPLES)
        if count < FEWEST_EXAMPLES:
            message = (
                f"intent '{example.intent}' has too few examples: {count}, where at least "
                f"{FEWEST_EXAMPLES} are needed"
            )
            problems.append(Problem("few", message, example.source))
    return problems


def doubtful_examples(examples: Sequence[Example], frozen: Sequence[Example] = ()) -> list[Problem]:
    """What is no mistake by itself and may be one: overlong texts, near leaks, intents alike.

    A near leak differs from a sentence of the test set by a letter or a word (Levenshtein).
    """
    problems = [
        Problem("long", f"the text has {len(one.text):,} characters; few are read", one.source)
        for one in examples
        if len(one.text) > LONGEST_TEXT
    ]
    problems += _intents_alike(examples)
    texts = [normalised(one.text)[:LONGEST_TEXT] for one in examples]
    known = set(texts)
    for one in frozen:
        said = normalised(one.text)[:LONGEST_TEXT]
        near = None
        if said not in known:
            near = process.extractOne(said, texts, scorer=fuzz.ratio, score_cutoff=NEARLY_THE_SAME)
        if near is not None:
            like = examples[near[2]]
            message = f"'{like.text}' nearly stands in the test set at {one.source}"
            problems.append(Problem("nearly", message, like.source))
    return problems


def _intents_alike(examples: Sequence[Example]) -> list[Problem]:
    """Pairs of intents of which each finds its nearest sentences in the other.

    Sentences are compared by their characters (TF-IDF of n-grams of 2 to 5), which needs no model.
    """
    examples = [examples[one] for one in _some_of_each(examples)]
    if len(examples) < 2:
        return []
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    vectors = vectorizer.fit_transform(normalised(one.text)[:LONGEST_TEXT] for one in examples)
    names = [class_of(one) for one in examples]
    sizes = Counter(names)
    towards = Counter((names[row], names[other]) for row, other in enumerate(_nearest(vectors)))
    first = {name: one for one, name in reversed(list(zip(examples, names, strict=True)))}
    problems = []
    for (one, other), count in sorted(towards.items()):
        if one >= other or OUT_OF_SCOPE_INTENT in (one, other):
            continue
        shares = count / sizes[one], towards[other, one] / sizes[other]
        if min(sizes[one], sizes[other]) >= FEWEST_EXAMPLES and min(shares) >= ALIKE:
            message = (
                f"'{one}' and '{other}' can hardly be told apart: {shares[0]:.0%} and "
                f"{shares[1]:.0%} of their examples are nearest to one of the other"
            )
            problems.append(Problem("alike", message, first[one].source))
    return problems


def _some_of_each(examples: Sequence[Example]) -> list[int]:
    """The places of at most `COMPARED` examples of each intent, from all over it."""
    members: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(examples):
        members[class_of(one)].append(place)
    return sorted(
        place for of in members.values() for place in of[:: math.ceil(len(of) / COMPARED)]
    )


def _nearest(rows: csr_matrix) -> list[int]:
    """The row (N, F) that is nearest to each by its cosine, itself left aside."""
    found: list[int] = []
    for start in range(0, rows.shape[0], 512):
        cosines = (rows[start : start + 512] @ rows.T).toarray()  # (B, N)
        at = np.arange(len(cosines))
        cosines[at, start + at] = -1.0
        found += map(int, cosines.argmax(axis=1))
    return found

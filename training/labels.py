"""Joining the agents' labels with the project's examples, and keeping some back as a test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from nlu.redact import redact
from training.data import Example, normalised
from training.errors import ContradictingExamples
from training.splits import rank

REGRESSION_SHARE = 0.2  # of the labels; they judge models and never teach one
REGRESSION_SEED = 20_000  # fixed, so that what was held out once is held out for ever


@dataclass(frozen=True)
class Gathered:
    """What a model may learn from, what is held out to judge it, and what was left aside."""

    examples: tuple[Example, ...]
    labels: tuple[Example, ...]
    regression: tuple[Example, ...]
    notes: tuple[str, ...]


def gather(
    examples: Sequence[Example],
    labels: Iterable[Example],
    frozen: Iterable[Example],
    *,
    strict: bool = True,
) -> Gathered:
    """Join examples and labels: redacted, each sentence once, none from the frozen test set.

    A label wins over an example of the same text, a later label over an earlier one. Labels
    with an intent that the examples do not know are left aside. Raises ContradictingExamples
    when two of the project's own examples contradict each other; unless `strict`, as in data that
    others made, the later one is left aside instead.
    """
    notes: list[str] = []
    frozen_texts = {normalised(example.text) for example in frozen}
    known = {example.intent for example in examples}
    written: dict[str, Example] = {}
    for example in examples:
        key = normalised(example.text)
        if key in frozen_texts:
            notes.append(f"{example.source} is left aside: it stands in the test set")
            continue
        earlier = written.setdefault(key, example)
        if earlier.intent != example.intent:
            words = (
                f"'{example.text}' is {example.intent} here and {earlier.intent} "
                f"at {earlier.source}"
            )
            if strict:
                raise ContradictingExamples(f"{example.source}: {words}")
            notes.append(f"{example.source} is left aside: {words}")
    labelled: dict[str, Example] = {}
    for label in labels:
        key = normalised(label.text)
        if not key or label.intent not in known:
            notes.append(f"{label.source} is left aside: no intent '{label.intent}'")
        elif key in frozen_texts:
            notes.append(f"{label.source} is left aside: it stands in the test set")
        else:
            labelled[key] = replace(label, text=redact(label.text))
    for key in labelled.keys() & written.keys():
        if written[key].intent == labelled[key].intent:
            del labelled[key]
        else:
            notes.append(f"{labelled[key].source} overrules {written[key].source}")
            del written[key]
    held_out = {
        key
        for key, label in labelled.items()
        if rank(label.text, REGRESSION_SEED) < REGRESSION_SHARE
    }
    return Gathered(
        examples=tuple(written.values()),
        labels=tuple(label for key, label in labelled.items() if key not in held_out),
        regression=tuple(labelled[key] for key in sorted(held_out)),
        notes=tuple(notes),
    )

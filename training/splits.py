"""Parting examples into what is learnt from and what is held out: by hash, so always the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from training.data import Example, class_of, normalised

VALIDATION_NAMES = ("valid", "validation", "val", "dev")


class Split(NamedTuple):
    """Examples to learn from, and examples held out."""

    train: tuple[Example, ...]
    held_out: tuple[Example, ...]


def stratified(examples: Iterable[Example], fraction: float, seed: int) -> Split:
    """Hold out `fraction` of each class, at least one where there are four or more.

    A class is an intent, or one key of a retrieval intent.
    A sentence's place depends on its text and the seed alone: adding others moves few.
    """
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[class_of(example)].append(example)
    train: list[Example] = []
    held_out: list[Example] = []
    for name in sorted(groups):
        ordered = sorted(groups[name], key=lambda example: rank(example.text, seed))
        count = round(len(ordered) * fraction)
        if len(ordered) >= 4 and fraction > 0:
            count = max(count, 1)
        held_out += ordered[:count]
        train += ordered[count:]
    return Split(tuple(train), tuple(held_out))


def rank(text: str, seed: int) -> float:
    """A number in [0, 1) that a text and a seed always give."""
    content = f"{seed}\n{normalised(text)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(content).digest()[:8]) / 2**64


def split_names(name: str) -> tuple[str, ...]:
    """The names under which published data sets may keep a split, the given one first."""
    return tuple(dict.fromkeys((name, *VALIDATION_NAMES))) if name in VALIDATION_NAMES else (name,)

"""Parting examples into what is learnt from and what is held out: by hash, so always the same."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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
        ordered = sorted(groups[name], key=lambda example: _place(example.text, seed))
        count = round(len(ordered) * fraction)
        if len(ordered) >= 4 and fraction > 0:
            count = max(count, 1)
        held_out += ordered[:count]
        train += ordered[count:]
    return Split(tuple(train), tuple(held_out))


def fold_places(examples: Sequence[Example], count: int, seed: int) -> list[int]:
    """The fold, from 0, of each example: every class spread evenly, chance by text and seed.

    A sentence that stands twice is in one fold.
    """
    order = sorted(range(len(examples)), key=lambda row: _place(examples[row].text, seed))
    dealt: Counter[str] = Counter()
    same: dict[str, int] = {}
    places = [0] * len(examples)
    for row in order:
        name = class_of(examples[row])
        # Each class begins at a fold of its own, so that all folds are of like size.
        own = (int(rank(name, seed) * count) + dealt[name]) % count
        dealt[name] += 1
        places[row] = same.setdefault(normalised(examples[row].text), own)
    return places


def folds(examples: Sequence[Example], count: int, seed: int) -> list[Split]:
    """Splits that each hold out another fold; a class is never held out as a whole."""
    places = fold_places(examples, count, seed)
    where: dict[str, set[int]] = defaultdict(set)
    for example, place in zip(examples, places, strict=True):
        where[class_of(example)].add(place)
    splits = []
    for fold in range(count):
        train: list[Example] = []
        held_out: list[Example] = []
        for example, place in zip(examples, places, strict=True):
            out = place == fold and len(where[class_of(example)]) > 1
            (held_out if out else train).append(example)
        if held_out:
            splits.append(Split(tuple(train), tuple(held_out)))
    return splits


def rank(text: str, seed: int) -> float:
    """A number in [0, 1) that a text and a seed always give."""
    content = f"{seed}\n{normalised(text)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(content).digest()[:8]) / 2**64


def _place(text: str, seed: int) -> tuple[float, str]:
    """By which texts are ordered: their rank, and among those that count as the same the text."""
    return rank(text, seed), text


def split_names(name: str) -> tuple[str, ...]:
    """The names under which published data sets may keep a split, the given one first."""
    return tuple(dict.fromkeys((name, *VALIDATION_NAMES))) if name in VALIDATION_NAMES else (name,)

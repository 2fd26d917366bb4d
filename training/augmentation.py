"""Augmentation: the same meaning in other words, made from the training sentences themselves.

Typing errors and lost words make a model sturdy against what customers type in a hurry (as in
EDA, Wei & Zou 2019); recombination makes new paraphrases of an intent from two of its sentences.
Nothing is changed that looks like a number, since numbers carry entities.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

# Each key's neighbours on the common keyboard.
KEYBOARD = {
    key: [
        other
        for row_number, row in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
        for column, other in enumerate(row)
        if other != key and abs(row_number - at[0]) <= 1 and abs(column - at[1]) <= 1
    ]
    for key, at in {
        letter: (row_number, column)
        for row_number, row in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
        for column, letter in enumerate(row)
    }.items()
}
LOST_WORDS = 0.15  # share of a sentence's words


def augmented(
    texts: Sequence[str], labels: Sequence[int], share: float, rng: random.Random
) -> list[str]:
    """The texts, each changed with the probability `share` in one of the three ways."""
    by_label: dict[int, list[str]] = {}
    for text, label in zip(texts, labels, strict=True):
        by_label.setdefault(label, []).append(text)
    changed = []
    for text, label in zip(texts, labels, strict=True):
        if rng.random() >= share:
            changed.append(text)
            continue
        way = rng.randrange(3)
        if way == 0:
            changed.append(mistyped(text, rng))
        elif way == 1:
            changed.append(shortened(text, rng))
        else:
            changed.append(recombined(text, rng.choice(by_label[label]), rng))
    return changed


def mistyped(text: str, rng: random.Random) -> str:
    """One slip of the fingers: a neighbouring key, a letter doubled, lost, or swapped."""
    places = [n for n in range(len(text) - 1) if text[n].isalpha() and text[n + 1].isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    here, following = text[at], text[at + 1]
    near = KEYBOARD.get(here.lower(), [here])
    slip = rng.choice(
        (rng.choice(near) + following, here * 2 + following, following, following + here)
    )
    return text[:at] + slip + text[at + 2 :]


def shortened(text: str, rng: random.Random) -> str:
    """Some words lost, never a number and never all of them."""
    words = text.split()
    kept = [word for word in words if not word.isalpha() or rng.random() >= LOST_WORDS]
    return " ".join(kept or words)


def recombined(first: str, second: str, rng: random.Random) -> str:
    """The beginning of one sentence and the end of another, joined at a word both have."""
    one, other = first.split(), second.split()
    shared = [
        (here, there)
        for here, word in enumerate(one)
        for there, same in enumerate(other)
        if word.lower() == same.lower()
    ]
    if first == second or not shared:
        return first
    here, there = rng.choice(shared)
    return " ".join([*one[:here], *other[there:]])

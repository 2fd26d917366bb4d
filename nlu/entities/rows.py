"""What the networks of the token classifier read: of a word, and of an entity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding

from nlu.entities.name_lists import NameLists
from nlu.entities.scheme import Scheme
from nlu.entities.words import Features, Words, features, words_of
from nlu.types import Entity

AROUND = 2  # neighbours on each side of an entity by which its role is told
COUNTED = 3  # entities of one kind; more count as so many

Floats = npt.NDArray[np.float32]


class Seen(NamedTuple):
    """A message as both networks see it: its words, their states (W, K) and features (W, F)."""

    words: Words
    states: Floats
    told: Features


@dataclass(frozen=True)
class WordReader:
    """Tells of a message's words what the networks read.

    The states of the encoder (L H) become K numbers: times `project` (L H, K), plus `bias` (K,).
    `context` and `lists` are those of `features`.
    """

    project: Floats
    bias: Floats
    context: tuple[str, ...]
    lists: NameLists

    def read(
        self,
        texts: Sequence[str],
        encodings: Sequence[Encoding],
        states: Sequence[Floats],
        found: Sequence[Sequence[Entity]],
    ) -> list[Seen]:
        """Messages whose tokens have these states (T, L H), with what was found by its form."""
        words = [words_of(*one) for one in zip(texts, encodings, strict=True)]
        means = np.concatenate([word_states(*one) for one in zip(words, states, strict=True)])
        ends = np.cumsum([len(one.spans) for one in words])[:-1]
        short = np.split(means @ self.project + self.bias, ends)  # (W, K) each
        told = (
            features(one, entities, self.context, self.lists)
            for one, entities in zip(words, found, strict=True)
        )
        return [Seen(*one) for one in zip(words, short, told, strict=True)]


def word_states(words: Words, layers: Floats) -> Floats:
    """The mean state (W, L H) of each word's tokens, from those of all tokens (T, L H)."""
    if not words.tokens:
        return np.zeros((0, layers.shape[1]), np.float32)
    means = [
        layers[first] if after == first + 1 else layers[first:after].mean(axis=0)
        for first, after in words.tokens
    ]
    return np.asarray(np.stack(means), dtype=np.float32)


def windows(rows: Floats, reach: int) -> Floats:
    """Each row (W, D) with its neighbours on both sides (W, (2 reach + 1) D); beyond are zeros."""
    count, width = rows.shape
    wide = np.zeros((count + 2 * reach, width), dtype=np.float32)
    wide[reach : reach + count] = rows
    return np.hstack([wide[at : at + count] for at in range(2 * reach + 1)])


def row_width(states: int, scheme: Scheme) -> int:
    """D, how much `entity_rows` tells of an entity, with so many numbers of each state."""
    return (4 + 2 * AROUND) * states + 3 * len(scheme.all_kinds) + 2 * (COUNTED + 1)


def entity_rows(seen: Seen, entities: Sequence[Entity], kinds: Sequence[str]) -> Floats:
    """What the second network reads of each of E entities, from left to right: (E, D).

    The mean state of its words and the states of its neighbours; the mean states of the message,
    and of the entities of its kind before and after it; its own kind, those of the entities before
    and after it, and how many of its kind stand before it and in all.
    """
    count, width = seen.states.shape
    nothing = np.zeros(width, dtype=np.float32)
    everything = seen.states.mean(axis=0) if count else nothing
    touched = [seen.words.within(one.start, one.end) for one in entities]
    means = [seen.states[w.start : w.stop].mean(axis=0) if w else nothing for w in touched]
    numbers = [kinds.index(one.name) for one in entities]
    told = []
    for at, (number, words) in enumerate(zip(numbers, touched, strict=True)):
        near = [
            *range(words.start - AROUND, words.start),
            *range(words.stop, words.stop + AROUND),
        ]
        alike = [n for n, other in enumerate(numbers) if other == number]
        place = alike.index(at)
        told.append(
            np.concatenate(
                [
                    means[at],
                    *(seen.states[n] if words and 0 <= n < count else nothing for n in near),
                    means[alike[place - 1]] if place else nothing,
                    means[alike[place + 1]] if place + 1 < len(alike) else nothing,
                    everything,
                    _one_hot(number, len(kinds)),
                    _one_hot(numbers[at - 1] if at else None, len(kinds)),
                    _one_hot(numbers[at + 1] if at + 1 < len(numbers) else None, len(kinds)),
                    _one_hot(min(place, COUNTED), COUNTED + 1),
                    _one_hot(min(len(alike), COUNTED), COUNTED + 1),
                ]
            )
        )
    return np.asarray(np.stack(told), dtype=np.float32)


def _one_hot(number: int | None, count: int) -> Floats:
    row = np.zeros(count, dtype=np.float32)
    if number is not None:
        row[number] = 1.0
    return row

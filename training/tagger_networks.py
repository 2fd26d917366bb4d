"""The two small networks of the token classifier, trained on states that do not change.

Each gives the arrays that `nlu.entities.tagger` serves from.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.entities.rows import Floats
from nlu.entities.tagger import REACH

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[np.float32]]

HIDDEN = 256
PARTS_HIDDEN = 128
EPOCHS = 14
PARTS_EPOCHS = 16
SENTENCES = 32  # a batch
ENTITIES = 128  # a batch
RATE = 2e-3
DECAY = 0.05
WARM_UP = 0.1  # share of all steps
INPUT_DROPOUT = 0.2
HIDDEN_DROPOUT = 0.3


class Sentence(NamedTuple):
    """The words of a message: states (W, K), features (W, F), and which tags each may have (W, C).

    A word has one tag, or several where its file does not say.
    """

    states: Floats
    told: Floats
    tags: Flags


class Lesson(NamedTuple):
    """Entities of a message: what is read of each (E, D), its role and its group by number (E,)."""

    rows: Floats
    roles: Numbers
    groups: Numbers


def fit_tags(sentences: Sequence[Sentence], seed: int) -> Arrays:
    """The network that tags words."""
    torch.manual_seed(seed)
    width = sentences[0].states.shape[1]
    told, tags = sentences[0].told.shape[1], sentences[0].tags.shape[1]
    # The states are the larger part of a row, and change more from word to word.
    drop, rest = nn.Dropout(INPUT_DROPOUT), nn.Dropout(HIDDEN_DROPOUT)
    hidden = nn.Linear((width + told) * (2 * REACH + 1), HIDDEN)
    last = nn.Linear(HIDDEN, tags)

    def loss(batch: Sequence[int]) -> Tensor:
        states, features, allowed, real = _flat([sentences[n] for n in batch])
        rows = torch.cat([drop(states), features], dim=1)  # (N, K + F)
        around = torch.cat([rows.roll(REACH - at, 0) for at in range(2 * REACH + 1)], dim=1)
        logits = last(rest(functional.relu(hidden(around))))[real]  # (W, C)
        # Of a word whose file does not say, the tags that it may have count together.
        may = logits.masked_fill(~allowed[real], -torch.inf).logsumexp(dim=1)
        missed: Tensor = logits.logsumexp(dim=1) - may
        return missed.mean()

    _train(nn.ModuleList([hidden, last, drop, rest]), len(sentences), SENTENCES, EPOCHS, seed, loss)
    return {**_arrays("hidden", hidden), **_arrays("tags", last)}


def fit_parts(lessons: Sequence[Lesson], roles: int, groups: int, seed: int) -> Arrays:
    """The network that tells an entity's role and group, of which there are so many with none."""
    torch.manual_seed(seed)
    rows = torch.from_numpy(np.concatenate([one.rows for one in lessons]))  # (E, D)
    which = [
        torch.from_numpy(np.concatenate([getattr(one, part) for one in lessons]))
        for part in ("roles", "groups")
    ]  # (E,) each
    drop, rest = nn.Dropout(INPUT_DROPOUT), nn.Dropout(HIDDEN_DROPOUT)
    hidden = nn.Linear(rows.shape[1], PARTS_HIDDEN)
    heads = [nn.Linear(PARTS_HIDDEN, count) for count in (roles, groups)]

    def loss(batch: Sequence[int]) -> Tensor:
        seen = rest(functional.relu(hidden(drop(rows[batch]))))
        return torch.stack(
            [
                functional.cross_entropy(head(seen), true[batch])
                for head, true in zip(heads, which, strict=True)
            ]
        ).sum()

    modules = nn.ModuleList([hidden, *heads, drop, rest])
    _train(modules, len(rows), ENTITIES, PARTS_EPOCHS, seed, loss)
    return {
        **_arrays("parts_hidden", hidden),
        **_arrays("roles", heads[0]),
        **_arrays("groups", heads[1]),
    }


def _flat(sentences: Sequence[Sentence]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Sentences one after another with REACH rows of zeros after each, and which rows are real."""
    lengths = [len(one.states) for one in sentences]
    count = sum(lengths) + REACH * len(sentences)
    real = np.zeros(count, dtype=bool)
    places, at = [], 0
    for length in lengths:
        places.append(slice(at, at + length))
        real[at : at + length] = True
        at += length + REACH
    made = []
    for part in range(3):
        first = sentences[0][part]
        whole = np.zeros((count, first.shape[1]), dtype=first.dtype)
        for place, one in zip(places, sentences, strict=True):
            whole[place] = one[part]
        made.append(torch.from_numpy(whole))
    return made[0], made[1], made[2], torch.from_numpy(real)


def _train(
    modules: nn.Module,
    count: int,
    size: int,
    epochs: int,
    seed: int,
    loss: Callable[[Sequence[int]], Tensor],
) -> None:
    """Learn from `count` rows in batches, at a rate that rises, then falls to zero."""
    optimiser = torch.optim.AdamW(modules.parameters(), lr=RATE, weight_decay=DECAY)
    steps = epochs * -(-count // size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min((step + 1) / (WARM_UP * steps + 1), 1.0) * (1 - step / (steps + 1)),
    )
    modules.train()
    for batch in _batches(count, size, epochs, random.Random(seed)):
        optimiser.zero_grad()
        loss(batch).backward()
        optimiser.step()
        schedule.step()


def _batches(count: int, size: int, epochs: int, shuffle: random.Random) -> Iterator[list[int]]:
    rows = list(range(count))
    for _ in range(epochs):
        shuffle.shuffle(rows)
        yield from (rows[at : at + size] for at in range(0, count, size))


@torch.no_grad()
def _arrays(name: str, linear: nn.Linear) -> Arrays:
    """A layer as it serves: rows times weights, plus bias."""
    return {name: linear.weight.T.numpy().copy(), f"{name}_bias": linear.bias.numpy().copy()}

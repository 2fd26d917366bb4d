"""Dealing examples into batches: of like length, so that little is padded."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor

from nlu import tokens

POOL = 8  # batches among which rows are sorted by length


def padded(rows: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Token ids (B, T) and mask (B, T), as wide as the longest row, where they are needed."""
    ids, mask = tokens.padded(rows)
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def sorted_batches(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Batches of row numbers, the shortest rows first."""
    rows = sorted(range(len(lengths)), key=lambda row: lengths[row])
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def shuffled_batches(
    lengths: Sequence[int],
    size: int,
    shuffle: random.Random,
    pair_by: Sequence[int] | None = None,
) -> list[list[int]]:
    """Batches of row numbers in which chance decides who meets whom.

    Rows are dealt into random pools, sorted by length within a pool, and the batches come in
    random order. With `pair_by`, a label for each row, rows of one label come in twos, so that
    a contrastive loss finds its positives.
    """
    units = _pairs(pair_by, shuffle) if pair_by is not None else [[n] for n in range(len(lengths))]
    shuffle.shuffle(units)
    in_a_batch = max(1, size // 2) if pair_by is not None else size
    batches = []
    for start in range(0, len(units), POOL * in_a_batch):
        pool = units[start : start + POOL * in_a_batch]
        pool.sort(key=lambda unit: max(lengths[row] for row in unit))
        for at in range(0, len(pool), in_a_batch):
            batches.append([row for unit in pool[at : at + in_a_batch] for row in unit])
    shuffle.shuffle(batches)
    return batches


def _pairs(labels: Sequence[int], shuffle: random.Random) -> list[list[int]]:
    """Random twos of one label; an odd one out stays alone."""
    groups: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        groups[label].append(row)
    pairs = []
    for rows in groups.values():
        shuffle.shuffle(rows)
        pairs += [rows[at : at + 2] for at in range(0, len(rows), 2)]
    return pairs

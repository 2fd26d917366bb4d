"""Text → token ids, as an encoder reads it, and ids → the arrays of a batch. Loads no torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from nlu.long_words import shortened

MAX_TOKENS = 256  # a message's rest is not read
RUN_COSTS = 4  # what a run of an encoder takes beside its tokens, in tokens


def prepared_tokenizer(serialised: bytes) -> Tokenizer:
    """A tokenizer from its JSON that cuts at MAX_TOKENS and leaves padding to `padded`."""
    tokenizer = Tokenizer.from_buffer(serialised)
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def tokenized(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of each text. Halves of surrogate pairs count as question marks."""
    return [encoding.ids for encoding in encodings(tokenizer, texts)]


def encodings(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Encoding]:
    """Tokens of each text with their places in it; of a word that is too long, its beginning."""
    sound = [shortened(text).encode("utf-8", "replace").decode("utf-8") for text in texts]
    return list(tokenizer.encode_batch(sound))


def padded(rows: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Token ids (B, T) and mask (B, T; 1 is a token, 0 padding), as wide as the longest row."""
    width = max(len(row) for row in rows)
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask


def least_padded(lengths: Sequence[int], most_rows: int, most_tokens: int) -> list[list[int]]:
    """Row numbers in groups to be encoded together, so cut that all runs cost least.

    A run costs its tokens, padding included, and RUN_COSTS more. A group has at most `most_rows`
    rows and, padded, at most `most_tokens` tokens, unless it is one row alone.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    # The best cut of the first n rows in order: its cost, and where its last group begins.
    best = [(0, 0)]
    for end in range(1, len(order) + 1):
        longest = lengths[order[end - 1]]
        rows = max(1, min(end, most_rows, most_tokens // longest))
        best.append(
            min(
                (best[start][0] + RUN_COSTS + (end - start) * longest, start)
                for start in range(end - rows, end)
            )
        )
    groups: list[list[int]] = []
    end = len(order)
    while end:
        start = best[end][1]
        groups.append(order[start:end])
        end = start
    return groups[::-1]


def fewest_runs(lengths: Sequence[int], most_rows: int, most_tokens: int) -> list[list[int]]:
    """The same groups' bounds, and as few groups as can be: for a card, to which the padding of a
    whole batch is nothing beside starting one more run.
    """
    groups: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        rows = len(groups[-1]) + 1 if groups else most_rows + 1
        if rows > most_rows or rows * lengths[row] > most_tokens:
            groups.append([])
        groups[-1].append(row)
    return groups

"""Vectors of words without a model: each word points somewhere, a text to the mean of its words."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

import numpy as np
from sqlalchemy import Engine

from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.protocol import utc_now
from dialogue.orders.purchases import SqlPurchases
from dialogue.recommending.recommender import Recommender
from dialogue.recommending.shelf import Shelf
from dialogue.recommending.vectors import KeptVectors
from nlu.errors import InterpreterUnavailable
from nlu.types import Embedded

WIDTH = 64
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)  # in the shops that are seeded for it


class WordVectors:
    """An `Embedder` that counts its work, and that a test may take away."""

    def __init__(self, version: str = "words-1") -> None:
        self.version = version
        self.away = False
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Embedded:
        if self.away:
            raise InterpreterUnavailable("the test took it away")
        self.embedded += texts
        return Embedded([list(_vector(text)) for text in texts], self.version)


def recommender_of(engine: Engine, redis, embedder=None, clock=utc_now) -> Recommender:
    """A recommender over a shop's database."""
    vectors = KeptVectors(embedder or WordVectors(), redis)
    return Recommender(SqlCatalogue(engine, clock), SqlPurchases(engine, clock), vectors, clock)


class _WhenAsked(Recommender):
    def _first_shelf(self) -> Shelf:
        return self.refresh()


def recommender_when_asked(engine: Engine, redis, clock) -> Recommender:
    """The same, which reads the shop when it is first asked: most stories never ask it."""
    vectors = KeptVectors(WordVectors(), redis)
    return _WhenAsked(SqlCatalogue(engine, clock), SqlPurchases(engine, clock), vectors, clock)


@cache
def _vector(text: str) -> tuple[float, ...]:
    total = np.zeros(WIDTH)
    for word in re.findall(r"\w+", text.casefold()):
        total += np.random.default_rng(zlib.crc32(word.encode())).normal(size=WIDTH)
    length = np.linalg.norm(total)
    return tuple((total / length if length else total).tolist())

"""Vectors of the catalogue's texts, made by somebody else and kept as long as they hold."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from redis import Redis
from redis.exceptions import RedisError

from dialogue.recommending.content import Array
from nlu.types import Embedded

_log = logging.getLogger(__name__)

_Row: TypeAlias = npt.NDArray[np.float32]  # (H,)

AT_ONCE = 64  # texts, as the NLU host takes them
KEPT_S = 30 * 24 * 3600


class Embedder(Protocol):
    """Makes vectors of texts. Called from several threads at once.

    `embed` is given at most 64 texts of at most 2,000 characters and returns a unit vector for
    each, with the version of the model that made them; of no text, the version alone. It raises
    InterpreterUnavailable when it cannot. The smallest example::

        class Letters:
            def embed(self, texts):
                return Embedded([[1.0, 0.0] if "a" in text else [0.0, 1.0] for text in texts], "1")
    """

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Unit vectors of the texts."""
        ...


class Vectors(NamedTuple):
    """Unit vectors (T, H) of T texts, and the version of the model that made them."""

    rows: Array
    version: str


class KeptVectors:
    """Vectors of many texts, kept in Redis by model version and the text's hash.

    A text is embedded once a version; without Redis, each time.
    """

    def __init__(self, embedder: Embedder, redis: Redis) -> None:
        self._embedder = embedder
        self._redis = redis

    def of(self, texts: Sequence[str]) -> Vectors:
        """Vectors in the order of the texts. Raises InterpreterUnavailable."""
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32] for text in texts]
        version = self._embedder.embed([]).model_version
        kept = self._kept(version, keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        for start in range(0, len(missing), AT_ONCE):
            some = dict(list(missing.items())[start : start + AT_ONCE])
            told = self._embedder.embed(list(some.values()))
            if told.model_version != version:  # a promotion came between
                return self.of(texts)
            made = {
                key: np.array(vector, dtype=np.float32)
                for key, vector in zip(some, told.vectors, strict=True)
            }
            self._keep(version, made)
            kept |= made
        return Vectors(np.array([kept[key] for key in keys], dtype=np.float64), version)

    def now(self, text: str) -> Vectors:
        """The vector of what a customer wrote, kept nowhere. Raises InterpreterUnavailable."""
        told = self._embedder.embed([text])
        return Vectors(np.array(told.vectors, dtype=np.float64), told.model_version)

    def _kept(self, version: str, keys: Sequence[str]) -> dict[str, _Row]:
        if not keys:
            return {}
        try:
            found: list[Any] = self._redis.hmget(_name(version), list(keys))
        except RedisError as error:
            _log.warning("no vectors are kept: %s", error)
            return {}
        return {
            key: np.frombuffer(packed, dtype=np.float32)
            for key, packed in zip(keys, found, strict=True)
            if packed
        }

    def _keep(self, version: str, made: dict[str, _Row]) -> None:
        try:
            self._redis.hset(
                _name(version), mapping={key: vector.tobytes() for key, vector in made.items()}
            )
            self._redis.expire(_name(version), KEPT_S)
        except RedisError as error:
            _log.warning("vectors cannot be kept: %s", error)


def _name(version: str) -> str:
    return f"frontdesk:vectors:{version}"

"""Rasa's Redis tracker store: a key `[PREFIX:]tracker:SENDER` with the latest session as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from app.errors import BadInput, Unavailable
from app.importing.source import History, Row, Step, Told

SCHEMES = ("redis", "rediss", "unix")
AT_ONCE = 100  # keys


class RedisSource:
    """Trackers as SCAN finds them, a few at a time: the store goes on serving."""

    unit = "conversations"

    def __init__(self, url: str, prefix: str | None = None) -> None:
        if prefix and not prefix.isalnum():
            raise BadInput("--prefix is of letters and digits, as Rasa's key_prefix")
        self._start = f"{prefix}:tracker:" if prefix else "tracker:"
        parts = urlsplit(url)
        self._name = parts._replace(
            netloc=parts.netloc.rsplit("@", maxsplit=1)[-1], query=""
        ).geturl()
        try:
            self._redis = Redis.from_url(url, socket_connect_timeout=5)
        except (ValueError, RedisError) as error:
            raise BadInput(f"not a Redis URL: {self._name}") from error

    def total(self) -> int | None:
        """Unknown: other keys may stand beside the trackers."""
        with self._reachable():
            self._redis.ping()
        return None

    def histories(self, told: Told, step: Step) -> Iterator[History]:
        """Each tracker's events. While keys are added SCAN may return one twice."""
        with self._reachable():
            batch: list[bytes] = []
            for key in self._redis.scan_iter(f"{self._start}*", count=AT_ONCE):
                batch.append(key)
                if len(batch) == AT_ONCE:
                    yield from self._read(batch, told, step)
                    batch = []
            yield from self._read(batch, told, step)

    def _read(self, keys: list[bytes], told: Told, step: Step) -> Iterator[History]:
        for raw_key in keys:
            key = raw_key.decode(errors="replace")
            try:
                value = self._redis.get(raw_key)
            except ResponseError:
                told(key, "is no string")
                continue
            if value is not None:  # it may have expired since
                history = self._history(key, value, told)
                if history is not None:
                    yield history
            step(1)

    def _history(self, key: str, value: Any, told: Told) -> History | None:
        try:
            tracker = json.loads(value)
        except (ValueError, RecursionError):
            told(key, "is no JSON")
            return None
        events = tracker.get("events") if isinstance(tracker, dict) else None
        if not isinstance(events, list):
            told(key, "is no tracker: it has no list of 'events'")
            return None
        sender = tracker.get("name") or tracker.get("sender_id") or key.removeprefix(self._start)
        rows = [Row(f"{key}, event {number}", one) for number, one in enumerate(events, 1)]
        return History(sender, rows)

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except RedisError as error:
            raise Unavailable(f"{self._name} cannot be read: {error}") from error

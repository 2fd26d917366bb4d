"""How often who may knock. Counted in Redis; in this process's memory while Redis is down."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.errors import StorageError
from redis.exceptions import RedisError

from app.errors import AppError


class TooMany(AppError):
    """As many are open at once as one may have."""

    status = 429
    code = "too_many"


class Limits:
    """Rate limits by address, by credential and by account, as decorators of views."""

    def __init__(self, storage_url: str, enabled: bool) -> None:
        self._enabled = enabled
        self._open: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._limiter = Limiter(
            key_func=get_remote_address,
            storage_uri=storage_url,
            in_memory_fallback_enabled=True,
            strategy="moving-window",
            headers_enabled=True,
            enabled=enabled,
            key_prefix="frontdesk",
        )

    def install(self, app: Flask) -> None:
        """Count the requests of `app`."""
        self._limiter.init_app(app)

    def per_address(self, rule: str) -> Callable:
        """At most `rule` from one network address."""
        return self._limiter.limit(rule)

    def per_credential(self, rule: str) -> Callable:
        """At most `rule` with one bearer token; only a digest of it becomes the key."""
        return self._limiter.limit(rule, key_func=_credential)

    def admits(self, rule: str, *who: str) -> bool:
        """Count one event of `who` outside of a request, and tell whether `rule` allows it."""
        if not self._enabled:
            return True
        try:
            return self._limiter.limiter.hit(parse(rule), *map(_digest, who))
        except (RedisError, StorageError):
            return True  # Redis is down: who talks goes on talking

    @contextmanager
    def at_once(self, most: Mapping[str, int]) -> Iterator[None]:
        """Be one of `most` that each name has open at once, in this process. Raises TooMany."""
        with self._counting:
            if self._enabled and any(self._open[who] >= number for who, number in most.items()):
                raise TooMany("That is open too often. Please close some of it.")
            self._open.update(most.keys())
        try:
            yield
        finally:
            with self._counting:
                self._open.subtract(most.keys())
                for who in most:
                    if not self._open[who]:
                        del self._open[who]

    def per_form_field(self, field: str, rule: str) -> Callable:
        """At most `rule` for one value of a form's field, whoever sends it."""
        return self._limiter.limit(rule, key_func=lambda: f"{field}:{_digest(_field(field))}")


def _field(field: str) -> str:
    return request.form.get(field, "").strip().casefold()


def _credential() -> str:
    return _digest(request.headers.get("Authorization", ""))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()

"""How often a guest may guess which number belongs to which e-mail address."""

from __future__ import annotations

from enum import Enum

from limits import RateLimitItemPerHour
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

PER_ORDER = RateLimitItemPerHour(5)
PER_CONVERSATION = RateLimitItemPerHour(8)


class Attempt(Enum):
    """Whether a guess may be looked at. Only a conversation is told that it has had enough."""

    ALLOWED = "allowed"
    ORDER_LIMITED = "order_limited"
    CONVERSATION_LIMITED = "conversation_limited"


class ProofAttempts:
    """Counts guesses by order number and by conversation, each over the last hour.

    A guess is counted before its answer is known, so that many at once get no free ones. The
    storage is `limits`' own, for example ``storage_from_string("redis://…")`` shared by all
    processes, or ``MemoryStorage()``. Safe to call from several threads. When the storage is
    away its error is raised and nobody proves anything.
    """

    def __init__(self, storage: Storage) -> None:
        self._limiter = MovingWindowRateLimiter(storage)

    def take(self, number: str, conversation_id: str) -> Attempt:
        """Count one guess for `number` by `conversation_id` and say whether it may be looked at."""
        if not self._limiter.hit(PER_CONVERSATION, "proof", "conversation", conversation_id):
            return Attempt.CONVERSATION_LIMITED
        if not self._limiter.hit(PER_ORDER, "proof", "order", number):
            return Attempt.ORDER_LIMITED
        return Attempt.ALLOWED

    def proven(self, number: str) -> None:
        """Forget the guesses for an order whose customer has just proved it."""
        self._limiter.clear(PER_ORDER, "proof", "order", number)

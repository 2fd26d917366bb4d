"""How often a guest may guess: whose an order is, the PIN of a card, a promotion code."""

from __future__ import annotations

import hashlib

from limits import RateLimitItemPerHour
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

PER_ORDER = RateLimitItemPerHour(5)  # different guesses
PER_CONVERSATION = RateLimitItemPerHour(8)
UNKNOWN_CODES = RateLimitItemPerHour(20)  # of one conversation
_ONCE = RateLimitItemPerHour(1)


class ProofAttempts:
    """Counts guesses by order number and by conversation, each over the last hour.

    A guess is counted before its answer is known, so that many at once get no free ones. The
    storage is `limits`' own, for example ``storage_from_string("redis://…")`` shared by all
    processes, or ``MemoryStorage()``. Safe to call from several threads. When the storage is
    away its error is raised and nobody proves anything.
    """

    def __init__(self, storage: Storage) -> None:
        self._limiter = MovingWindowRateLimiter(storage)

    def take(self, number: str, proof: str, conversation_id: str) -> bool:
        """Count one guess for `number` by `conversation_id`; whether it may be looked at.

        A number that there is not is counted like one that there is. What `missed` has noted
        counts for the conversation alone: to hear again that it is wrong tells nothing new.
        """
        if not self._limiter.hit(PER_CONVERSATION, "proof", "conversation", conversation_id):
            return False
        if not self._limiter.test(_ONCE, "proof", "missed", _digest(number, proof)):
            return True
        return self._limiter.hit(PER_ORDER, "proof", "order", number)

    def missed(self, number: str, proof: str) -> None:
        """Note that this guess, which was looked at, was wrong."""
        self._limiter.hit(_ONCE, "proof", "missed", _digest(number, proof))

    def proven(self, number: str) -> None:
        """Forget the guesses for an order whose customer has just proved it."""
        self._limiter.clear(PER_ORDER, "proof", "order", number)

    def may_try_code(self, conversation_id: str) -> bool:
        """Whether the conversation may have one more promotion code looked up."""
        return self._limiter.test(UNKNOWN_CODES, "code", conversation_id)

    def missed_code(self, conversation_id: str) -> None:
        """Count a promotion code that there is not."""
        self._limiter.hit(UNKNOWN_CODES, "code", conversation_id)


def _digest(number: str, proof: str) -> str:
    """A guess as it is kept: no address stands in the storage."""
    told = f"{number}\0{proof.strip().casefold()}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()

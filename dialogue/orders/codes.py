"""One-time codes: who asks for a change shows that they read the mail of the order's customer.

A code has six digits and counts for one conversation, one order and the address on file, once, for
ten minutes and five tries. It is kept only as a keyed hash. Where it is kept, `KeptCodes`, has two
implementations: Redis, shared by all processes, and the memory of one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any, Protocol

from limits import RateLimitItemPerHour
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis

from dialogue.orders.protocol import utc_now
from dialogue.orders.rules import plain_digits

LIFETIME = timedelta(minutes=10)
PROVEN_FOR = timedelta(minutes=15)
TRIES = 5
SENDS = RateLimitItemPerHour(3)
_LONGEST_TEXT = 500
_CODE = re.compile(r"(?<![\w.,-])(\d{3})[ \u00a0-]?(\d{3})(?![\w-]|[.,]\d)", re.ASCII)


class Delivery(StrEnum):
    """What is known of the mail with a code."""

    UNDERWAY = "underway"
    SENT = "sent"
    FAILED = "failed"


class Verdict(Enum):
    """What a typed code is worth. Expired, used, another's and mistyped ones are all WRONG."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a code proves: that this conversation may change this order of this address."""

    conversation: str
    number: str
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in plain text."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A code as it is kept. `until` in seconds since 1970; `tries` are those made so far."""

    digest: str
    until: float
    tries: int = 0
    delivery: Delivery = Delivery.UNDERWAY


class KeptCodes(Protocol):
    """Where codes are kept, by a key that tells nothing. Every method is atomic."""

    def put(self, key: str, code: KeptCode, seconds: int) -> None:
        """Keep a code for so long, in place of the one before."""
        ...

    def look(self, key: str) -> KeptCode | None:
        """The code that is kept."""
        ...

    def count_try(self, key: str) -> KeptCode | None:
        """Count one more try, and return the code with it."""
        ...

    def take(self, key: str, digest: str) -> bool:
        """Remove the code, if it is this one still; true for one caller only."""
        ...

    def note(self, key: str, digest: str, delivery: Delivery) -> None:
        """Note what became of the mail, if the code is this one still."""
        ...


class Post(Protocol):
    """Sends mail beside the conversation."""

    def send(self, letter: Letter, tell: Callable[[bool], None]) -> None:
        """Take a letter and return at once; `tell` hears later whether it could be sent."""
        ...


def six_digits() -> str:
    """A code that nobody can foresee."""
    return f"{secrets.randbelow(10**6):06d}"


class OneTimeCodes:
    """Sends codes and checks them; may be called from several threads at once.

    When the storage is away its error is raised, and nobody proves anything. `mailbox_page` is
    the address of a page that shows the mails, where there is one (in development).
    """

    def __init__(
        self,
        kept: KeptCodes,
        storage: Storage,
        secret: str,
        post: Post,
        clock: Callable[[], datetime] = utc_now,
        make_code: Callable[[], str] = six_digits,
        mailbox_page: str = "",
    ) -> None:
        self._kept = kept
        self._limiter = MovingWindowRateLimiter(storage)
        self._secret = hashlib.sha256(b"one-time codes of " + secret.encode()).digest()
        self._post = post
        self._clock = clock
        self._make_code = make_code
        self.mailbox_page = mailbox_page

    def send(self, claim: Claim, letter: Callable[[str], Letter]) -> bool:
        """Send a new code; the one before no longer counts. False when that was too often.

        `letter` writes the mail around the code. An order, a conversation and an address get
        three codes an hour each; a send is counted before it happens.
        """
        who = {
            "conversation": claim.conversation,
            "order": claim.number,
            "address": claim.address.casefold(),
        }
        hashed = [(kind, self._mac(kind, value)) for kind, value in who.items()]
        # All three are counted, also when the first refuses: knocking on is not free.
        admitted = [self._limiter.hit(SENDS, "code", *one) for one in hashed]
        if not all(admitted):
            return False
        code, key = self._make_code(), self._key(claim)
        digest = self._digest(claim, code)
        until = (self._clock() + LIFETIME).timestamp()
        self._kept.put(key, KeptCode(digest, until), int(LIFETIME.total_seconds()))

        def tell(sent: bool) -> None:
            self._kept.note(key, digest, Delivery.SENT if sent else Delivery.FAILED)

        self._post.send(letter(code), tell)
        return True

    def check(self, claim: Claim, code: str) -> Verdict:
        """What `code` is worth; a right one is used up. The try counts before it is looked at."""
        kept = self._kept.count_try(self._key(claim))
        wanted = kept.digest if kept is not None else ""
        right = hmac.compare_digest(wanted, self._digest(claim, code))
        if kept is None or self._over(kept):
            return Verdict.WRONG
        if kept.tries > TRIES:
            return Verdict.TOO_OFTEN
        if right and self._kept.take(self._key(claim), kept.digest):
            return Verdict.RIGHT
        return Verdict.TOO_OFTEN if kept.tries == TRIES else Verdict.WRONG

    def waiting(self, claim: Claim) -> Delivery | None:
        """What is known of the mail whose code may still be typed; None when there is none."""
        kept = self._kept.look(self._key(claim))
        if kept is None or self._over(kept) or kept.tries >= TRIES:
            return None
        return kept.delivery

    def proven_until(self) -> float:
        """Until when what is proven now counts, in seconds since 1970."""
        return (self._clock() + PROVEN_FOR).timestamp()

    def _over(self, kept: KeptCode) -> bool:
        return kept.until <= self._clock().timestamp()

    def _key(self, claim: Claim) -> str:
        return self._mac("key", claim.conversation, claim.number)

    def _digest(self, claim: Claim, code: str) -> str:
        address = claim.address.casefold()
        return self._mac("code", claim.conversation, claim.number, address, code)

    def _mac(self, *parts: str) -> str:
        said = json.dumps(parts).encode()  # unlike joined texts, no two lists are written alike
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()


class MemoryCodes:
    """Codes in this process's memory: for tests of conversations, which have no Redis."""

    def __init__(self) -> None:
        self._codes: dict[str, KeptCode] = {}
        self._lock = threading.Lock()

    def put(self, key: str, code: KeptCode, seconds: int) -> None:  # noqa: ARG002 (`until` tells)
        """See `KeptCodes.put`."""
        with self._lock:
            self._codes[key] = code

    def look(self, key: str) -> KeptCode | None:
        """See `KeptCodes.look`."""
        return self._codes.get(key)

    def count_try(self, key: str) -> KeptCode | None:
        """See `KeptCodes.count_try`."""
        with self._lock:
            code = self._codes.get(key)
            if code is not None:
                code = self._codes[key] = replace(code, tries=code.tries + 1)
            return code

    def take(self, key: str, digest: str) -> bool:
        """See `KeptCodes.take`."""
        with self._lock:
            same = key in self._codes and self._codes[key].digest == digest
            return same and self._codes.pop(key) is not None

    def note(self, key: str, digest: str, delivery: Delivery) -> None:
        """See `KeptCodes.note`."""
        with self._lock:
            code = self._codes.get(key)
            if code is not None and code.digest == digest:
                self._codes[key] = replace(code, delivery=delivery)


_COUNT_TRY = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
redis.call('HINCRBY', KEYS[1], 'tries', 1)
return redis.call('HMGET', KEYS[1], 'digest', 'until', 'tries', 'delivery')
"""
_TAKE = """
if redis.call('HGET', KEYS[1], 'digest') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
_NOTE = """
if redis.call('HGET', KEYS[1], 'digest') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'delivery', ARGV[2])
end
"""


class RedisCodes:
    """Codes in Redis, which forgets them by itself."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._count_try = redis.register_script(_COUNT_TRY)
        self._take = redis.register_script(_TAKE)
        self._note = redis.register_script(_NOTE)

    def put(self, key: str, code: KeptCode, seconds: int) -> None:
        """See `KeptCodes.put`."""
        fields: dict[Any, Any] = {
            "digest": code.digest,
            "until": code.until,
            "tries": code.tries,
            "delivery": str(code.delivery),
        }
        with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.delete(_name(key))
            pipeline.hset(_name(key), mapping=fields)
            pipeline.expire(_name(key), seconds)
            pipeline.execute()

    def look(self, key: str) -> KeptCode | None:
        """See `KeptCodes.look`."""
        fields = self._redis.hmget(_name(key), ["digest", "until", "tries", "delivery"])
        return _read(fields)

    def count_try(self, key: str) -> KeptCode | None:
        """See `KeptCodes.count_try`."""
        return _read(self._count_try(keys=[_name(key)]))

    def take(self, key: str, digest: str) -> bool:
        """See `KeptCodes.take`."""
        return bool(self._take(keys=[_name(key)], args=[digest]))

    def note(self, key: str, digest: str, delivery: Delivery) -> None:
        """See `KeptCodes.note`."""
        self._note(keys=[_name(key)], args=[digest, str(delivery)])


def code_in(text: str) -> str | None:
    """The first six digits that stand together, or in two threes: ``482913``, ``482 913``.

    Digits of other scripts are read as ours.
    """
    plain = plain_digits(text[:_LONGEST_TEXT])
    # Chinese is written without spaces, and with \w as ASCII its letters end a code too.
    found = _CODE.search(plain)
    return found.group(1) + found.group(2) if found else None


def masked(address: str) -> str:
    """An e-mail address of which its owner knows enough: ``a•••@e•••.com``."""
    name, _, place = address.rpartition("@")
    site, _, top = place.rpartition(".")
    return f"{name[:1]}•••@{site[:1]}•••.{top}" if name and site else "•••"


def _name(key: str) -> str:
    return f"frontdesk:code:{key}"


def _read(fields: list[bytes | str | None] | None) -> KeptCode | None:
    if not fields or None in fields:
        return None
    digest, until, tries, delivery = (
        one.decode() if isinstance(one, bytes) else str(one) for one in fields
    )
    return KeptCode(digest, float(until), int(tries), Delivery(delivery))

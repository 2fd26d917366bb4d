"""Gift cards: what is left on one, for whoever has its code and PIN, or owns it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Engine, select

from dialogue.orders.database import reading
from dialogue.orders.errors import SignInRequired
from dialogue.orders.protocol import utc_now
from dialogue.orders.service_models import GiftCard
from dialogue.orders.views import Viewer

_WORK = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}  # scrypt: some ten milliseconds
_NOBODYS = "00" * 16 + "$" + "00" * 32  # what the PIN of a card that does not exist is compared to
_CODE = re.compile(r"(?<![A-Za-z0-9])GC(?:[-\s]?[A-Za-z0-9]{4}){3}(?![A-Za-z0-9])", re.IGNORECASE)
_PIN = re.compile(r"(?<![\w-])([0-9]{4})(?![\w-])", re.ASCII)  # Chinese letters may touch it


@dataclass(frozen=True, slots=True)
class GiftCardView:
    """A card, to its owner or to who has its PIN."""

    code: str
    bought_cents: int
    balance_cents: int
    currency: str
    expires_on: date
    expired: bool

    @property
    def ending(self) -> str:
        """The last four signs, enough to tell one's own cards apart."""
        return self.code[-4:]


class GiftCards(Protocol):
    """What the actions need of a shop's gift cards; several threads call it at once."""

    def check(self, code: str, pin: str) -> GiftCardView | None:
        """The card with this code and PIN; None, after the same work, for any other pair."""
        ...

    def owned(self, viewer: Viewer) -> tuple[GiftCardView, ...]:
        """The signed-in customer's cards, the newest first. Raises SignInRequired."""
        ...


class SqlGiftCards:
    """`GiftCards` over the order database."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def check(self, code: str, pin: str) -> GiftCardView | None:
        """See `GiftCards.check`."""
        with reading(self._engine) as session:
            row = session.scalar(select(GiftCard).where(GiftCard.code == plain_code(code)))
        right = _pin_fits(pin, _NOBODYS if row is None else row.pin_hash)
        return self._view(row) if right and row is not None else None

    def owned(self, viewer: Viewer) -> tuple[GiftCardView, ...]:
        """See `GiftCards.owned`."""
        if viewer.customer_id is None:
            raise SignInRequired
        query = (
            select(GiftCard)
            .where(GiftCard.owner_id == viewer.customer_id)
            .order_by(GiftCard.sold_on.desc(), GiftCard.id)
        )
        with reading(self._engine) as session:
            return tuple(self._view(row) for row in session.scalars(query))

    def _view(self, row: GiftCard) -> GiftCardView:
        return GiftCardView(
            row.code,
            row.bought_cents,
            row.balance_cents,
            row.currency,
            row.expires_on,
            expired=row.expires_on < self._clock().date(),
        )


def code_in(text: str) -> str | None:
    """The first gift card's code in a text, as the database has it: ``GC-7H2K-9QPM-4TRA``."""
    found = _CODE.search(text)
    return plain_code(found[0]) if found else None


def pin_in(text: str) -> str | None:
    """The first four figures that stand alone beside the code."""
    found = _PIN.search(_CODE.sub(" ", text))
    return found[1] if found else None


def plain_code(text: str) -> str:
    """A code as the database has it, however it was written."""
    signs = re.sub(r"[-\s]", "", text[:64]).upper()
    return "-".join((signs[:2], *(signs[i : i + 4] for i in range(2, len(signs), 4))))


def hashed_pin(pin: str) -> str:
    """What is kept of a PIN."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_digest(pin, salt).hex()}"


def _pin_fits(pin: str, kept: str) -> bool:
    salt, _, digest = kept.partition("$")
    return hmac.compare_digest(_digest(pin, bytes.fromhex(salt)), bytes.fromhex(digest))


def _digest(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, **_WORK)

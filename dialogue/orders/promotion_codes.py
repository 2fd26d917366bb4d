"""Promotion codes with their conditions: may this customer use this code for this, and why not."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from dialogue.orders.database import reading
from dialogue.orders.models import Order, Promotion
from dialogue.orders.protocol import utc_now
from dialogue.orders.reading import promotion_view
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import PromotionView, Viewer

LONGEST = 32
ALIKE = 0.75  # from which likeness on a code is taken for a misspelt one


class CodeState(StrEnum):
    """What there is to say of a code, the first that holds."""

    TOO_LONG = "too_long"
    UNKNOWN = "unknown"
    MISSPELT = "misspelt"
    ENDED = "ended"
    NOT_YET = "not_yet"
    USED = "used"
    NOT_FIRST = "not_first"
    OTHER_GOODS = "other_goods"
    MINIMUM = "minimum"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class CodeVerdict:
    """The state of a code; `offer` is its promotion, of a misspelt one that which is meant.

    `lacking_cents` is what the order is short of the minimum, `order` the one that used the code.
    """

    state: CodeState
    offer: PromotionView | None = None
    lacking_cents: int = 0
    order: str = ""


class Codes(Protocol):
    """What the actions need of a shop's promotion codes; several threads call it at once."""

    def check(
        self,
        code: str,
        viewer: Viewer,
        worth_cents: int | None = None,
        departments: Collection[str] = (),
    ) -> CodeVerdict:
        """Whether this customer may use a code for goods of this worth, from these departments.

        What is not known (a guest, no amount, no goods) does not speak against it. A code that is
        not public is told of only to who writes it letter by letter.
        """
        ...


class SqlCodes:
    """`Codes` over the order database."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def check(
        self,
        code: str,
        viewer: Viewer,
        worth_cents: int | None = None,
        departments: Collection[str] = (),
    ) -> CodeVerdict:
        """See `Codes.check`."""
        wanted, today = code.strip().upper(), self._clock().date()
        if len(wanted) > LONGEST:
            return CodeVerdict(CodeState.TOO_LONG)
        with reading(self._engine) as session:
            row = session.scalar(select(Promotion).where(Promotion.code == wanted))
            if row is None:
                meant = _nearest(session, wanted, today)
                state = CodeState.MISSPELT if meant else CodeState.UNKNOWN
                return CodeVerdict(state, meant)
            offer = promotion_view(row)
            ruled_out = _ruled_out(session, offer, viewer, today)
        if ruled_out is not None:
            return ruled_out
        if offer.department and departments and offer.department not in departments:
            return CodeVerdict(CodeState.OTHER_GOODS, offer)
        lacking = offer.minimum_cents - (
            offer.minimum_cents if worth_cents is None else worth_cents
        )
        return CodeVerdict(
            CodeState.MINIMUM if lacking > 0 else CodeState.VALID, offer, max(0, lacking)
        )


def running(session: Session, today: date) -> list[PromotionView]:
    """What is public and may be used today, the largest reduction first."""
    query = (
        select(Promotion)
        .where(Promotion.starts_on <= today, Promotion.ends_on >= today, Promotion.public)
        .order_by(Promotion.percent.desc(), Promotion.code)
    )
    return [promotion_view(row) for row in session.scalars(query)]


def _ruled_out(
    session: Session, offer: PromotionView, viewer: Viewer, today: date
) -> CodeVerdict | None:
    """Why the code does not work today for this customer, whatever they buy."""
    if today > offer.ends_on:
        return CodeVerdict(CodeState.ENDED, offer)
    if today < offer.starts_on:
        return CodeVerdict(CodeState.NOT_YET, offer)
    used = _used_in(session, offer, viewer)
    if used is not None:
        return CodeVerdict(CodeState.USED, offer, order=used)
    if offer.first_order_only and _has_ordered(session, viewer):
        return CodeVerdict(CodeState.NOT_FIRST, offer)
    return None


def _nearest(session: Session, wanted: str, today: date) -> PromotionView | None:
    """The public code of today that was surely meant."""
    likeness = {
        offer: SequenceMatcher(None, wanted, offer.code).ratio()
        for offer in running(session, today)
    }
    best = max(likeness, key=lambda offer: likeness[offer], default=None)
    return best if best is not None and likeness[best] >= ALIKE else None


def _used_in(session: Session, row: PromotionView, viewer: Viewer) -> str | None:
    """The order in which the customer has used up a code that counts once."""
    if not row.once_per_customer or viewer.customer_id is None:
        return None
    number = session.scalar(
        select(func.max(Order.number)).where(
            Order.customer_id == viewer.customer_id,
            Order.promotion_code == row.code,
            Order.status != OrderStatus.CANCELLED,
        )
    )
    return None if number is None else str(number)


def _has_ordered(session: Session, viewer: Viewer) -> bool:
    if viewer.customer_id is None:
        return False
    query = select(Order.id).where(
        Order.customer_id == viewer.customer_id, Order.status != OrderStatus.CANCELLED
    )
    return session.scalar(query.limit(1)) is not None

"""What a shop offers beside its orders, in one bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from dialogue.orders.gift_cards import GiftCards, SqlGiftCards
from dialogue.orders.promotion_codes import Codes, SqlCodes
from dialogue.orders.protocol import utc_now
from dialogue.orders.subscriptions import SqlSubscriptions, Subscriptions
from dialogue.orders.tickets import SqlTickets, Tickets


@dataclass(frozen=True)
class ShopExtras:
    """Gift cards, codes, what is told when it happens, and tickets."""

    gift_cards: GiftCards
    codes: Codes
    subscriptions: Subscriptions
    tickets: Tickets


def sql_extras(engine: Engine, clock: Callable[[], datetime] = utc_now) -> ShopExtras:
    """All of it over the order database."""
    return ShopExtras(
        SqlGiftCards(engine, clock),
        SqlCodes(engine, clock),
        SqlSubscriptions(engine, clock),
        SqlTickets(engine, clock),
    )

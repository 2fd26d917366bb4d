"""News that customers asked for, told in their conversation: goods that are back, orders that move.

A round claims what is due in the order database and has the bot tell it, as a reminder is told.
While a human has the conversation, or something cannot be reached, the news waits for a later
round.
"""

from __future__ import annotations

import logging

from prometheus_client import Counter
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import NotFound, NotTheOwner, Unavailable
from app.external import External
from app.models import Conversation
from dialogue.orders.subscriptions import (
    BackInStock,
    Due,
    Listener,
    OrderMoved,
    Subscriptions,
)
from nlu.types import Entity

NOTICE = "EXTERNAL_notice"
_log = logging.getLogger(__name__)
_NEWS = Counter("frontdesk_news_total", "News that customers asked for, by outcome", ["outcome"])


class ToldLater:
    """Tells what is due, each piece of news once, whichever process is first."""

    def __init__(
        self, database: Database, external: External, subscriptions: Subscriptions
    ) -> None:
        self._database = database
        self._external = external
        self._subscriptions = subscriptions

    def tell_due(self) -> None:
        """Tell everything that is due now."""
        for due in self._subscriptions.claim():
            self._tell(due)

    def _tell(self, due: Due) -> None:
        """News whose conversation is over, or that fails, is dropped: it would fail for ever."""
        try:
            with self._database.read() as session:
                customer = None if isinstance(due, OrderMoved) else due.customer_id
                conversation_id = conversation_to_tell(session, due.listener, customer)
            outcome = "lost"
            if conversation_id is not None:
                entities = (Entity("notice", _told_of(due), 0, 0),)
                heard = self._external.trigger(conversation_id, NOTICE, entities).said
                outcome = "told" if heard else "waiting"
        except NotFound:
            outcome = "lost"
        except (NotTheOwner, Unavailable) as error:
            _log.info("news waits: %s", error)
            outcome = "waiting"
        except Exception:
            _log.exception("news of row %d failed", due.row)
            outcome = "failed"
        _NEWS.labels(outcome).inc()
        if outcome != "waiting":
            self._subscriptions.told(due)


def conversation_to_tell(
    session: Session, listener: Listener | None, customer_id: int | None
) -> str | None:
    """Where a customer hears news: where they asked for it, else where they wrote last."""
    found = None if listener is None else conversation_of(session, listener)
    if found is not None or customer_id is None:
        return found
    latest = session.scalars(
        select(Conversation)
        .where(Conversation.customer_id == customer_id)
        .order_by(Conversation.updated_at.desc())
    )
    return next((row.id for row in latest if _goes_on(row)), None)


def conversation_of(session: Session, listener: Listener) -> str | None:
    """The conversation that the actions know by this sender and channel, if it still goes on."""
    rows = session.scalars(
        select(Conversation).where(
            or_(
                Conversation.external_id == listener.sender,
                (Conversation.id == listener.sender) & Conversation.external_id.is_(None),
            )
        )
    ).all()
    here = [row for row in rows if row.channel == listener.channel] or rows
    return here[0].id if len(here) == 1 and _goes_on(here[0]) else None


def _goes_on(row: Conversation) -> bool:
    """Whether anybody can still read it: a widget's conversation that was ended opens no more."""
    return row.channel != "widget" or row.token_hash is not None


def _told_of(due: Due) -> dict[str, str]:
    """What the bot is to say, so that it need not look into anybody's order."""
    if isinstance(due, BackInStock):
        return {
            "kind": "stock",
            "sku": due.sku,
            "product": due.product,
            "variant": due.variant,
        }
    return {
        "kind": "order",
        "number": due.number,
        "what": due.what,
        "expected": due.expected_on.isoformat(),
        "tracking": due.tracking,
    }

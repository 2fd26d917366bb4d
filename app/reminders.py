"""Reminders as rows: made, replaced, cancelled and killed in the transaction of their events.

A reminder is due at a moment and goes off once (`External.remind`). It outlives a new session,
unlike the events that made it: an appointment is kept whatever was talked about since. A restarted
conversation has none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import Reminder
from dialogue.errors import EventError
from dialogue.event_fields import read_entities
from dialogue.events import EXTERNAL, ReminderCancelled, ReminderScheduled, logged_event

_log = logging.getLogger(__name__)
AT_ONCE = 100


def follow_events(
    session: Session,
    conversation_id: str,
    events: Iterable[Mapping[str, Any]],
    side_effects: bool = True,
) -> None:
    """Do to a conversation's reminders what these events (Rasa's JSON) say.

    Without `side_effects` none is made or cancelled; a message kills those that end with one.
    A reminder that cannot be kept is told in the log, and the conversation goes on.
    """
    for data in events:
        kind, metadata = data["event"], data.get("metadata")
        is_external = isinstance(metadata, Mapping) and metadata.get(EXTERNAL) is True
        if kind == "user" and not is_external:
            kill(session, conversation_id)
        elif kind == "restart":
            drop_all(session, conversation_id)
        elif kind in (ReminderScheduled.KIND, ReminderCancelled.KIND) and side_effects:
            event = logged_event(data)
            if isinstance(event, ReminderScheduled):
                _keep(session, conversation_id, event)
            elif isinstance(event, ReminderCancelled):
                _cancel(session, conversation_id, event)


def kill(session: Session, conversation_id: str) -> None:
    """The customer spoke: reminders that end with a message go."""
    session.execute(
        delete(Reminder).where(
            Reminder.conversation_id == conversation_id, Reminder.kill_on_user_msg
        )
    )


def drop_all(session: Session, conversation_id: str) -> None:
    """A conversation is over, or begins from nothing."""
    session.execute(delete(Reminder).where(Reminder.conversation_id == conversation_id))


def due(session: Session, now: datetime) -> list[tuple[int, str]]:
    """The reminders whose moment has come, the oldest first: number and conversation."""
    rows = session.execute(
        select(Reminder.id, Reminder.conversation_id)
        .where(Reminder.due_at <= now)
        .order_by(Reminder.due_at, Reminder.id)
        .limit(AT_ONCE)
    )
    return [(number, conversation_id) for number, conversation_id in rows]


def take(session: Session, number: int) -> bool:
    """Take a reminder out, in the transaction of what it leads to; False when another did."""
    taken = session.scalar(delete(Reminder).where(Reminder.id == number).returning(Reminder.id))
    return taken is not None


def moment_of(date_time: str) -> datetime:
    """The moment that ISO 8601 names; without an offset it is this machine's local time.

    Raises ValueError (OverflowError beyond the calendar).
    """
    return datetime.fromisoformat(date_time).astimezone(UTC)


def _keep(session: Session, conversation_id: str, event: ReminderScheduled) -> None:
    try:
        due_at = moment_of(event.date_time)
        entities = [entity.to_rasa() for entity in read_entities(event.entities)]
    except (ValueError, OverflowError, EventError) as error:
        _log.error("a reminder of %s cannot be kept: %s", conversation_id, error)
        return
    if event.name is not None:
        session.execute(
            delete(Reminder).where(
                Reminder.conversation_id == conversation_id, Reminder.name == event.name
            )
        )
    session.add(
        Reminder(
            conversation_id=conversation_id,
            name=event.name,
            intent=event.intent,
            entities=entities,
            due_at=due_at,
            kill_on_user_msg=event.kill_on_user_msg,
        )
    )
    session.flush()


def _cancel(session: Session, conversation_id: str, event: ReminderCancelled) -> None:
    """Drop the reminders that fit everything that is named."""
    try:
        wanted = [(entity.name, entity.value) for entity in read_entities(event.entities)]
    except EventError as error:
        _log.error("a reminder of %s cannot be cancelled: %s", conversation_id, error)
        return
    rows = session.scalars(select(Reminder).where(Reminder.conversation_id == conversation_id))
    for row in rows.all():
        if event.name is not None and row.name != event.name:
            continue
        if event.intent is not None and row.intent != event.intent:
            continue
        kept = [(entity["entity"], entity["value"]) for entity in row.entities]
        if event.entities and kept != wanted:
            continue
        session.delete(row)
    session.flush()

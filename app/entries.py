"""Entering events into the transcript: the event log, and the messages that some of them are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Conversation, Message
from app.noting import bot_data, describe, queue_for_a_human
from app.transcript import add_events, add_message, storable_text
from dialogue.events import AgentUttered, BotUttered, Event, UserUttered

MAX_LOGGED_TEXT = 20_000
Saying = tuple[str, str | None]  # who, what


def enter(
    session: Session,
    conversation: Conversation,
    events: Sequence[Event],
    now: datetime,
    *,
    said: dict[Saying, list[int]] | None = None,
    side_effects: bool = True,
) -> int:
    """Append events, and the messages among them that were not `said` before.

    An event belongs to the customer's latest message before it, 0 before the first one.
    Returns the log's new length.
    """
    position = conversation.event_count
    seq = _latest_of_customer(session, conversation.id) if position else 0
    batch: list[dict[str, Any]] = []
    for event in events:
        data = event.to_json()
        speaker = _speaker(event)
        if speaker is not None:
            known = (said or {}).get(_saying(speaker, data))
            if known:
                number: int | None = known.pop(0)
                _answered(session, conversation, number)
            else:
                number = _say(session, conversation, event, speaker, now, side_effects)
            if speaker == "customer" and number is not None:
                if batch:
                    position = add_events(session, conversation, seq, batch, side_effects)
                seq, batch = number, []
        batch.append(data)
    return add_events(session, conversation, seq, batch, side_effects) if batch else position


def _say(
    session: Session,
    conversation: Conversation,
    event: Event,
    speaker: str,
    now: datetime,
    delivered: bool,
) -> int | None:
    """Add the message that an event is, and return its number; None when it says nothing."""
    message = event.message if isinstance(event, BotUttered) else None
    parts = {} if message is None else bot_data(message)
    text = storable_text(event.to_json().get("text"), MAX_LOGGED_TEXT)
    if text is None and not parts:
        return None
    row = add_message(session, conversation, role=speaker, text=text, data=parts, now=now)
    if not delivered:
        row.state = None  # it is on record; no channel is to carry it now
    if event.timestamp is not None:
        row.created_at = datetime.fromtimestamp(event.timestamp, UTC)
    if message is not None:
        queue_for_a_human(conversation, message, now)
    if isinstance(event, UserUttered):
        row.state = "human" if conversation.owner == "human" else "answered"
        describe(conversation, row, event.understanding)
        if conversation.status == "closed":
            conversation.status = "open"
    return row.seq


def _answered(session: Session, conversation: Conversation, seq: int | None) -> None:
    """What came after a message is among the events: the bot is not to answer it once more."""
    session.execute(
        update(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.seq == seq,
            Message.state == "pending",
        )
        .values(state="answered")
    )


def _speaker(event: Event) -> str | None:
    """Whose message of the transcript an event is, if it is one."""
    if isinstance(event, UserUttered):
        return None if event.is_external else "customer"
    if isinstance(event, BotUttered):
        return "bot"
    return "agent" if isinstance(event, AgentUttered) else None


def _saying(speaker: str, data: Mapping[str, Any]) -> Saying:
    return speaker, storable_text(data.get("text"), MAX_LOGGED_TEXT)


def said_before(session: Session, conversation_id: str) -> dict[Saying, list[int]]:
    """The numbers of the transcript's messages, by who said what."""
    found: dict[Saying, list[int]] = {}
    rows = session.scalars(
        select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq)
    )
    for row in rows:
        found.setdefault(
            (row.role, storable_text(row.payload or row.text, MAX_LOGGED_TEXT)), []
        ).append(row.seq)
    return found


def _latest_of_customer(session: Session, conversation_id: str) -> int:
    seq = session.scalar(
        select(func.max(Message.seq)).where(
            Message.conversation_id == conversation_id, Message.role == "customer"
        )
    )
    return seq or 0

"""Reading and writing the transcript: numbered messages and the dialogue's event log."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import COMMITTED
from app.errors import BadInput, NotFound, TextTooLong
from app.models import Conversation, Event, Message
from app.reminders import follow_events

MAX_TEXT = 4000
MAX_PAGE = 200
DELIVERED = frozenset({"callback"})  # channels whose messages we post to an address
OUTGOING = "outgoing"
# Control characters carry no meaning in a chat, and PostgreSQL refuses NUL.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


def clean_text(
    value: object, field: str = "text", limit: int = MAX_TEXT, *, may_be_empty: bool = False
) -> str:
    """A customer's or agent's text, made storable: stripped, no control characters, valid UTF-8.

    Raises BadInput when it is no string, or empty and may not be; TextTooLong beyond `limit`
    characters.
    """
    if not isinstance(value, str):
        raise BadInput(f"'{field}' must be a string.")
    text = value.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
    text = _CONTROL.sub("", text).strip()
    if not text and not may_be_empty:
        raise BadInput(f"'{field}' is empty.")
    if len(text) > limit:
        raise TextTooLong(f"That message is too long: {len(text):,} of {limit:,} characters.")
    return text


def storable_text(value: object, limit: int) -> str | None:
    """The same for what a log says; None where it says nothing. Raises TextTooLong."""
    try:
        return clean_text(value, limit=limit)
    except BadInput:
        return None


def locked_conversation(session: Session, conversation_id: str) -> Conversation:
    """The conversation's row, held until the transaction ends. Raises NotFound."""
    row = session.scalar(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    )
    if row is None:
        raise NotFound("There is no such conversation.")
    return row


def add_message(
    session: Session,
    conversation: Conversation,
    *,
    role: str,
    text: str | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Message:
    """Append a message with the next number of its conversation, in the caller's transaction.

    What is said on a channel that we have to deliver to is `outgoing` from the same moment.
    """
    if conversation.channel in DELIVERED and role != "customer":
        columns["state"] = OUTGOING
    seq = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id)
        .values(last_seq=Conversation.last_seq + 1, updated_at=now)
        .returning(Conversation.last_seq)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    message = Message(
        conversation_id=conversation.id,
        seq=seq,
        role=role,
        text=text,
        data=dict(data or {}),
        created_at=now,
        **columns,
    )
    session.add(message)
    session.flush()
    return message


def add_events(
    session: Session,
    conversation: Conversation,
    message_seq: int,
    events: Sequence[Mapping[str, Any]],
    side_effects: bool = True,
) -> int:
    """Append dialogue events (Rasa's JSON) and return the log's new length.

    Reminders follow them; without `side_effects` none is made or cancelled.
    """
    sender = conversation.external_id or conversation.id
    session.info.setdefault(COMMITTED, []).append((sender, [dict(event) for event in events]))
    end = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id)
        .values(event_count=Conversation.event_count + len(events))
        .returning(Conversation.event_count)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    first = end - len(events) + 1
    session.add_all(
        Event(
            conversation_id=conversation.id,
            position=first + index,
            message_seq=message_seq,
            type_name=event["event"],
            data=dict(event),
        )
        for index, event in enumerate(events)
    )
    follow_events(session, conversation.id, events, side_effects)
    return int(end)


def event_log(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    """Every dialogue event of a conversation, in order: what rebuilds a lost tracker."""
    rows = session.scalars(
        select(Event.data).where(Event.conversation_id == conversation_id).order_by(Event.position)
    )
    return list(rows)


def messages_after(
    session: Session, conversation_id: str, seq: int, limit: int = MAX_PAGE
) -> list[Message]:
    """The messages numbered above `seq`, in order, at most `limit` (and never over 200)."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.seq > seq)
            .order_by(Message.seq)
            .limit(max(1, min(limit, MAX_PAGE)))
        )
    )


def parts_json(text: str | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a message. Quick replies stand in place of buttons, as in Rasa."""
    return {
        "text": text,
        "buttons": data.get("quick_replies") or data.get("buttons", []),
        "image": data.get("image"),
        "attachment": data.get("attachment"),
        "elements": data.get("elements", []),
        "custom": data.get("custom"),
    }


def message_json(message: Message) -> dict[str, Any]:
    """A message as the widget and the channels receive it."""
    data = message.data or {}
    return {
        "seq": message.seq,
        "role": message.role,
        **parts_json(message.text, data),
        "created_at": message.created_at.isoformat(),
        "client_msg_id": message.client_msg_id,
        "agent_name": data.get("agent_name"),
        "photo": data.get("photo"),
    }

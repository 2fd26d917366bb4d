"""What the desk reads: the list of conversations with its filters, and one transcript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.errors import BadInput, NotFound
from app.models import Conversation, Event, Label, Message
from dialogue.retail.people.briefing import Briefing, briefing

STATUSES = ("open", "waiting", "closed")
PAGE = 50
LOW_CONFIDENCE = 0.5
BRIEFED = ("user", "bot", "slot", "session_started", "restart")
BRIEFED_EVENTS = 400  # of one conversation, at most


@dataclass(frozen=True)
class Filters:
    """The list's filters, each from a fixed set of keys: nothing here becomes SQL text."""

    search: str = ""
    status: str = ""
    intent: str = ""
    low_confidence: bool = False
    day_from: date | None = None
    day_to: date | None = None
    page: int = 1

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Read query arguments. Raises BadInput that names the wrong one."""
        status = arguments.get("status", "")
        if status and status not in STATUSES:
            raise BadInput(f"'status' must be one of {', '.join(STATUSES)}.")
        page = arguments.get("page", "1") or "1"
        if not page.isdecimal() or not 1 <= int(page[:9]) <= 100_000:
            raise BadInput("'page' must be a whole number from 1.")
        return cls(
            search=arguments.get("search", "").replace("\x00", "").strip()[:200],
            status=status,
            intent=arguments.get("intent", "").replace("\x00", "")[:120],
            low_confidence=arguments.get("low_confidence", "") not in {"", "0"},
            day_from=_day(arguments, "from"),
            day_to=_day(arguments, "to"),
            page=int(page),
        )


@dataclass(frozen=True)
class ListedConversation:
    """One row of the list."""

    id: str
    channel: str
    customer: str
    status: str
    owner: str
    agent_name: str | None
    handoff_reason: str | None
    waiting_since: datetime | None
    last_text: str
    last_intent: str | None
    lowest_confidence: float | None
    sentiment: str | None
    urgency: str | None
    language: str | None
    updated_at: datetime
    messages: int
    briefing: str = ""


def list_conversations(session: Session, filters: Filters) -> tuple[list[ListedConversation], int]:
    """One page of conversations, and how many there are in all.

    Those that wait come first: the urgent of them, the unhappy, then who waits longest.
    """
    conditions = _conditions(filters)
    waiting = Conversation.status == "waiting"
    total = session.scalar(select(func.count()).select_from(Conversation).where(*conditions)) or 0
    rows = session.scalars(
        select(Conversation)
        .where(*conditions)
        .options(joinedload(Conversation.staff))
        .order_by(
            waiting.desc(),
            (waiting & (func.coalesce(Conversation.urgency, "") == "urgent")).desc(),
            (waiting & (func.coalesce(Conversation.sentiment, "") == "negative")).desc(),
            Conversation.waiting_since.asc(),
            Conversation.updated_at.desc(),
        )
        .limit(PAGE)
        .offset((filters.page - 1) * PAGE)
    ).all()
    waits = [row.id for row in rows if row.status == "waiting"]
    briefings = {one: briefing(log) for one, log in _logs(session, waits).items()}
    return [_listed(session, row, briefings.get(row.id)) for row in rows], total


def counts(session: Session) -> dict[str, int]:
    """How many conversations there are by status."""
    rows = session.execute(
        select(Conversation.status, func.count())
        .where(Conversation.last_seq > 0)
        .group_by(Conversation.status)
    ).all()
    return dict.fromkeys(STATUSES, 0) | {row[0]: row[1] for row in rows}


def transcript(session: Session, conversation_id: str) -> tuple[Conversation, list[Message]]:
    """A conversation and all its messages with their labels. Raises NotFound."""
    conversation = session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .options(joinedload(Conversation.staff))
    )
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation, transcript_messages(session, conversation_id, 0)


def transcript_messages(session: Session, conversation_id: str, after: int) -> list[Message]:
    """The messages numbered above `after`, labels and speakers loaded."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.seq > after)
            .options(
                selectinload(Message.labels).joinedload(Label.staff), joinedload(Message.staff)
            )
            .order_by(Message.seq)
        )
    )


def events_by_message(session: Session, conversation_id: str) -> dict[int, list[dict[str, Any]]]:
    """The dialogue events behind each customer message, by its number."""
    grouped: dict[int, list[dict[str, Any]]] = {}
    rows = session.execute(
        select(Event.message_seq, Event.data)
        .where(Event.conversation_id == conversation_id)
        .order_by(Event.position)
    )
    for seq, data in rows:
        grouped.setdefault(seq, []).append(data)
    return grouped


def conversation_of(session: Session, message_id: int) -> str:
    """The id of the conversation a message belongs to."""
    return session.get_one(Message, message_id).conversation_id


def seen_intents(session: Session) -> list[str]:
    """Every intent that was ever understood: the choices of the filter."""
    return [
        intent
        for intent in session.scalars(select(Message.intent).distinct().order_by(Message.intent))
        if intent
    ]


def _conditions(filters: Filters) -> list[Any]:
    conditions: list[Any] = [Conversation.last_seq > 0]
    if filters.status:
        conditions.append(Conversation.status == filters.status)
    if filters.low_confidence:
        conditions.append(Conversation.lowest_confidence < LOW_CONFIDENCE)
    if filters.day_from:
        conditions.append(Conversation.updated_at >= _midnight(filters.day_from))
    if filters.day_to:
        conditions.append(Conversation.updated_at < _midnight(filters.day_to + timedelta(days=1)))
    said = select(Message.id).where(Message.conversation_id == Conversation.id)
    if filters.intent:
        conditions.append(exists(said.where(Message.intent == filters.intent)))
    if filters.search:
        conditions.append(
            exists(said.where(Message.text.icontains(filters.search, autoescape=True)))
            | Conversation.customer_name.icontains(filters.search, autoescape=True)
            | (Conversation.id == filters.search)
        )
    return conditions


def _logs(session: Session, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The latest events of each conversation, of the kinds that a briefing is made from."""
    logs: dict[str, list[dict[str, Any]]] = {}
    rows = session.execute(
        select(Event.conversation_id, Event.data)
        .join(Conversation, Conversation.id == Event.conversation_id)
        .where(
            Event.conversation_id.in_(ids),
            Event.type_name.in_(BRIEFED),
            Event.position > Conversation.event_count - BRIEFED_EVENTS,
        )
        .order_by(Event.conversation_id, Event.position)
    )
    for conversation_id, data in rows if ids else ():
        logs.setdefault(conversation_id, []).append(data)
    return logs


def _listed(session: Session, row: Conversation, brief: Briefing | None) -> ListedConversation:
    last = session.scalar(
        select(Message)
        .where(Message.conversation_id == row.id, Message.role == "customer")
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return ListedConversation(
        id=row.id,
        channel=row.channel,
        customer=row.customer_name or row.external_id or "Guest",
        status=row.status,
        owner=row.owner,
        agent_name=row.staff.name if row.staff else None,
        handoff_reason=row.handoff_reason,
        waiting_since=row.waiting_since,
        last_text=(last.text or "")[:160] if last else "",
        last_intent=last.intent if last else None,
        lowest_confidence=row.lowest_confidence,
        sentiment=row.sentiment,
        urgency=row.urgency,
        language=row.language,
        updated_at=row.updated_at,
        messages=row.last_seq,
        briefing=brief.line if brief else "",
    )


def _day(arguments: Mapping[str, str], name: str) -> date | None:
    value = arguments.get(name, "")
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise BadInput(f"'{name}' must be a date such as 2026-01-31.") from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)

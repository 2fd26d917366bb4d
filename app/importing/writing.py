"""Writing one conversation into the transcript: its event log and its messages, all or nothing.

A conversation that was imported once is found again by an id that follows from its sender, so that
only what is new is added. Nothing of it is pending, outgoing or published: it is over.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import merge
from itertools import accumulate
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from app.importing.log import Entry, entries_of, own_channel, unheard
from app.importing.reading import Found
from app.models import Conversation, Event, Message
from dialogue.events import logged_event

IMPORTED = "imported"  # the channel of what came over none that can be its own here
LONGEST_CHANNEL = 32
# As tables: rows of the same columns go in one statement, whatever is null in them.
MESSAGES = Message.metadata.tables[Message.__tablename__]
EVENTS = Event.metadata.tables[Event.__tablename__]


class Outcome(StrEnum):
    """What an import does to a conversation."""

    NEW = "new"
    GROWN = "grown"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Plan:
    """What is to be written of a conversation, before anything is."""

    sender: str
    conversation: Conversation | None  # None: it is to be made
    known: tuple[Entry, ...]
    heard: int  # number of the customer's latest message in the log, 0 if there is none
    new: tuple[Entry, ...]

    @property
    def outcome(self) -> Outcome:
        """What writing it does."""
        if self.conversation is None:
            return Outcome.NEW
        return Outcome.GROWN if self.new else Outcome.UNCHANGED

    @property
    def messages(self) -> int:
        """How many messages it adds."""
        return sum(entry.message is not None for entry in self.new)


@dataclass(frozen=True)
class _Placed:
    """An entry with its place in the transcript: its message's number, if it is one, and that of
    the customer's latest message."""

    entry: Entry
    seq: int
    heard: int


def plan_of(session: Session, sender: str, found: Sequence[Found], now: datetime) -> Plan:
    """What is new of a sender's events. The conversation's row is held until the end."""
    conversation = session.scalar(
        select(Conversation).where(Conversation.id == _id_of(sender)).with_for_update()
    )
    if conversation is None:
        return Plan(sender, None, (), 0, tuple(entries_of(unheard((), found), now)))
    rows = session.execute(
        select(Event.data, Event.message_seq)
        .where(Event.conversation_id == conversation.id)
        .order_by(Event.position)
    ).all()
    known = [Found(data, logged_event(data)) for data, _ in rows]
    new = unheard(known, found)
    if not new:
        return Plan(sender, conversation, (), 0, ())
    entries = tuple(entries_of([*known, *new], now))
    heard = rows[-1][1] if rows else 0
    return Plan(sender, conversation, entries[: len(known)], heard, entries[len(known) :])


def write(session: Session, plan: Plan) -> None:
    """Write it, in the caller's transaction."""
    if plan.conversation is None:
        conversation = _made(session, plan)
        _add(session, conversation, list(_placed(plan.new, 0, 0)))
    elif _goes_before(plan):
        _weave(session, plan.conversation, plan)
    elif plan.new:
        placed = list(_placed(plan.new, plan.conversation.last_seq, plan.heard))
        _add(session, plan.conversation, placed)


def _id_of(sender: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"frontdesk:{IMPORTED}:{sender}").hex


def _made(session: Session, plan: Plan) -> Conversation:
    """The conversation's row. On its own channel it goes on when the customer writes again, unless
    the customer has begun one there already."""
    channel = own_channel([entry.found for entry in plan.new]) or IMPORTED
    taken = exists().where(Conversation.channel == channel, Conversation.external_id == plan.sender)
    if len(channel) > LONGEST_CHANNEL or session.scalar(select(taken)):
        channel = IMPORTED
    times = [entry.at for entry in plan.new]
    conversation = Conversation(
        id=_id_of(plan.sender),
        channel=channel,
        external_id=plan.sender,
        status="closed",
        owner="bot",
        owner_epoch=0,
        last_seq=0,
        event_count=0,
        created_at=min(times),
        updated_at=max(times),
    )
    session.add(conversation)
    session.flush()
    return conversation


def _placed(entries: Iterable[Entry], seq: int, heard: int) -> Iterable[_Placed]:
    """Number the messages after `seq`. An event belongs to the customer's latest message, which is
    number `heard` at first."""
    for entry in entries:
        if entry.message is not None:
            seq += 1
            heard = seq if entry.of_customer else heard
        yield _Placed(entry, seq, heard)


def _add(session: Session, conversation: Conversation, placed: Sequence[_Placed]) -> None:
    """Append events and their messages, and let the conversation's row know."""
    _insert_events(session, conversation, placed, conversation.event_count)
    _insert_messages(session, conversation, placed)
    if placed:
        conversation.last_seq = placed[-1].seq
        conversation.event_count += len(placed)
    _describe(conversation, [one.entry for one in placed])


def _goes_before(plan: Plan) -> bool:
    """Whether something new is older than what is known, and nobody spoke here since the import:
    then the new is put where it belongs. Else it is appended: numbers that were given stay."""
    if plan.conversation is None or not plan.known or not plan.new:
        return False
    latest = max(entry.at for entry in plan.known)
    said = sum(entry.message is not None for entry in plan.known)
    untouched = plan.conversation.updated_at == latest and said == plan.conversation.last_seq
    return untouched and plan.new[0].at < latest


def _weave(session: Session, conversation: Conversation, plan: Plan) -> None:
    """Order known and new by their times. Messages that are there keep their rows, and so their
    labels, and get new numbers."""
    numbers = {id(one.entry): one.seq for one in _placed(plan.known, 0, 0)}
    woven = merge(_timed(plan.known), _timed(plan.new), key=lambda pair: pair[0])
    placed = list(_placed((entry for _, entry in woven), 0, 0))
    of_here = Message.conversation_id == conversation.id
    session.execute(update(Message).where(of_here).values(seq=-Message.seq))
    moved = [
        {"old": -numbers[id(one.entry)], "seq": one.seq, "reply_to": _reply_to(one)}
        for one in placed
        if one.entry.message is not None and id(one.entry) in numbers
    ]
    session.connection().execute(
        update(MESSAGES)
        .where(MESSAGES.c.conversation_id == conversation.id, MESSAGES.c.seq == bindparam("old"))
        .values(seq=bindparam("seq"), reply_to=bindparam("reply_to")),
        moved,
    )
    session.execute(delete(Event).where(Event.conversation_id == conversation.id))
    _insert_events(session, conversation, placed, 0)
    _insert_messages(session, conversation, [p for p in placed if id(p.entry) not in numbers])
    conversation.last_seq = placed[-1].seq
    conversation.event_count = len(placed)
    _describe(conversation, plan.new)


def _timed(entries: Sequence[Entry]) -> Iterable[tuple[datetime, Entry]]:
    """Entries with times that never fall, whatever a clock did: their order stays."""
    return zip(accumulate((entry.at for entry in entries), max), entries, strict=True)


def _insert_events(
    session: Session, conversation: Conversation, placed: Sequence[_Placed], position: int
) -> None:
    rows = [
        {
            "conversation_id": conversation.id,
            "position": number,
            "message_seq": one.heard,
            "type_name": one.entry.found.data["event"],
            "data": one.entry.found.data,
        }
        for number, one in enumerate(placed, position + 1)
    ]
    if rows:
        session.execute(insert(EVENTS), rows)


def _insert_messages(
    session: Session, conversation: Conversation, placed: Sequence[_Placed]
) -> None:
    empty: dict[str, Any] = dict.fromkeys(
        ("text", "payload", "state", "intent", "confidence", "understanding")
    )
    rows = [
        {
            **empty,
            "data": {},
            **one.entry.message,
            "conversation_id": conversation.id,
            "seq": one.seq,
            "reply_to": _reply_to(one),
            "created_at": one.entry.at,
        }
        for one in placed
        if one.entry.message is not None
    ]
    if rows:
        session.execute(insert(MESSAGES), rows)


def _reply_to(placed: _Placed) -> int | None:
    """The message that a message of the bot answers."""
    role = (placed.entry.message or {}).get("role")
    return placed.heard if role == "bot" and placed.heard else None


def _describe(conversation: Conversation, entries: Sequence[Entry]) -> None:
    """When something was said first and last, and how sure the bot was at worst."""
    times = [entry.at for entry in entries]
    conversation.created_at = min(conversation.created_at, *times)
    conversation.updated_at = max(conversation.updated_at, *times)
    sure = [(entry.message or {}).get("confidence") for entry in entries]
    sure.append(conversation.lowest_confidence)
    conversation.lowest_confidence = min((s for s in sure if s is not None), default=None)

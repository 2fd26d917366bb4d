"""The conversation service: a customer's message in, the bot's turn committed, or neither.

Every customer message is stored first (`pending`) and answered afterwards, in order, under the
conversation's lock. Whatever stops in between, the message is still pending and `recover` answers
it. A reply commits only while the bot still owns the conversation (`owner_epoch`): a human who
took over meanwhile is never talked over.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Counter, Histogram
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import AppError, BadInput, ChatTooLong, Unavailable
from app.live import Bell, Live
from app.models import Message, Photo
from app.noting import bot_data, describe, queue_for_a_human
from app.own_words import APOLOGY, worded
from app.reminders import kill
from app.trackers import Trackers
from app.transcript import (
    add_events,
    add_message,
    clean_text,
    locked_conversation,
    message_json,
)
from dialogue.agent import Agent, Turn, UserMessage
from dialogue.domain import LANGUAGE_SLOT
from dialogue.errors import LockUnavailable
from dialogue.store import ConversationLocks

_log = logging.getLogger(__name__)
_TURNS = Counter("frontdesk_turns_total", "Turns of the bot, by outcome", ["outcome"])
_TURN_SECONDS = Histogram("frontdesk_turn_seconds", "From taking up a message to its commit")

OVERDUE_AGE = timedelta(seconds=2)
MAX_METADATA = 2048  # bytes of JSON; it is kept with the message and with its events
# Of one conversation at the widget, the answers too. Elsewhere the sender's id lives for years.
MOST_MESSAGES = 2_000


@dataclass(frozen=True)
class Posted:
    """A stored customer message, and whether this call stored it."""

    message: dict[str, Any]
    created: bool
    seq: int


@dataclass(frozen=True)
class _Pending:
    """A customer message that waits for the bot, with the facts its turn starts from."""

    seq: int
    text: str
    sender: str
    channel: str
    epoch: int
    event_count: int
    customer_id: int | None
    metadata: Any
    photos: list[str]
    in_queue: bool


class Conversations:
    """Stores what customers say and has the bot answer it."""

    def __init__(
        self,
        database: Database,
        agent: Agent,
        trackers: Trackers,
        locks: ConversationLocks,
        live: Live,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._agent = agent
        self._trackers = trackers
        self._locks = locks
        self._live = live
        self._clock = clock

    def post(
        self,
        conversation_id: str,
        text: object,
        client_msg_id: str | None = None,
        payload: object = None,
        metadata: Any = None,
        *,
        input_channel: str | None = None,
        may_be_empty: bool = False,
        photo: Photo | None = None,
    ) -> Posted:
        """Store a customer's message. The same `client_msg_id` again returns the first row.

        `payload` is what a pressed button sends in place of its title; `metadata` any small JSON;
        `input_channel` the name that the bot hears in place of the conversation's channel; `photo`
        the row of a photograph, stored with the message. Raises BadInput, TextTooLong, ChatTooLong,
        NotFound or Unavailable; nothing is stored then.
        """
        check_metadata(metadata)
        cleaned = clean_text(text, may_be_empty=may_be_empty)
        sent = clean_text(payload, "payload") if payload is not None else None
        with self._database.write() as session:
            conversation = locked_conversation(session, conversation_id)
            if client_msg_id is not None:
                first = session.scalar(
                    select(Message).where(
                        Message.conversation_id == conversation_id,
                        Message.client_msg_id == client_msg_id,
                    )
                )
                if first is not None:
                    return Posted(message_json(first), False, first.seq)
            if conversation.channel == "widget" and conversation.last_seq >= MOST_MESSAGES:
                raise ChatTooLong("This chat has become very long. Please begin a new chat.")
            if conversation.status == "closed":
                conversation.status = "open"
            kill(session, conversation_id)
            human = conversation.owner == "human"
            channel = input_channel or conversation.channel
            data = {"metadata": metadata, "input_channel": input_channel}
            if photo is not None:
                session.add(photo)
                data["photo"] = {"key": photo.key, "width": photo.width, "height": photo.height}
            message = add_message(
                session,
                conversation,
                role="customer",
                text=cleaned,
                payload=sent,
                client_msg_id=client_msg_id,
                state="human" if human else "pending",
                data={key: value for key, value in data.items() if value},
                now=self._clock(),
            )
            if human:
                # The bot is silent, yet reads along: it must know what was said when it is back.
                heard = {
                    "event": "user",
                    "text": cleaned,
                    "timestamp": message.created_at.timestamp(),
                    "input_channel": channel,
                    "parse_data": {"text": cleaned, "intent": {}, "entities": []},
                }
                add_events(session, conversation, message.seq, [heard])
            posted = Posted(message_json(message), True, message.seq)
        self._live.ring(Bell(conversation_id))
        return posted

    def answer_pending(self, conversation_id: str) -> None:
        """Have the bot answer every waiting message of a conversation, in order.

        Returns quietly when the lock or the database cannot be had: the messages stay pending.
        """
        try:
            with self._locks.hold(conversation_id):
                while (pending := self._next_pending(conversation_id)) is not None:
                    self._live.ring(Bell(conversation_id, "typing", {"role": "bot", "on": True}))
                    with _TURN_SECONDS.time():
                        self._take_turn(conversation_id, pending)
        except (LockUnavailable, Unavailable) as error:
            _TURNS.labels("postponed").inc()
            _log.warning("a turn of %s is postponed: %s", conversation_id, error)

    def replies_to(self, conversation_id: str, seq: int) -> list[dict[str, Any]]:
        """What the bot answered to message `seq`, in order."""
        with self._database.read() as session:
            rows = session.scalars(
                select(Message)
                .where(Message.conversation_id == conversation_id, Message.reply_to == seq)
                .order_by(Message.seq)
            )
            return [message_json(row) for row in rows]

    def catch_up(self) -> None:
        """Answer messages that wait since a crash, a restart, or while Redis was away."""
        for conversation_id in self.overdue(OVERDUE_AGE):
            self.answer_pending(conversation_id)

    def overdue(self, age: timedelta, limit: int = 100) -> list[str]:
        """Conversations with a message that has waited longer than `age` for the bot."""
        with self._database.read() as session:
            rows = session.scalars(
                select(Message.conversation_id)
                .where(Message.state == "pending", Message.created_at < self._clock() - age)
                .distinct()
                .limit(limit)
            )
            return list(rows)

    def _next_pending(self, conversation_id: str) -> _Pending | None:
        with self._database.read() as session:
            row = session.scalar(
                select(Message)
                .where(Message.conversation_id == conversation_id, Message.state == "pending")
                .order_by(Message.seq)
                .limit(1)
            )
            if row is None:
                return None
            conversation = row.conversation
            expires = conversation.identity_expires_at
            identified = expires is not None and expires > self._clock()
            return _Pending(
                seq=row.seq,
                text=row.payload or row.text or "",
                sender=conversation.external_id or conversation.id,
                channel=(row.data or {}).get("input_channel") or conversation.channel,
                epoch=conversation.owner_epoch,
                event_count=conversation.event_count,
                customer_id=conversation.customer_id if identified else None,
                metadata=(row.data or {}).get("metadata") or {},
                photos=list(session.scalars(_photos_until(row))),
                in_queue=conversation.status == "waiting",
            )

    def _take_turn(self, conversation_id: str, pending: _Pending) -> None:
        tracker = self._trackers.load(conversation_id, pending.sender, pending.event_count)
        message = UserMessage(
            text=pending.text,
            sender_id=pending.sender,
            message_id=f"{conversation_id}-{pending.seq}",
            input_channel=pending.channel,
            metadata=pending.metadata,
        )
        vouched = {
            "customer_id": pending.customer_id,
            "photos": pending.photos,
            "in_queue": pending.in_queue or None,
        }
        try:
            turn = self._agent.respond(tracker, message, trusted_slots=vouched)
            position = self._commit(conversation_id, pending, turn)
        except AppError:
            raise
        except Exception:  # of the commit too: what cannot be stored now never can
            _log.exception("the bot failed on message %s of %s", pending.seq, conversation_id)
            _TURNS.labels("failed").inc()
            self._apologise(conversation_id, pending, tracker.slots.get(LANGUAGE_SLOT))
            return
        for problem in turn.problems:
            _log.error("turn %s of %s: %s", pending.seq, conversation_id, problem)
        if position is not None:
            self._trackers.keep(conversation_id, tracker, position)
        self._live.ring(Bell(conversation_id, "typing", {"role": "bot", "on": False}))
        self._live.ring(Bell(conversation_id))

    def _commit(self, conversation_id: str, pending: _Pending, turn: Turn) -> int | None:
        """Write the turn, all or nothing. None when the bot no longer owns the conversation."""
        now = self._clock()
        with self._database.write() as session:
            conversation = locked_conversation(session, conversation_id)
            row = _customer_message(session, conversation_id, pending.seq)
            if turn.problems:
                row.data = {**(row.data or {}), "problems": list(turn.problems)}
            if turn.understanding is not None:
                describe(conversation, row, turn.understanding)
            events = [event.to_json() for event in turn.events]
            if conversation.owner != "bot" or conversation.owner_epoch != pending.epoch:
                # What was done stays on record; what would have been said is withheld.
                row.state = "human"
                done = [event for event in events if event["event"] != "bot"]
                add_events(session, conversation, pending.seq, done)
                _TURNS.labels("withheld").inc()
                return None
            row.state = "answered"
            position = add_events(session, conversation, pending.seq, events)
            for said in turn.messages:
                add_message(
                    session,
                    conversation,
                    role="bot",
                    text=said.text,
                    data=bot_data(said),
                    reply_to=pending.seq,
                    now=now,
                )
                queue_for_a_human(conversation, said, now)
        _TURNS.labels("answered").inc()
        return position

    def _apologise(self, conversation_id: str, pending: _Pending, language: str | None) -> None:
        """An honest answer and a place in the queue, instead of a turn that fails for ever."""
        now = self._clock()
        with self._database.write() as session:
            conversation = locked_conversation(session, conversation_id)
            row = _customer_message(session, conversation_id, pending.seq)
            row.state = "human"
            if conversation.owner == "bot":
                add_message(
                    session,
                    conversation,
                    role="bot",
                    text=worded(APOLOGY, language or conversation.language),
                    reply_to=pending.seq,
                    now=now,
                )
                conversation.status = "waiting"
                conversation.waiting_since = now
                conversation.handoff_reason = "The bot failed on a message."
        self._live.ring(Bell(conversation_id, "typing", {"role": "bot", "on": False}))
        self._live.ring(Bell(conversation_id))


def check_metadata(metadata: Any) -> None:
    """Raise BadInput for more than `MAX_METADATA` bytes, or a number that JSON does not have."""
    try:
        written = json.dumps(metadata, allow_nan=False, ensure_ascii=False)
    except ValueError as error:
        raise BadInput("'metadata' has a number that is none.") from error
    if len(written.encode(errors="surrogatepass")) > MAX_METADATA:
        raise BadInput(f"'metadata' has more than {MAX_METADATA} bytes of JSON.")


def _photos_until(row: Message) -> Select[str]:
    """The photographs that the customer had sent when they sent `row`, oldest first."""
    sent = Photo.conversation_id == row.conversation_id, Photo.created_at <= row.created_at
    return select(Photo.key).where(*sent).order_by(Photo.created_at, Photo.key)


def _customer_message(session: Session, conversation_id: str, seq: int) -> Message:
    return session.scalars(
        select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq)
    ).one()

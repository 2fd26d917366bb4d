"""What reaches a conversation from outside: reminders, other programs, people who set it right.

Each call holds the conversation's lock and is one transaction: the events, the messages that they
are, and the reminders that they make, or none of it. While a human has the conversation the bot
takes no turn here: a trigger is refused, and a reminder lapses.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client import Counter
from sqlalchemy import delete

from app.audit import record
from app.database import Database
from app.entries import enter, said_before
from app.errors import NotFound, NotTheOwner, Unavailable
from app.live import Bell, Live
from app.models import Conversation, Event, Reminder
from app.reminders import due, take
from app.trackers import Trackers
from app.transcript import clean_text, locked_conversation
from dialogue.agent import Agent, BotMessage, Turn, UserMessage
from dialogue.errors import LockUnavailable
from dialogue.event_fields import read_entities
from dialogue.events import BotUttered
from dialogue.events import Event as DialogueEvent
from dialogue.policies.prediction import Prediction
from dialogue.store import ConversationLocks
from dialogue.tracker import Tracker
from nlu.types import Entity, Understanding

_log = logging.getLogger(__name__)
REMINDERS_AT_ONCE = 8
_REMINDERS = Counter("frontdesk_reminders_total", "Reminders, by outcome", ["outcome"])


@dataclass(frozen=True)
class Happened:
    """A conversation after something happened to it, and what the bot said meanwhile.

    `channel` is the conversation's own, whose customer reads what was said if it delivers.
    """

    tracker: Tracker
    channel: str
    said: tuple[BotMessage, ...] = ()


@dataclass(frozen=True)
class _Facts:
    """What a call starts from."""

    sender: str
    channel: str
    owner: str
    epoch: int
    event_count: int
    customer_id: int | None

    @property
    def trusted(self) -> dict[str, Any]:
        return {"customer_id": self.customer_id}


Take = Callable[[Tracker, _Facts], Turn]


class External:
    """Lets things happen in conversations that no message of the customer led to.

    Every method raises NotFound for an unknown conversation, and Unavailable when the lock, the
    tracker store or the database cannot be had; nothing has happened then.
    """

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

    def tracker(self, conversation_id: str) -> Tracker:
        """The conversation as it stands; one in which nothing has happened begins a session."""
        facts = self._facts(conversation_id)
        if facts.event_count:
            return self._trackers.folded(conversation_id, facts.sender)

        def begin(tracker: Tracker, facts: _Facts) -> Turn:
            if tracker.events:  # somebody was quicker
                return Turn((), (), None, ())
            return self._agent.start_session(tracker, facts.channel)

        return self._happen(conversation_id, begin).tracker

    def trigger(
        self,
        conversation_id: str,
        intent: str,
        entities: tuple[Entity, ...] = (),
        channel: str | None = None,
    ) -> Happened:
        """Have the bot act on an intent that nobody wrote.

        Raises NoSuchName, and NotTheOwner while a human has the conversation.
        """

        def turn(tracker: Tracker, facts: _Facts) -> Turn:
            _bots_own(facts)
            by = channel or facts.channel
            return self._agent.trigger(tracker, intent, entities, by, facts.trusted)

        return self._happen(conversation_id, turn)

    def log_message(
        self,
        conversation_id: str,
        text: str,
        parsed: Understanding | None = None,
        channel: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Happened:
        """Store a message of the customer, which the bot hears and does not answer.

        Raises BadInput and TextTooLong.
        """
        cleaned = clean_text(text)

        def turn(tracker: Tracker, facts: _Facts) -> Turn:
            message = UserMessage(
                text=cleaned,
                sender_id=facts.sender,
                message_id=f"{conversation_id}-logged-{facts.event_count}",
                input_channel=channel or facts.channel,
                metadata=metadata or {},
            )
            return self._agent.log_message(tracker, message, parsed, facts.trusted)

        return self._happen(conversation_id, turn)

    def predict(self, conversation_id: str) -> tuple[Tracker, Prediction]:
        """What the bot would do next."""
        facts = self._facts(conversation_id)
        tracker = self._trackers.folded(conversation_id, facts.sender)
        return tracker, self._agent.predict(tracker)

    def execute(
        self,
        conversation_id: str,
        name: str,
        channel: str | None = None,
        policy: str | None = None,
        confidence: float | None = None,
    ) -> Happened:
        """Run one action. Raises NoSuchName, and NotTheOwner while a human has it."""

        def turn(tracker: Tracker, facts: _Facts) -> Turn:
            _bots_own(facts)
            by = channel or facts.channel
            return self._agent.execute(tracker, name, by, policy, confidence, facts.trusted)

        return self._happen(conversation_id, turn)

    def append(
        self, conversation_id: str, events: Sequence[DialogueEvent], side_effects: bool = False
    ) -> Happened:
        """Let these events happen; with `side_effects` their reminders are made and cancelled.

        Messages among them stand in the transcript, whoever is the owner.
        """

        def turn(tracker: Tracker, facts: _Facts) -> Turn:
            return self._agent.append(tracker, events, facts.channel)

        return self._happen(conversation_id, turn, side_effects=side_effects, talks_over=True)

    def replace(self, conversation_id: str, events: Sequence[DialogueEvent], by: str) -> Happened:
        """Put these events in place of all that had happened; on the record as done `by` whom.

        What was said stays in the transcript. Messages among the events that were not said before
        are added to it.
        """
        with self._held(conversation_id):
            facts = self._facts(conversation_id)
            self._trackers.forget(conversation_id)
            tracker = self._agent.tracker_of(facts.sender, [])
            turn = self._agent.append(tracker, events, facts.channel, with_session=False)
            with self._database.write() as session:
                conversation = locked_conversation(session, conversation_id)
                said = said_before(session, conversation_id)
                session.execute(delete(Event).where(Event.conversation_id == conversation_id))
                conversation.event_count = 0
                session.flush()
                position = enter(
                    session, conversation, turn.events, self._clock(), said=said, side_effects=False
                )
                record(session, self._clock(), by, "replace_events", conversation_id)
            self._trackers.keep(conversation_id, tracker, position)
        self._live.ring(Bell(conversation_id))
        return Happened(tracker, facts.channel, turn.messages)

    def fire_due(self) -> None:
        """Let every reminder go off whose moment has come; a slow action holds up few others."""
        with self._database.read() as session:
            waiting = due(session, self._clock())
        if not waiting:
            return
        with ThreadPoolExecutor(REMINDERS_AT_ONCE, "reminder") as pool:
            list(pool.map(self._remind_or_wait, waiting))

    def _remind_or_wait(self, waiting: tuple[int, str]) -> None:
        number, conversation_id = waiting
        try:
            self.remind(number, conversation_id)
        except Unavailable as error:
            _log.warning("a reminder of %s waits: %s", conversation_id, error)

    def remind(self, number: int, conversation_id: str) -> None:
        """Let a reminder go off, if it still stands: once, whoever else tries.

        One that fails is dropped and named in the log, or it would fail for ever.
        """
        try:
            self._happen(conversation_id, lambda t, f: self._reminded(number, t, f), number)
            outcome = "fired"
        except _Gone:
            return
        except Unavailable:
            raise  # nothing has happened: it is tried again
        except NotTheOwner:
            outcome = "lapsed"
        except Exception:
            _log.exception("the reminder %d of %s failed", number, conversation_id)
            outcome = "failed"
        _REMINDERS.labels(outcome).inc()
        if outcome != "fired":
            with self._database.write() as session:
                take(session, number)

    def _reminded(self, number: int, tracker: Tracker, facts: _Facts) -> Turn:
        with self._database.read() as session:
            reminder = session.get(Reminder, number)
        if reminder is None:
            raise _Gone
        _bots_own(facts)
        entities = read_entities(reminder.entities)
        by = tracker.latest_input_channel or facts.channel
        return self._agent.trigger(tracker, reminder.intent, entities, by, facts.trusted)

    def _happen(
        self,
        conversation_id: str,
        take_turn: Take,
        reminder: int | None = None,
        side_effects: bool = True,
        talks_over: bool = False,
    ) -> Happened:
        """Have it happen. With `talks_over`, also while a human takes over."""
        with self._held(conversation_id):
            facts = self._facts(conversation_id)
            tracker = self._load(conversation_id, facts)
            turn = take_turn(tracker, facts)
            for problem in turn.problems:
                _log.error("an event from outside of %s: %s", conversation_id, problem)
            with self._database.write() as session:
                conversation = locked_conversation(session, conversation_id)
                if reminder is not None and not take(session, reminder):
                    raise _Gone
                events = turn.events
                withheld = conversation.owner_epoch != facts.epoch and not talks_over
                if withheld:
                    events = tuple(e for e in events if not isinstance(e, BotUttered))
                position = enter(
                    session, conversation, events, self._clock(), side_effects=side_effects
                )
            if not withheld:
                self._trackers.keep(conversation_id, tracker, position)
        self._live.ring(Bell(conversation_id))
        return Happened(tracker, facts.channel, () if withheld else turn.messages)

    def _facts(self, conversation_id: str) -> _Facts:
        with self._database.read() as session:
            conversation = session.get(Conversation, conversation_id)
            if conversation is None:
                raise NotFound("There is no such conversation.")
            expires = conversation.identity_expires_at
            identified = expires is not None and expires > self._clock()
            return _Facts(
                sender=conversation.external_id or conversation.id,
                channel=conversation.channel,
                owner=conversation.owner,
                epoch=conversation.owner_epoch,
                event_count=conversation.event_count,
                customer_id=conversation.customer_id if identified else None,
            )

    def _load(self, conversation_id: str, facts: _Facts) -> Tracker:
        return self._trackers.load(conversation_id, facts.sender, facts.event_count)

    @contextmanager
    def _held(self, conversation_id: str) -> Iterator[None]:
        try:
            with self._locks.hold(conversation_id):
                yield
        except LockUnavailable as error:
            raise Unavailable("The conversation is busy. Please try again.") from error


class _Gone(Exception):
    """The reminder has gone off already, or was taken back."""


def _bots_own(facts: _Facts) -> None:
    if facts.owner != "bot":
        raise NotTheOwner("A human has this conversation: the bot is silent.")

"""The agent's side of a conversation: take it over, speak, hand it back, close it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.audit import record
from app.database import Database
from app.errors import NotTheOwner
from app.live import Bell, Live
from app.models import Conversation, Message, Staff
from app.own_words import HANDED_BACK, JOINED, worded
from app.transcript import add_events, add_message, clean_text, locked_conversation


class Handover:
    """Moves a conversation between the bot and a human. Each move raises `owner_epoch`."""

    def __init__(self, database: Database, live: Live, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._live = live
        self._clock = clock

    def take_over(self, conversation_id: str, staff: Staff) -> None:
        """From now on `staff` speaks and the bot does not, not even to finish its sentence.

        Taking over from a colleague is allowed and recorded. Raises NotFound.
        """
        now = self._clock()
        with self._database.write() as session:
            conversation = locked_conversation(session, conversation_id)
            if conversation.owner == "human" and conversation.staff_id == staff.id:
                return
            conversation.owner = "human"
            conversation.owner_epoch += 1
            conversation.staff_id = staff.id
            conversation.status = "open"
            conversation.waiting_since = None
            joined = worded(JOINED, conversation.language).format(name=staff.name)
            self._say_system(session, conversation, joined, now)
            record(session, now, staff.username, "take_over", conversation_id)
        self._tell_owner(conversation_id, "human", staff.name)

    def say(
        self, conversation_id: str, staff: Staff, text: object, client_msg_id: str | None = None
    ) -> None:
        """Speak to the customer. Raises NotTheOwner unless `staff` has taken over."""
        cleaned, now = clean_text(text), self._clock()
        with self._database.write() as session:
            conversation = locked_conversation(session, conversation_id)
            if conversation.owner != "human" or conversation.staff_id != staff.id:
                raise NotTheOwner("Take the conversation over before you answer.")
            if client_msg_id is not None and _said_already(session, conversation_id, client_msg_id):
                return
            message = add_message(
                session,
                conversation,
                role="agent",
                text=cleaned,
                staff_id=staff.id,
                client_msg_id=client_msg_id,
                data={"agent_name": staff.name},
                now=now,
            )
            spoken = {"event": "agent", "text": cleaned, "data": {}, "timestamp": now.timestamp()}
            add_events(session, conversation, message.seq, [spoken])
        self._live.ring(Bell(conversation_id, "typing", {"role": "agent", "on": False}))
        self._live.ring(Bell(conversation_id))

    def typing(self, conversation_id: str, on: bool) -> None:
        """Show the customer that the agent writes, or has stopped."""
        self._live.ring(Bell(conversation_id, "typing", {"role": "agent", "on": on}))

    def hand_back(self, conversation_id: str, staff: Staff) -> None:
        """Let the bot speak again, with any half-filled form put away. Raises NotTheOwner."""
        now = self._clock()
        with self._database.write() as session:
            conversation = locked_conversation(session, conversation_id)
            if conversation.owner != "human":
                raise NotTheOwner("The bot has this conversation already.")
            conversation.owner = "bot"
            conversation.owner_epoch += 1
            conversation.staff_id = None
            at = now.timestamp()
            put_away: list[dict[str, Any]] = [
                {"event": "active_loop", "name": None, "timestamp": at},
                {"event": "slot", "name": "requested_slot", "value": None, "timestamp": at},
                {"event": "action", "name": "action_listen", "timestamp": at},
            ]
            text = worded(HANDED_BACK, conversation.language)
            message_seq = self._say_system(session, conversation, text, now)
            add_events(session, conversation, message_seq, put_away)
            record(session, now, staff.username, "hand_back", conversation_id)
        self._tell_owner(conversation_id, "bot", None)

    def close(self, conversation_id: str, staff: Staff) -> None:
        """Mark a conversation as dealt with. A new message of the customer opens it again."""
        now = self._clock()
        with self._database.write() as session:
            conversation = locked_conversation(session, conversation_id)
            conversation.status = "closed"
            conversation.waiting_since = None
            conversation.sentiment = conversation.urgency = None
            if conversation.owner == "human":
                conversation.owner = "bot"
                conversation.owner_epoch += 1
                conversation.staff_id = None
            record(session, now, staff.username, "close", conversation_id)
        self._tell_owner(conversation_id, "bot", None)

    def _say_system(
        self, session: Session, conversation: Conversation, text: str, now: datetime
    ) -> int:
        return add_message(session, conversation, role="system", text=text, now=now).seq

    def _tell_owner(self, conversation_id: str, owner: str, agent_name: str | None) -> None:
        data = {"owner": owner, "agent_name": agent_name}
        self._live.ring(Bell(conversation_id, "owner", data))
        self._live.ring(Bell(conversation_id))


def _said_already(session: Session, conversation_id: str, client_msg_id: str) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    Message.conversation_id == conversation_id,
                    Message.client_msg_id == client_msg_id,
                )
            )
        )
    )

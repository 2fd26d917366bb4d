"""Which conversation an id of the HTTP API means: one of ours, or a sender's of a channel."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.database import Database
from app.errors import BadInput, NotFound
from app.models import Conversation
from app.rasa_api.access import Caller
from app.sessions import Sessions

MAX_ID = 255
CHANNEL = "rest"  # of conversations that this door makes
_ODD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Senders:
    """Finds conversations, and makes those that nobody has seen yet."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    def find(self, asked: str, caller: Caller) -> str | None:
        """Our id of a conversation, or None.

        The administrator asks by our id or by a sender, whose liveliest conversation counts. A
        user is found as a sender only: that a name happens to be an id of ours opens nothing.
        Raises BadInput for what can be neither.
        """
        if not asked or len(asked) > MAX_ID or _ODD.search(asked):
            raise BadInput(f"A conversation's id has 1 to {MAX_ID} printable characters.")
        with self._database.read() as session:
            if caller.is_admin and session.get(Conversation, asked) is not None:
                return asked
            return session.scalar(
                select(Conversation.id)
                .where(Conversation.external_id == asked)
                .order_by(Conversation.updated_at.desc(), Conversation.id)
                .limit(1)
            )

    def known(self, asked: str, caller: Caller) -> str:
        """The same. Raises NotFound."""
        found = self.find(asked, caller)
        if found is None:
            raise NotFound("There is no such conversation.")
        return found

    def made(self, asked: str, caller: Caller) -> str:
        """The same; a sender that nobody has seen begins a conversation."""
        return self.find(asked, caller) or self._sessions.by_sender(CHANNEL, asked)

"""Tickets at the desk: what customers complained of, closed with a word that they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.audit import record
from app.database import Database
from app.errors import NotFound, NotTheOwner, Unavailable
from app.external import External
from app.models import Conversation, Staff
from app.told_later import NOTICE, conversation_of, conversation_to_tell
from app.transcript import clean_text
from dialogue.orders.tickets import TicketNotFound, Tickets, TicketView
from nlu.types import Entity


@dataclass(frozen=True)
class DeskTicket:
    """A ticket, and the conversation that it comes from, if that still goes on."""

    ticket: TicketView
    conversation_id: str | None


class TicketDesk:
    """Lists and closes tickets; who closes one has the bot tell its customer."""

    def __init__(
        self,
        database: Database,
        external: External,
        tickets: Tickets,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._external = external
        self._tickets = tickets
        self._clock = clock

    def listed(self, state: str) -> list[DeskTicket]:
        """The tickets in a state: the oldest open, or the latest closed, first."""
        found = self._tickets.listed(state)
        with self._database.read() as session:
            return [DeskTicket(one, conversation_of(session, one.listener)) for one in found]

    def of(self, conversation: Conversation) -> list[TicketView]:
        """The tickets of one conversation."""
        sender = conversation.external_id or conversation.id
        return list(self._tickets.of_conversation(sender, conversation.channel))

    def close(self, number: str, answer: object, staff: Staff) -> bool:
        """Close a ticket; whether its customer was told. Raises NotFound, BadInput, TextTooLong.

        Nothing happens to one that is closed already. While a person has the conversation the
        bot says nothing there.
        """
        words = clean_text(answer or "", "answer", may_be_empty=True)
        try:
            if not self._tickets.close(number, words, staff.name):
                return True
            ticket = self._tickets.shown(number)
        except TicketNotFound as error:
            raise NotFound("There is no such ticket.") from error
        with self._database.write() as session:
            record(session, self._clock(), staff.username, "close_ticket", ticket.number)
            conversation_id = conversation_to_tell(session, ticket.listener, ticket.customer_id)
        return conversation_id is not None and self._told(conversation_id, ticket)

    def _told(self, conversation_id: str, ticket: TicketView) -> bool:
        closed = (ticket.closed_at or self._clock()).date().isoformat()
        news = {"kind": "ticket", "ticket": ticket.number, "closed": closed}
        entity = Entity("notice", {**news, "answer": ticket.answer or ""}, 0, 0)
        try:
            return bool(self._external.trigger(conversation_id, NOTICE, (entity,)).said)
        except (NotFound, NotTheOwner, Unavailable):
            return False

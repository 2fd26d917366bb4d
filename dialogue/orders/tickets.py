"""Complaints and problems as tickets: customers know theirs by a number, people close them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, Engine, func, or_, select
from sqlalchemy.orm import Session

from dialogue.orders import rules
from dialogue.orders.database import reading, writing
from dialogue.orders.errors import OrderError
from dialogue.orders.models import Order
from dialogue.orders.protocol import utc_now
from dialogue.orders.service_models import Ticket
from dialogue.orders.subscriptions import Listener
from dialogue.orders.views import Viewer

FIRST_NUMBER = 20_000
COMPLAINT = "complaint"
LONGEST = 4_000
SAME_MATTER = timedelta(days=1)  # more that is complained of within it belongs to the same ticket
PAGE = 50
_NUMBER = re.compile(r"(?<![\w-])(?:T[-–\s]?)?([1-9]\d{4,8})(?![\w-])", re.IGNORECASE)
_WRITTEN = re.compile(r"(?<![\w-])T[-–\s]?([1-9]\d{4,8})(?![\w-])", re.IGNORECASE)


class TicketNotFound(OrderError):
    """No such ticket, or not this customer's: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket, to its customer or at the desk."""

    number: str
    kind: str
    text: str
    order: str | None
    customer_id: int | None
    listener: Listener
    state: str
    answer: str | None
    closed_by: str | None
    created_at: datetime
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether people still work on it."""
        return self.state == "open"


class Tickets(Protocol):
    """What the actions and the desk need of tickets; several threads call it at once."""

    def file(
        self,
        viewer: Viewer,
        listener: Listener,
        kind: str,
        text: str,
        order: str | None = None,
        reference: str | None = None,
    ) -> TicketView:
        """Make a ticket. A complaint goes on in the one that the conversation has from today.

        `order` is kept if it is the viewer's; the same `reference` again is the same ticket.
        """
        ...

    def add(
        self,
        viewer: Viewer,
        listener: Listener,
        kind: str,
        text: str,
        order: str,
        reference: str,
    ) -> TicketView | None:
        """Add to the ticket of a problem; None if the words stand there already.

        Where there is no ticket, or it was closed, they make one.
        """
        ...

    def note(self, viewer: Viewer, listener: Listener, number: str, text: str) -> TicketView | None:
        """Add to an open ticket of this conversation or customer.

        None where nothing can be added: it was closed, or is full. Raises TicketNotFound.
        """
        ...

    def ticket(self, viewer: Viewer, listener: Listener, number: str) -> TicketView:
        """One ticket of this conversation or customer. Raises TicketNotFound."""
        ...

    def mine(self, viewer: Viewer, listener: Listener) -> tuple[TicketView, ...]:
        """Those of this conversation or customer, the newest first, five at most."""
        ...

    def number_of(self, reference: str) -> str | None:
        """The number of the ticket about a problem."""
        ...

    def listed(self, state: str = "open") -> Sequence[TicketView]:
        """For the desk: the tickets in a state, the oldest open or the latest closed first."""
        ...

    def of_conversation(self, sender: str, channel: str) -> Sequence[TicketView]:
        """For the desk: the tickets of one conversation."""
        ...

    def shown(self, number: str) -> TicketView:
        """For the desk: any ticket. Raises TicketNotFound."""
        ...

    def close(self, number: str, answer: str, by: str) -> bool:
        """For the desk: it is dealt with; False when it was already. Raises TicketNotFound."""
        ...


class SqlTickets:
    """`Tickets` over the order database."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def file(
        self,
        viewer: Viewer,
        listener: Listener,
        kind: str,
        text: str,
        order: str | None = None,
        reference: str | None = None,
    ) -> TicketView:
        """See `Tickets.file`."""
        with writing(self._engine) as session:
            earlier = self._going_on(session, listener, kind, reference)
            if earlier is not None:
                if reference is None:
                    earlier.text = f"{earlier.text}\n{text}"[:LONGEST]
                earlier.order_id = earlier.order_id or _order_id(session, viewer, order)
                session.flush()
                return _view(earlier)
            row = Ticket(
                kind=kind,
                text=text[:LONGEST],
                order_id=_order_id(session, viewer, order),
                customer_id=viewer.customer_id,
                sender=listener.sender,
                channel=listener.channel,
                reference=reference,
                state="open",
                created_at=self._clock(),
            )
            session.add(row)
            session.flush()
            return _view(row)

    def add(
        self,
        viewer: Viewer,
        listener: Listener,
        kind: str,
        text: str,
        order: str,
        reference: str,
    ) -> TicketView | None:
        """See `Tickets.add`."""
        with writing(self._engine) as session:
            row = session.scalar(select(Ticket).where(Ticket.reference == reference))
            if row is not None and text in row.text:
                return None
            if row is not None and row.state == "open":
                row.text = f"{row.text}\n{text}"[:LONGEST]
                session.flush()
                return _view(row)
        return self.file(viewer, listener, kind, text, order, None if row else reference)

    def note(self, viewer: Viewer, listener: Listener, number: str, text: str) -> TicketView | None:
        """See `Tickets.note`."""
        query = select(Ticket).where(Ticket.id == _row(number), _own(viewer, listener))
        with writing(self._engine) as session:
            row = session.scalar(query.with_for_update())
            if row is None:
                raise TicketNotFound
            if row.state != "open" or len(row.text) + len(text) >= LONGEST:
                return None
            row.text = f"{row.text}\n{text}"
            session.flush()
            return _view(row)

    def ticket(self, viewer: Viewer, listener: Listener, number: str) -> TicketView:
        """See `Tickets.ticket`."""
        query = select(Ticket).where(Ticket.id == _row(number), _own(viewer, listener))
        with reading(self._engine) as session:
            row = session.scalar(query)
            if row is None:
                raise TicketNotFound
            return _view(row)

    def mine(self, viewer: Viewer, listener: Listener) -> tuple[TicketView, ...]:
        """See `Tickets.mine`."""
        query = select(Ticket).where(_own(viewer, listener)).order_by(Ticket.id.desc()).limit(5)
        with reading(self._engine) as session:
            return tuple(_view(row) for row in session.scalars(query))

    def number_of(self, reference: str) -> str | None:
        """See `Tickets.number_of`."""
        with reading(self._engine) as session:
            row = session.scalar(select(Ticket.id).where(Ticket.reference == reference))
        return None if row is None else _number(row)

    def listed(self, state: str = "open") -> Sequence[TicketView]:
        """See `Tickets.listed`."""
        newest = Ticket.closed_at.desc() if state == "closed" else Ticket.id
        query = select(Ticket).where(Ticket.state == state).order_by(newest, Ticket.id).limit(PAGE)
        with reading(self._engine) as session:
            return [_view(row) for row in session.scalars(query)]

    def of_conversation(self, sender: str, channel: str) -> Sequence[TicketView]:
        """See `Tickets.of_conversation`."""
        query = select(Ticket).where(Ticket.sender == sender, Ticket.channel == channel)
        with reading(self._engine) as session:
            return [_view(row) for row in session.scalars(query.order_by(Ticket.id).limit(PAGE))]

    def shown(self, number: str) -> TicketView:
        """See `Tickets.shown`."""
        with reading(self._engine) as session:
            row = session.get(Ticket, _row(number))
            if row is None:
                raise TicketNotFound
            return _view(row)

    def close(self, number: str, answer: str, by: str) -> bool:
        """See `Tickets.close`."""
        with writing(self._engine) as session:
            row = session.get(Ticket, _row(number), with_for_update=True)
            if row is None:
                raise TicketNotFound
            if row.state == "closed":
                return False
            row.state, row.answer, row.closed_by = "closed", answer[:LONGEST] or None, by[:120]
            row.closed_at = self._clock()
            return True

    def _going_on(
        self, session: Session, listener: Listener, kind: str, reference: str | None
    ) -> Ticket | None:
        if reference is not None:
            return session.scalar(select(Ticket).where(Ticket.reference == reference))
        query = select(Ticket).where(
            Ticket.sender == listener.sender,
            Ticket.channel == listener.channel,
            Ticket.kind == kind,
            Ticket.state == "open",
            Ticket.reference.is_(None),
            Ticket.created_at > self._clock() - SAME_MATTER,
        )
        return session.scalar(query.order_by(Ticket.id.desc()).limit(1))


def ticket_number_in(text: str, *, bare: bool = False) -> str | None:
    """The first ticket's number in a text, as ``T-20417``; with `bare` also without its letter."""
    found = _WRITTEN.search(text) or (_NUMBER.search(text) if bare else None)
    return f"T-{found[1]}" if found else None


def _number(row: int) -> str:
    return f"T-{FIRST_NUMBER + row}"


def _row(number: str) -> int:
    """The row of a number; -1, which none has, for anything else."""
    found = _WRITTEN.fullmatch(number.strip())
    return int(found[1]) - FIRST_NUMBER if found else -1


def _own(viewer: Viewer, listener: Listener) -> ColumnElement[bool]:
    """Of this conversation, or of the signed-in customer: part of every query."""
    here = (Ticket.sender == listener.sender) & (Ticket.channel == listener.channel)
    if viewer.customer_id is None:
        return here
    return or_(Ticket.customer_id == viewer.customer_id, here & Ticket.customer_id.is_(None))


def _order_id(session: Session, viewer: Viewer, number: str | None) -> int | None:
    wanted = int(rules.order_number(number or "") or -1)
    proven = [int(rules.order_number(text) or -1) for text in viewer.proven_orders]
    return session.scalar(
        select(func.max(Order.id)).where(
            Order.number == wanted,
            or_(Order.customer_id == viewer.customer_id, Order.number.in_(proven)),
        )
    )


def _view(row: Ticket) -> TicketView:
    return TicketView(
        number=_number(row.id),
        kind=row.kind,
        text=row.text,
        order=str(row.order.number) if row.order else None,
        customer_id=row.customer_id,
        listener=Listener(row.sender, row.channel),
        state=row.state,
        answer=row.answer,
        closed_by=row.closed_by,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )

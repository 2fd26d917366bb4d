"""What people say the bot should have understood: kept with who and when, never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.audit import record
from app.database import Database
from app.errors import BadInput, NotFound
from app.live import Bell, Live
from app.models import Label, Message, Staff
from dialogue.domain import ALWAYS_INTENTS
from nlu.redact import redact
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT

KINDS = ("confirm", "correct", "out_of_scope")


@dataclass(frozen=True)
class LabelledText:
    """A redacted customer text and the intent a person gave it."""

    label_id: int
    text: str
    intent: str
    kind: str
    predicted: str | None
    by: str
    at: datetime


class Labels:
    """Takes labels at the desk and hands them to training."""

    def __init__(
        self,
        database: Database,
        live: Live,
        intents: Iterable[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._live = live
        self.intents = tuple(sorted(set(intents) - set(ALWAYS_INTENTS)))
        self._clock = clock

    def add(self, message_id: int, kind: str, intent: str | None, staff: Staff) -> Label:
        """Label a customer's message: confirm, correct to `intent`, or out_of_scope.

        Raises NotFound, or BadInput for a wrong kind, an unknown intent, or a message that is
        not a customer's or was not understood yet.
        """
        if kind not in KINDS:
            raise BadInput(f"'kind' must be one of {', '.join(KINDS)}.")
        now = self._clock()
        with self._database.write() as session:
            message = session.get(Message, message_id)
            if message is None:
                raise NotFound("There is no such message.")
            if message.role != "customer":
                raise BadInput("Only a customer's message can be labelled.")
            if message.payload is not None:  # the bot went by it, and not by the text
                raise BadInput("A pressed button says what it means: it is not labelled.")
            label = Label(
                message_id=message.id,
                kind=kind,
                intent=self._meant(kind, intent, message),
                predicted=message.intent,
                staff_id=staff.id,
                created_at=now,
            )
            session.add(label)
            record(session, now, staff.username, "label", str(message.id), intent=label.intent)
            conversation_id = message.conversation_id
        self._live.ring(Bell(conversation_id, "label", {"message_seq": message.seq}))
        return label

    def collect(self) -> list[LabelledText]:
        """The newest label of every labelled message, redacted, oldest first."""
        newest = select(func.max(Label.id)).group_by(Label.message_id)
        with self._database.read() as session:
            rows = session.execute(
                select(Label, Message.text, Staff.username)
                .join(Message, Label.message_id == Message.id)
                .join(Staff, Label.staff_id == Staff.id)
                .where(Label.id.in_(newest))
                .order_by(Label.id)
            ).all()
        return [
            LabelledText(
                label.id,
                redact(text or ""),
                label.intent,
                label.kind,
                label.predicted,
                username,
                label.created_at,
            )
            for label, text, username in rows
        ]

    def _meant(self, kind: str, intent: str | None, message: Message) -> str:
        if kind == "out_of_scope":
            return OUT_OF_SCOPE_INTENT
        if kind == "confirm":
            if message.intent is None or message.intent == FALLBACK_INTENT:
                raise BadInput("The bot did not understand this message: correct it instead.")
            return message.intent
        if intent not in self.intents:
            raise BadInput(f"There is no intent '{intent}'.")
        return str(intent)

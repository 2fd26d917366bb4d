"""The transcript database: what was said, understood, labelled and done. SQL holds the truth."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from dialogue.orders.models import UtcDateTime


class Base(DeclarativeBase):
    """Declarative base with named constraints, so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


class Staff(Base):
    """A person who works at the desk: an agent, or an administrator who also builds the bot."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))  # agent | admin
    password_hash: Mapped[str] = mapped_column(String(200))
    # Raised when the password or role changes: every older session is then worthless.
    session_epoch: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Conversation(Base):
    """One customer's conversation. `owner_epoch` fences off a bot that was taken over."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "external_id", name="uq_conversation_external"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str | None] = mapped_column(String(255))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(16), default="open", index=True)
    owner: Mapped[str] = mapped_column(String(8), default="bot")
    owner_epoch: Mapped[int] = mapped_column(default=0)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    customer_id: Mapped[int | None] = mapped_column(index=True)
    customer_name: Mapped[str | None] = mapped_column(String(200))
    identity_expires_at: Mapped[datetime | None]
    handoff_reason: Mapped[str | None] = mapped_column(String(200))
    waiting_since: Mapped[datetime | None]
    last_seq: Mapped[int] = mapped_column(default=0)
    event_count: Mapped[int] = mapped_column(default=0)
    lowest_confidence: Mapped[float | None]
    # How the customer sounded last, and the language they write.
    sentiment: Mapped[str | None] = mapped_column(String(16))
    urgency: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)

    staff: Mapped[Staff | None] = relationship()


class Message(Base):
    """What was said, numbered 1, 2, 3 … in its conversation. Rendered by `seq` alone.

    `state` of what the customer said is `pending` until the bot's turn is committed (`answered`)
    or a human has the conversation (`human`). Of what is said to the customer it is None, unless
    we post it to an address: `outgoing`, then `sent` or `lost`.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq", name="uq_message_seq"),
        UniqueConstraint("conversation_id", "client_msg_id", name="uq_message_client"),
        Index("ix_message_intent_created", "intent", "created_at"),
        Index("ix_message_state_created", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    seq: Mapped[int]
    role: Mapped[str] = mapped_column(String(8))  # customer | bot | agent | system
    text: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    client_msg_id: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str | None] = mapped_column(String(8))
    reply_to: Mapped[int | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    intent: Mapped[str | None] = mapped_column(String(120))
    confidence: Mapped[float | None]
    understanding: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]

    conversation: Mapped[Conversation] = relationship()
    staff: Mapped[Staff | None] = relationship()
    labels: Mapped[list[Label]] = relationship(back_populates="message", order_by="Label.id")


class Event(Base):
    """One dialogue event in Rasa's JSON. The tracker is the fold of these rows by `position`."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("conversation_id", "position", name="uq_event_position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    position: Mapped[int]
    message_seq: Mapped[int]
    type_name: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]]


class Photo(Base):
    """A photograph of a conversation; the file of this name lies under the home, in `photos/`.

    The message that brought it names its key. It goes with its conversation.
    """

    __tablename__ = "photo"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]


class Reminder(Base):
    """An intent that is to be triggered in a conversation; the row goes when that has happened."""

    __tablename__ = "reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    name: Mapped[str | None] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    entities: Mapped[list[dict[str, Any]]]
    due_at: Mapped[datetime] = mapped_column(index=True)
    kill_on_user_msg: Mapped[bool] = mapped_column(default=True)

    conversation: Mapped[Conversation] = relationship()


class Label(Base):
    """What a person says a customer's message meant. The newest label of a message counts."""

    __tablename__ = "label"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # confirm | correct | out_of_scope
    intent: Mapped[str] = mapped_column(String(120))
    predicted: Mapped[str | None] = mapped_column(String(120))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]

    message: Mapped[Message] = relationship(back_populates="labels")
    staff: Mapped[Staff] = relationship()


class Answer(Base):
    """Questions and their answer, written at the desk; what is not `active` was taken out."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    questions: Mapped[list[str]]
    text: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class ImportedLabel(Base):
    """A labelled sentence from elsewhere; `key` is the hash of its normalised text."""

    __tablename__ = "imported_label"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(String(120))
    imported_at: Mapped[datetime]


class Job(Base):
    """A background job as people see it: what, how far, and what came of it."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))  # queued | running | done | failed
    progress: Mapped[float] = mapped_column(default=0.0)
    step: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(Text)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class AuditEvent(Base):
    """Who did what to what, and when. Never changed, never deleted."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(160))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

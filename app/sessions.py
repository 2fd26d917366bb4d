"""Who is at the widget: conversation tokens of ours, identity tokens of the shop's server."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from sqlalchemy import ColumnElement, select

from app.database import Database
from app.errors import BadInput, IdentityInvalid, NotFound, OtherCustomer, Unauthorized
from app.models import Conversation
from app.reminders import drop_all
from app.transcript import locked_conversation

AUDIENCE = "frontdesk"
LONGEST_IDENTITY = timedelta(hours=1)


@dataclass(frozen=True)
class Identity:
    """A signed-in customer, as the shop's server vouches for them."""

    customer_id: int
    name: str | None


@dataclass(frozen=True)
class ConversationState:
    """What the widget may know of its conversation."""

    conversation_id: str
    last_seq: int
    owner: str
    agent_name: str | None


class Sessions:
    """Opens conversations and tells whose a token is.

    The conversation token is random, is shown once, and is stored only as its SHA-256: a leaked
    database opens no conversation. A typed e-mail address opens nothing at all.
    """

    def __init__(
        self,
        database: Database,
        identity_secret: str,
        identity_lifetime: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._secret = identity_secret
        self._lifetime = identity_lifetime
        self._clock = clock

    def open(self, identity_token: str | None = None) -> tuple[str, ConversationState]:
        """Start a widget conversation; returns its token (this once) and its state.

        Raises IdentityInvalid when an identity token is given and does not verify.
        """
        identity = self.verify(identity_token) if identity_token else None
        token, now = _new_token(), self._clock()
        row = Conversation(
            id=uuid.uuid4().hex,
            channel="widget",
            token_hash=_digest(token),
            status="open",
            owner="bot",
            owner_epoch=0,
            last_seq=0,
            event_count=0,
            created_at=now,
            updated_at=now,
        )
        if identity is not None:
            self._bind(row, identity)
        with self._database.write() as session:
            session.add(row)
        return token, ConversationState(row.id, 0, "bot", None)

    def whose(self, token: str | None) -> ConversationState:
        """The conversation that `token` opens. Raises Unauthorized."""
        if not token:
            raise Unauthorized("This conversation needs its token.")
        with self._database.read() as session:
            row = session.scalar(
                select(Conversation).where(Conversation.token_hash == _digest(token))
            )
            if row is None:
                raise Unauthorized("This conversation is over.")
            agent_name = row.staff.name if row.owner == "human" and row.staff else None
            return ConversationState(row.id, row.last_seq, row.owner, agent_name)

    def identify(self, conversation_id: str, identity_token: str) -> str | None:
        """Bind a conversation to a signed-in customer, or renew that.

        A guest's conversation gets a new token, which is returned (this once); the old one opens
        nothing from now on: whoever used this browser before may have kept it. None when the
        conversation was this customer's already. Raises IdentityInvalid, OtherCustomer when it is
        bound to somebody else, or Unauthorized when it is over.
        """
        identity = self.verify(identity_token)
        with self._database.write() as session:
            row = locked_conversation(session, conversation_id)
            if row.token_hash is None:  # revoked meanwhile
                raise Unauthorized("This conversation is over.")
            if row.customer_id is not None and row.customer_id != identity.customer_id:
                raise OtherCustomer("This conversation belongs to another customer.")
            token = _new_token() if row.customer_id is None else None
            if token is not None:
                row.token_hash = _digest(token)
            self._bind(row, identity)
        return token

    def revoke(self, conversation_id: str) -> None:
        """End a conversation for its customer: the token opens nothing from now on."""
        with self._database.write() as session:
            row = locked_conversation(session, conversation_id)
            row.token_hash = None
            row.status = "closed"
            row.updated_at = self._clock()
            drop_all(session, conversation_id)

    def find(self, channel: str, sender: str) -> tuple[str, int | None]:
        """The conversation of a sender on a channel, and its last number.

        The number is None while there is no such conversation; the id is then the one that it will
        have, so that it can be watched before its first message.
        """
        with self._database.read() as session:
            found = session.execute(
                select(Conversation.id, Conversation.last_seq).where(*_of_sender(channel, sender))
            ).first()
        return (_future_id(channel, sender), None) if found is None else (found[0], found[1])

    def by_sender(self, channel: str, sender: str) -> str:
        """The conversation of a sender on a channel such as `rest`, made at first sight.

        Raises BadInput for a sender that is called as one of our conversations: to actions a
        conversation of the widget is a sender of this name, and nobody else may speak as that one.
        """
        conversation_id, last_seq = self.find(channel, sender)
        if last_seq is not None:
            return conversation_id
        now = self._clock()
        with self._database.write() as session:
            found = session.scalar(select(Conversation.id).where(*_of_sender(channel, sender)))
            if found is not None:
                return found
            if session.get(Conversation, sender) is not None:
                raise BadInput("This sender's name is taken.")
            row = Conversation(
                id=conversation_id,
                channel=channel,
                external_id=sender,
                status="open",
                owner="bot",
                owner_epoch=0,
                last_seq=0,
                event_count=0,
                created_at=now,
                updated_at=now,
            )
            session.add(row)
            return row.id

    def verify(self, identity_token: str) -> Identity:
        """Check a shop's identity token (JWT, HS256, audience `frontdesk`, short-lived).

        Raises IdentityInvalid for a bad signature, a missing or past `exp`, a life above an hour,
        or a subject that is no customer number.
        """
        try:
            claims = jwt.decode(
                identity_token,
                self._secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                options={"require": ["exp", "iat", "sub", "aud"]},
            )
            life = timedelta(seconds=float(claims["exp"]) - float(claims["iat"]))
            customer_id = int(claims["sub"])
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise IdentityInvalid("The shop's sign-in could not be verified.") from error
        if life > LONGEST_IDENTITY:
            raise IdentityInvalid("The shop's sign-in token lives too long.")
        name = claims.get("name")
        return Identity(customer_id, str(name)[:200] if name else None)

    def _bind(self, row: Conversation, identity: Identity) -> None:
        row.customer_id = identity.customer_id
        row.customer_name = identity.name
        row.identity_expires_at = self._clock() + self._lifetime


def sign_identity(secret: str, customer_id: int, name: str, now: datetime) -> str:
    """What a shop's server does: vouch for a signed-in customer for ten minutes."""
    claims = {
        "sub": str(customer_id),
        "name": name,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + timedelta(minutes=10),
    }
    return jwt.encode(claims, secret, algorithm="HS256")


def conversation_exists(database: Database, conversation_id: str) -> None:
    """Raise NotFound unless there is such a conversation."""
    with database.read() as session:
        if session.get(Conversation, conversation_id) is None:
            raise NotFound("There is no such conversation.")


def _of_sender(channel: str, sender: str) -> tuple[ColumnElement[bool], ...]:
    return Conversation.channel == channel, Conversation.external_id == sender


def _future_id(channel: str, sender: str) -> str:
    """An id that follows from the sender. It opens nothing: ids are no credentials."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"frontdesk:{channel}:{sender}").hex


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

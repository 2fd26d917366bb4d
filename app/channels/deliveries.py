"""Posting what is said on the callback channel: in order, each at least once.

The outbox is the transcript: a message is `outgoing` from the transaction that made it until it was
posted (`sent`) or given up (`lost`). So what a crash leaves behind is posted after the restart, and
a person's or a reminder's message goes out like the bot's. A crash between the post and its note
posts that message again.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from typing import Any

import httpx
from sqlalchemy import select
from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from app.background import Background
from app.channels.payloads import rest_messages
from app.database import Database
from app.errors import Unavailable
from app.live import EVERYTHING, Live
from app.models import Conversation, Message
from app.transcript import OUTGOING, message_json
from dialogue.errors import LockUnavailable
from dialogue.store import ConversationLocks

_log = logging.getLogger(__name__)
SWEEP_S = 2.0
TRIES = 5
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 8.0
TIMEOUT_S = 10.0
SENT, LOST = "sent", "lost"


class _Refused(Exception):
    """The address answered that it does not take the message."""


class _NotTaken(_Refused):
    """The address was not reached, or cannot take the message now: trying again may help."""


class Deliveries:
    """Posts outgoing messages to `url`. `start` and `stop` bound its life.

    Several processes may run one each: a conversation's messages are posted under its lock.
    """

    def __init__(
        self,
        url: str,
        database: Database,
        locks: ConversationLocks,
        live: Live,
        background: Background,
    ) -> None:
        self._url = url
        self._database = database
        self._locks = locks
        self._live = live
        self._background = background
        self._client = httpx.Client(timeout=TIMEOUT_S)
        self._stopping = threading.Event()
        self._busy: set[str] = set()
        self._retrying = Retrying(
            retry=retry_if_exception_type(_NotTaken),
            wait=wait_random_exponential(FIRST_WAIT_S, LONGEST_WAIT_S),
            stop=stop_after_attempt(TRIES),
            reraise=True,
        )

    def start(self) -> None:
        """Begin to post, in the background."""
        threading.Thread(target=self._watch, name="deliveries", daemon=True).start()

    def stop(self) -> None:
        """Stop after the messages that are being posted."""
        self._stopping.set()

    def _watch(self) -> None:
        with self._live.watch(EVERYTHING) as inbox:
            while not self._stopping.is_set():
                try:
                    self._begin()
                except Unavailable as error:
                    _log.warning("deliveries wait: %s", error)
                except Exception:
                    _log.exception("deliveries failed on a round")
                try:
                    inbox.get(timeout=SWEEP_S)
                    while True:
                        inbox.get_nowait()  # one look serves all that rang
                except queue.Empty:
                    pass

    def _begin(self) -> None:
        """Begin to post for each conversation that has something, unless that is under way."""
        with self._database.read() as session:
            waiting = set(
                session.scalars(
                    select(Message.conversation_id).where(Message.state == OUTGOING).distinct()
                )
            )
        for conversation_id in waiting - self._busy:
            self._busy.add(conversation_id)
            self._background.run(self._deliver, conversation_id)

    def _deliver(self, conversation_id: str) -> None:
        """Post all that waits in a conversation, in order."""
        try:
            with self._locks.hold(f"callback-{conversation_id}"):
                while not self._stopping.is_set() and (found := self._next(conversation_id)):
                    recipient, message = found
                    state = self._post(conversation_id, recipient, message)
                    self._note(conversation_id, message["seq"], state)
        except (LockUnavailable, Unavailable) as error:
            _log.info("deliveries of %s wait: %s", conversation_id, error)
        finally:
            self._busy.discard(conversation_id)

    def _next(self, conversation_id: str) -> tuple[str, dict[str, Any]] | None:
        with self._database.read() as session:
            found = session.execute(
                select(Message, Conversation.external_id)
                .join(Conversation, Conversation.id == Message.conversation_id)
                .where(Message.conversation_id == conversation_id, Message.state == OUTGOING)
                .order_by(Message.seq)
                .limit(1)
            ).first()
            return None if found is None else (found[1] or "", message_json(found[0]))

    def _post(self, conversation_id: str, recipient: str, message: dict[str, Any]) -> str:
        """Post a message's objects one after the other; what became of it."""
        try:
            for number, part in enumerate(rest_messages(recipient, message)):
                key = f"{conversation_id}-{message['seq']}-{number}"
                self._retrying(self._post_once, part, key)
        except _Refused as error:
            _log.error("message %s of %s is lost: %s", message["seq"], conversation_id, error)
            return LOST
        return SENT

    def _post_once(self, part: dict[str, Any], key: str) -> None:
        """Post one object; a receiver knows by `key` one that comes again. Raises _Refused.

        Of the answer the status alone counts: its body is not read.
        """
        body = json.dumps(part).encode()  # in ASCII, as half a surrogate pair has no UTF-8
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                pass
        except httpx.TransportError as error:
            problem = type(error).__name__  # its words may hold the address, and that a secret
            raise _NotTaken(f"the callback address cannot be reached ({problem})") from error
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            raise _NotTaken(f"the callback address answers {answer.status_code}")
        if not answer.is_success:
            raise _Refused(f"the callback address answers {answer.status_code}")

    def _note(self, conversation_id: str, seq: int, state: str) -> None:
        with self._database.write() as session:
            row = session.scalars(
                select(Message).where(
                    Message.conversation_id == conversation_id, Message.seq == seq
                )
            ).one()
            row.state = state

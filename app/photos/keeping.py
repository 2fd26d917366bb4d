"""Photographs on disk, each with a row that says whose conversation it belongs to."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from app.background import apart
from app.conversations import Conversations, Posted
from app.database import Database
from app.errors import AppError, NotFound
from app.models import Message, Photo
from app.photos.decoding import decode

MOST_IN_A_CONVERSATION = 20
TEXT = "Photograph"  # stands in the transcript where nothing but words can
PAYLOAD = "/EXTERNAL_photo"
ASKED_AT_ONCE = 500
DECODED_AT_ONCE = 2  # the threads are few, and names of hosts are looked up in them too
SWEPT_EVERY = timedelta(hours=1)
UNFINISHED_FOR = timedelta(hours=1)  # a file without a row may be one that is just being taken


class TooManyPhotographs(AppError):
    """A conversation has as many photographs as one may have."""

    status = 409
    code = "too_many_photos"


class Photographs:
    """Takes photographs in, gives them out, and clears away those whose conversation is gone.

    A file is in `folder` under its random key, readable by us alone. The row is committed with the
    message, after the file was written: what has a row can be shown.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        conversations: Conversations,
        clock: Callable[[], datetime],
    ) -> None:
        self._folder = folder
        self._database = database
        self._conversations = conversations
        self._clock = clock
        self._sweep_at = clock()
        self._decoders = threading.Semaphore(DECODED_AT_ONCE)

    def add(self, conversation_id: str, sent: bytes, client_msg_id: str) -> Posted:
        """Take a photograph as a customer's message. The same `client_msg_id` again adds nothing.

        Raises NotAPhotograph, PhotographTooLarge, TooManyPhotographs, NotFound or Unavailable;
        nothing is kept then.
        """
        if not self._is_said(conversation_id, client_msg_id):
            self._check_number(conversation_id)
        with self._decoders:
            picture = apart(decode, sent)
        key = secrets.token_hex(16)
        photo = Photo(
            key=key,
            conversation_id=conversation_id,
            width=picture.width,
            height=picture.height,
            size_bytes=len(picture.jpeg),
            created_at=self._clock(),
        )
        self._write(key, picture.jpeg)
        kept = False
        try:
            posted = self._conversations.post(
                conversation_id, TEXT, client_msg_id, PAYLOAD, photo=photo
            )
            kept = posted.created
        finally:
            if not kept:
                self._path(key).unlink(missing_ok=True)
        return posted

    def of_conversation(self, conversation_id: str, key: str) -> bytes:
        """A photograph for its own customer. Raises NotFound for another conversation's."""
        with self._database.read() as session:
            row = session.get(Photo, key)
            if row is None or row.conversation_id != conversation_id:
                raise NotFound("There is no such photograph.")
        return self._read(row.key)

    def for_staff(self, key: str) -> bytes:
        """Any photograph. Raises NotFound."""
        with self._database.read() as session:
            row = session.get(Photo, key)
            if row is None:
                raise NotFound("There is no such photograph.")
        return self._read(row.key)

    def sweep(self) -> None:
        """Once an hour delete the files whose row went with their conversation."""
        now = self._clock()
        if now < self._sweep_at or not self._folder.is_dir():
            return
        self._sweep_at = now + SWEPT_EVERY
        before = (now - UNFINISHED_FOR).timestamp()
        old = [path for path in self._folder.iterdir() if path.stat().st_mtime < before]
        for start in range(0, len(old), ASKED_AT_ONCE):
            some = old[start : start + ASKED_AT_ONCE]
            with self._database.read() as session:
                keys = select(Photo.key).where(Photo.key.in_([path.name for path in some]))
                known = set(session.scalars(keys))
            for path in some:
                if path.name not in known:
                    path.unlink(missing_ok=True)

    def _is_said(self, conversation_id: str, client_msg_id: str) -> bool:
        with self._database.read() as session:
            said = select(Message.id).where(
                Message.conversation_id == conversation_id, Message.client_msg_id == client_msg_id
            )
            return session.scalar(said) is not None

    def _check_number(self, conversation_id: str) -> None:
        with self._database.read() as session:
            count = session.scalar(
                select(func.count())
                .select_from(Photo)
                .where(Photo.conversation_id == conversation_id)
            )
        if (count or 0) >= MOST_IN_A_CONVERSATION:
            raise TooManyPhotographs(
                f"There are {MOST_IN_A_CONVERSATION} photographs in this chat already, "
                "which will do."
            )

    def _write(self, key: str, jpeg: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(jpeg)

    def _read(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("This photograph is not here any more.") from error

    def _path(self, key: str) -> Path:
        return self._folder / key

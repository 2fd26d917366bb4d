"""Rasa's socket.io channel, for chat widgets that were written for Rasa.

Its sessions' ids are secrets that nobody signs: whoever knows one speaks and hears in it, so they
have conversations of their own, apart from our widget's, and never a signed-in customer's. With
`jwt_key` a connection also needs a token.

Each socket follows its conversation in the database as the widget's stream does. So what a person,
a reminder or another process says reaches it too, in whatever process it is, and a socket that
comes back hears what was said since the last one left. The protocol has no receipts: what is sent
to a connection that died unnoticed (45 s at most) is not sent again.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
import socketio
from flask import Blueprint, Response, jsonify
from redis import Redis
from socketio.exceptions import ConnectionRefusedError

from app.background import Background
from app.channels.engine import BoundedServer
from app.channels.following import Follower, Marks
from app.channels.incoming import checked_sender
from app.channels.payloads import socket_payloads
from app.conversations import Conversations, check_metadata
from app.database import Database
from app.errors import AppError, BadInput
from app.limits import Limits
from app.live import Live
from app.rasa_files.credentials import SocketIo
from app.sessions import Sessions
from app.transcript import message_json, messages_after

_log = logging.getLogger(__name__)
CHANNEL = "socketio"
CONNECTIONS = "300 per minute"  # of one address, as is the next
SESSION_REQUESTS = "300 per minute"
MESSAGES = "60 per minute"  # of one session
MESSAGES_OF_ADDRESS = "600 per minute"
TOO_OFTEN = "That was too often. Please wait a little."
CUSTOM_DATA = "customData"


def socketio_health() -> Blueprint:
    """The blueprint at `/webhooks/socketio`: the channel itself stands beside Flask."""
    channel = Blueprint("socketio_channel", __name__, url_prefix="/webhooks/socketio")

    @channel.get("/")
    def health() -> Response:
        return jsonify(status="ok")

    return channel


@dataclass
class _Socket:
    """One connection; `follower` is in the conversation that it hears."""

    address: str
    follower: Follower | None = None


class SocketChannel:
    """The channel; `wrap` puts it before a WSGI application.

    `origins` are the web pages' that may connect beside our own (`*`: any). With `polling` off
    only websockets are served, which do not mind which of several processes they reach.
    """

    def __init__(
        self,
        settings: SocketIo,
        sessions: Sessions,
        conversations: Conversations,
        database: Database,
        live: Live,
        redis: Redis,
        background: Background,
        limits: Limits,
        origins: Sequence[str],
        polling: bool,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._conversations = conversations
        self._database = database
        self._live = live
        self._marks = Marks(redis)
        self._background = background
        self._limits = limits
        self._origins = frozenset(origins)
        self._sockets: dict[str, _Socket] = {}
        self.server = BoundedServer(
            async_handlers=False,  # one after the other: a customer's messages keep their order
            cors_allowed_origins=self._welcome,
            namespaces=[settings.namespace],
            transports=["polling", "websocket"] if polling else ["websocket"],
        )
        on = self._on
        on("connect", self._connect)
        on("disconnect", self._disconnect)
        on("session_request", self._guarded(self._session_request))
        on(settings.user_message_evt, self._guarded(self._user_uttered))

    def wrap(self, application: Any) -> Any:
        """The WSGI application that answers at the channel's path, and else as `application`."""
        return socketio.WSGIApp(
            self.server, application, socketio_path=self._settings.socketio_path.strip("/")
        )

    def _on(self, event: str, handler: Callable) -> None:
        self.server.on(event, handler, namespace=self._settings.namespace)

    def _welcome(self, origin: str | None, environ: Mapping[str, Any]) -> bool:
        """Whether a page of `origin` may connect: one of ours, or of a site that is named.

        Not a matter of our cookies, which open nothing here. What is no browser has no origin and
        may connect.
        """
        if origin is None:
            return False  # it is asked for no header then
        ours = origin.partition("://")[2] == environ.get("HTTP_HOST")
        return ours or origin in self._origins or "*" in self._origins

    def _connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        address = str(environ.get("REMOTE_ADDR", ""))
        if not self._limits.admits(CONNECTIONS, "socketio-connect", address):
            raise ConnectionRefusedError(TOO_OFTEN)
        if self._settings.jwt_key is not None and not self._vouched_for(auth):
            raise ConnectionRefusedError("A valid token is needed.")
        self._sockets[sid] = _Socket(address)
        if not self._settings.session_persistence:
            self._follow(sid, sid)

    def _vouched_for(self, auth: Any) -> bool:
        """Whether the connection's `auth` holds a token that our key signed."""
        token = auth.get("token") if isinstance(auth, Mapping) else None
        if not isinstance(token, str):
            return False
        try:
            return bool(
                jwt.decode(
                    token.removeprefix("Bearer ").strip(),
                    self._settings.jwt_key or "",
                    algorithms=[self._settings.jwt_method],
                )
            )
        except (jwt.PyJWTError, ValueError):
            return False

    def _disconnect(self, sid: str, _reason: Any = None) -> None:
        socket = self._sockets.pop(sid, None)
        if socket is not None and socket.follower is not None:
            socket.follower.leave()

    def _guarded(self, handler: Callable[[str, Any], None]) -> Callable[..., None]:
        """A handler that tells the customer what was wrong, and logs what should not happen."""

        def handle(sid: str, data: Any = None, *_more: Any) -> None:
            try:
                handler(sid, data)
            except AppError as error:
                self._emit(sid, {"text": str(error)})
            except Exception:
                _log.exception("the socket.io channel failed on an event")

        return handle

    def _session_request(self, sid: str, data: Any) -> None:
        if not self._admitted(sid, SESSION_REQUESTS, "socketio-session", self._address(sid)):
            return
        wished = data.get("session_id") if isinstance(data, Mapping) else None
        try:
            session_id = _session_id(wished)
        except BadInput as error:
            _log.warning("a socket.io client asks for a session that cannot be: %s", error)
            session_id = None
        session_id = session_id or uuid.uuid4().hex
        # The bare id: before it is confirmed, widgets throw away what they hear.
        self.server.emit("session_confirm", session_id, to=sid, namespace=self._settings.namespace)
        if self._settings.session_persistence:
            self._follow(sid, session_id)

    def _user_uttered(self, sid: str, data: Any) -> None:
        text = data.get("message") if isinstance(data, Mapping) else None
        if not isinstance(text, str):
            _log.warning("a socket.io client sent something without a string 'message'")
            return
        sender = sid
        if self._settings.session_persistence:
            session_id = _session_id(data.get("session_id"))
            if session_id is None:
                _log.warning("a message without 'session_id' is dropped: sessions are persistent")
                return
            sender = session_id
        if not self._admitted(sid, MESSAGES, "socketio-message", sender) or not self._admitted(
            sid, MESSAGES_OF_ADDRESS, "socketio-address", self._address(sid)
        ):
            return
        self._follow(sid, sender)
        conversation_id = self._sessions.by_sender(CHANNEL, sender)
        self._conversations.post(
            conversation_id,
            text,
            metadata=_metadata(data, self._settings.metadata_key),
            may_be_empty=True,
        )
        self._background.run(self._conversations.answer_pending, conversation_id)

    def _admitted(self, sid: str, rule: str, *who: str) -> bool:
        """Whether `rule` allows one more; a socket that it does not is told so and cut off."""
        if self._limits.admits(rule, *who):
            return True
        self._emit(sid, {"text": TOO_OFTEN})
        self.server.disconnect(sid, namespace=self._settings.namespace)
        return False

    def _address(self, sid: str) -> str:
        socket = self._sockets.get(sid)
        return "" if socket is None else socket.address

    def _follow(self, sid: str, sender: str) -> None:
        """Let the socket hear this sender's conversation from now on, and no other.

        It begins after the last message that a socket of it was told; where that is not known, with
        what is said next.
        """
        socket = self._sockets.get(sid)
        if socket is None:
            return
        conversation_id, last_seq = self._sessions.find(CHANNEL, sender)
        if socket.follower is not None:
            if socket.follower.conversation_id == conversation_id:
                return
            socket.follower.leave()
        told = self._marks.read(conversation_id)
        after = (last_seq or 0) if told is None else told
        socket.follower = Follower(
            self._live,
            conversation_id,
            after,
            self._read_after,
            lambda message: self._tell(sid, conversation_id, message),
        )
        if self._sockets.get(sid) is not socket:  # it left meanwhile, and nobody stops this one
            socket.follower.leave()
            return
        self._background.run(socket.follower.run)

    def _read_after(self, conversation_id: str, seq: int) -> list[dict[str, Any]]:
        with self._database.read() as session:
            rows = messages_after(session, conversation_id, seq)
            return [message_json(row) for row in rows]

    def _tell(self, sid: str, conversation_id: str, message: dict[str, Any]) -> None:
        """Send a message to the socket; the customer's own are not told again."""
        if message["role"] == "bot":
            payloads = socket_payloads(message)
        elif message["role"] == "customer":
            payloads = []
        else:
            payloads = [{"text": message["text"]}]
        if sid not in self._sockets:
            return  # it has left: the next one of its session is told
        for payload in payloads:
            self._emit(sid, payload)
        if self._settings.session_persistence:
            self._marks.note(conversation_id, message["seq"])

    def _emit(self, sid: str, payload: Any) -> None:
        settings = self._settings
        self.server.emit(settings.bot_message_evt, payload, to=sid, namespace=settings.namespace)


def _session_id(value: Any) -> str | None:
    """A session's id as the client gives it. Raises BadInput when it can be none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadInput("'session_id' must be a string.")
    return checked_sender(str(value), "session_id")


def _metadata(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The message's metadata: an object, or JSON of one, over what widgets send as `customData`.

    What cannot be kept is left out, and the message answered without it.
    """
    metadata = data.get(key)
    if isinstance(metadata, str):
        try:
            metadata = json.loads(metadata)
        except ValueError:
            _log.warning("a socket.io client sent metadata that is no JSON; it is left out")
            metadata = None
    custom = data.get(CUSTOM_DATA)
    merged: dict[str, Any] = {}
    for name, given in ((CUSTOM_DATA, custom), (key, metadata)):
        if isinstance(given, Mapping):
            merged.update(given)
        elif given is not None:
            merged[name] = given
    try:
        check_metadata(merged)
    except BadInput as error:
        _log.warning("what a socket.io client sent beside its message is left out: %s", error)
        return {}
    return merged

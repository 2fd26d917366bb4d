"""A small real HTTP server that speaks the widget's API and fails on command.

It stands for faults that the true server cannot be made to show at will: lost and doubled events,
connections that break after the commit, refusals of every kind. The pages it serves are the shop's
own, with the shop's own blueprint, and carry the same strict content security policy.
"""

from __future__ import annotations

import json
import random
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
from flask import Flask, Response, jsonify, request
from flask_wtf import CSRFProtect
from werkzeug.serving import WSGIRequestHandler, make_server

from app.shop import shop_pages
from tests.conftest import REPOSITORY
from tests.widget.shop_stub import ShopStub

SHOP_SECRET = "a secret that only the shop's server and the chat share"
CHAT_POLICY = "default-src 'none'; script-src {chat}; connect-src {chat}; img-src {chat} data:"
SHOP_POLICY = "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'"
PINGS_S = 0.25
LOADER = "widget/loader.js"


@dataclass
class Conversation:
    """One conversation and what happened to it."""

    token: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    owner: str = "bot"
    agent_name: str | None = None
    customer: str | None = None
    closed: bool = False

    def texts(self, role: str = "customer") -> list[str]:
        return [message["text"] for message in self.messages if message["role"] == role]


@dataclass
class Faults:
    """What goes wrong from now on."""

    drop: float = 0.0
    double: float = 0.0
    down: bool = False
    lose_answers_to_posts: int = 0
    refuse_posts: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    refuse_sessions: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    silent_streams: bool = False


@dataclass
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: dict[str, Any]


Answer = Callable[[str], list[dict[str, Any]]]


class FakeServer:
    """Start with `start`, speak with `say`, break with `faults` and `cut`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.random = random.Random(7)
        self.port = 0
        self.forget()
        self._server: Any = None

    def forget(self) -> None:
        """Begin anew: no conversation, no fault, nothing remembered."""
        self.conversations: dict[str, Conversation] = {}
        self.closed: list[Conversation] = []
        self.requests: list[Request] = []
        self.faults = Faults()
        self.answer: Answer = lambda text: [{"text": f"You said: {text}"}]
        self.settings = "{}"
        self.photos: list[bytes] = []
        self.streams: dict[object, int] = {}
        self.cuts = getattr(self, "cuts", 0) + 1

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def conversation(self) -> Conversation:
        """The only conversation there is."""
        (only,) = self.conversations.values()
        return only

    def posts(self) -> list[dict[str, Any]]:
        return [r.body for r in self.requests if (r.method, r.path) == ("POST", "/api/v1/messages")]

    def calls(self, method: str, path: str) -> list[Request]:
        return [r for r in self.requests if r.method == method and r.path == f"/api/v1{path}"]

    def streams_read(self) -> bool:
        """Whether every stream has come to the end of the conversation."""
        return all(end == len(self.conversation.messages) for end in self.streams.values())

    def start(self) -> None:
        self._server = make_server(
            "127.0.0.1", 0, self._application(), threaded=True, request_handler=Quiet
        )
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    def cut(self) -> None:
        """Break every open stream."""
        with self.changed:
            self.cuts += 1
            self.changed.notify_all()

    def say(self, role: str, text: str | None, **fields: Any) -> dict[str, Any]:
        """Put a message into the only conversation."""
        with self.changed:
            return self._add(self.conversation, role, text, **fields)

    def note(self, event: str, **data: Any) -> None:
        """Send an event without a number down the streams."""
        with self.changed:
            self.conversation.notes.append((event, data))
            self.changed.notify_all()

    def _add(self, conversation: Conversation, role: str, text: str | None, **fields: Any) -> dict:
        message = {
            "seq": len(conversation.messages) + 1,
            "role": role,
            "text": text,
            "buttons": [],
            "image": None,
            "elements": [],
            "custom": None,
            "created_at": datetime.now(UTC).isoformat(),
            "client_msg_id": None,
            "agent_name": None,
        } | fields
        conversation.messages.append(message)
        self.changed.notify_all()
        return message

    def _application(self) -> Flask:
        app = Flask(
            "fake",
            static_folder=str(REPOSITORY / "app" / "static"),
            template_folder=str(REPOSITORY / "app" / "templates"),
        )
        app.config.update(
            SEND_FILE_MAX_AGE_DEFAULT=600,
            SECRET_KEY="only for tests",
            SESSION_COOKIE_NAME=f"shop{id(self)}",
        )
        CSRFProtect(app)
        app.register_blueprint(shop_pages(ShopStub(), SHOP_SECRET, lambda: datetime.now(UTC)))
        app.add_url_rule("/widget.js", "widget_loader", lambda: app.send_static_file(LOADER))
        app.add_url_rule("/host", view_func=self._host_page)
        app.add_url_rule("/host.js", view_func=self._host_script)
        for rule, methods, view in (
            ("/session", ["POST"], self._open_session),
            ("/session", ["DELETE"], self._end_session),
            ("/session/identity", ["PUT"], self._identify),
            ("/messages", ["POST"], self._post),
            ("/messages", ["GET"], self._list),
            ("/stream", ["GET"], self._stream),
            ("/photos", ["POST"], self._take_photo),
            ("/photos/<key>", ["GET"], self._show_photo),
        ):
            name = f"{methods[0]} {rule}".replace(".", "")
            app.add_url_rule(f"/api/v1{rule}", name, view, methods=methods)
            app.extensions["csrf"].exempt(view)
        app.before_request(self._before)
        app.after_request(self._after)
        app.register_error_handler(Refusal, lambda refusal: refusal.response())
        return app

    # --- pages

    def _host_page(self) -> str:
        """Another firm's shop that embeds the chat, perhaps from another origin."""
        chat = request.args.get("chat", self.url)
        direction = request.args.get("dir", "ltr")
        return (
            f'<!doctype html><html lang="en" dir="{direction}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><title>A shop</title>'
            '<body><h1>A shop</h1><a href="#">A link</a>'
            '<script src="/host.js"></script>'
            f'<script src="{chat}/widget.js" async></script></body></html>'
        )

    def _host_script(self) -> Response:
        text = f"window.frontdeskSettings = {self.settings};"
        return Response(text, mimetype="text/javascript")

    # --- the API

    def _before(self) -> Response | None:
        if not request.path.startswith("/api/"):
            return None
        if request.method == "OPTIONS":
            return Response(status=204)
        body = request.get_json(silent=True) or {}
        query = request.query_string.decode()
        self.requests.append(
            Request(request.method, request.path, query, dict(request.headers), body)
        )
        if self.faults.down:
            break_connection()
        return None

    def _after(self, response: Response) -> Response:
        if request.path.startswith(("/api/", "/static/widget/", "/widget.js")):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Allow-Headers"] = (
                "Authorization, Content-Type, Last-Event-ID"
            )
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
        if request.path == "/host" and "lax" not in request.args:
            chat = request.args.get("chat", "")
            response.headers["Content-Security-Policy"] = CHAT_POLICY.format(chat=f"'self' {chat}")
        elif request.path.startswith("/shop"):
            response.headers["Content-Security-Policy"] = SHOP_POLICY
        return response

    def _mine(self) -> Conversation:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.conversations:
            raise Refusal(401, "unauthorized")
        return self.conversations[token]

    def _verified(self) -> str | None:
        identity = (request.get_json(silent=True) or {}).get("identity")
        if identity is None:
            return None
        try:
            options = {"algorithms": ["HS256"], "audience": "frontdesk"}
            return str(jwt.decode(identity, SHOP_SECRET, **options)["sub"])
        except jwt.PyJWTError as error:
            raise Refusal(401, "identity_invalid") from error

    def _open_session(self) -> tuple[Response, int]:
        if self.faults.refuse_sessions:
            raise Refusal(*self.faults.refuse_sessions.pop(0))
        made = Conversation(secrets.token_urlsafe(16), customer=self._verified())
        self.conversations[made.token] = made
        return jsonify(token=made.token, conversation_id="c", last_seq=0, owner="bot"), 201

    def _end_session(self) -> tuple[str, int]:
        with self.changed:
            ended = self._mine()
            ended.closed = True
            self.closed.append(self.conversations.pop(ended.token))
            self.changed.notify_all()
        return "", 204

    def _identify(self) -> tuple[Response | str, int]:
        with self.changed:
            conversation, customer = self._mine(), self._verified()
            if conversation.customer not in (None, customer):
                raise Refusal(409, "other_customer")
            if conversation.customer == customer:
                return "", 204
            conversation.customer = customer
            del self.conversations[conversation.token]
            conversation.token = secrets.token_urlsafe(16)
            self.conversations[conversation.token] = conversation
            self.changed.notify_all()
            return jsonify(token=conversation.token), 200

    def _post(self) -> tuple[Response, int]:
        conversation = self._mine()
        if self.faults.refuse_posts:
            raise Refusal(*self.faults.refuse_posts.pop(0))
        body = request.get_json()
        with self.changed:
            for message in conversation.messages:
                if message["client_msg_id"] == body["client_msg_id"]:
                    return jsonify(message), 200
            said = self._add(
                conversation, "customer", body["text"], client_msg_id=body["client_msg_id"]
            )
            if conversation.owner == "bot":
                for answer in self.answer(body.get("payload") or body["text"]):
                    fields = {k: v for k, v in answer.items() if k != "text"}
                    self._add(conversation, "bot", answer.get("text"), **fields)
        if self.faults.lose_answers_to_posts > 0:
            self.faults.lose_answers_to_posts -= 1
            break_connection()
        return jsonify(said), 201

    def _take_photo(self) -> tuple[Response, int]:
        conversation, sent = self._mine(), request.get_data()
        if self.faults.refuse_posts:
            raise Refusal(*self.faults.refuse_posts.pop(0))
        self.photos.append(sent)
        photo = {"key": f"{len(self.photos) - 1:032x}", "width": 60, "height": 40}
        with self.changed:
            said = self._add(
                conversation,
                "customer",
                "Photograph",
                photo=photo,
                client_msg_id=request.args["client_msg_id"],
            )
            self._add(conversation, "bot", "Thank you, I have your photograph.")
        return jsonify(said), 201

    def _show_photo(self, key: str) -> Response:
        self._mine()
        return Response(self.photos[int(key, 16)], mimetype="image/png")

    def _list(self) -> Response:
        conversation = self._mine()
        after, limit = int(request.args["after"]), min(200, int(request.args["limit"]))
        said = conversation.messages[after : after + limit]
        return jsonify(
            messages=said,
            last_seq=len(conversation.messages),
            owner=conversation.owner,
            agent_name=conversation.agent_name,
        )

    def _stream(self) -> Response:
        conversation = self._mine()
        after = int(request.headers.get("Last-Event-ID") or request.args["after"])
        return Response(self._frames(conversation, after), mimetype="text/event-stream")

    def _frames(self, conversation: Conversation, after: int) -> Iterator[str]:
        mark, cuts, position, token = object(), self.cuts, after, conversation.token
        notes = len(conversation.notes)
        self.streams[mark] = position
        try:
            owner = {"owner": conversation.owner, "agent_name": conversation.agent_name}
            yield f"retry: 200\n\n{_frame('owner', owner)}"
            while cuts == self.cuts and token == conversation.token:
                for message in conversation.messages[position:]:
                    position = message["seq"]
                    if self.random.random() < self.faults.drop:
                        continue
                    yield _frame("message", message, position)
                    if self.random.random() < self.faults.double:
                        yield _frame("message", message, position)
                self.streams[mark] = position
                for event, data in conversation.notes[notes:]:
                    notes += 1
                    yield _frame(event, data)
                if conversation.closed:
                    yield _frame("closed", {})
                    return
                if not self.faults.silent_streams:
                    yield ": ping\n\n"
                with self.changed:
                    self.changed.wait(PINGS_S)
        finally:
            self.streams.pop(mark, None)


class Refusal(Exception):
    """An answer other than the one hoped for."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        self.status, self.code, self.headers = status, code, headers or {}

    def response(self) -> Response:
        response = jsonify(error=self.code, message=f"<b>{self.code}</b>")
        response.status_code = self.status
        response.headers.update(self.headers)
        return response


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept, as a real server keeps them

    def log(self, *arguments: Any) -> None:
        """Say nothing: the tests tell what went wrong."""


def _frame(event: str, data: dict[str, Any], seq: int | None = None) -> str:
    head = f"id: {seq}\n" if seq is not None else ""
    return f"{head}event: {event}\ndata: {json.dumps(data)}\n\n"


def break_connection() -> None:
    """Close the customer's connection without an answer, as a cable that is pulled."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise Refusal(500, "gone")

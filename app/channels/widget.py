"""The widget's API. The conversation's token stands in a header and says which conversation.

No id of a conversation stands in any address here, so there is no foreign one to try.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.background import Background
from app.channels.sse import conversation_frames, event_stream, frame
from app.conversations import Conversations
from app.database import Database
from app.errors import BadInput
from app.limits import Limits
from app.live import Bell, Live
from app.sessions import ConversationState, Sessions
from app.transcript import message_json, messages_after

MAX_ID = 64
READS_OF_ADDRESS = "1200 per minute"
MESSAGES_OF_ADDRESS = "600 per minute"
STREAMS = 5  # at once, of one conversation: one is opened by each browser that has it
STREAMS_OF_ADDRESS = 50


def widget_api(
    sessions: Sessions,
    conversations: Conversations,
    database: Database,
    live: Live,
    background: Background,
    limits: Limits,
) -> Blueprint:
    """The blueprint at `/api/v1`."""
    api = Blueprint("widget_api", __name__, url_prefix="/api/v1")

    def mine() -> ConversationState:
        return bearer_conversation(sessions)

    def read_after(conversation_id: str, seq: int, limit: int = 200) -> list[dict[str, Any]]:
        with database.read() as session:
            rows = messages_after(session, conversation_id, seq, limit)
            return [message_json(row) for row in rows]

    @api.post("/session")
    @limits.per_address("30 per minute; 300 per hour")
    def open_session() -> tuple[Response, int]:
        token, state = sessions.open(_optional_string("identity"))
        return jsonify(token=token, **_state(state)), 201

    @api.get("/session")
    @limits.per_address(READS_OF_ADDRESS)
    @limits.per_credential("120 per minute")
    def show_session() -> Response:
        return jsonify(_state(mine()))

    @api.delete("/session")
    @limits.per_address("60 per minute")
    def end_session() -> tuple[str, int]:
        conversation_id = mine().conversation_id
        sessions.revoke(conversation_id)
        live.ring(Bell(conversation_id, "closed"))
        return "", 204

    @api.put("/session/identity")
    @limits.per_address("60 per minute")
    def identify() -> tuple[Response | str, int]:
        """204; or 200 and the conversation's new `token`, when it was a guest's until now."""
        state = mine()
        identity = _optional_string("identity")
        if identity is None:
            raise BadInput("'identity' is missing.")
        token = sessions.identify(state.conversation_id, identity)
        if token is None:
            return "", 204
        live.ring(Bell(state.conversation_id))  # streams of the old token end
        return jsonify(token=token), 200

    @api.post("/messages")
    @limits.per_address(MESSAGES_OF_ADDRESS)
    @limits.per_credential("60 per minute")
    def post_message() -> tuple[Response, int]:
        state = mine()
        body = _body()
        client_msg_id = _optional_string("client_msg_id")
        if client_msg_id is None or len(client_msg_id) > MAX_ID:
            raise BadInput(f"'client_msg_id' must be a string of 1 to {MAX_ID} characters.")
        product = _optional_string("product")
        if product is not None and len(product) > MAX_ID:
            raise BadInput(f"'product' must be a string of 1 to {MAX_ID} characters.")
        posted = conversations.post(
            state.conversation_id,
            body.get("text"),
            client_msg_id,
            body.get("payload"),
            metadata=None if product is None else {"product": product},
        )
        if posted.created:
            background.run(conversations.answer_pending, state.conversation_id)
        return jsonify(posted.message), 201 if posted.created else 200

    @api.get("/messages")
    @limits.per_address(READS_OF_ADDRESS)
    @limits.per_credential("240 per minute")
    def list_messages() -> Response:
        state = mine()
        said = read_after(state.conversation_id, _number("after", 0), max(1, _number("limit", 200)))
        return jsonify(
            messages=said, last_seq=state.last_seq, owner=state.owner, agent_name=state.agent_name
        )

    @api.get("/stream")
    @limits.per_address(READS_OF_ADDRESS)
    @limits.per_credential("60 per minute")
    def stream() -> Response:
        """Ends when its token is replaced or revoked, which it looks up whenever it reads."""
        state, token = mine(), _bearer()

        def read(seq: int) -> list[dict[str, Any]]:
            sessions.whose(token)
            return read_after(state.conversation_id, seq)

        after = _number("after", 0)
        last_seen = request.headers.get("Last-Event-ID", "")
        if last_seen.isdecimal():
            after = int(last_seen)
        place = ExitStack()
        place.enter_context(
            limits.at_once(
                {
                    f"streams of {state.conversation_id}": STREAMS,
                    f"streams from {request.remote_addr}": STREAMS_OF_ADDRESS,
                }
            )
        )
        response = event_stream(
            conversation_frames(
                live,
                state.conversation_id,
                after,
                read,
                frame("owner", {"owner": state.owner, "agent_name": state.agent_name}),
            )
        )
        response.call_on_close(place.close)
        return response

    return api


def bearer_conversation(sessions: Sessions) -> ConversationState:
    """The conversation whose token the request carries. Raises Unauthorized."""
    return sessions.whose(_bearer())


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def _state(state: ConversationState) -> dict[str, Any]:
    return {
        "conversation_id": state.conversation_id,
        "last_seq": state.last_seq,
        "owner": state.owner,
        "agent_name": state.agent_name,
    }


def _body() -> dict[str, Any]:
    """The request's JSON object; an empty body is an empty object. Raises BadInput."""
    if not request.data:
        return {}
    body = request.get_json(silent=True, force=True)
    if not isinstance(body, dict):
        raise BadInput("The body must be a JSON object.")
    return body


def _optional_string(field: str) -> str | None:
    value = _body().get(field)
    if value is not None and (not isinstance(value, str) or not value):
        raise BadInput(f"'{field}' must be a string.")
    return value


def _number(name: str, default: int) -> int:
    value = request.args.get(name, "")
    if value and (not value.isdecimal() or len(value) > 9):
        raise BadInput(f"'{name}' must be a whole number.")
    return int(value) if value else default

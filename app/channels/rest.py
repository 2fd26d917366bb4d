"""Rasa's REST channel: one message in, the turn's bot messages out.

Its contract has no credential: whoever knows a `sender` speaks as that sender. Its conversations
are therefore kept apart from the widget's, and are never those of a signed-in customer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.conversations import Conversations
from app.errors import AppError, BadInput
from app.limits import Limits
from app.sessions import Sessions

_log = logging.getLogger(__name__)
MAX_SENDER = 255


def rest_channel(sessions: Sessions, conversations: Conversations, limits: Limits) -> Blueprint:
    """The blueprint at `/webhooks/rest`."""
    channel = Blueprint("rest_channel", __name__, url_prefix="/webhooks/rest")

    @channel.get("/")
    def health() -> Response:
        return jsonify(status="ok")

    @channel.post("/webhook")
    @limits.per_address("600 per minute")
    def webhook() -> Response:
        body = request.get_json(silent=True, force=True)
        if not isinstance(body, dict) or not isinstance(body.get("message"), str):
            raise BadInput("The body must be a JSON object with a string 'message'.")
        sender = str(body.get("sender") or "default")
        if len(sender) > MAX_SENDER:
            raise BadInput(f"'sender' has more than {MAX_SENDER} characters.")
        metadata = body.get("metadata")
        said = _answers(sender, body["message"], metadata if isinstance(metadata, dict) else None)
        if request.args.get("stream", "").lower() == "true":
            lines: Iterator[str] = (json.dumps(part, ensure_ascii=False) + "\n" for part in said)
            return Response(lines, mimetype="text/event-stream")
        return jsonify(said)

    def _answers(sender: str, text: str, metadata: dict[str, Any] | None) -> list[dict[str, Any]]:
        """As Rasa does, a failure is logged and answered with what there is: often nothing."""
        try:
            conversation_id = sessions.by_sender("rest", sender)
            posted = conversations.post(conversation_id, text, metadata=metadata)
            conversations.answer_pending(conversation_id)
            replies = conversations.replies_to(conversation_id, posted.seq)
        except AppError as error:
            _log.warning("the REST channel answered nothing: %s", error)
            return []
        return [part for reply in replies for part in rest_messages(sender, reply)]

    return channel


def rest_messages(sender: str, message: dict[str, Any]) -> list[dict[str, Any]]:
    """One bot utterance as the REST channel's objects, in Rasa's order.

    Plain text is split on blank lines; text with buttons is not; then custom, image, elements.
    """
    parts: list[dict[str, Any]] = []
    text = (message["text"] or "").strip()
    if message["buttons"]:
        parts.append({"text": text, "buttons": message["buttons"]})
    elif text:
        parts.extend({"text": piece.strip()} for piece in text.split("\n\n") if piece.strip())
    if message["custom"]:
        parts.append({"custom": message["custom"]})
    if message["image"]:
        parts.append({"image": message["image"]})
    for element in message["elements"]:
        title, subtitle = element.get("title", ""), element.get("subtitle", "")
        parts.append({"text": f"{title} : {subtitle}", "buttons": element.get("buttons", [])})
    return [{"recipient_id": sender, **part} for part in parts]

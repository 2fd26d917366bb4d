"""Rasa's callback channel: messages come in, and what is said is posted to the project's address.

Like the REST channel it has no credential. What it is told is stored before it answers; the turn
and the posting happen afterwards.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from app.background import Background
from app.channels.incoming import read_incoming
from app.channels.rest import RULE
from app.conversations import Conversations
from app.limits import Limits
from app.sessions import Sessions

_log = logging.getLogger(__name__)
CHANNEL = "callback"


def callback_channel(
    sessions: Sessions, conversations: Conversations, background: Background, limits: Limits
) -> Blueprint:
    """The blueprint at `/webhooks/callback`."""
    channel = Blueprint("callback_channel", __name__, url_prefix="/webhooks/callback")

    @channel.get("/")
    def health() -> Response:
        return jsonify(status="ok")

    @channel.post("/webhook")
    @limits.per_address(RULE)
    def webhook() -> Response:
        incoming = read_incoming(CHANNEL)
        if incoming.text is None:
            _log.warning("the callback channel got a body without a message")
        else:
            conversation_id = sessions.by_sender(CHANNEL, incoming.sender)
            conversations.post(
                conversation_id,
                incoming.text,
                metadata=incoming.metadata,
                input_channel=incoming.input_channel,
                may_be_empty=True,
            )
            background.run(conversations.answer_pending, conversation_id)
        return Response("success", mimetype="text/plain")

    return channel

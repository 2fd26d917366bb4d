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

from app.channels.incoming import Incoming, read_incoming
from app.channels.payloads import rest_messages
from app.conversations import Conversations
from app.errors import AppError
from app.limits import Limits
from app.sessions import Sessions

_log = logging.getLogger(__name__)
CHANNEL = "rest"
RULE = "600 per minute"


def rest_channel(sessions: Sessions, conversations: Conversations, limits: Limits) -> Blueprint:
    """The blueprint at `/webhooks/rest`."""
    channel = Blueprint("rest_channel", __name__, url_prefix="/webhooks/rest")

    @channel.get("/")
    def health() -> Response:
        return jsonify(status="ok")

    @channel.post("/webhook")
    @limits.per_address(RULE)
    def webhook() -> Response:
        said = _answers(read_incoming(CHANNEL))
        if request.args.get("stream", "").casefold() == "true":
            # One JSON object a line, as Rasa's clients parse it, whatever the type promises. In
            # ASCII, as Rasa's: some clients take other signs (U+2028) for the end of a line.
            lines = (json.dumps(part) + "\n" for part in said)
            return Response(lines, mimetype="text/event-stream")
        return jsonify(list(said))

    def _answers(incoming: Incoming) -> Iterator[dict[str, Any]]:
        """The turn's messages. As in Rasa, a failure is logged and ends them: often there is none.

        A generator, so that a stream begins before its turn does.
        """
        if incoming.text is None:
            _log.warning("the REST channel got a body without a message")
            return
        try:
            conversation_id = sessions.by_sender(CHANNEL, incoming.sender)
            posted = conversations.post(
                conversation_id,
                incoming.text,
                metadata=incoming.metadata,
                input_channel=incoming.input_channel,
                may_be_empty=True,
            )
            conversations.answer_pending(conversation_id)
            for reply in conversations.replies_to(conversation_id, posted.seq):
                yield from rest_messages(incoming.sender, reply)
        except AppError as error:
            _log.warning("the REST channel answered nothing: %s", error)
        except Exception:
            _log.exception("the REST channel failed on a message")

    return channel

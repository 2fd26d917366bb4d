"""Photographs at the door: the customer's own under the conversation's token, all for the desk."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask_login import login_required
from werkzeug.exceptions import RequestEntityTooLarge

from app.background import Background
from app.channels.widget import MAX_ID, bearer_conversation
from app.conversations import Conversations
from app.errors import BadInput
from app.limits import Limits
from app.photos.decoding import MAX_BYTES, too_large
from app.photos.keeping import Photographs
from app.sessions import Sessions


def photo_api(
    sessions: Sessions,
    photographs: Photographs,
    conversations: Conversations,
    background: Background,
    limits: Limits,
) -> Blueprint:
    """The blueprint at `/api/v1/photos`; the token says which conversation, as in the widget's."""
    api = Blueprint("photo_api", __name__, url_prefix="/api/v1/photos")

    @api.post("")
    @limits.per_address("60 per hour")
    @limits.per_credential("6 per minute; 30 per hour")
    def send() -> tuple[Response, int]:
        """The body is the picture; `client_msg_id` stands in the query."""
        conversation_id = bearer_conversation(sessions).conversation_id
        client_msg_id = request.args.get("client_msg_id", "")
        if not 1 <= len(client_msg_id) <= MAX_ID:
            raise BadInput(f"'client_msg_id' must be a string of 1 to {MAX_ID} characters.")
        posted = photographs.add(conversation_id, _body(), client_msg_id)
        if posted.created:
            background.run(conversations.answer_pending, conversation_id)
        return jsonify(posted.message), 201 if posted.created else 200

    @api.get("/<key>")
    @limits.per_credential("240 per minute")
    def show(key: str) -> Response:
        conversation_id = bearer_conversation(sessions).conversation_id
        return _picture(photographs.of_conversation(conversation_id, key))

    return api


def photo_pages(photographs: Photographs) -> Blueprint:
    """The blueprint at `/desk/photos`, for whoever is signed in at the desk."""
    pages = Blueprint("desk_photos", __name__, url_prefix="/desk/photos")

    @pages.get("/<key>")
    @login_required
    def show(key: str) -> Response:
        return _picture(photographs.for_staff(key))

    return pages


def _body() -> bytes:
    """The request's bytes, which may be more than those of any other request."""
    request.max_content_length = MAX_BYTES
    try:
        sent = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise too_large() from error
    if not sent:
        raise BadInput("The body must be a picture.")
    return sent


def _picture(jpeg: bytes) -> Response:
    """A JPEG that a page can show, and that opened by itself is saved and runs nothing."""
    response = Response(jpeg, mimetype="image/jpeg")
    response.headers["Content-Disposition"] = 'attachment; filename="photograph.jpg"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response

"""The desk's pages for agents: the list, a transcript, labels, taking over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from app.channels.sse import event_stream
from app.database import Database
from app.desk import queries
from app.desk.auth import staff_member
from app.desk.stream import desk_frames
from app.errors import BadInput
from app.explanations import Explanations
from app.handover import Handover
from app.labels import Labels
from app.live import EVERYTHING, Live
from app.sessions import conversation_exists
from app.tickets import TicketDesk
from dialogue.retail.people.briefing import briefing


def desk_pages(
    database: Database,
    handover: Handover,
    labels: Labels,
    live: Live,
    explanations: Explanations,
    still_signed_in: Callable[[int, int], bool],
    tickets: TicketDesk | None = None,
) -> Blueprint:
    """The blueprint at `/desk`."""
    desk = Blueprint("desk", __name__, url_prefix="/desk")

    @desk.get("/")
    @login_required
    def conversation_list() -> str:
        filters = queries.Filters.of(request.args)
        with database.read() as session:
            rows, total = queries.list_conversations(session, filters)
            tally, intents = queries.counts(session), queries.seen_intents(session)
        template = "desk/_rows.html" if request.args.get("part") == "rows" else "desk/list.html"
        return render_template(
            template,
            rows=rows,
            total=total,
            counts=tally,
            intents=intents,
            filters=filters,
            pages=max(1, -(-total // queries.PAGE)),
        )

    @desk.get("/conversations/<conversation_id>")
    @login_required
    def conversation(conversation_id: str) -> str:
        with database.read() as session:
            row, messages = queries.transcript(session, conversation_id)
            events = queries.events_by_message(session, conversation_id)
        return render_template(
            "desk/conversation.html",
            conversation=row,
            messages=messages,
            events=events,
            intents=labels.intents,
            briefing=briefing(event for seq in sorted(events) for event in events[seq]),
            tickets=tickets.of(row) if tickets is not None else (),
        )

    @desk.get("/conversations/<conversation_id>/messages")
    @login_required
    def conversation_part(conversation_id: str) -> str:
        """The transcript below number `after`, as the page's script puts it in."""
        after = request.args.get("after", "0")
        if not after.isdecimal() or len(after) > 9:
            raise BadInput("'after' must be a whole number.")
        with database.read() as session:
            row, _ = queries.transcript(session, conversation_id)
            messages = queries.transcript_messages(session, conversation_id, int(after))
            events = queries.events_by_message(session, conversation_id)
        return render_template(
            "desk/_messages.html",
            conversation=row,
            messages=messages,
            events=events,
            intents=labels.intents,
        )

    @desk.get("/conversations/<conversation_id>/stream")
    @login_required
    def conversation_stream(conversation_id: str) -> Response:
        conversation_exists(database, conversation_id)
        return _stream(conversation_id)

    @desk.get("/stream")
    @login_required
    def list_stream() -> Response:
        return _stream(EVERYTHING)

    def _stream(conversation_id: str) -> Response:
        staff_id, epoch = staff_member().id, staff_member().session_epoch
        frames: Iterator[str] = desk_frames(
            live, conversation_id, lambda: still_signed_in(staff_id, epoch)
        )
        return event_stream(frames)

    @desk.post("/conversations/<conversation_id>/take-over")
    @login_required
    def take_over(conversation_id: str) -> Response:
        handover.take_over(conversation_id, staff_member())
        return _back_to(conversation_id)

    @desk.post("/conversations/<conversation_id>/hand-back")
    @login_required
    def hand_back(conversation_id: str) -> Response:
        handover.hand_back(conversation_id, staff_member())
        return _back_to(conversation_id)

    @desk.post("/conversations/<conversation_id>/close")
    @login_required
    def close(conversation_id: str) -> Response:
        handover.close(conversation_id, staff_member())
        return _back_to(conversation_id)

    @desk.post("/conversations/<conversation_id>/messages")
    @login_required
    def say(conversation_id: str) -> Response | tuple[Response, int]:
        handover.say(
            conversation_id,
            staff_member(),
            request.form.get("text"),
            request.form.get("client_msg_id") or None,
        )
        return _done(conversation_id)

    @desk.post("/conversations/<conversation_id>/typing")
    @login_required
    def typing(conversation_id: str) -> tuple[str, int]:
        conversation_exists(database, conversation_id)
        handover.typing(conversation_id, request.form.get("on") == "1")
        return "", 204

    @desk.post("/messages/<int:message_id>/label")
    @login_required
    def label(message_id: int) -> Response | tuple[Response, int]:
        added = labels.add(
            message_id,
            request.form.get("kind", ""),
            request.form.get("intent") or None,
            staff_member(),
        )
        with database.read() as session:
            conversation_id = queries.conversation_of(session, added.message_id)
        return _done(conversation_id, kind=added.kind, intent=added.intent)

    @desk.get("/messages/<int:message_id>/why")
    @login_required
    def why(message_id: int) -> str:
        return render_template("desk/_why.html", why=explanations.of_message(message_id))

    def _done(conversation_id: str, **facts: Any) -> Response | tuple[Response, int]:
        """201 for the page's script, a redirect for a plain form."""
        if request.headers.get("X-Requested-With") == "fetch":
            return jsonify(facts), 201
        return _back_to(conversation_id)

    def _back_to(conversation_id: str) -> Response:
        return redirect(url_for("desk.conversation", conversation_id=conversation_id), code=303)

    return desk

"""The desk's page of tickets: complaints and reported problems, to be closed with an answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from app.desk.auth import staff_member
from app.errors import BadInput
from app.tickets import TicketDesk

STATES = ("open", "closed")


def tickets_pages(tickets: TicketDesk) -> Blueprint:
    """The blueprint at `/desk/tickets`."""
    pages = Blueprint("desk_tickets", __name__, url_prefix="/desk/tickets")

    @pages.get("/")
    @login_required
    def overview() -> str:
        state = request.args.get("state", "open")
        if state not in STATES:
            raise BadInput(f"'state' must be one of {', '.join(STATES)}.")
        return render_template("desk/tickets.html", tickets=tickets.listed(state), state=state)

    @pages.post("/<number>/close")
    @login_required
    def close(number: str) -> Response:
        told = tickets.close(number, request.form.get("answer"), staff_member())
        flash(
            "Closed. The customer has been told in the chat."
            if told
            else "Closed. The bot could not tell the customer: please do so yourself.",
            "notice",
        )
        return redirect(url_for("desk_tickets.overview"), code=303)

    return pages

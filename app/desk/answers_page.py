"""The desk's page of answers: what agents teach the bot without training it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from app.answers import Answers
from app.desk.auth import staff_member
from app.knowledge import Knowledge


def answers_pages(answers: Answers, knowledge: Knowledge) -> Blueprint:
    """The blueprint at `/desk/answers`."""
    pages = Blueprint("desk_answers", __name__, url_prefix="/desk/answers")

    @pages.get("/")
    @login_required
    def overview() -> str:
        return render_template(
            "desk/answers.html",
            answers=answers.listed(),
            intent=knowledge.intent,
            broken=knowledge.broken,
        )

    @pages.post("/")
    @login_required
    def add() -> Response:
        answers.add(request.form.get("questions", ""), request.form.get("text", ""), staff_member())
        return _back("The bot knows it in a moment.")

    @pages.get("/<int:answer_id>")
    @login_required
    def edit(answer_id: int) -> str:
        return render_template("desk/answer.html", answer=answers.show(answer_id))

    @pages.post("/<int:answer_id>")
    @login_required
    def change(answer_id: int) -> Response:
        answers.change(
            answer_id,
            request.form.get("questions", ""),
            request.form.get("text", ""),
            staff_member(),
        )
        return _back("Changed. The bot knows it in a moment.")

    @pages.post("/<int:answer_id>/take-out")
    @login_required
    def take_out(answer_id: int) -> Response:
        answers.take_out(answer_id, staff_member())
        return _back("Taken out. The bot forgets it in a moment.")

    def _back(told: str) -> Response:
        flash(told, "notice")
        return redirect(url_for("desk_answers.overview"), code=303)

    return pages

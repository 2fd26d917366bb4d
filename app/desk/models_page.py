"""The desk's page for bot builders: models, retraining, reports, promotion."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from app.desk.auth import admin_required, staff_member
from app.errors import NotFound
from app.jobs import Jobs
from app.labels import Labels
from app.versions import Versions

# A report is one page of our own making with inline charts: it may draw, and do nothing else.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


def models_pages(jobs: Jobs, labels: Labels, versions: Versions) -> Blueprint:
    """The blueprint at `/desk/models`."""
    pages = Blueprint("desk_models", __name__, url_prefix="/desk/models")

    @pages.get("/")
    @login_required
    def overview() -> str:
        return render_template(
            "desk/models.html",
            versions=versions.listed(),
            serving=versions.serving(),
            job=jobs.newest("retrain"),
            labels=labels.collect(),
        )

    @pages.post("/retrain")
    @admin_required
    def retrain() -> AnyResponse:
        job = jobs.enqueue_retrain(staff_member())
        if request.headers.get("X-Requested-With") == "fetch":
            return jsonify(job)
        return redirect(url_for("desk_models.overview"), code=303)

    @pages.get("/jobs/<job_id>")
    @login_required
    def job(job_id: str) -> Response:
        return jsonify(jobs.show(job_id))

    @pages.get("/<version>/report")
    @login_required
    def report(version: str) -> Response:
        page = versions.report_html(version)
        if page is None:
            raise NotFound("There is no report of this model.")
        response = Response(page, mimetype="text/html")
        response.headers["Content-Security-Policy"] = REPORT_POLICY
        return response

    @pages.post("/<version>/promote")
    @admin_required
    def promote(version: str) -> AnyResponse:
        versions.promote(version, staff_member().username)
        flash(f"{version} is promoted; the host takes it over now.", "notice")
        return redirect(url_for("desk_models.overview"), code=303)

    @pages.post("/rollback")
    @admin_required
    def rollback() -> AnyResponse:
        version = versions.rollback(staff_member().username)
        flash(f"Rolled back to {version}.", "notice")
        return redirect(url_for("desk_models.overview"), code=303)

    return pages

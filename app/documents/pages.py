"""The documents as pages, so that an answer can link to its place."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template, send_file
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.documents import markup
from app.documents.blocks import Unreadable
from app.documents.reading import documents_in, read_document
from app.errors import NotFound
from nlu.errors import SourceError


def document_pages(project: Path) -> Blueprint:
    """The blueprint at `/documents`."""
    pages = Blueprint("documents", __name__, url_prefix="/documents")

    @pages.get("/<name>")
    def page(name: str) -> str | AnyResponse:
        path = next((one for one in documents_in(project) if one.name == name), None)
        if path is None:
            raise NotFound("There is no such document.")
        if path.suffix.lower() == ".pdf":
            return send_file(path, mimetype="application/pdf", download_name=path.name)
        try:
            title = read_document(path).title
            content = path.read_bytes()
            read = markup.html_of_markdown if path.suffix == ".md" else markup.safe_html
            body = read(content)
        except (SourceError, Unreadable, OSError) as error:
            raise NotFound("This document cannot be shown right now.") from error
        # nh3 has cleaned it: nothing in it runs or loads anything.
        return render_template("documents/page.html", title=title, body=Markup(body))  # noqa: S704

    @pages.after_request
    def may_be_kept(response: Response) -> Response:
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    return pages

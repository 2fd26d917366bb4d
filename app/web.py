"""The application factory: blueprints, errors, headers. It never imports torch."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask_cors import CORS
from flask_limiter.errors import RateLimitExceeded
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from app.build import Frontdesk, build, invoice_links
from app.channels.callback import callback_channel
from app.channels.rest import rest_channel
from app.channels.socket_io import SocketChannel, socketio_health
from app.channels.widget import widget_api
from app.desk.answers_page import answers_pages
from app.desk.auth import auth_pages, install_login
from app.desk.models_page import models_pages
from app.desk.tickets_page import tickets_pages
from app.desk.views import desk_pages
from app.documents.pages import document_pages
from app.errors import AppError, Unavailable
from app.health import health_pages
from app.invoices.pages import invoice_pages
from app.mail import LocalMailbox
from app.photos.pages import photo_api, photo_pages
from app.rasa_api.blueprint import rasa_api
from app.rasa_files.credentials import SocketIo
from app.settings import load_settings
from app.shop import shop_pages
from dialogue.actions.runner import PROTOCOL_VERSION

_log = logging.getLogger(__name__)
MAX_BODY = 64 * 1024
MACHINE_PATHS = ("/api/", "/webhooks/", "/healthz", "/metrics")
PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data: https:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def create_app(frontdesk: Frontdesk) -> Flask:
    """The Flask application over a wired Frontdesk."""
    settings = frontdesk.settings
    app = Flask(__name__, static_folder=str(Path(__file__).parent / "static"))
    app.config.update(
        SECRET_KEY=settings.session_secret,
        MAX_CONTENT_LENGTH=MAX_BODY,
        SESSION_COOKIE_NAME="frontdesk_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if frontdesk.channels.socketio is not None:
        app.wsgi_app = _socket_channel(frontdesk, frontdesk.channels.socketio).wrap(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf = CSRFProtect(app)
    frontdesk.limits.install(app)
    install_login(app, frontdesk.staff)
    f = frontdesk
    machines = [
        widget_api(f.sessions, f.conversations, f.database, f.live, f.background, f.limits),
        photo_api(f.sessions, f.photographs, f.conversations, f.background, f.limits),
        health_pages(f),
        rasa_api(f),
    ]
    if f.channels.rest:
        machines.append(rest_channel(f.sessions, f.conversations, f.limits))
    if f.channels.callback_url is not None:
        machines.append(callback_channel(f.sessions, f.conversations, f.background, f.limits))
    if f.channels.socketio is not None:
        machines.append(socketio_health())
    for blueprint in machines:
        csrf.exempt(blueprint)  # no cookie is a credential there
        app.register_blueprint(blueprint)
    app.register_blueprint(auth_pages(f.staff, f.limits))
    app.register_blueprint(
        desk_pages(
            f.database, f.handover, f.labels, f.live, f.explanations, f.staff.still_in, f.tickets
        )
    )
    app.register_blueprint(photo_pages(f.photographs))
    app.jinja_env.globals["has_tickets"] = f.tickets is not None
    if f.tickets is not None:
        app.register_blueprint(tickets_pages(f.tickets))
    app.register_blueprint(answers_pages(f.answers, f.knowledge))
    app.register_blueprint(models_pages(f.jobs, f.labels, f.versions))
    app.register_blueprint(document_pages(settings.project))
    _add_shop(app, f)
    if settings.allowed_origins:
        CORS(
            app,
            resources={r"/(api/v1|webhooks)/.*": {"origins": settings.allowed_origins}},
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After"],
            max_age=600,
        )

    @app.get("/widget.js")
    def widget_loader() -> AnyResponse:
        response = app.send_static_file("widget/loader.js")
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    @app.get("/")
    def front_page() -> AnyResponse:
        """People see the shop, the bot or the desk; programs are greeted as Rasa greets them."""
        if "text/html" not in request.accept_mimetypes.values():
            return Response(f"Hello from Rasa: {PROTOCOL_VERSION}", mimetype="text/plain")
        if settings.demo_shop:
            return redirect(url_for("shop.index"))
        if settings.rasa_project:
            page = render_template("front/index.html", name=bot_name(settings.project))
            return Response(page, mimetype="text/html")
        return redirect(url_for("desk.conversation_list"))

    app.after_request(_secure)
    _install_errors(app)
    return app


def _add_shop(app: Flask, f: Frontdesk) -> None:
    """What only a bot that sells has: papers, and the demonstration shop."""
    settings = f.settings
    if f.shop is not None:
        links = invoice_links(settings, f.clock)
        app.register_blueprint(
            invoice_pages(links, f.shop.store, f.shop.policies, f.database, f.limits)
        )
    if f.orders is not None and settings.demo_shop:
        letters = LocalMailbox(settings.mail_folder) if settings.local_mail else None
        app.register_blueprint(shop_pages(f.orders, settings.identity_secret, f.clock, letters))


def bot_name(project: Path) -> str:
    """What a project's bot is called on its page: as its folder."""
    return project.name.replace("_", " ").replace("-", " ").strip().capitalize() or "Assistant"


def application() -> Flask:
    """What gunicorn serves: settings read, everything wired and started."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    frontdesk = build(load_settings())
    frontdesk.start()
    return create_app(frontdesk)


def _socket_channel(f: Frontdesk, channel: SocketIo) -> SocketChannel:
    """The socket.io channel.

    Polling asks the same process again and again, and gunicorn does not say which one it reaches:
    with several workers there are websockets alone.
    """
    polling = f.settings.web_workers == 1
    if not polling:
        _log.info("socket.io clients must use websockets: there are several web workers")
    return SocketChannel(
        channel,
        f.sessions,
        f.conversations,
        f.database,
        f.live,
        f.redis,
        f.background,
        f.limits,
        f.settings.allowed_origins,
        polling,
    )


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    if request.path.startswith(("/static/widget/", "/widget.js")):
        # A shop on another origin loads these as modules.
        response.headers["Access-Control-Allow-Origin"] = "*"
    if not request.path.startswith(("/static/", "/widget.js")):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _install_errors(app: Flask) -> None:
    @app.errorhandler(AppError)
    def app_error(error: AppError) -> AnyResponse:
        response = _told(error.status, error.code, str(error))
        if isinstance(error, Unavailable):
            response.headers["Retry-After"] = "3"
        return response

    @app.errorhandler(RateLimitExceeded)
    def too_often(error: RateLimitExceeded) -> AnyResponse:
        response = _told(429, "too_many", "That was too often. Please wait a little.")
        for name, value in error.get_headers():
            if name.lower() == "retry-after":
                response.headers[name] = value
        response.headers.setdefault("Retry-After", "60")
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> AnyResponse:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        code = error.name.lower().replace(" ", "_")
        return _told(status, code, error.description or error.name)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> AnyResponse:
        _log.error("%s %s failed", request.method, request.path, exc_info=error)
        return _told(500, "failed", "Something went wrong on our side.")


def _told(status: int, code: str, message: str) -> AnyResponse:
    """An error as JSON for programs, as a page for people."""
    fetched = request.headers.get("X-Requested-With") == "fetch"
    if (
        fetched
        or request.path.startswith(MACHINE_PATHS)
        or request.path.startswith("/shop/identity")
    ):
        response: AnyResponse = jsonify(error=code, message=message)
    elif request.path.startswith("/desk") and current_user:
        page = render_template("desk/error.html", status=status, title=f"{status}", message=message)
        response = Response(page, mimetype="text/html")
    else:
        response = Response(message, mimetype="text/plain")
    response.status_code = status
    return response

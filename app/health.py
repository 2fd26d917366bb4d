"""Is everything there, by name; and the figures that Prometheus collects."""

from __future__ import annotations

import uuid

import httpx
from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client import REGISTRY as PROCESS_REGISTRY
from redis.exceptions import RedisError
from sqlalchemy import text

from app.action_calls import client_for
from app.build import Frontdesk
from app.errors import Unavailable
from app.rasa_files.endpoints import ActionServer
from app.shop_source import ShopSource


def health_pages(frontdesk: Frontdesk) -> Blueprint:
    """The blueprint with `/healthz` and `/metrics`."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def healthz() -> tuple[Response, int]:
        components = {
            "database": _database(frontdesk),
            "redis": _redis(frontdesk),
            "live": _live(frontdesk),
            "nlu": _nlu(frontdesk),
            "worker": _worker(frontdesk),
        }
        if frontdesk.shop is not None:
            components["orders"] = _orders(frontdesk.shop)
        if frontdesk.action_server is not None:
            components["actions"] = _actions(frontdesk.action_server)
        down = {name for name, part in components.items() if part["status"] != "ok"}
        body = jsonify(status="degraded" if down else "ok", components=components)
        # Without its action server or the shop's API, which are others', the bot still answers.
        others = {"actions", "orders"} if frontdesk.settings.orders_over_http else {"actions"}
        return body, 503 if down - others else 200

    @pages.get("/metrics")
    def metrics() -> Response:
        registry = PROCESS_REGISTRY
        if frontdesk.settings.web_workers > 1:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return pages


Part = dict[str, str | None]


def _ok(**facts: str | None) -> Part:
    return {"status": "ok", **facts}


def _down(reason: object) -> Part:
    return {"status": "down", "reason": type(reason).__name__ if reason else None}


def _database(frontdesk: Frontdesk) -> Part:
    try:
        with frontdesk.database.read() as session:
            session.execute(text("SELECT 1"))
    except Unavailable as error:
        return _down(error)
    return _ok()


def _orders(shop: ShopSource) -> Part:
    try:
        shop.ping()
    except Exception as error:
        return _down(error)
    return _ok()


def _actions(server: ActionServer) -> Part:
    """Whether the action server answers at all; of its actions each says for itself."""
    try:
        with client_for(server, 2.0) as client:
            client.get(httpx.URL(server.url).join("/health"))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _down(error)
    return _ok()


def _redis(frontdesk: Frontdesk) -> Part:
    try:
        frontdesk.redis.ping()
    except RedisError as error:
        return _down(error)
    return _ok()


def _live(frontdesk: Frontdesk) -> Part:
    if frontdesk.live.round_trip(uuid.uuid4().hex):
        return _ok()
    return {"status": "down", "reason": "no bell came back"}


def _nlu(frontdesk: Frontdesk) -> Part:
    try:
        answer = httpx.get(f"{frontdesk.settings.nlu_url}/healthz", timeout=2.0)
        body = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        return _down(error)
    if answer.status_code != 200:
        return {"status": "down", "reason": str(body.get("status", answer.status_code))}
    return _ok(model_version=body.get("model_version"), refused=body.get("refused"))


def _worker(frontdesk: Frontdesk) -> Part:
    try:
        return _ok() if frontdesk.jobs.workers() else _down(None)
    except Unavailable as error:
        return _down(error)

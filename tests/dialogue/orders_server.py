"""A shop's API as `ORDERS_API.md` has it, over the SQL implementations: Flask, real sockets.

A test can stop it and start it again at the same address, and have it answer badly: `trouble` is
called with each request's method and path and may give an answer of its own. `lose_answer` has a
request done and its answer lost.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, request
from werkzeug.routing import Rule
from werkzeug.serving import BaseWSGIServer, make_server

from dialogue.orders.addresses import NewAddress
from dialogue.orders.catalogue import Catalogue
from dialogue.orders.errors import ChangedMeanwhile, OrderError, OrderNotFound, SignInRequired
from dialogue.orders.protocol import OrderStore
from dialogue.orders.purchases import Purchases
from dialogue.orders.states import ProblemKind, Remedy
from dialogue.orders.views import Once, Viewer
from dialogue.orders.wire import error_to_json, to_json

TOKEN = "a-token-of-the-tests"
Trouble = Callable[[str, str], Response | None]


class OrdersServer:
    """The server, in a thread of its own."""

    def __init__(self, store: OrderStore, catalogue: Catalogue, purchases: Purchases) -> None:
        self.heard: list[tuple[str, str, dict[str, str]]] = []
        self.trouble: Trouble = lambda _method, _path: None
        self.lose_answer: Callable[[str, str], bool] = lambda _method, _path: False
        self._app = api(store, catalogue, purchases)
        self._app.before_request(self._note)
        self._app.after_request(self._send_or_lose)
        self._server: BaseWSGIServer | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def rules(self) -> list[Rule]:
        """Every address that it answers at."""
        return [rule for rule in self._app.url_map.iter_rules() if rule.endpoint != "static"]

    def start(self) -> OrdersServer:
        self._server = make_server("127.0.0.1", self._port, self._app, threaded=True)
        self._port = self._server.port
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _note(self) -> Response | None:
        self.heard.append((request.method, request.path, dict(request.headers)))
        return self.trouble(request.method, request.path)

    def _send_or_lose(self, answer: Response) -> Response:
        if self.lose_answer(request.method, request.path):
            answer = Response("the proxy knows nothing", 504, content_type="text/plain")
        answer.headers["Connection"] = "close"  # so that nobody is heard once it has stopped
        return answer


def api(store: OrderStore, catalogue: Catalogue, purchases: Purchases) -> Flask:
    """The whole contract."""
    app = Flask("orders")
    commands = _commands(store)

    @app.before_request
    def authorised() -> None:
        if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {TOKEN}"):
            abort(401)

    @app.errorhandler(OrderError)
    def refused(error: OrderError) -> Response:
        status = 409
        if isinstance(error, OrderNotFound):
            status = 404
        elif isinstance(error, SignInRequired):
            status = 403
        elif isinstance(error, ChangedMeanwhile):
            status = 412
        return Response(
            json.dumps({"error": error_to_json(error)}), status, content_type="application/json"
        )

    @app.get("/v1/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/v1/customer")
    def customer() -> Response:
        return _answer(store.customer(_viewer()))

    @app.post("/v1/proofs")
    def proofs() -> dict[str, bool]:
        return {"proven": store.prove(_body("number"), _body("email"))}

    @app.get("/v1/orders")
    def orders() -> Response:
        found = store.recent_orders(_viewer(), int(request.args["limit"]))
        return _list("orders", found)

    @app.get("/v1/orders/<number>")
    def order(number: str) -> Response:
        return _answer(store.order(_viewer(), number))

    @app.get("/v1/orders/<number>/contact")
    def contact(number: str) -> dict[str, str]:
        return {"email": store.contact(_viewer(), number)}

    @app.get("/v1/orders/<number>/invoice")
    def invoice(number: str) -> Response:
        return _answer(store.invoice(_viewer(), number))

    def change(number: str) -> Response:
        command = request.path.rpartition("/")[2]
        version = request.headers.get("If-Match")
        once = Once(
            request.headers.get("Idempotency-Key"), int(version.strip('"')) if version else None
        )
        return _answer(commands[command](_viewer(), number, once))

    for command in commands:
        app.add_url_rule(
            f"/v1/orders/<number>/{command}", command, view_func=change, methods=["POST"]
        )

    @app.get("/v1/products")
    def products() -> Response:
        skus = request.args.get("skus")
        return _list("products", catalogue.products(skus.split(",") if skus else None))

    @app.get("/v1/promotions")
    def promotions() -> Response:
        return _list("promotions", catalogue.promotions())

    @app.post("/v1/alerts")
    def alerts() -> dict[str, bool]:
        catalogue.alert(_viewer(), _body("sku"), _body("colour"), _body("size"))
        return {"noted": True}

    @app.get("/v1/purchases")
    def everyone() -> dict[str, Any]:
        return {"purchases": purchases.everyone()}

    @app.get("/v1/customer/purchases")
    def own() -> dict[str, Any]:
        owned = purchases.of(_viewer())
        return {
            "kept": [(sku, day.isoformat()) for sku, day in owned.kept],
            "just_returned": sorted(owned.just_returned),
        }

    return app


def _commands(store: OrderStore) -> dict[str, Callable[[Viewer, str, Once], object]]:
    return {
        "cancel": store.cancel,
        "address": lambda viewer, number, once: store.change_address(
            viewer, number, NewAddress(**request.get_json()), once
        ),
        "contents": lambda viewer, number, once: store.change_contents(
            viewer, number, **request.get_json(), once=once
        ),
        "returns": lambda viewer, number, once: store.request_return(
            viewer,
            number,
            {piece["line"]: piece["quantity"] for piece in _body("pieces")},
            _body("reason"),
            once,
        ),
        "exchanges": lambda viewer, number, once: store.request_exchange(
            viewer, number, **request.get_json(), once=once
        ),
        "withdrawn-returns": lambda viewer, number, once: store.withdraw_return(
            viewer, number, _body("reference"), once
        ),
        "problems": lambda viewer, number, once: store.report_problem(
            viewer, number, ProblemKind(_body("kind")), _body("details"), _body("wish"), once
        ),
        "lost-parcels": lambda viewer, number, once: store.settle_lost(
            viewer, number, _body("tracking_number"), Remedy(_body("remedy")), once
        ),
    }


def _viewer() -> Viewer:
    customer = request.headers.get("X-Customer-Id")
    proven = request.headers.get("X-Proven-Orders", "")
    return Viewer(int(customer) if customer else None, frozenset(filter(None, proven.split(","))))


def _body(name: str) -> Any:
    return request.get_json()[name]


def _answer(view: object) -> Response:
    return Response(to_json(view), content_type="application/json")


def _list(name: str, views: Any) -> Response:
    text = f'{{"{name}": [{", ".join(map(to_json, views))}]}}'
    return Response(text, content_type="application/json")

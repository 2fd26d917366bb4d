"""What a shop's API may do wrong, and what we tell it: over real sockets."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Response
from orders_server import TOKEN, OrdersServer
from shop_stories import TODAY, Clock, Shop
from sqlalchemy import Engine

from dialogue import orders
from dialogue.orders import errors, wire
from dialogue.orders.addresses import parse_address
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.errors import (
    ChangedMeanwhile,
    NotReturnable,
    NotReturnableReason,
    OrderAlreadyShipped,
    OrderNotFound,
    OrdersUnavailable,
    OutOfStock,
    SignInRequired,
    WrongQuantity,
)
from dialogue.orders.http_catalogue import HttpCatalogue, HttpPurchases
from dialogue.orders.http_store import HttpOrderStore
from dialogue.orders.purchases import Owned, SqlPurchases
from dialogue.orders.shop_api import LARGEST_ANSWER, ShopApi
from dialogue.orders.states import OrderStatus, ProblemKind
from dialogue.orders.views import Once, Viewer

GUIDE = (Path(orders.__file__).parent / "ORDERS_API.md").read_text(encoding="utf-8")
WAIT_S = 3.0  # long enough for two attempts on a busy machine


@pytest.fixture
def robin(sqlite_engine: Engine) -> Viewer:
    return Shop(sqlite_engine).viewer("Robin")


@pytest.fixture
def quick(server: OrdersServer) -> Iterator[HttpOrderStore]:
    """A store that does not wait long."""
    api = ShopApi(server.url, TOKEN, wait_s=WAIT_S)
    yield HttpOrderStore(api)
    api.close()


def answers(text: str | bytes, status: int = 200, kind: str = "application/json") -> Response:
    return Response(text, status, content_type=kind)


ORDER = {"number": "90001"}
BAD_ANSWERS = {
    "a page": answers("<html>Welcome</html>", kind="text/html"),
    "a page that says it is JSON": answers("<html>Welcome</html>"),
    "nothing": answers(""),
    "half of it": answers('{"number": "90001", "sta'),
    "a list": answers("[]"),
    "null": answers("null"),
    "deep": answers("[" * 100_000),
    "fields that lack": answers(json.dumps(ORDER)),
    "no UTF-8": answers(b'{"number": "\xff\xfe"}'),
    "huge": answers(b'"' + b" " * (LARGEST_ANSWER + 1) + b'"'),
    "compressed": Response(
        gzip.compress(b"{}"), 200, {"Content-Encoding": "gzip"}, content_type="application/json"
    ),
    "elsewhere": Response("", 302, {"Location": "https://elsewhere.example/"}),
    "another's login page": answers("<html>Sign in</html>", 401, "text/html"),
    "no such address": answers("<html>404</html>", 404, "text/html"),
    "an error without a code": answers('{"message": "no"}', 404),
    "an unknown error": answers('{"error": {"code": "it_is_monday"}}', 409),
    "an error without its facts": answers('{"error": {"code": "wrong_quantity"}}', 409),
    "a broken server": answers("Traceback", 500, "text/plain"),
    "nothing at all": Response(status=204),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_answer_is_a_clear_error(
    name: str, server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    server.trouble = lambda _method, _path: BAD_ANSWERS[name]
    with pytest.raises(OrdersUnavailable) as caught:
        quick.order(robin, "90001")
    assert str(caught.value).startswith("GET orders/90001: ")
    assert not caught.value.unsure, "reading changes nothing"
    assert TOKEN not in str(caught.value)
    assert len(server.heard) == 1, "the same nonsense would come again"
    server.trouble = lambda _method, _path: None
    assert quick.order(robin, "90001").number == "90001"


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("total_cents",), "12", "total_cents: "),
        (("total_cents",), 1.5, "total_cents: "),
        (("status",), "lost_in_space", "status: "),
        (("placed_at",), "yesterday", "placed_at: "),
        (("placed_at",), "2026-03-16T12:00:00", "placed_at: a moment needs a zone"),
        (("items", 0, "quantity"), None, "items.0.quantity: "),
        (("address", "street"), {"$ne": ""}, "address.street: "),
        (("number",), "90002", "another order"),
    ],
)
def test_a_wrong_field_is_named_without_its_value(
    path: tuple[str | int, ...],
    value: object,
    complaint: str,
    server: OrdersServer,
    quick: HttpOrderStore,
    robin: Viewer,
) -> None:
    told = json.loads(wire.to_json(quick.order(robin, "90001")))
    place = told
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    server.trouble = lambda _method, _path: answers(json.dumps(told))
    with pytest.raises(OrdersUnavailable) as caught:
        quick.order(robin, "90001")
    assert complaint in str(caught.value) and "yesterday" not in str(caught.value)


def test_fields_that_we_do_not_know_are_left_out(
    server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    order = quick.order(robin, "90001")
    told = {**json.loads(wire.to_json(order)), "warehouse": "Hamburg"}
    server.trouble = lambda _method, _path: answers(json.dumps(told))
    assert quick.order(robin, "90001") == order


def test_another_customer_than_asked_for_is_no_answer(
    server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    maya = wire.to_json(quick.customer(Viewer(customer_id=1)))
    server.trouble = lambda _method, _path: answers(maya)
    with pytest.raises(OrdersUnavailable, match="another customer"):
        quick.customer(robin)


def test_what_reads_is_asked_again_and_a_command_with_its_key(
    server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    busy = iter([answers("", 503, "text/plain"), answers("", 429, "text/plain")])
    server.trouble = lambda _method, _path: next(busy, None)
    assert quick.order(robin, "90006").status is OrderStatus.PROCESSING
    lost = iter([True])
    server.lose_answer = lambda method, _path: method == "POST" and next(lost, False)
    assert quick.cancel(robin, "90006", Once("key")).status is OrderStatus.CANCELLED
    sent = [headers for method, _, headers in server.heard if method == "POST"]
    assert [headers["Idempotency-Key"] for headers in sent] == ["key", "key"]


def test_a_command_without_a_key_is_sent_once_and_nobody_pretends_to_know(
    server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    server.lose_answer = lambda method, _path: method == "POST"
    with pytest.raises(OrdersUnavailable) as caught:
        quick.cancel(robin, "90006")
    assert caught.value.unsure
    assert [method for method, _, _ in server.heard] == ["POST"]
    assert quick.order(robin, "90006").status is OrderStatus.CANCELLED, "it had been heard"


def test_a_busy_api_has_changed_nothing_and_the_error_says_so(
    server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    server.trouble = lambda _method, _path: answers("", 503, "text/plain")
    with pytest.raises(OrdersUnavailable, match="503") as caught:
        quick.cancel(robin, "90006", Once("key"))
    assert not caught.value.unsure


def test_the_api_is_told_who_asks_and_what_was_seen(
    server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    quick.order(Viewer(proven_orders=frozenset({"90001", "#090002", "x\r\nX-Evil: 1"})), "90001")
    guest = server.heard[-1][2]
    assert guest["X-Proven-Orders"] == "90001,90002"
    assert "X-Customer-Id" not in guest and "X-Evil" not in guest
    assert guest["Authorization"] == f"Bearer {TOKEN}"
    version = quick.order(robin, "90006").version
    quick.change_address(robin, "90006", parse_address("Elbe 7, 20357 Hamburg"), Once("k", version))
    told = server.heard[-1][2]
    assert (told["X-Customer-Id"], told["If-Match"]) == (str(robin.customer_id), f'"{version}"')
    assert all("?" not in path and "90006" in path for _, path, _ in server.heard[1:])


@pytest.mark.parametrize("number", ["", "../customer", "90001/cancel", "1 OR 1=1", "9" * 5_000])
def test_what_is_no_number_never_gets_into_an_address(
    number: str, server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    with pytest.raises(OrderNotFound):
        quick.order(robin, number)
    with pytest.raises(OrderNotFound):
        quick.cancel(robin, number)
    assert server.heard == []


def test_a_wrong_token_is_told_to_the_operator(server: OrdersServer, robin: Viewer) -> None:
    api = ShopApi(server.url, "another")
    with pytest.raises(OrdersUnavailable, match="FRONTDESK_ORDERS_TOKEN"):
        HttpOrderStore(api).order(robin, "90001")
    api.close()


@contextmanager
def listening(drop: bytes) -> Iterator[str]:
    """A server that accepts, and then sends `drop` again and again, or nothing."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=trickle, args=(connection,), daemon=True).start()

    def trickle(connection: socket.socket) -> None:
        with connection:
            while not ended.wait(0.05):
                try:
                    connection.sendall(drop)
                except OSError:
                    return

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    ended.set()
    listener.close()


@pytest.mark.parametrize(
    "drop",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n "],
)
def test_a_server_that_never_finishes_is_not_waited_for(drop: bytes, robin: Viewer) -> None:
    with listening(drop) as url:
        api = ShopApi(url, TOKEN, wait_s=0.6)
        with pytest.raises(OrdersUnavailable) as caught:
            HttpOrderStore(api).cancel(robin, "90006", Once("key"))
        assert caught.value.unsure, "it may have been heard"
        api.close()


def test_a_server_that_is_stopped_and_comes_back(
    server: OrdersServer, quick: HttpOrderStore, robin: Viewer
) -> None:
    before = quick.order(robin, "90006")
    server.stop()
    with pytest.raises(OrdersUnavailable):
        quick.cancel(robin, "90006", Once("key", before.version))
    server.start()
    assert quick.order(robin, "90006") == before
    assert quick.cancel(robin, "90006", Once("key", before.version)).status == "cancelled"


def test_the_goods_over_http_are_the_goods(
    server: OrdersServer, api: ShopApi, sqlite_engine: Engine, clock: Clock, robin: Viewer
) -> None:
    here, there = SqlCatalogue(sqlite_engine, clock), HttpCatalogue(api)
    assert there.products() == here.products()
    assert there.products(["CL-JA-01", "NO-SUCH", "A,B"]) == here.products(["CL-JA-01"])
    assert there.products([]) == ()
    assert there.product("cl-ja-01") == here.product("CL-JA-01")
    assert there.product("no, such") is None
    assert there.search("alder rain jacket") == here.search("alder rain jacket")
    assert there.promotions() == here.promotions()
    there.alert(robin, "CL-JA-01", "navy", "M")
    with pytest.raises(errors.VariantNotFound):
        there.alert(robin, "CL-JA-01", "pink", "M")
    with pytest.raises(SignInRequired):
        there.alert(Viewer(), "CL-JA-01", "navy", "M")
    purchases = HttpPurchases(api)
    assert purchases.everyone() == SqlPurchases(sqlite_engine, clock).everyone()
    assert purchases.of(robin) == SqlPurchases(sqlite_engine, clock).of(robin)
    assert purchases.of(Viewer(proven_orders=frozenset({"90001"}))) == Owned()


def test_an_api_without_the_optional_part_sells_nothing(
    server: OrdersServer, api: ShopApi, robin: Viewer
) -> None:
    server.trouble = lambda _method, _path: answers("no such page", 404, "text/plain")
    assert HttpCatalogue(api).products() == () == HttpCatalogue(api).search("jacket")
    assert HttpCatalogue(api).promotions() == () == HttpPurchases(api).everyone()
    assert HttpPurchases(api).of(robin) == Owned()


@pytest.mark.parametrize(
    "error",
    [
        OrderNotFound(),
        SignInRequired(),
        OrderAlreadyShipped("1042", OrderStatus.SHIPPED),
        NotReturnable("1042", NotReturnableReason.TOO_LATE, TODAY),
        NotReturnable("1042", NotReturnableReason.EXCLUDED),
        OutOfStock("Linen Shirt", "white, M", None),
        WrongQuantity("1042", 1, 2),
        ChangedMeanwhile("1042"),
        errors.NoReturnAnnounced("1042", "R-00001"),
        errors.ProblemNotPossible("1042", ProblemKind.MISSING_ITEM, OrderStatus.PACKED),
    ],
)
def test_an_error_is_the_same_on_the_other_side(error: errors.OrderError) -> None:
    read = wire.error_from_json(json.loads(json.dumps(wire.error_to_json(error))))
    assert type(read) is type(error) and str(read) == str(error) and vars(read) == vars(error)


def test_the_contract_names_every_error_and_every_address(server: OrdersServer) -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE)) == set(wire.CODES)
    written = set(re.findall(r"^\| `(GET|POST) /([^`?]*)", GUIDE, re.MULTILINE))
    served = {
        (method, str(rule).removeprefix("/v1/").replace("<number>", "NUMBER"))
        for rule in server.rules()
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert written == served

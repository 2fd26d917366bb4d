"""A Frontdesk whose orders are behind the shop's own API: wired by one setting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.build import build
from app.errors import SettingsError
from app.goods import product_names
from app.settings import Settings, load_settings
from app.setup_home import prepare_databases
from app.shop_source import open_shop
from app.web import create_app
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine
from dialogue.orders.errors import OrdersUnavailable
from dialogue.orders.policies import project_policies
from dialogue.orders.purchases import SqlPurchases
from dialogue.orders.store import SqlOrderStore
from dialogue.orders.views import Viewer
from dialogue.project import Project
from tests.app.conftest import MAYA, Phrases
from tests.conftest import PROJECT
from tests.dialogue.orders_server import TOKEN, OrdersServer


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def server(settings: Settings) -> Iterator[OrdersServer]:
    engine = open_engine(f"sqlite:///{settings.home / 'orders.db'}")
    store = SqlOrderStore(engine, now, project_policies(PROJECT))
    server = OrdersServer(store, SqlCatalogue(engine, now), SqlPurchases(engine, now))
    yield server.start()
    server.stop()
    engine.dispose()


@pytest.fixture
def remote(settings: Settings, server: OrdersServer, tmp_path: Path) -> Settings:
    """Settings with an API for the orders, in a home without an order database."""
    named = {"home": tmp_path / "other", "orders_url": server.url, "orders_token": TOKEN}
    return settings.model_copy(update=named)


def test_one_setting_puts_the_orders_behind_an_api(
    remote: Settings, server: OrdersServer, project: Project
) -> None:
    prepare_databases(remote)
    assert not (remote.home / "orders.db").exists(), "they are the shop's own affair"
    frontdesk = build(remote, project=project, interpreter=Phrases())
    try:
        tracker = frontdesk.agent.tracker_of("someone", [])
        turn = frontdesk.agent.start_session(tracker, trusted_slots={"customer_id": MAYA})
        assert turn.problems == ()
        turn = frontdesk.agent.execute(tracker, "action_list_orders")
        assert turn.messages and turn.problems == ()
        assert any(path.endswith("/orders") for _, path, _ in server.heard)
        web = create_app(frontdesk).test_client()
        assert web.get("/healthz").json["components"]["orders"] == {"status": "ok"}
        assert web.get("/shop/").status_code == 404, "those pages are of the demonstration shop"
        server.stop()
        assert web.get("/healthz").json["components"]["orders"]["status"] == "down"
        turn = frontdesk.agent.execute(tracker, "action_list_orders")
        assert "can't reach our order system" in str(turn.messages[0].text)
    finally:
        frontdesk.stop()


def test_the_names_of_the_goods_come_from_the_api(remote: Settings, server: OrdersServer) -> None:
    assert product_names(remote)["Linen Shirt"].startswith("CL-")
    server.stop()
    assert product_names(remote) == {}, "a model is trained without them"


def test_the_wait_is_the_setting_s(remote: Settings) -> None:
    hasty = remote.model_copy(update={"orders_url": "http://127.0.0.1:9", "orders_wait_s": 0.2})
    shop = open_shop(hasty, now)
    with pytest.raises(OrdersUnavailable) as caught:
        shop.store.cancel(Viewer(customer_id=MAYA), "1042")
    assert not caught.value.unsure, "no connection was made"
    shop.close()


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"orders_url": "https://shop.example"}, "needs FRONTDESK_ORDERS_TOKEN"),
        ({"orders_url": "https://", "orders_token": "t"}, "names no host"),
        ({"orders_url": "HTTP://x", "orders_token": "t\r\nX-Evil: 1"}, "must be printable ASCII"),
        ({"orders_wait_s": 0}, "greater than 0"),
    ],
)
def test_a_mistake_in_the_settings_is_named(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(**given)
    assert complaint in str(caught.value)

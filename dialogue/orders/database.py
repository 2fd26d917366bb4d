"""Opening the order database, and the two kinds of transaction: one that reads, one that writes.

On SQLite a writing transaction takes the write lock when it begins (BEGIN IMMEDIATE), so that
nothing it has read can change before it commits; on PostgreSQL the store locks the rows it reads
(SELECT … FOR UPDATE).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

BUSY_TIMEOUT_MS = 5_000


def open_engine(url: str) -> Engine:
    """An engine for the order database, fit to be used from several native threads at once.

    `url` is SQLAlchemy's, for example ``sqlite:///orders.db`` (a file, not ``:memory:``) or
    ``postgresql+psycopg://user@host/shop``. The caller disposes of the engine.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, poolclass=NullPool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one consistent state and is rolled back at the end."""
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose transaction commits when the block ends and rolls back when it raises."""
    with Session(engine.execution_options(writes=True)) as session, session.begin():
        yield session


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin hook below decides how transactions start
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""Opening the order database, and the two kinds of transaction: one that reads, one that writes.

On SQLite a writing transaction takes the write lock when it begins (BEGIN IMMEDIATE), so that
nothing it has read can change before it commits; on PostgreSQL the store locks the rows it reads
(SELECT … FOR UPDATE). Both raise `OrdersUnavailable` when the database cannot be reached or does
not answer in time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from dialogue.orders.errors import OrdersUnavailable

BUSY_TIMEOUT_S = 5.0


def open_engine(url: str, wait_s: float | None = None) -> Engine:
    """An engine for the order database, fit to be used from several native threads at once.

    `url` is SQLAlchemy's, for example ``sqlite:///orders.db`` (a file, not ``:memory:``) or
    ``postgresql+psycopg://user@host/shop``. `wait_s` bounds each wait: for a connection, a lock, a
    statement. A connection that broke is replaced before it is used. The caller disposes of the
    engine.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        bounds = {} if wait_s is None else _bounds(parsed, wait_s)
        return create_engine(url, pool_pre_ping=True, **bounds)
    engine = create_engine(url, poolclass=NullPool)
    busy_ms = round(1000 * (BUSY_TIMEOUT_S if wait_s is None else wait_s))

    def prepare(connection: Any, _record: object) -> None:
        _prepare_sqlite(connection, busy_ms)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one consistent state and is rolled back at the end."""
    with _reachable(), Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose transaction commits when the block ends and rolls back when it raises.

    Only when the connection breaks during the commit itself is it unsure what has happened.
    """
    with _reachable(), Session(engine.execution_options(writes=True)) as session:
        session.connection()  # BEGIN, before anything is read
        yield session
        session.flush()
        with _reachable(unsure=True):
            session.commit()


@contextmanager
def _reachable(*, unsure: bool = False) -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise OrdersUnavailable("no connection became free in time") from error
    except DBAPIError as error:
        gone = isinstance(error, OperationalError | InterfaceError)
        if not (gone or error.connection_invalidated):
            raise
        told = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        raise OrdersUnavailable(f"the order database: {told[0]}", unsure=unsure) from error


def _bounds(url: URL, wait_s: float) -> dict[str, Any]:
    """What keeps PostgreSQL from being waited for longer; the URL's own options stand."""
    bounds: dict[str, Any] = {"pool_timeout": wait_s}
    if url.get_backend_name() == "postgresql":
        wait_ms = round(1000 * wait_s)
        connect = {
            "connect_timeout": max(2, math.ceil(wait_s)),
            "tcp_user_timeout": wait_ms,
            "options": f"-c statement_timeout={wait_ms} -c lock_timeout={wait_ms}",
        }
        own = {name: value for name, value in connect.items() if name not in url.query}
        bounds["connect_args"] = own
    return bounds


def _prepare_sqlite(connection: Any, busy_ms: int) -> None:
    connection.isolation_level = None  # the begin hook below decides how transactions start
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {busy_ms}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

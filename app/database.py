"""Opening the transcript database: one engine, short transactions, migrations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.errors import SettingsError, Unavailable
from dialogue.orders.database import open_engine

COMMITTED = "committed"  # in a session's `info`: what to tell once it is committed
MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """The transcript database. `write` and `read` are the only ways in.

    SQLite allows one writer: writers queue on a lock here instead of blocking inside SQLite,
    which under gevent would stop every greenlet of the process. Transactions do no other I/O.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._writer: AbstractContextManager[Any] = (
            threading.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        )
        self._told: Callable[[str, list[dict[str, Any]]], None] | None = None

    def tell_events(self, told: Callable[[str, list[dict[str, Any]]], None]) -> None:
        """Have `told(sender, events)` called with dialogue events as soon as they are committed."""
        self._told = told

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back by any error.

        Raises Unavailable when the database cannot be reached.
        """
        with self._writer, self._reachable(), self._sessions() as session:
            session.connection(execution_options={"writes": True})
            yield session
            session.commit()
            if self._told is not None:
                for sender, events in session.info.pop(COMMITTED, ()):
                    self._told(sender, events)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are never committed. Raises Unavailable like `write`."""
        with self._reachable(), self._sessions() as session:
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    @staticmethod
    @contextmanager
    def _reachable() -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise Unavailable("The database cannot be reached right now.") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable("The database cannot be reached right now.") from error
            raise


def make_engine(url: str, wait_s: float | None = None) -> Engine:
    """An engine for SQLite or PostgreSQL, which is waited for no longer than `wait_s`.

    Raises SettingsError for what is no database URL.
    """
    url = with_driver(url)
    try:
        database = make_url(url).database if url.startswith("sqlite") else None
        if database:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        return open_engine(url, wait_s)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise SettingsError(f"not a database URL: {url.rsplit('@', maxsplit=1)[-1]}") from error


def with_driver(url: str) -> str:
    """The URL, where `postgres://` and `postgresql://` mean psycopg 3, which is installed."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def migrate(url: str, revision: str = "head") -> None:
    """Bring the transcript database to `revision`, up or down. Harmless when it is there."""
    engine = make_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()

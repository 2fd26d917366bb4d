"""Rasa's SQL tracker store, and the table of its `sql` event broker: both are named `events`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, column, create_engine, func, inspect, make_url, select, table
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.database import with_driver
from app.errors import BadInput, NotFound, Unavailable
from app.importing.source import History, Row, Step, Told

COLUMNS = ("id", "sender_id", "data")
EVENTS = table("events", *map(column, COLUMNS))
AT_ONCE = 1_000  # rows


class SqlSource:
    """The rows in the order of their ids, a sender after the other, from one streamed query."""

    unit = "events"

    def __init__(self, url: str) -> None:
        # Without a password, which may stand before the host or among the options.
        self._name = url.rsplit("@", maxsplit=1)[-1].split("?", maxsplit=1)[0]
        self._engine = self._opened(url)

    def total(self) -> int | None:
        """How many events there are."""
        with self._reachable(), self._engine.connect() as connection:
            inspector = inspect(connection)
            if not inspector.has_table(EVENTS.name):
                raise NotFound(f"{self._name} has no table 'events': no tracker store of Rasa's")
            found = {one["name"] for one in inspector.get_columns(EVENTS.name)}
            for name in COLUMNS:
                if name not in found:
                    raise BadInput(f"the table 'events' of {self._name} has no column '{name}'")
            return connection.scalar(select(func.count()).select_from(EVENTS))

    def histories(self, told: Told, step: Step) -> Iterator[History]:  # noqa: ARG002
        """Each sender's events."""
        query = select(EVENTS).order_by(EVENTS.c.sender_id, EVENTS.c.id)
        with self._reachable(), self._engine.connect() as connection:
            streaming = connection.execution_options(yield_per=AT_ONCE)
            rows = streaming.execute(query)
            for sender, group in groupby(rows, key=lambda row: row.sender_id):
                found = [Row(f"events, id {row.id}", row.data) for row in group]
                yield History(sender, found)
                step(len(found))

    def _opened(self, url: str) -> Engine:
        try:
            parts = make_url(with_driver(url))
            if parts.get_backend_name() != "sqlite":
                return create_engine(parts)
        except (ArgumentError, ModuleNotFoundError, ValueError) as error:
            raise BadInput(f"not a database URL that can be opened: {self._name}") from error
        path = Path(parts.database or "")
        if not path.is_file():
            raise NotFound(f"there is no database {path}")

        def connect() -> sqlite3.Connection:
            opened = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
            opened.text_factory = lambda raw: raw.decode(errors="replace")
            return opened

        return create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            raise Unavailable(f"{self._name} cannot be read: {reason}") from error

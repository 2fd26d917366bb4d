"""Publishing a conversation's events, as Rasa's event brokers do: `{"sender_id": …, **event}`.

Events are published after they are committed, in that order, from a thread of their own: a broker
that is slow or away delays nobody. What it does not take within `PATIENCE_S` is dropped and told
in the log; the transcript has it all the same.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Column, Integer, MetaData, String, Table, Text, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app.database import make_engine
from app.errors import SettingsError
from app.rasa_files.endpoints import Broker

_log = logging.getLogger(__name__)
WAITING = 10_000  # turns that may wait for the broker
PATIENCE_S = 30.0
PAUSE_S = 1.0
Published = Mapping[str, Any]


class EventBroker(Protocol):
    """Takes events, some at a time, from one thread. Raises OSError or SQLAlchemyError when it
    cannot: then none of them was taken. Implemented by `FileBroker` and `SqlBroker`."""

    def publish(self, events: Sequence[Published]) -> None:
        """Take these events, in order."""
        ...


class FileBroker:
    """One line of JSON an event, at the end of a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def publish(self, events: Sequence[Published]) -> None:
        """Append them in one write."""
        lines = "".join(json.dumps(event) + "\n" for event in events)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(lines)


class SqlBroker:
    """Rows of a table `events` with `sender_id` and the event's JSON in `data`, as Rasa's."""

    TABLE = Table(
        "events",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("sender_id", String(255)),
        Column("data", Text),
    )

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)
        self._made = False

    def publish(self, events: Sequence[Published]) -> None:
        """Insert them in one transaction."""
        if not self._made:
            self.TABLE.create(self._engine, checkfirst=True)
            self._made = True
        rows = [{"sender_id": event["sender_id"], "data": json.dumps(event)} for event in events]
        with self._engine.connect().execution_options(writes=True) as connection:
            connection.execute(self.TABLE.insert(), rows)
            connection.commit()


class EventStream:
    """Hands committed events to a broker. `start` and `stop` bound its thread's life."""

    def __init__(self, broker: EventBroker) -> None:
        self._broker = broker
        self._waiting: queue.Queue[list[Published] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._publish, name="events", daemon=True)

    def start(self) -> None:
        """Begin to publish."""
        self._thread.start()

    def stop(self) -> None:
        """Publish what waits, and end."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join(PATIENCE_S)

    def take(self, sender_id: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Events of a conversation have been committed. Returns at once."""
        try:
            self._waiting.put_nowait([{"sender_id": sender_id, **event} for event in events])
        except queue.Full:
            _log.error("the event broker is behind: %d events are not published", len(events))

    def _publish(self) -> None:
        while (events := self._waiting.get()) is not None:
            deadline = time.monotonic() + PATIENCE_S
            while not self._published(events, last=time.monotonic() >= deadline):
                time.sleep(PAUSE_S)

    def _published(self, events: list[Published], *, last: bool) -> bool:
        try:
            self._broker.publish(events)
        except (OSError, SQLAlchemyError) as error:
            if last:
                reason = type(error).__name__
                _log.error("the event broker fails (%s): %d events dropped", reason, len(events))
            return last
        except Exception:  # these events will never do, the next ones may
            _log.exception("the event broker cannot take %d events, which are dropped", len(events))
        return True


def broker_of(settings: Broker, project: Path) -> EventBroker:
    """The broker that endpoints.yml names; relative paths are within the project.

    Raises SettingsError for a database that cannot be named.
    """
    options = settings.options
    if settings.kind == "file":
        return FileBroker(project / str(options.get("path") or "rasa_event.log"))
    return SqlBroker(_database_url(options, project))


def _database_url(options: Mapping[str, Any], project: Path) -> str:
    dialect, address = str(options.get("dialect") or "sqlite"), str(options.get("url") or "")
    if "://" in address:
        return address
    database = str(options.get("db") or "events.db")
    if dialect == "sqlite":
        return f"sqlite:///{project / database}"
    try:
        url = URL.create(
            dialect,
            username=options.get("username"),
            password=options.get("password"),
            host=address or None,
            port=None if options.get("port") is None else int(options["port"]),
            database=database,
        )
        return make_url(url).render_as_string(hide_password=False)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(f"event_broker: not a database: {error}") from error

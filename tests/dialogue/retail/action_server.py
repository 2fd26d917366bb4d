"""A rasa-sdk action server with the retail actions, as its own process.

Usage: ``python action_server.py DATABASE_URL``; prints the port that it listens on.
"""

from __future__ import annotations

import socket
import sys
from datetime import UTC, datetime

from limits.storage import MemoryStorage
from rasa_sdk.endpoint import create_app
from sanic import Sanic

from dialogue.orders.attempts import ProofAttempts
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import open_engine
from dialogue.orders.store import SqlOrderStore
from dialogue.retail import RetailServices, action_executor

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)


def main(database_url: str) -> None:
    """Serve until the process is ended."""
    engine = open_engine(database_url)
    services = RetailServices(
        SqlOrderStore(engine, lambda: NOW),
        SqlCatalogue(engine, lambda: NOW),
        ProofAttempts(MemoryStorage()),
        lambda: NOW,
    )
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(action_executor(services))
    app.prepare(sock=listener, single_process=True, motd=False, access_log=False)
    print(listener.getsockname()[1], flush=True)
    Sanic.serve_single(app)


if __name__ == "__main__":
    main(sys.argv[1])

"""A rasa-sdk action server with the retail actions, as its own process.

Usage: ``python action_server.py DATABASE_URL``; prints the port that it listens on.
"""

from __future__ import annotations

import socket
import sys
from datetime import UTC, datetime

from limits.storage import MemoryStorage
from rasa_sdk.endpoint import create_app
from redis import Redis
from retail_stories import PROJECT, Letterbox
from sanic import Sanic

from dialogue.orders.attempts import ProofAttempts
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.codes import MemoryCodes, OneTimeCodes
from dialogue.orders.database import open_engine
from dialogue.orders.purchases import SqlPurchases
from dialogue.orders.store import SqlOrderStore
from dialogue.recommending.recommender import Recommender
from dialogue.recommending.vectors import KeptVectors
from dialogue.retail import RetailServices, action_executor
from dialogue.retail.phrases import project_phrases
from nlu.client import NluClient

CODE = "482913"
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)


def main(database_url: str) -> None:
    """Serve until the process is ended."""
    engine = open_engine(database_url)
    catalogue = SqlCatalogue(engine, lambda: NOW)
    vectors = KeptVectors(NluClient("http://127.0.0.1:9"), Redis(port=9))  # there is no host
    services = RetailServices(
        SqlOrderStore(engine, lambda: NOW),
        catalogue,
        Recommender(catalogue, SqlPurchases(engine), vectors, lambda: NOW),
        ProofAttempts(MemoryStorage()),
        project_phrases(PROJECT),
        lambda: NOW,
        codes=OneTimeCodes(
            MemoryCodes(), MemoryStorage(), "a secret", Letterbox(), make_code=lambda: CODE
        ),
    )
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(action_executor(services))
    app.prepare(sock=listener, single_process=True, motd=False, access_log=False)
    print(listener.getsockname()[1], flush=True)
    Sanic.serve_single(app)


if __name__ == "__main__":
    main(sys.argv[1])

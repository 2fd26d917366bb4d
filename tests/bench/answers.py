"""From the customer's Enter to the bot's answer on the stream, as the widget lives it."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import numpy as np

from app.sessions import sign_identity
from tests.e2e.conftest import Product

QUESTION = "where is my order 2023?"  # one of the first demonstration customer's, shipped


def measure_answers(product: Product, clients: int, messages: int) -> dict[str, float]:
    """Closed loop: each client asks, waits for the answer on its own stream, asks again."""
    secret = (product.home / "secrets" / "shop_secret").read_text()
    started = time.perf_counter()
    latencies = asyncio.run(_all_clients(product.url, secret, clients, messages))
    seconds = time.perf_counter() - started
    milliseconds = np.array(latencies) * 1000
    return {
        "clients": clients,
        "messages": len(latencies),
        "messages_per_second": round(len(latencies) / seconds, 1),
        "p50_ms": round(float(np.percentile(milliseconds, 50)), 1),
        "p99_ms": round(float(np.percentile(milliseconds, 99)), 1),
    }


async def _all_clients(url: str, secret: str, clients: int, messages: int) -> list[float]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as http:
        tasks = [_client(http, secret, messages) for _ in range(clients)]
        return [latency for client in await asyncio.gather(*tasks) for latency in client]


async def _client(http: httpx.AsyncClient, secret: str, messages: int) -> list[float]:
    identity = sign_identity(secret, 1, "Maya Lindqvist", datetime.now(UTC))
    opened = await http.post("/api/v1/session", json={"identity": identity})
    opened.raise_for_status()
    headers = {"Authorization": f"Bearer {opened.json()['token']}"}
    latencies = []
    async with http.stream("GET", "/api/v1/stream", headers=headers) as stream:
        said = _messages(stream)
        for _ in range(messages):
            started = time.perf_counter()
            body = {"client_msg_id": str(uuid.uuid4()), "text": QUESTION}
            (await http.post("/api/v1/messages", json=body, headers=headers)).raise_for_status()
            while (await anext(said))["role"] != "bot":
                pass
            latencies.append(time.perf_counter() - started)
    return latencies


async def _messages(stream: httpx.Response) -> AsyncIterator[dict]:
    event = ""
    async for line in stream.aiter_lines():
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: ") and event == "message":
            yield json.loads(line.removeprefix("data: "))

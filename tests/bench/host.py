"""What batching is worth: the host under many clients against the model one message at a time."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time

import httpx

from tests.conftest import PROJECT, REPOSITORY
from tests.e2e.conftest import Product
from training.reading import read_training_data

ONE_AT_A_TIME = """
import json, sys, time
from pathlib import Path
from nlu.engine import load_engine
from nlu.runtime import Runtime
engine = load_engine(Path(sys.argv[1]), Runtime("cpu"))  # on the backend that the host takes
texts = json.load(sys.stdin)
engine.parse_batch(texts[:8])
started = time.perf_counter()
for text in texts:
    engine.parse(text)
print(len(texts) / (time.perf_counter() - started))
"""


def measure_host(product: Product, clients: int = 64) -> dict[str, float]:
    """Messages a second: the host over HTTP with `clients`, and the engine called one by one."""
    data = read_training_data(PROJECT / "test")
    texts = [example.text for example in data.examples][:512]
    host = asyncio.run(_load(product.environment["FRONTDESK_NLU_URL"], texts * 4, clients))
    serving = json.loads((product.home / "models" / "serving.json").read_text())["version"]
    alone = subprocess.run(
        [sys.executable, "-c", ONE_AT_A_TIME, str(product.home / "models" / serving)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    )
    one_by_one = float(alone.stdout)
    return {
        "clients": clients,
        "host_messages_per_second": round(host, 1),
        "one_at_a_time_messages_per_second": round(one_by_one, 1),
        "ratio": round(host / one_by_one, 2),
    }


async def _load(url: str, texts: list[str], clients: int) -> float:
    queue = asyncio.Queue[str]()
    for text in texts:
        queue.put_nowait(text)

    async def client(http: httpx.AsyncClient) -> None:
        while not queue.empty():
            answer = await http.post("/model/parse", json={"text": queue.get_nowait()})
            answer.raise_for_status()

    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as http:
        await http.post("/model/parse", json={"text": "warm up"})
        started = time.perf_counter()
        await asyncio.gather(*(client(http) for _ in range(clients)))
        return len(texts) / (time.perf_counter() - started)

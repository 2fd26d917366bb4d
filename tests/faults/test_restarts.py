"""Parts of the running product are killed; customers notice as little as can be."""

from __future__ import annotations

import json
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import wait_until
from tests.e2e.conftest import Product, new_product


@pytest.fixture(scope="module")
def product(short_tmp: Path, trained_models: Path) -> Iterator[Product]:
    made = new_product(short_tmp, trained_models, "faults")
    made.start()
    yield made
    made.stop()
    shutil.rmtree(made.home, ignore_errors=True)  # models are large


@dataclass
class Customer:
    """A widget without a browser: posts until it is heard, and follows the stream."""

    url: str
    received: list[dict[str, Any]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        opened = httpx.post(f"{self.url}/api/v1/session", json={})
        self.headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        threading.Thread(target=self._follow, daemon=True).start()

    def post(self, text: str, seconds: float = 30.0) -> int:
        body = {"client_msg_id": str(uuid.uuid4()), "text": text}
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                answer = httpx.post(
                    f"{self.url}/api/v1/messages", json=body, headers=self.headers, timeout=10
                )
                if answer.status_code in {200, 201}:
                    return int(answer.json()["seq"])
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"{text!r} could not be posted")

    def say(self, text: str, seconds: float = 30.0) -> str:
        seq = self.post(text)
        wait_until(lambda: self.answer_after(seq), f"an answer to {text!r}", seconds)
        return self.answer_after(seq)

    def answer_after(self, seq: int) -> str:
        return " ".join(
            m["text"] or "" for m in list(self.received) if m["seq"] > seq and m["role"] == "bot"
        )

    def _follow(self) -> None:
        while not self.ended.is_set():
            last = self.received[-1]["seq"] if self.received else 0
            headers = {**self.headers, "Last-Event-ID": str(last)}
            url, event = f"{self.url}/api/v1/stream", ""
            try:
                with httpx.stream("GET", url, headers=headers, timeout=30) as stream:
                    for line in stream.iter_lines():
                        if line.startswith("event: "):
                            event = line.removeprefix("event: ")
                        elif line.startswith("data: ") and event == "message":
                            self.received.append(json.loads(line.removeprefix("data: ")))
            except httpx.HTTPError:
                time.sleep(0.2)


def test_redis_is_killed_in_mid_conversation_and_the_form_goes_on(product: Product) -> None:
    customer = Customer(product.url)
    asked = customer.say("/cancel_order")
    assert "number" in asked.casefold()
    product.kill("redis")
    # Said while Redis is away: answered when it is back, in the form where it was.
    answer = customer.say("1042", seconds=40)
    assert "mail" in answer.casefold()
    product.wait_until_healthy()
    customer.ended.set()


def test_without_redis_and_its_data_the_tracker_is_rebuilt_from_the_transcript(
    product: Product,
) -> None:
    from redis import Redis

    customer = Customer(product.url)
    customer.say("/cancel_order")
    Redis.from_url(f"unix://{product.home / 'redis.sock'}").flushall()
    assert "mail" in customer.say("1042").casefold()
    customer.ended.set()


def test_the_nlu_host_is_killed_and_the_customer_gets_an_honest_answer(product: Product) -> None:
    customer = Customer(product.url)
    assert customer.say("hello there")
    product.kill("nlu")
    answer = customer.say("where is my order", seconds=40)
    assert answer  # honest words, or the real answer when the host was back in time
    wait_until(
        lambda: product.health()["components"].get("nlu", {}).get("status") == "ok",
        "the NLU host comes back by itself",
        60,
    )
    assert "number" in customer.say("where is my order").casefold()
    customer.ended.set()


def test_nothing_is_lost_or_doubled_over_a_stop_and_a_start(product: Product) -> None:
    customer = Customer(product.url)
    texts = [f"hello number {n}" for n in range(5)]
    for text in texts:
        customer.post(text)
    assert product.stop() == 0
    product.start()
    wait_until(
        lambda: sum(m["role"] == "bot" for m in customer.received) >= len(texts),
        "every message is answered",
        30,
    )
    said = [m["text"] for m in customer.received if m["role"] == "customer"]
    assert said == texts
    seqs = [m["seq"] for m in customer.received]
    assert seqs == list(range(1, len(seqs) + 1))
    customer.ended.set()


def test_a_model_with_one_byte_changed_is_refused_and_the_old_one_serves_on(
    product: Product,
) -> None:
    models = product.home / "models"
    pointer = models / "serving.json"
    before = json.loads(pointer.read_text())["version"]
    import shutil

    copy = models / f"{before}-bad"
    shutil.copytree(models / before, copy)
    weights = max(copy.glob("*.safetensors"), key=lambda path: path.stat().st_size)
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(bytes(content))
    refused = product.command("models", "promote", copy.name)
    assert refused.returncode == 1
    assert weights.name in refused.stderr
    assert json.loads(pointer.read_text())["version"] == before
    shutil.rmtree(copy)
    assert product.health()["components"]["nlu"]["model_version"] == before

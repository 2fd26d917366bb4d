"""Vectors of texts, from the engine and by way of the host."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from nlu.client import NluClient
from nlu.engine import Engine
from nlu.errors import InterpreterUnavailable
from tests.nlu.test_engine import ODD


def test_like_texts_have_like_vectors_of_length_one(engine: Engine) -> None:
    vectors = engine.embed(["a warm wool sweater", "a cosy knitted jumper", "a phone charger"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_odd_texts_have_vectors_too(engine: Engine) -> None:
    assert np.isfinite(engine.embed(ODD)).all()


def test_the_client_gets_the_engines_vectors(host, engine: Engine, tiny_version: str) -> None:
    client = NluClient(host.url, deadline_s=30)
    odd = [text[:2_000] for text in (*ODD, "half a pair \ud83d")]
    told = client.embed(odd)
    assert told.model_version == tiny_version
    alone = engine.embed([odd[2]])[0]  # padded otherwise, so equal only nearly
    assert len(told.vectors) == len(odd) and told.vectors[2] @ alone > 0.99
    assert client.embed([]).vectors == []
    client.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"texts": "one"}', 422),
        (b'{"texts": [7]}', 422),
        (json.dumps({"texts": ["x"] * 65}).encode(), 413),
        (json.dumps({"texts": ["x" * 2001]}).encode(), 413),
    ],
)
def test_a_wrong_request_for_vectors_is_told_why(host, body: bytes, status: int) -> None:
    answer = httpx.post(f"{host.url}/model/embed", content=body)
    assert answer.status_code == status
    assert answer.json()["code"] == status and answer.json()["message"]


def test_more_than_may_wait_are_told_to_come_again(host) -> None:
    def ask(_number: int) -> int:
        return httpx.post(
            f"{host.url}/model/embed", json={"texts": ["a tent"] * 64}, timeout=120
        ).status_code

    with ThreadPoolExecutor(40) as pool:
        statuses = set(pool.map(ask, range(40)))
    assert statuses <= {200, 503} and 503 in statuses
    assert host.parse({"text": "hello"}).status_code == 200


def test_without_a_host_there_are_no_vectors() -> None:
    with pytest.raises(InterpreterUnavailable):
        NluClient("http://127.0.0.1:9", deadline_s=0.3).embed(["a tent"])

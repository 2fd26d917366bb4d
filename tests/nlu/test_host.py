"""The host over real HTTP: Rasa's shape, clear errors, swaps nobody notices."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from nlu.answers.entries import ANSWERS_FILE, Entry, write_entries
from nlu.batching import BatchingLimits
from nlu.bundle import CLASSIFIER, DECISIONS, open_bundle, write_bundle
from nlu.client import NluClient
from nlu.errors import InterpreterOverloaded, InterpreterUnavailable
from nlu.host import Host, limits_for
from nlu.runtime import Runtime
from nlu.types import Understanding
from tests.conftest import REPOSITORY, wait_until
from tests.nlu.test_engine import ODD
from training.registry import Registry


def test_one_text_gets_a_parse_result(host, tiny_version: str) -> None:
    answer = host.parse({"text": "where is my order 1042", "message_id": "m1"})
    assert answer.status_code == 200
    result = answer.json()
    assert result["intent"]["name"] == "order_status"
    assert result["intent"] == result["intent_ranking"][0]
    assert result["entities"][0]["entity"] == "order_number"
    assert result["text_tokens"][0] == [0, 5]
    assert result["response_selector"] == {"all_retrieval_intents": []}  # it was no question
    assert result["message_id"] == "m1" and result["model_version"] == tiny_version


def test_a_question_gets_what_may_answer_it(host) -> None:
    selector = host.parse({"text": "do you wrap gifts"}).json()["response_selector"]["faq"]
    assert selector["response"]["intent_response_key"] == "faq/gift_wrapping"
    assert selector["response"]["utter_action"] == "utter_faq/gift_wrapping"
    assert selector["response"]["responses"][0]["text"] == "Yes, for 3 EUR."
    assert 0 <= selector["response"]["confidence"] <= 1


def test_answers_are_followed_beside_the_model(own_host) -> None:
    asked = {"text": "how do loyalty points work"}
    file = own_host.models_dir / ANSWERS_FILE
    entry = Entry("faq/desk-1", "how do loyalty points work", "Ask Anna.")
    write_entries([entry], file)

    def keys() -> list[str]:
        ranking = own_host.parse(asked).json()["response_selector"]["faq"]["ranking"]
        return [hit["intent_response_key"] for hit in ranking]

    wait_until(lambda: "faq/desk-1" in keys(), "the new answer is found", 30)
    file.write_text("spoilt")
    assert "faq/desk-1" in keys()
    write_entries([], file)
    wait_until(lambda: "faq/desk-1" not in keys(), "the answer is forgotten", 30)


def test_a_list_gets_a_list(host) -> None:
    results = host.parse([{"text": "hello"}, {"text": "cancel my order"}]).json()
    assert [one["intent"]["name"] for one in results] == ["greet", "cancel_order"]
    assert host.parse([]).json() == []


def test_odd_texts_travel(host) -> None:
    content = json.dumps([{"text": text} for text in ODD])
    answer = httpx.post(f"{host.url}/model/parse", content=content, timeout=30)
    assert [one["text"] for one in answer.json()] == ODD


WRONG = [
    (b"", 400),
    (b"{", 400),
    (b"\xff\xfe", 400),
    (b"[" * 100_000, 400),
    (b"7", 422),
    (b"{}", 422),
    (b'{"text": 7}', 422),
    (b'{"text": "a", "message_id": {}}', 422),
    (b'[{"text": "a"}, "b"]', 422),
    (json.dumps({"text": "x" * 20_001}).encode(), 413),
    (json.dumps([{"text": "x"}] * 513).encode(), 413),
    (b" " * 4_000_001, 413),
]


@pytest.mark.parametrize(("body", "status"), WRONG)
def test_a_wrong_request_is_told_why(host, body: bytes, status: int) -> None:
    answer = httpx.post(f"{host.url}/model/parse", content=body)
    assert answer.status_code == status
    assert answer.json()["code"] == status and answer.json()["message"]
    assert host.parse({"text": "hello"}).status_code == 200


@pytest.mark.parametrize("written", ["", "0", "-3", "soon", "1.5", "99999999999", "9" * 5000, "²"])
def test_a_deadline_that_is_none_is_refused(host, written: str) -> None:
    headers = {"X-Deadline-Ms": written.encode()}
    answer = httpx.post(f"{host.url}/model/parse", json={"text": "hello"}, headers=headers)
    assert answer.status_code == 400 and "X-Deadline-Ms" in answer.json()["message"]


def test_a_deadline_in_good_time_is_met(host) -> None:
    headers = {"X-Deadline-Ms": "30000"}
    answer = httpx.post(f"{host.url}/model/parse", json={"text": "hello"}, headers=headers)
    assert answer.status_code == 200


def test_health_and_metrics(host, tiny_version: str) -> None:
    host.parse({"text": "hello"})
    health = host.health()
    assert health["status"] == "ok" and health["model_version"] == tiny_version
    assert health["device"] == "cpu" and health["refused"] is None
    assert health["backend"] == "torch", "the tiny model was not exported"
    metrics = httpx.get(f"{host.url}/metrics").text
    assert 'frontdesk_nlu_requests_total{status="200"}' in metrics
    assert f'version="{tiny_version}"' in metrics


def test_without_a_model_it_says_so_and_takes_the_first_one(
    start_host, models_dir: Path, tiny_version: str
) -> None:
    host = start_host(models_dir)
    assert httpx.get(f"{host.url}/healthz").status_code == 503
    answer = host.parse({"text": "hello"})
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    host.registry.promote(tiny_version)
    host.wait_until_serving(tiny_version)
    assert host.parse({"text": "hello"}).status_code == 200


def another_version(models_dir: Path, version: str) -> str:
    """The same model with another temperature, as a version of its own."""
    bundle = open_bundle(models_dir / version)
    decisions = json.loads(bundle.contents[DECISIONS])
    decisions["temperature"] *= 1.01
    made = write_bundle(
        models_dir,
        {**bundle.contents, DECISIONS: json.dumps(decisions).encode()},
        created_at=datetime.now(UTC),
        data_version=bundle.manifest.data_version,
        code_version=bundle.manifest.code_version,
        encoder=bundle.manifest.encoder,
        metrics={},
    )
    return made.version


def test_a_swap_under_load_fails_no_request_and_mixes_no_versions(
    own_host, models_dir: Path, tiny_version: str
) -> None:
    second = another_version(models_dir, tiny_version)
    stop = threading.Event()

    def customer(number: int) -> list[set[str]]:
        seen = []
        texts = [{"text": f"where is order {1000 + number}"}] * (1 + number)
        with httpx.Client(base_url=own_host.url, timeout=30) as http:
            while not stop.is_set():
                answer = http.post("/model/parse", json=texts)
                assert answer.status_code == 200
                seen.append({one["model_version"] for one in answer.json()})
        return seen

    with ThreadPoolExecutor(4) as customers:
        answers = [customers.submit(customer, number) for number in range(4)]
        for version in (second, tiny_version, second):
            if own_host.registry.serving() != version:
                own_host.registry.promote(version)
            own_host.wait_until_serving(version)
        stop.set()
        versions = [seen for answer in answers for seen in answer.result()]
    assert all(len(seen) == 1 for seen in versions), "no answer of two models"
    assert set.union(*versions) == {tiny_version, second}


def test_a_model_that_is_withdrawn_answers_no_more(own_host, tiny_version: str) -> None:
    own_host.registry.withdraw()
    wait_until(lambda: httpx.get(f"{own_host.url}/healthz").status_code == 503, "it is unloaded")
    assert httpx.post(f"{own_host.url}/model/parse", json={"text": "hi"}).status_code == 503
    own_host.registry.promote(tiny_version)
    own_host.wait_until_serving(tiny_version)


def test_a_spoilt_model_is_refused_and_the_serving_one_stays(
    own_host, models_dir: Path, tiny_version: str
) -> None:
    spoilt = another_version(models_dir, tiny_version)
    own_host.registry.promote(spoilt)
    own_host.wait_until_serving(spoilt)
    own_host.registry.promote(tiny_version)
    own_host.wait_until_serving(tiny_version)
    weights = models_dir / spoilt / CLASSIFIER
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)

    # The registry would not promote it; somebody moves the pointer by hand.
    pointer = {"version": spoilt, "history": [tiny_version]}
    (models_dir / "serving.json").write_text(json.dumps(pointer))
    wait_until(lambda: own_host.health()["refused"] is not None, "the model is refused", 30)
    health = own_host.health()
    assert health["status"] == "ok" and health["model_version"] == tiny_version
    assert health["refused"]["version"] == spoilt
    assert CLASSIFIER in health["refused"]["reason"]
    assert own_host.parse({"text": "hello"}).json()["model_version"] == tiny_version

    shutil.rmtree(models_dir / spoilt)
    own_host.registry.rollback()
    wait_until(lambda: own_host.health()["refused"] is None, "all is well again", 30)


def test_a_host_is_well_without_a_model_and_under_load_but_not_with_a_failing_engine(
    tmp_path: Path, engine
) -> None:
    async def checked(serving: object, limits: BatchingLimits) -> None:
        host = Host(tmp_path, Runtime("cpu"), limits)
        host.serving.engine = serving
        async with host.lifespan(host):
            await host.check()

    asyncio.run(checked(None, BatchingLimits()))
    asyncio.run(checked(engine, BatchingLimits()))
    asyncio.run(checked(engine, BatchingLimits(max_waiting=0)))
    with pytest.raises(MemoryError):
        asyncio.run(checked(OutOfMemory(), BatchingLimits()))


class OutOfMemory:
    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        raise MemoryError


def test_a_client_understands_by_way_of_the_host(host) -> None:
    client = NluClient(host.url, deadline_s=10)
    with ThreadPoolExecutor(8) as threads:
        meanings = list(threads.map(client.parse, ["hello", "\ud800", "", "thanks"] * 4))
    client.close()
    assert meanings[0].intent.name == "greet"
    assert meanings[3].intent.name == "thank"


def test_a_client_without_a_host_gives_up_at_its_deadline() -> None:
    client = NluClient("http://127.0.0.1:9", deadline_s=0.3)
    with pytest.raises(InterpreterUnavailable):
        client.parse("hello")
    client.close()


def test_a_client_of_an_overloaded_host_is_told(
    start_host, models_dir: Path, tiny_version: str
) -> None:
    Registry(models_dir).promote(tiny_version)
    host = start_host(models_dir, BatchingLimits(max_waiting=0))
    host.wait_until_serving(tiny_version)
    client = NluClient(host.url, deadline_s=0.3)
    with pytest.raises(InterpreterOverloaded):
        client.parse("hello")
    client.close()


def test_a_full_host_refuses_unread_what_it_is_sent_and_answers_what_is_no_message(
    start_host, tmp_path: Path
) -> None:
    host = start_host(tmp_path, BatchingLimits(max_waiting=0))
    with httpx.Client(base_url=host.url) as connection:
        for body in (b"x" * 5_000_000, b"no JSON", b'{"text": "hello"}'):
            refused = connection.post("/model/parse", content=body)
            assert refused.status_code == 503 and refused.headers["Retry-After"] == "1"
            assert refused.json()["code"] == 503
        assert connection.get("/healthz").json()["status"] == "no model"
        assert 'requests_total{status="503"} 3.0' in connection.get("/metrics").text


def test_a_client_waits_for_a_host_that_is_coming_up(
    start_host, models_dir: Path, tiny_version: str
) -> None:
    host = start_host(models_dir)
    threading.Timer(0.3, lambda: host.registry.promote(tiny_version)).start()
    client = NluClient(host.url, deadline_s=30)
    assert client.parse("hello").model_version == tiny_version
    client.close()


@pytest.mark.parametrize(
    "module", ["nlu.client", "nlu.redact", "nlu.bundle", "training.registry", "training.data"]
)
def test_what_the_web_process_imports_loads_no_model_library(module: str) -> None:
    program = (
        f"import sys, {module}; heavy = {{'torch', 'transformers', 'sentence_transformers'}};"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_batches_suit_what_the_model_runs_on() -> None:
    processor = limits_for(Runtime("cpu", threads=8))
    assert processor.at_once == 8, "every processor has a batch to do"
    assert limits_for(Runtime("cpu", threads=1)).at_once > 1
    assert limits_for(Runtime("cuda")).max_batch > 10 * processor.max_batch


def test_a_host_leaves_its_processors_to_batches() -> None:
    program = """
import sys
from threadpoolctl import threadpool_info
from nlu.host import leave_threads_to_batches
leave_threads_to_batches()
sys.exit(any(pool["num_threads"] > 1 for pool in threadpool_info() if pool["user_api"] == "blas"))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False)
    assert done.returncode == 0

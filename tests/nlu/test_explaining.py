"""Why a text is understood as it is: sound weights, for any text, while the engine goes on."""

from __future__ import annotations

import threading

import httpx
import pytest

from nlu.engine import Engine
from nlu.explaining import explain
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT
from tests.nlu.conftest import RunningHost

ODD = ["", "😀 🎉", "\ud83d half a pair", "x" * 20_000, "where is my order " * 500, "¿dónde?"]


def test_the_words_add_up_to_what_the_text_added(engine: Engine) -> None:
    found = explain(engine, "hello, where is my parcel 1042?")
    assert found.explained == "order_status"
    assert [word.text for word in found.words] == ["hello,", "where", "is", "my", "parcel", "1042?"]
    assert all(found.meaning.text[w.start : w.end] == w.text for w in found.words)
    assert sum(word.weight for word in found.words) == pytest.approx(found.total, rel=0.1, abs=0.05)


def test_the_words_that_matter_weigh_most(engine: Engine) -> None:
    found = explain(engine, "well then please cancel everything today")
    assert found.explained == "cancel_order"
    assert max(found.words, key=lambda word: word.weight).text == "cancel"


def test_it_names_examples_rivals_and_the_decision(engine: Engine, tiny_version: str) -> None:
    data = explain(engine, "has my order shipped").to_json()
    assert data["intent"] == data["explained"] == "order_status"
    assert data["model_version"] == tiny_version and "probability" in data["reason"]
    assert len(data["nearest"]) == 5 and ".yml:" in data["nearest"][0]["source"]
    scores = [one["confidence"] for one in data["torn_between"]]
    assert scores == sorted(scores, reverse=True) and len(scores) == 5
    assert data["explained"] in data["conformal_set"]


def test_a_decision_not_to_answer_is_explained(engine: Engine) -> None:
    found = explain(engine, "who is the king of Spain")
    assert found.meaning.intent is not None
    assert found.meaning.intent.name in (OUT_OF_SCOPE_INTENT, FALLBACK_INTENT)
    assert "The best guess would be" in found.reason and found.words


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_text_is_explained(engine: Engine, text: str) -> None:
    found = explain(engine, text)
    assert found.reason and found.to_json()["text"] == text
    assert len(found.words) in (0, len(text.split()))


def test_the_host_explains_on_request_and_answers_meanwhile(host: RunningHost) -> None:
    plain = host.parse({"text": "where is my order"}).json()
    assert "explanation" not in plain and "order_status" in plain["conformal_set"]
    full = host.parse({"text": "where is my order", "message_id": "m", "explain": True}).json()
    assert full["intent"] == plain["intent"] and full["message_id"] == "m"
    assert full["explanation"]["explained"] == "order_status"

    long = {"text": "where is my order " * 900, "explain": True}
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(host.parse(long).status_code))
    thread.start()
    try:
        while thread.is_alive() and not codes:
            assert host.parse({"text": "hello"}).status_code == 200
            second = host.parse({"text": "hello", "explain": True})
            assert second.status_code in (200, 503)
            if second.status_code == 503:
                break
    finally:
        thread.join(60)
    assert codes == [200]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"text": "x", "explain": "yes"}, "true or false"),
        ([{"text": "x", "explain": True}], "one text"),
    ],
)
def test_a_wrong_request_is_explained_too(host: RunningHost, body: object, words: str) -> None:
    answer: httpx.Response = host.parse(body)
    assert answer.status_code == 422 and words in answer.json()["message"]

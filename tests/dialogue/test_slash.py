"""Slash messages say what they mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from bot_stories import project_of
from hypothesis import given
from hypothesis import strategies as st

from dialogue.domain import Domain
from dialogue.slash import read_slash


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    folder: Path = tmp_path_factory.mktemp("bot")
    return project_of(
        folder,
        domain="""
            intents: [inform, order_status, faq]
            entities: [size, order_number]
            responses: {utter_faq/wrap: [text: yes]}
        """,
    ).domain


def test_an_intent(domain):
    meaning = read_slash("  /inform ", domain)
    assert meaning.intent.name == "inform"
    assert meaning.intent.confidence == 1.0
    assert meaning.text == "/inform"


def test_confidence_and_entities(domain):
    text = '/inform@0.7{"size": ["s", "m"], "order_number": 1042, "colour": "red"}'
    meaning = read_slash(text, domain)
    assert meaning.intent.confidence == 0.7
    assert [(e.name, e.value) for e in meaning.entities] == [
        ("size", "s"),
        ("size", "m"),
        ("order_number", 1042),
    ]
    first = meaning.entities[0]
    assert text[first.start : first.end] == text[text.index("{") :]
    assert first.extractor == "RegexMessageHandler"


def test_an_entry_of_a_retrieval_intent(domain):
    meaning = read_slash("/faq/wrap", domain)
    assert meaning.intent.name == "faq"
    assert [hit.key for hit in meaning.retrieval] == ["faq/wrap"]


@pytest.mark.parametrize(
    "text",
    [
        "inform",
        "/unknown",
        "/",
        "//inform",
        "/inform please",
        "/faq/unknown",
        "/inform{size: s}",
        "/inform[1]",
        '/inform{"size"',
        "/inform" + '{"size":' * 5000,
        '/inform{"size": [' + ", ".join("1" * 51) + "]}",
        '/inform{"size": NaN}',
        '/inform{"size": "a\\u0000"}',
        '/inform{"size": "\\ud800"}',
    ],
)
def test_anything_else_is_an_ordinary_message(domain, text):
    assert read_slash(text, domain) is None


@given(text=st.text(max_size=30).map(lambda rest: "/inform" + rest))
def test_nothing_makes_it_fail(domain, text):
    meaning = read_slash(text, domain)
    assert meaning is None or meaning.intent.name == "inform"

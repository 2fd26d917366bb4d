"""A small Rasa project from its files to parse results, once a run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nlu.bundle import open_bundle
from nlu.engine import Engine
from nlu.runtime import Runtime
from nlu.types import Understanding
from tests.nlu import tiny
from training.errors import NotEnoughExamples
from training.pipeline import Trained, train

CONFIG = """\
recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: DIETClassifier
  epochs: 100
- name: RegexEntityExtractor
- name: EntitySynonymMapper
- name: ResponseSelector
  retrieval_intent: faq
- name: ResponseSelector
  retrieval_intent: chitchat
- name: DucklingEntityExtractor
  dimensions: [time]
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
"""

DOMAIN = """\
version: "3.1"
intents: [greet, book, out_of_scope, faq, chitchat]
entities: [city, ticket, email]
responses:
  utter_faq/hours: [{text: We open at nine.}]
  utter_faq/pets: [{text: Dogs are welcome.}]
  utter_chitchat/name: [{text: I am Roberta.}]
  utter_chitchat/joke: [{text: Knock knock.}]
"""

NLU = """\
version: "3.0"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
    - hey
    - good evening
- intent: book
  examples: |
    - fly me to [Paris]{"entity": "city", "role": "to"}
    - go from [Rome]{"entity": "city", "role": "from"} to [Oslo]{"entity": "city", "role": "to"}
    - a ticket from [Graz]{"entity": "city", "role": "from"}
    - book a trip to [NYC]{"entity": "city", "role": "to", "value": "New York"}
    - from [Bonn]{"entity": "city", "role": "from"} to [Lyon]{"entity": "city", "role": "to"} please
    - change ticket [AB-12](ticket)
- intent: out_of_scope
  examples: |
    - will it rain tomorrow
    - who won the match last night
    - solve this equation
    - who should I vote for
- intent: faq/hours
  examples: |
    - when do you open
    - what are your opening hours
    - how late are you open
    - are you open on sundays
- intent: faq/pets
  examples: |
    - can I bring my dog
    - are pets allowed
    - do you let animals in
    - is my cat welcome
- intent: chitchat/name
  examples: |
    - what is your name
    - how are you called
    - may I know your name
    - what are you named
- intent: chitchat/joke
  examples: |
    - tell me a joke
    - make me laugh
    - say something funny
    - do you know a good joke
- synonym: New York
  examples: |
    - big apple
- regex: ticket
  examples: |
    - [A-Z]{2}-\\d{2}
- regex: help
  examples: |
    - \\bhelp\\b
"""


def write_project(folder: Path, config: str = CONFIG) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "config.yml").write_text(config)
    (folder / "domain.yml").write_text(DOMAIN)
    (folder / "data" / "nlu.yml").write_text(NLU)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rasa")


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What the training said before it began."""
    return []


@pytest.fixture(scope="module")
def trained(folder: Path, said: list[str]) -> Trained:
    return train(write_project(folder / "bot"), folder / "models", tiny.PLAN, say=said.append)


@pytest.fixture(scope="module")
def engine(folder: Path, trained: Trained) -> Engine:
    bundle = open_bundle(folder / "models" / trained.version)
    return Engine(bundle, Runtime("cpu"), lambda: datetime(2026, 11, 26, 10).astimezone())


def entities(engine: Engine, text: str) -> list[dict[str, Any]]:
    return engine.parse(text).to_rasa()["entities"]


def test_what_stands_in_for_the_pipeline_is_told_and_kept(
    trained: Trained, said: list[str]
) -> None:
    assert said[0] == "config.yml:4: WhitespaceTokenizer is replaced by the encoder's own tokenizer"
    assert said[-1].startswith("warning: data/nlu.yml:1: version 3.0 is older")
    assert trained.metrics["pipeline"] == said[:-1]


def test_out_of_scope_is_an_intent_like_any_other(engine: Engine) -> None:
    meaning = engine.parse("will it rain on monday")
    assert meaning.intent is not None and meaning.intent.name == "out_of_scope"
    assert meaning.out_of_scope_score is None
    assert sum(one.confidence for one in meaning.intent_ranking) == pytest.approx(1.0)


def test_an_unclear_message_falls_back(engine: Engine) -> None:
    """nlu_fallback first, its confidence the threshold, the ranking shifted."""
    for text in ("xyzzy plugh", "qwerty uiop", "lorem ipsum", "blub"):
        ranking = engine.parse(text).intent_ranking
        first, second, third = ranking[:3]
        unclear = second.confidence < 0.3 or second.confidence - third.confidence < 0.1
        if first.name == "nlu_fallback":
            assert first.confidence == 0.3 and unclear
            return
    pytest.fail("none of these was unclear")


def test_nothing_readable_falls_back(engine: Engine) -> None:
    parsed = engine.parse("   ").to_rasa()
    assert parsed["intent"] == {"name": "nlu_fallback", "confidence": 0.3}


def test_annotated_entities_with_roles(engine: Engine) -> None:
    found = entities(engine, "from Rome to Lyon")
    assert [(one["entity"], one["value"], one["role"]) for one in found] == [
        ("city", "Rome", "from"),
        ("city", "Lyon", "to"),
    ]
    assert all(0 < one["confidence_entity"] <= 1 and one["extractor"] for one in found)


def test_synonyms_are_told_as_processed(engine: Engine) -> None:
    (city,) = entities(engine, "book a trip to NYC")
    assert city["value"] == "New York" and city["processors"] == ["EntitySynonymMapper"]


def test_patterns_find_entities_of_their_name_and_no_others(engine: Engine) -> None:
    (ticket,) = entities(engine, "help, change ticket xy-98")
    assert (ticket["entity"], ticket["value"]) == ("ticket", "xy-98")
    assert ticket["extractor"] == "RegexEntityExtractor"


def test_nothing_is_found_by_its_form_that_nobody_asked_for(engine: Engine) -> None:
    """The domain's `email` is learnt from annotations, of which there is none."""
    found = entities(engine, "hello, I am ann@example.org and order 10423 cost 20 euros")
    assert not {one["entity"] for one in found} & {"email", "order_number", "amount-of-money"}


def test_ducklings_listed_dimensions(engine: Engine) -> None:
    found = entities(engine, "fly me to Paris tomorrow for 20 euros")
    assert [one["entity"] for one in found if one["extractor"].startswith("Duckling")] == ["time"]
    assert "city" in [one["entity"] for one in found]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("when do you open tomorrow", "faq/hours"),
        ("may my dog come in", "faq/pets"),
        ("tell me your name", "chitchat/name"),
        ("tell me something funny", "chitchat/joke"),
    ],
)
def test_each_retrieval_intent_ranks_its_own_keys(engine: Engine, text: str, key: str) -> None:
    meaning = engine.parse(text)
    parsed = meaning.to_rasa()
    intent = key.split("/")[0]
    selectors = parsed["response_selector"]
    assert selectors.keys() == {"all_retrieval_intents", "faq", "chitchat"}
    assert selectors["all_retrieval_intents"] == ["chitchat", "faq"]
    assert parsed["intent"]["name"] == intent
    response = selectors[intent]["response"]
    assert response["intent_response_key"] == key
    assert response["utter_action"] == f"utter_{key}"
    assert response["responses"][0]["text"]
    for name in ("faq", "chitchat"):
        ranking = selectors[name]["ranking"]
        assert all(one["intent_response_key"].startswith(f"{name}/") for one in ranking)
        assert sum(one["confidence"] for one in ranking) == pytest.approx(1.0)
    assert Understanding.from_rasa(parsed).to_rasa() == parsed


def test_one_selector_for_all_is_called_default(folder: Path, engine: Engine) -> None:
    contents = dict(engine.bundle.contents)
    contents["pipeline.json"] = b'{"one_selector": true, "duckling": null}'
    bundle = type(engine.bundle)(folder, engine.bundle.manifest, contents)
    parsed = Engine(bundle, Runtime("cpu")).parse("are pets allowed").to_rasa()
    selectors = parsed["response_selector"]
    assert selectors.keys() == {"all_retrieval_intents", "default"}
    ranking = selectors["default"]["ranking"]
    assert ranking[0]["intent_response_key"] == "faq/pets"
    assert {one["intent_response_key"].split("/")[0] for one in ranking} == {"faq", "chitchat"}
    assert sum(one["confidence"] for one in ranking) == pytest.approx(1.0)
    assert Understanding.from_rasa(parsed).to_rasa() == parsed


def test_two_intents_with_two_examples_each_suffice(tmp_path: Path) -> None:
    """Without a FallbackClassifier nothing falls back, and nothing readable means nothing."""
    lines = "nlu:\n- intent: yes\n  examples: |\n    - yes\n    - sure\n"
    lines += "- intent: no\n  examples: |\n    - no\n    - never\n"
    (tmp_path / "nlu.yml").write_text(lines)
    (tmp_path / "config.yml").write_text("pipeline:\n- name: DIETClassifier\n")
    made = train(tmp_path, tmp_path / "models", tiny.PLAN)
    engine = Engine(open_bundle(tmp_path / "models" / made.version), Runtime("cpu"))
    ranking = engine.parse("yes").intent_ranking
    assert [one.name for one in ranking] == ["yes", "no"]
    assert engine.parse("xyzzy").to_rasa()["intent"]["name"] in ("yes", "no")
    assert engine.parse("").to_rasa()["intent"] == {"name": None, "confidence": 0.0}


def test_one_intent_alone_cannot_be_told_from_others(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hey\n")
    (tmp_path / "config.yml").write_text("pipeline:\n")
    with pytest.raises(NotEnoughExamples, match="only 'greet'"):
        train(tmp_path, tmp_path / "models", tiny.PLAN)

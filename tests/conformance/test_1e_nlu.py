"""Section 1e, nlu.yml, slash messages and config.yml: what no test of another folder proves."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.project import load_project
from nlu.decisions import Decisions, decide
from nlu.entities import EntityFinder, Patterns
from nlu.types import IntentScore
from tests.dialogue.bot_stories import Bot, project_of
from training.annotations import AnnotationError, parse_annotated
from training.rasa_config import read_setup
from training.reading import read_training_data

DEFAULT_CONFIG = """\
recipe: default.v1
assistant_id: 20240501-blue-moon
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  constrain_similarities: true
- name: EntitySynonymMapper
- name: ResponseSelector
  epochs: 100
  constrain_similarities: true
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
policies:
- name: MemoizationPolicy
- name: RulePolicy
- name: UnexpecTEDIntentPolicy
  max_history: 5
  epochs: 100
- name: TEDPolicy
  max_history: 5
  epochs: 100
  constrain_similarities: true
"""


def test_the_json_of_an_annotation_is_flat() -> None:
    """It ends at the first closing brace, so no value may have one; numbers are names of groups."""
    written = 'to [NYC]{"entity": "city", "value": "New York", "role": "to", "group": 1}'
    (city,) = parse_annotated(written).entities
    assert (city.value, city.role, city.group) == ("New York", "to", "1")
    with pytest.raises(AnnotationError):
        parse_annotated('to [NYC]{"entity": "city", "value": "}"}')


def test_offsets_are_those_of_the_text_without_annotations() -> None:
    read = parse_annotated("from [Rome](city) to [Oslo](city:OSL) now")
    assert read.text == "from Rome to Oslo now"
    assert [read.text[one.start : one.end] for one in read.entities] == ["Rome", "Oslo"]


def test_synonyms_name_a_whole_value_whatever_its_case_and_find_nothing_themselves() -> None:
    """The variants map what was extracted; a word that nothing extracts stays no entity."""
    synonyms = {"nyc": "New York", "Big Apple": "New York"}
    finder = EntityFinder(Patterns(lookups={"city": ("nyc", "big apple")}, synonyms=synonyms))
    values = [(one.value, one.processors) for one in finder.find("NYC or the BIG APPLE")]
    assert values == [("New York", ("EntitySynonymMapper",))] * 2
    alone = EntityFinder(Patterns(synonyms=synonyms, wanted=frozenset()))
    assert alone.find("nyc or the big apple") == ()
    longer = EntityFinder(Patterns(lookups={"city": ("nyc airport",)}, synonyms=synonyms))
    assert [one.value for one in longer.find("nyc airport")] == ["nyc airport"]


def test_a_lookup_finds_whole_words_whatever_their_case() -> None:
    finder = EntityFinder(Patterns(lookups={"country": ("Chad", "Chile")}, wanted=frozenset()))
    found = finder.find("CHAD, not Chadwick nor chilean, but chile")
    assert [(one.name, one.value) for one in found] == [("country", "CHAD"), ("country", "chile")]


def test_a_file_may_hold_any_sections_and_stand_anywhere_below_data(tmp_path: Path) -> None:
    mixed = """
        nlu:
        - intent: faq/hours
          examples: |
            - when are you open
        responses: {utter_faq/hours: [text: At nine.]}
        rules: [{rule: faq, steps: [{intent: faq}, {action: utter_faq}]}]
    """
    project = project_of(tmp_path, domain="intents: [faq]", config="", data__deep__er__mixed=mixed)
    bot = Bot(project)
    bot.meanings.teach("open?", "faq", retrieval=["faq/hours"])
    assert bot.hears("open?") == ["At nine."]
    (example,) = read_training_data(tmp_path).examples
    assert example.response_key == "faq/hours"


def test_files_of_the_domain_and_stories_of_a_higher_version_are_left_out_too(
    tmp_path: Path,
) -> None:
    files = {
        "domain": 'version: "3.1"\nintents: [greet]\nresponses: {utter_a: [text: ours]}',
        "newer": 'version: "4.0"\nresponses: {utter_a: [text: newer]}',
        "older": 'version: "2.0"\nresponses: {utter_b: [text: older]}',
    }
    project = project_of(tmp_path, **files)
    assert project.domain.responses["utter_a"][0].parts == {"text": "ours"}
    assert "utter_b" in project.domain.responses
    newer = f"{tmp_path}/newer.yml:1: version 4.0 is above 3.1: the file is left out"
    assert project.warnings == (newer,)


def test_nlu_fallback_comes_first_below_the_threshold_or_too_near_to_the_next() -> None:
    """Its confidence is the threshold; the others stay behind it in their order."""
    thresholds = Decisions(fallback=0.3, ambiguity=0.1)
    fallback = IntentScore("nlu_fallback", 0.3)
    for scores, unclear in (
        ((0.29, 0.1), True),
        ((0.3, 0.1), False),
        ((0.5, 0.41), True),
        ((0.5, 0.39), False),
    ):
        ranking = tuple(map(IntentScore, ("greet", "bye"), scores))
        decided = decide(ranking, None, (), thresholds)
        assert decided == ((fallback, *ranking) if unclear else ranking), scores


SLASHES = """
    intents: [book, faq]
    entities: [city]
    slots:
      city: {type: text, mappings: [{type: from_entity, entity: city}]}
      cities: {type: list, mappings: [{type: from_entity, entity: city}]}
    responses:
      utter_ok: [{text: "To {city}", buttons: [{title: Oslo, payload: '/book{"city": "Oslo"}'}]}]
      utter_default: [text: Pardon?]
    rules: [{rule: book, steps: [{intent: book}, {action: utter_ok}]}]
"""


def test_a_slash_message_bypasses_the_interpreter_and_a_button_sends_one(tmp_path: Path) -> None:
    bot = Bot(project_of(tmp_path, domain=SLASHES))
    assert bot.hears('/book{"city": ["Rome", "Bonn"], "size": "s"}') == ["To Bonn"]
    assert bot.slot("cities") == ["Rome", "Bonn"]
    parsed = bot.tracker.latest_message.parse_data()
    assert parsed["intent"] == {"name": "book", "confidence": 1.0}
    assert {one["extractor"] for one in parsed["entities"]} == {"RegexMessageHandler"}
    assert bot.hears(bot.buttons[0]["payload"]) == ["To Oslo"]
    assert bot.meanings.asked == []


def test_a_slash_message_of_an_unknown_intent_is_an_ordinary_text(tmp_path: Path) -> None:
    bot = Bot(project_of(tmp_path, domain=SLASHES))
    bot.meanings.teach("/nonsense", "book", city="Kiel")
    assert bot.hears("/nonsense") == ["To Kiel"]
    assert bot.meanings.asked == ["/nonsense"]


def test_the_configuration_that_rasa_writes_is_read_without_a_warning(tmp_path: Path) -> None:
    """Each component and policy that is replaced has its line; nothing is unknown."""
    (tmp_path / "config.yml").write_text(DEFAULT_CONFIG)
    (tmp_path / "domain.yml").write_text('version: "3.1"\nintents: [greet]\n')
    setup = read_setup(tmp_path)
    assert setup.warnings == ()
    assert len(setup.lines) == 9
    assert (setup.sureness.threshold, setup.sureness.ambiguity) == (0.3, 0.1)
    ted, unexpected = load_project(tmp_path).warnings[::-1]
    assert "TEDPolicy is replaced by the learned policy" in ted
    assert "UnexpecTEDIntentPolicy is accepted and not used" in unexpected

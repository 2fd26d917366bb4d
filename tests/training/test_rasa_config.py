"""config.yml's pipeline: what stands in for each component, and which options are heeded."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import SourceError, SourceErrors
from nlu.pipeline import Duckling, Pipeline
from training.components import DUCKLING, REPLACED
from training.rasa_config import PatternUse, Setup, read_setup
from training.sureness import Sureness


def configured(folder: Path, content: str) -> Setup:
    (folder / "config.yml").write_text(content, encoding="utf-8")
    return read_setup(folder)


def pipeline(folder: Path, listed: str) -> Setup:
    return configured(folder, f"language: en\npipeline:\n{listed}")


def test_without_a_configuration_it_is_our_own_manner(tmp_path: Path) -> None:
    assert read_setup(tmp_path) == Setup()
    assert pipeline(tmp_path, "- name: FrontdeskNLU\n").pipeline is None


@pytest.mark.parametrize("content", ["language: en\n", "pipeline:\n", "pipeline: []\n", ""])
def test_an_empty_pipeline_is_rasas_default_one(tmp_path: Path, content: str) -> None:
    """FallbackClassifier 0.3 and 0.1, one ResponseSelector, synonyms, patterns as features."""
    setup = configured(tmp_path, content)
    assert setup.sureness == Sureness(0.3, 0.1)
    assert setup.pipeline == Pipeline(one_selector=True)
    assert setup.tags and setup.synonyms
    assert setup.extracts is None and setup.hints == PatternUse()
    assert "default" in setup.lines[0]


def test_each_component_is_named_in_a_line(tmp_path: Path) -> None:
    listed = "".join(f"- name: {name}\n" for name in REPLACED)
    setup = pipeline(tmp_path, listed)
    assert setup.warnings == ()
    for number, (name, line) in enumerate(zip(REPLACED, setup.lines, strict=True), start=3):
        assert line.startswith(f"config.yml:{number}: {name} is ")


def test_other_options_are_ours_to_choose(tmp_path: Path) -> None:
    setup = pipeline(tmp_path, "- name: DIETClassifier\n  epochs: 100\n  random_seed: 1\n")
    assert setup.lines == (
        "config.yml:3: DIETClassifier is replaced by the fine-tuned encoder; "
        "epochs, random_seed are ours to choose",
    )


def test_what_is_unknown_is_warned_of(tmp_path: Path) -> None:
    """An unknown name with file, line and the nearest one; a custom component as not run."""
    setup = pipeline(tmp_path, "- name: DIETClasifier\n- name: my.Sentiment\n")
    assert setup.warnings == (
        "config.yml:3: unknown component 'DIETClasifier' is not run; "
        "did you mean 'DIETClassifier'?",
        "config.yml:4: the project's own component my.Sentiment is not run",
    )


def test_rasas_own_component_by_its_whole_path(tmp_path: Path) -> None:
    path = "rasa.nlu.classifiers.diet_classifier.DIETClassifier"
    setup = pipeline(tmp_path, f"- name: {path}\n")
    assert setup.tags and not setup.warnings


def test_thresholds_hold_as_they_are_written(tmp_path: Path) -> None:
    written = "- name: FallbackClassifier\n  threshold: 0.7\n  ambiguity_threshold: 0.2\n"
    setup = pipeline(tmp_path, written)
    assert setup.sureness == Sureness(0.7, 0.2)
    assert "0.7 and 0.2 hold as written" in setup.lines[0]


@pytest.mark.parametrize("name", DUCKLING)
def test_ducklings_options(tmp_path: Path, name: str) -> None:
    """dimensions, locale and timezone; the server's address is nobody's."""
    written = (
        f"- name: {name}\n  url: http://duckling:8000\n  dimensions: [time, email]\n"
        "  locale: de_DE\n  timezone: Europe/Berlin\n"
    )
    found = pipeline(tmp_path, written).pipeline
    assert found is not None
    assert found.duckling == Duckling(("time", "email"), "de_DE", "Europe/Berlin")
    usual = pipeline(tmp_path, f"- name: {name}\n").pipeline
    assert usual is not None and usual.duckling == Duckling(None, "en_EN", None)


def test_an_unknown_dimension_is_warned_of(tmp_path: Path) -> None:
    written = f"- name: {DUCKLING[0]}\n  dimensions: [tmie, time-grain]\n"
    one, other = pipeline(tmp_path, written).warnings
    assert one.startswith("config.yml:4: unknown dimension 'tmie'; did you mean 'time'")
    assert "'time-grain' is not found" in other


def test_how_patterns_are_used(tmp_path: Path) -> None:
    """case_sensitive, use_lookup_tables, use_regexes and use_word_boundaries."""
    written = (
        "- name: RegexFeaturizer\n- name: RegexEntityExtractor\n  case_sensitive: true\n"
        "  use_lookup_tables: false\n  use_word_boundaries: false\n"
    )
    setup = pipeline(tmp_path, written)
    assert setup.hints == PatternUse()
    assert setup.extracts == PatternUse(True, False, True, False)
    assert pipeline(tmp_path, "- name: DIETClassifier\n").extracts is None


def test_a_selector_for_all_or_one_for_each(tmp_path: Path) -> None:
    for_each = "- name: ResponseSelector\n  retrieval_intent: faq\n"
    assert pipeline(tmp_path, for_each).pipeline == Pipeline(one_selector=False)
    for_all = for_each + "- name: ResponseSelector\n"
    assert pipeline(tmp_path, for_all).pipeline == Pipeline(one_selector=True)


def test_what_annotated_entities_need(tmp_path: Path) -> None:
    """DIET learns entities unless it is told not to; CRF does too; synonyms need their mapper."""
    written = "- name: DIETClassifier\n  entity_recognition: false\n"
    setup = pipeline(tmp_path, written)
    assert not setup.tags and not setup.synonyms
    setup = pipeline(tmp_path, written + "- CRFEntityExtractor\n- name: EntitySynonymMapper\n")
    assert setup.tags and setup.synonyms


def test_a_pipeline_of_rasa_1_by_its_name(tmp_path: Path) -> None:
    setup = configured(tmp_path, "pipeline: supervised_embeddings\n")
    assert setup.tags and setup.sureness.threshold is None
    with pytest.raises(SourceError, match="did you mean 'supervised_embeddings'"):
        configured(tmp_path, "pipeline: supervised_embedings\n")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    written = (
        "- name: FallbackClassifier\n  treshold: 0.5\n  threshold: 7\n"
        "- nam: X\n"
        "- name: DucklingEntityExtractor\n  dimensions: time\n  timezone: Mars/Base\n"
        "- name: RegexEntityExtractor\n  case_sensitive: 3\n"
        "- name: ResponseSelector\n  retrieval_intent: [faq]\n"
    )
    with pytest.raises(SourceErrors) as caught:
        pipeline(tmp_path, written)
    assert [error.line for error in caught.value.errors] == [4, 5, 6, 8, 9, 11, 13]
    assert str(caught.value).count("\n") == 6


@pytest.mark.parametrize("content", ["- a\n", "pipeline: 7\n", "pipeline:\n  name: X\n"])
def test_another_type_is_a_mistake(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match="must be a"):
        configured(tmp_path, content)


def test_another_recipe_is_warned_of(tmp_path: Path) -> None:
    (warning,) = configured(tmp_path, "recipe: graph.v1\npipeline:\n").warnings
    assert warning == "config.yml:1: the recipe 'graph.v1' is not read; there is default.v1"


def test_the_file_may_have_the_long_ending(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("pipeline:\n- name: DIETClassifier\n")
    (line,) = read_setup(tmp_path).lines
    assert line.startswith("config.yaml:2: DIETClassifier")

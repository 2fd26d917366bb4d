from __future__ import annotations

import pytest

from tests.nlu.tiny import label
from training.data import Example
from training.errors import ContradictingExamples
from training.labels import gather

WRITTEN = (
    Example("hello", "greet", source="f:1"),
    Example("thanks", "thank", source="f:2"),
    Example("tell me a joke", "out_of_scope", source="f:3"),
)


def test_labels_join_redacted_and_the_newest_wins() -> None:
    texts = [f"greeting number {number}" for number in range(40)]
    labels = [label(text, "thank", number) for number, text in enumerate(texts)]
    labels += [label(text, "greet", 100 + number) for number, text in enumerate(texts)]
    labels.append(label("hello, I am anna@example.com", "greet", 999))
    gathered = gather(WRITTEN, labels, ())
    everything = [*gathered.labels, *gathered.regression]
    assert {one.intent for one in everything} == {"greet"}
    assert "hello, I am <email>" in {one.text for one in everything}
    assert gathered.examples == WRITTEN
    assert 3 <= len(gathered.regression) <= 14, "about a fifth is held out"


def test_what_is_held_out_once_stays_held_out() -> None:
    labels = [label(f"greeting number {number}", "greet", number) for number in range(40)]
    few = gather(WRITTEN, labels[:20], ()).regression
    many = gather(WRITTEN, labels, ()).regression
    assert set(few) <= set(many)


def test_a_label_overrules_an_example() -> None:
    gathered = gather(WRITTEN, [label("Hello!", "thank", 7)], ())
    assert "hello" not in {one.text for one in gathered.examples}
    assert gathered.notes == ("label:7 overrules f:1",)
    assert gather(WRITTEN, [label("Hello!", "greet", 7)], ()).labels == ()


def test_nothing_is_learnt_from_the_test_set_or_of_unknown_intents() -> None:
    frozen = [Example("Hello", "greet", source="test:1")]
    labels = [label("hello", "thank", 1), label("what", "unknown", 2)]
    gathered = gather(WRITTEN, labels, frozen)
    assert gathered.labels == gathered.regression == ()
    assert len(gathered.examples) == 2
    assert len(gathered.notes) == 3


def test_examples_that_contradict_each_other_are_a_mistake() -> None:
    with pytest.raises(ContradictingExamples, match=r"f:9: 'HELLO' is thank here and greet at f:1"):
        gather([*WRITTEN, Example("HELLO", "thank", source="f:9")], [], ())


def test_in_data_of_others_the_later_contradiction_is_left_aside() -> None:
    later = Example("HELLO", "thank", source="f:9")
    gathered = gather([*WRITTEN, later], [], (), strict=False)
    assert later not in gathered.examples and len(gathered.notes) == 1
    assert gathered.notes[0].startswith("f:9 is left aside: 'HELLO' is thank here and greet at")

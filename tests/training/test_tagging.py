"""A token classifier learnt from a few dozen messages, and what it makes of others."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu import bundle as files
from nlu.bundle import Bundle, json_bytes, open_bundle
from nlu.encoder import load_pretrained
from nlu.engine import Engine
from nlu.entities import EntityFinder, Patterns
from nlu.entities.tagger import EXTRACTOR
from nlu.errors import ModelRefused
from nlu.runtime import Runtime
from training import export
from training.data import Example
from training.reading import read_training_data
from training.spotting import ALL, spotted
from training.swapping import Swapper
from training.tagging import TaughtTagger, found_by, learn_tagger, reader_of
from training.taught_entities import annotated, scheme_of

CITIES = ("Berlin", "Lyon", "Ghent", "Graz", "Porto", "Basel", "Leeds", "Turin", "Bergen", "Brno")
COLOURS = ("navy", "black", "white", "green", "red", "blue", "grey", "brown", "pink", "olive")
TO = "ship it to [{}](city) please", "does it go to [{}](city)?", "I live in [{}](city)"
NOW, THEN = (f'[{{}}]{{{{"entity":"colour","role":"{role}"}}}}' for role in ("current", "wanted"))
SWAP, GOT = f"swap the {NOW} for {THEN}", f"got {NOW} but need {THEN}"


def _lines() -> list[str]:
    lines = [form.format(city) for form in TO for city in CITIES]
    pairs = list(zip(COLOURS, COLOURS[1:] + COLOURS[:1], strict=True))
    lines += [form.format(*pair) for form in (SWAP, GOT) for pair in pairs]
    lines += [f"do you have it in [{colour}](colour)" for colour in COLOURS]
    return [*lines, "thanks a lot", "where is my order", "how do I pay", "ship it soon please"]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Example, ...]:
    folder = tmp_path_factory.mktemp("annotated")
    written = "\n".join(f"    - {line}" for line in _lines())
    (folder / "marked.yml").write_text(f"nlu:\n- intent: inform\n  examples: |\n{written}\n")
    unmarked = "\n".join(f"    - the {colour} one in Lyon" for colour in COLOURS)
    (folder / "plain.yml").write_text(f"nlu:\n- intent: inform\n  examples: |\n{unmarked}\n")
    return read_training_data(folder).examples


@pytest.fixture(scope="module")
def taught(examples: tuple[Example, ...]) -> TaughtTagger:
    pretrained = load_pretrained()
    made = learn_tagger(
        examples, Patterns(), pretrained.encoder, pretrained.tokenizer, torch.device("cpu"), 0
    )
    assert made is not None
    return made


def _found(taught: TaughtTagger, texts: list[str]) -> list[list[tuple[str, str, str | None]]]:
    pretrained = load_pretrained()
    layers = taught.tagger.scheme.layers
    read = reader_of(pretrained.encoder, pretrained.tokenizer, torch.device("cpu"), layers)
    found = found_by(taught.tagger, EntityFinder(Patterns()), read, texts)
    return [
        [(one.name, text[one.start : one.end], one.role) for one in entities]
        for text, entities in zip(texts, found, strict=True)
    ]


def test_only_files_that_mark_something_teach(examples: tuple[Example, ...]) -> None:
    material = annotated(examples)
    assert len(material.examples) == len(_lines())
    assert set(material.taught) == {frozenset({"city", "colour"})}
    scheme = scheme_of(material.examples, Patterns(), (6,))
    assert scheme.kinds == ("city", "colour")
    assert scheme.roles == {"colour": ("current", "wanted")} and not scheme.groups
    given = scheme_of(material.examples, Patterns(lookups={"colour": ("red",)}), (6,))
    assert given.kinds == ("city",) and "colour" in given.context
    assert given.roles, "also what a pattern finds has roles"


def test_it_finds_what_it_never_saw(taught: TaughtTagger) -> None:
    swap, go, none = _found(
        taught,
        ["swap the turquoise for orange", "could it go to Oslo tomorrow", "thanks, how do I pay"],
    )
    assert swap == [("colour", "turquoise", "current"), ("colour", "orange", "wanted")]
    assert ("city", "Oslo", None) in go and ("time", "tomorrow", None) in go
    assert none == []


def test_it_says_how_well_it_did_on_what_was_held_out(taught: TaughtTagger) -> None:
    assert set(taught.figures) == {"city", "colour", ALL}
    assert taught.figures[ALL].f1 > 0.8
    parts = taught.figures["colour"].parts
    assert parts is not None and parts > 0.7 and taught.figures["city"].parts is None


@pytest.fixture(scope="module")
def model(taught: TaughtTagger, tiny_folder: Path, tiny_version: str) -> Bundle:
    """The tiny model as if its encoder were the pretrained one, with the tagger and exports."""
    bundle = open_bundle(tiny_folder / "models" / tiny_version)
    encoder = load_pretrained().encoder
    whole = export._onnx(encoder, taught.tagger.scheme.layers)
    own = {f"encoder.{name}": w for name, w in encoder.state_dict().items()}
    head = safetensors.torch.load(bundle.contents[files.CLASSIFIER])
    weights = {**head, **{name: tensor.contiguous() for name, tensor in own.items()}}
    contents = {
        **bundle.contents,
        **taught.contents,
        files.CLASSIFIER: safetensors.torch.save(weights),
        files.ONNX: whole,
        files.ONNX_INT8: export._int8(whole),
    }
    return replace(bundle, contents=contents)


def test_every_backend_finds_the_same(model: Bundle) -> None:
    texts = ["swap the turquoise for navy", "does it go to Oslo", "", "thanks", "Oslo " * 200]
    told = []
    for backend in ("torch", "onnx", "onnx-int8"):
        engine = Engine(model, Runtime("cpu", backend))
        together = [one.entities for one in engine.parse_batch(texts)]
        alone = [engine.parse(text).entities for text in texts]
        told.append([[(e.name, e.start, e.end) for e in one] for one in together])
        for one, other in zip(together, alone, strict=True):
            assert [e.to_rasa() | {"confidence_entity": 0} for e in one] == [
                e.to_rasa() | {"confidence_entity": 0} for e in other
            ]
    assert told[0] == told[1]
    assert told[2][:2] == told[0][:2] and told[0][0] == [("colour", 9, 18), ("colour", 23, 27)]


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(
        st.text(max_size=60)
        | st.sampled_from(["颜色 Oslo", "👍🏽 navy", "\ud83d Oslo", "Os\u200blo", "navy " * 400]),
        max_size=5,
    )
)
def test_no_text_makes_it_raise(
    model: Bundle, engines: dict[int, Engine], texts: list[str]
) -> None:
    engine = engines.setdefault(0, Engine(model, Runtime("cpu", "onnx")))
    for text, meaning in zip(texts, engine.parse_batch(texts), strict=True):
        last = 0
        for one in meaning.entities:
            assert last <= one.start < one.end <= len(text)
            last = one.end
            if one.extractor == EXTRACTOR:
                assert one.confidence is not None and 0.0 <= one.confidence <= 1.0001


@pytest.fixture(scope="module")
def engines() -> dict[int, Engine]:
    return {}


def test_a_model_with_half_a_tagger_is_refused(model: Bundle) -> None:
    contents = dict(model.contents)
    del contents[files.NAME_LISTS]
    with pytest.raises(ModelRefused, match="names"):
        Engine(replace(model, contents=contents), Runtime("cpu", "onnx"))
    foreign = {**model.contents, files.TAGS: json_bytes(_other_scheme(model))}
    with pytest.raises(ModelRefused, match="tags are not"):
        Engine(replace(model, contents=foreign), Runtime("cpu", "onnx"))


def _other_scheme(model: Bundle) -> dict[str, object]:
    return {**model.json(files.TAGS), "kinds": ["city"]}


def test_data_without_marks_makes_no_tagger() -> None:
    pretrained = load_pretrained()
    plain = [Example("hello", "greet", source="a.yml:1")]
    made = learn_tagger(
        plain, Patterns(), pretrained.encoder, pretrained.tokenizer, torch.device("cpu"), 0
    )
    assert made is None


def test_a_swapped_message_keeps_its_entities_in_place(examples: tuple[Example, ...]) -> None:
    lists = {
        "given names": ["Ann"],
        "family names": ["Lee"],
        "large towns": [*CITIES, "Oslo"],
        "towns": ["Ulm"],
        "colours": [*COLOURS, "teal"],
    }
    swapper = Swapper(examples, ["city", "colour"], lists)
    values = set()
    marked = [example for example in examples if example.entities]
    for seed in range(400):
        example = marked[seed % len(marked)]
        made = swapper.swapped(example, random.Random(seed))
        assert [one.role for one in made.entities] == [one.role for one in example.entities]
        for one in made.entities:
            assert made.text[one.start : one.end].lower() == str(one.value).lower()
            values.add(str(one.value).lower())
    assert {"oslo", "ulm", "teal"} <= values


def test_figures_count_kinds_places_and_parts(tmp_path: Path) -> None:
    content = """nlu:
- intent: a
  examples: |
    - [x]{"entity":"k","role":"r"} [y](k) [z](other)
    - [x](k)
"""
    (tmp_path / "nlu.yml").write_text(content)
    one, other = (example.entities for example in read_training_data(tmp_path).examples)
    figures = spotted([one, other], [one[:1], (other[0], one[1])], {"k"})
    assert set(figures) == {"k", ALL}
    assert figures["k"].support == 3
    assert figures["k"].precision == pytest.approx(2 / 3)
    assert figures["k"].recall == pytest.approx(2 / 3)
    assert figures["k"].parts == 1.0

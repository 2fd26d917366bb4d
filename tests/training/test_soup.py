"""The mean of classifiers' weights, and that few examples are learnt by way of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch

from nlu import bundle as files
from nlu.classifier import IntentClassifier
from nlu.encoder import Encoder, load_pretrained
from tests.nlu import tiny
from tests.training.test_making import SAYINGS, examples_of
from training import adapters, learning
from training.data import TrainingData
from training.making import make_model
from training.plan import Machine
from training.rasa_config import Setup
from training.soup import Soup


def a_classifier(seed: int) -> IntentClassifier:
    torch.manual_seed(seed)
    classifier = IntentClassifier(load_pretrained().encoder, 3, scale=20.0)
    with torch.no_grad():
        for parameter in classifier.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.01)
    return classifier


def test_a_soup_is_the_mean() -> None:
    soup = Soup()
    first, second, third = map(a_classifier, range(3))
    for one in (first, second, third):
        soup.add(one)
    expected = (first.head.weight + second.head.weight + third.head.weight) / 3
    poured = soup.pour(a_classifier(3))
    torch.testing.assert_close(poured.head.weight, expected)
    embeddings = [one.encoder.word_embeddings.weight for one in (first, second, third)]
    torch.testing.assert_close(poured.encoder.word_embeddings.weight, sum(embeddings) / 3)


def test_a_soup_of_one_is_that_one() -> None:
    one, soup = a_classifier(0), Soup()
    soup.add(one)
    poured = soup.pour(a_classifier(1)).state_dict()
    for name, tensor in one.state_dict().items():
        assert torch.equal(tensor, poured[name]), name


def test_few_examples_are_learnt_by_every_fold_together(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[torch.Tensor] = []

    class Watched(Soup):
        def add(self, classifier: IntentClassifier) -> None:
            heads.append(classifier.head.weight.detach().clone())
            super().add(classifier)

    monkeypatch.setattr(learning, "Soup", Watched)
    examples = examples_of(SAYINGS)
    made = make_model(examples, (), TrainingData(examples), tiny.PLAN, Setup())
    served = safetensors.torch.load(made.contents[files.CLASSIFIER])["head.weight"]
    assert len(heads) > 1
    torch.testing.assert_close(served, torch.stack(heads).mean(dim=0))


@pytest.mark.parametrize("unlabelled", [(), ("is my parcel sent", "stop it", "what about it")])
def test_adapters_kept_alone_are_those_that_serve(
    unlabelled: tuple[str, ...], tmp_path: Path
) -> None:
    examples = examples_of(SAYINGS)
    recipe = replace(tiny.RECIPE, lora_rank=2, epochs=2, encoder_rate=1e-3, precision="fp32")
    machine = Machine("cpu", adapters=tmp_path)
    plan = replace(tiny.PLAN, recipe=recipe, machine=machine)
    data = TrainingData(examples)
    made = make_model(examples, (), data, plan, Setup(), unlabelled=unlabelled)
    served = safetensors.torch.load(made.contents[files.CLASSIFIER])
    kept: Encoder = adapters.load(load_pretrained().encoder, tmp_path)
    for name, weights in kept.state_dict().items():
        torch.testing.assert_close(served[f"encoder.{name}"], weights, msg=name)

"""Training on a GPU, where there is one: what differs from a processor is where things lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nlu.engine import load_engine
from nlu.runtime import Runtime
from tests.nlu import tiny
from tests.training.test_finetune import QUICK, TEXTS, job
from training import adapters, distributed
from training import finetune as loop
from training.checkpoints import save_checkpoint
from training.finetune import Job, finetune, readings
from training.pipeline import train
from training.plan import Machine
from training.recipe import Recipe

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
CARD, PROCESSOR = torch.device("cuda"), torch.device("cpu")


def job_on_card(recipe: Recipe = QUICK, **how: object) -> Job:
    return replace(job(recipe, **how), device="cuda")


def vectors(one: Job, device: torch.device = CARD) -> torch.Tensor:
    return torch.from_numpy(readings(one.classifier.to(device), one.tokenizer, TEXTS, device)[1])


def test_it_learns_what_a_processor_learns() -> None:
    still = replace(QUICK, dropout=0.0, encoder_dropout=0.0)
    on_card, on_processor = job_on_card(still), job(still)
    found, expected = finetune(on_card), finetune(on_processor)
    assert next(on_card.classifier.parameters()).is_cuda
    for one, other in zip(found.history, expected.history, strict=True):
        assert one.train_loss == pytest.approx(other.train_loss, rel=0.02)
    alike = torch.cosine_similarity(vectors(on_card), vectors(on_processor, PROCESSOR))
    assert alike.min() > 0.999


@pytest.mark.parametrize("precision", ["auto", "bf16", "fp16"])
def test_every_arithmetic_learns_the_same_thing(precision: str) -> None:
    # Dropout is chance, and falls otherwise in each arithmetic.
    still = replace(QUICK, dropout=0.0, encoder_dropout=0.0)
    exact, other = job_on_card(still), job_on_card(replace(still, precision=precision))
    finetune(exact)
    outcome = finetune(other)
    assert outcome.accuracy == 1.0
    assert all(weights.dtype == torch.float32 for weights in other.classifier.parameters())
    assert torch.cosine_similarity(vectors(exact), vectors(other)).min() > 0.98


@pytest.mark.parametrize(
    "change",
    [{"contrastive": 0.5}, {"consistency": 1.0}, {"adversarial": 1.0}, {"averaging": 0.9}],
    ids=lambda change: next(iter(change)),
)
def test_every_term_can_be_learnt_by(change: dict) -> None:
    one = job_on_card(replace(QUICK, precision="auto", **change))
    finetune(one)
    assert torch.isfinite(vectors(one)).all()


def test_a_killed_training_goes_on_even_if_its_best_epoch_was_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def save_and_die(file: Path, state: dict) -> None:
        save_checkpoint(file, state)
        raise Killed

    file = tmp_path / "training.pt"
    monkeypatch.setattr(loop, "SAVED_EVERY_S", 0)
    with monkeypatch.context() as patch:
        patch.setattr(loop, "save_checkpoint", save_and_die)
        with pytest.raises(Killed):
            finetune(job_on_card(checkpoint=file))
    monkeypatch.setattr(loop.Judgement, "worse_than", lambda *_: True)
    one = job_on_card(checkpoint=file)
    outcome = finetune(one)
    assert outcome.resumed_after == outcome.best_epoch == 1
    assert next(one.classifier.parameters()).is_cuda


def test_a_process_apart_gives_its_weights_back_on_the_card() -> None:
    still = replace(QUICK, dropout=0.0, encoder_dropout=0.0)
    here, apart = job_on_card(still), job_on_card(still)
    alone = finetune(here)
    told = distributed.in_processes(1, apart)
    assert [one.train_loss for one in told.history] == pytest.approx(
        [one.train_loss for one in alone.history], rel=0.02
    )
    assert all(weights.is_cuda for weights in apart.classifier.parameters())
    assert torch.cosine_similarity(vectors(here), vectors(apart)).min() > 0.999


def test_more_processes_than_cards_are_refused() -> None:
    with pytest.raises(distributed.TrainingError, match="need a GPU each"):
        distributed.finetune_in(torch.cuda.device_count() + 1, job_on_card())


def test_adapters_learn_and_are_merged() -> None:
    one, published = job_on_card(replace(QUICK, lora_rank=2)), job_on_card()
    adapters.attach(one.classifier, 2)
    finetune(one)
    adapters.merge(one.classifier)
    alike = torch.cosine_similarity(vectors(one), vectors(published))
    assert 0.5 < alike.min() < 0.99999


def test_a_model_made_on_a_card_serves_there_and_on_a_processor(tmp_path: Path) -> None:
    project = tiny.write_project(tmp_path / "project")
    plan = replace(tiny.PLAN, machine=Machine("cuda", export=True))
    made = train(project, tmp_path / "models", plan)
    texts = [*TEXTS, "where is my order 1042?", "do you wrap gifts", "x " * 300, "", "嗯"]
    engines = {
        name: load_engine(tmp_path / "models" / made.version, runtime)
        for name, runtime in {
            "torch-bf16": Runtime("cuda"),
            "torch": Runtime("cuda:0", "torch"),
            "onnx": Runtime("cpu", "onnx"),
        }.items()
    }
    answers = {name: engine.parse_batch(texts) for name, engine in engines.items()}
    for name, engine in engines.items():
        assert engine.backend.name == name
        assert engine.backend.device.startswith("cpu" if name == "onnx" else "cuda")
    for found in zip(*answers.values(), strict=True):
        chances = [{s.name: s.confidence for s in one.intent_ranking} for one in found]
        for name, chance in chances[2].items():
            assert chances[1].get(name, 0.0) == pytest.approx(chance, abs=0.01)

"""The training loop: repeatable, resumable, and every setting of the recipe does what it says."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from nlu.classifier import IntentClassifier
from nlu.encoder import load_pretrained
from nlu.labels import Labels
from nlu.tokens import tokenized
from training import checkpoints
from training import finetune as loop
from training.batches import padded, shuffled_batches
from training.checkpoints import read_checkpoint, save_checkpoint
from training.distributed import finetune_in
from training.errors import TrainingError
from training.finetune import Job, Judgement, Rows, finetune
from training.recipe import Recipe

TEXTS = ["hello", "good day", "hi there", "greetings", "bye", "farewell", "see you", "so long"]
LABELS = [0, 0, 0, 0, 1, 1, 1, 1]
QUICK = Recipe(epochs=2, batch_size=4, precision="fp32", patience=9, frozen=0)


def job(recipe: Recipe = QUICK, *, held_out: bool = True, checkpoint: Path | None = None) -> Job:
    torch.manual_seed(0)
    pretrained = load_pretrained()
    return Job(
        classifier=IntentClassifier(pretrained.encoder, 2),
        tokenizer=pretrained.tokenizer,
        classes=Labels(["greet", "leave"]),
        train=Rows(TEXTS, LABELS),
        held_out=Rows(["hello you", "bye then"], [0, 1]) if held_out else Rows([], []),
        recipe=recipe,
        seed=3,
        device="cpu",
        checkpoint=checkpoint,
    )


def vectors(one: Job) -> torch.Tensor:
    """What the encoder makes of the training sentences now."""
    ids, mask = padded(tokenized(one.tokenizer, TEXTS), torch.device("cpu"))
    with torch.inference_mode():
        return one.classifier.eval().encoder(ids, mask)


def trained(recipe: Recipe = QUICK, **how: object) -> torch.Tensor:
    one = job(recipe, **how)
    finetune(one)
    return vectors(one)


@pytest.fixture(scope="module")
def plain() -> torch.Tensor:
    return trained()


def test_the_same_seed_gives_the_same_weights(plain: torch.Tensor) -> None:
    assert torch.equal(trained(), plain)


def test_it_learns() -> None:
    one = job(replace(QUICK, epochs=4, encoder_rate=3e-4))
    outcome = finetune(one)
    assert outcome.history[-1].train_loss < outcome.history[0].train_loss
    assert outcome.accuracy == 1.0


def test_without_held_out_examples_the_last_epoch_is_kept() -> None:
    outcome = finetune(job(held_out=False))
    assert outcome.best_epoch == len(outcome.history) == QUICK.epochs


@pytest.mark.parametrize(
    ("losses", "kept", "epochs"),
    [
        # Surely worse than the second on every sentence: two such epochs are enough.
        ([[0.9, 0.9], [0.5, 0.5], [0.7, 0.7], [0.6, 0.6], [0.1, 0.1]], 2, 4),
        # Worse by chance alone: the later one has learnt more.
        ([[0.9, 0.9], [0.5, 0.5], [0.2, 0.9], [0.9, 0.2]], 4, 4),
        # Each a little worse than the one before, and in the end surely worse than the best.
        ([[0.5, 0.5], [0.4, 0.62], [0.6, 0.7], [0.7, 0.8]], 2, 4),
    ],
)
def test_the_last_epoch_not_surely_worse_is_kept_and_patience_ends(
    losses: list[list[float]], kept: int, epochs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = iter(losses)
    seen: list[torch.Tensor] = []

    def judged(classifier: IntentClassifier, *_: object) -> Judgement:
        seen.append(classifier.head.weight.detach().clone())
        return Judgement(np.array(next(coming)), 0.5)

    monkeypatch.setattr(loop, "_judged", judged)
    one = job(replace(QUICK, epochs=len(losses), patience=2, interpolation=False))
    outcome = finetune(one)
    assert outcome.best_epoch == kept and len(outcome.history) == epochs
    assert torch.equal(one.classifier.head.weight, seen[kept - 1])


@pytest.mark.parametrize(
    ("at_half", "distance"),
    [
        ([0.4, 0.5], 0.5),  # surely better on every sentence
        ([0.1, 1.0], 1.0),  # better by chance alone
        ([0.7, 0.8], 1.0),
    ],
)
def test_weights_are_drawn_back_where_that_is_surely_better(
    at_half: list[float], distance: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = job(replace(QUICK, epochs=1))
    began = one.classifier.head.weight.detach().clone()
    coming = iter([[0.6, 0.7], [0.6, 0.7], at_half])
    seen: list[torch.Tensor] = []

    def judged(classifier: IntentClassifier, *_: object) -> Judgement:
        seen.append(classifier.head.weight.detach().clone())
        return Judgement(np.array(next(coming)), len(seen) / 10)

    monkeypatch.setattr(loop, "_judged", judged)
    monkeypatch.setattr(loop, "DISTANCES", (1.0, 0.5))
    outcome = finetune(one)
    ended = seen[0]
    assert torch.equal(seen[1], ended)
    torch.testing.assert_close(seen[2], (began + ended) / 2)
    assert outcome.distance == distance
    assert outcome.accuracy == (0.3 if distance == 0.5 else 0.2)
    torch.testing.assert_close(one.classifier.head.weight, began + distance * (ended - began))


def test_a_killed_training_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain: torch.Tensor
) -> None:
    class Killed(BaseException):
        pass

    def save_and_die(file: Path, state: dict) -> None:
        save_checkpoint(file, state)
        raise Killed

    file = tmp_path / "deep" / "training.pt"
    monkeypatch.setattr(loop, "SAVED_EVERY_S", 0)
    with monkeypatch.context() as patch:
        patch.setattr(loop, "save_checkpoint", save_and_die)
        with pytest.raises(Killed):
            finetune(job(checkpoint=file))
    one = job(checkpoint=file)
    outcome = finetune(one)
    assert outcome.resumed_after == 1 and len(outcome.history) == 2
    assert torch.equal(vectors(one), plain)


def test_a_spoilt_checkpoint_is_left_aside(tmp_path: Path) -> None:
    file = tmp_path / "training.pt"
    file.write_bytes(b"half a checkpoint")
    assert read_checkpoint(file, torch.device("cpu")) is None
    assert finetune(job(checkpoint=file)).resumed_after == 0


def test_a_full_disk_costs_the_checkpoint_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(state: object, file: Path) -> None:
        file.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(loop, "SAVED_EVERY_S", 0)
    monkeypatch.setattr(checkpoints.torch, "save", full)
    outcome = finetune(job(checkpoint=tmp_path / "training.pt"))
    assert len(outcome.history) == QUICK.epochs
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"contrastive": 0.5},
        {"consistency": 1.0},
        {"adversarial": 1.0},
        {"averaging": 0.9},
        {"augmentation": 1.0},
        {"label_smoothing": 0.2},
        {"layer_decay": 0.5},
        {"encoder_dropout": 0.3},
        {"frozen": 3},
        {"dropout": 0.5},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_setting_changes_what_is_learnt(change: dict, plain: torch.Tensor) -> None:
    found = trained(replace(QUICK, **change))
    assert torch.isfinite(found).all()
    assert not torch.equal(found, plain)


def test_what_is_frozen_stays_as_pretrained() -> None:
    one = job(replace(QUICK, frozen=2))
    finetune(one)
    fresh = load_pretrained().encoder.state_dict()
    for name, weights in one.classifier.encoder.state_dict().items():
        low = any(part in name for part in ("embeddings", ".layer.0.", ".pooler."))
        assert torch.equal(weights, fresh[name]) == low, name


def test_two_processes_learn_the_same_curve(plain: torch.Tensor) -> None:
    alone, together = job(replace(QUICK, epochs=3)), job(replace(QUICK, epochs=3))
    # Dropout is chance, and each process has its own.
    still = {"dropout": 0.0, "encoder_dropout": 0.0, "epochs": 3}
    alone = replace(alone, recipe=replace(QUICK, **still))
    together = replace(together, recipe=replace(QUICK, **still))
    one = finetune_in(1, alone)
    two = finetune_in(2, together)
    for single, shared in zip(one.history, two.history, strict=True):
        assert shared.train_loss == pytest.approx(single.train_loss, rel=0.02)
        assert shared.loss == pytest.approx(single.loss, rel=0.02)
    assert torch.cosine_similarity(vectors(alone), vectors(together)).min() > 0.999


def test_a_process_that_fails_is_reported() -> None:
    broken = replace(job(), train=Rows(TEXTS, [7] * len(TEXTS)))
    with pytest.raises(TrainingError, match="process"):
        finetune_in(2, broken)


def test_teachers_are_listened_to() -> None:
    taught = np.array([[0.0, 1.0]] * 4 + [[1.0, 0.0]] * 4)  # the reverse of the labels
    one = job(replace(QUICK, epochs=5, encoder_rate=3e-4, teaching=1.0), held_out=False)
    finetune(replace(one, train=replace(one.train, taught=taught)))
    logits = loop.class_logits(one.classifier, one.tokenizer, TEXTS, torch.device("cpu"))
    assert (logits.argmax(axis=1) != np.array(LABELS)).all()


def test_bfloat16_and_float32_learn_the_same_thing(plain: torch.Tensor) -> None:
    found = trained(replace(QUICK, precision="bf16"))
    assert not torch.equal(found, plain)
    assert torch.cosine_similarity(found, plain).min() > 0.98


def test_batches_hold_every_row_once_and_like_lengths() -> None:
    lengths = [1 + number % 37 for number in range(300)]
    batches = shuffled_batches(lengths, 16, random.Random(0))
    assert sorted(row for batch in batches for row in batch) == list(range(300))
    spread = [max(lengths[r] for r in b) - min(lengths[r] for r in b) for b in batches]
    assert np.mean(spread) < 10


def test_paired_batches_hold_every_row_once_and_two_of_a_label() -> None:
    labels = [number % 25 for number in range(203)]
    batches = shuffled_batches([3] * 203, 16, random.Random(0), labels)
    assert sorted(row for batch in batches for row in batch) == list(range(203))
    partners = [sum(labels[other] == labels[row] for other in b) - 1 for b in batches for row in b]
    assert partners.count(0) <= 25, "at most one row of a label has no partner"

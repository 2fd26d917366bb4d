"""Fine-tuning: one loop that reads from top to bottom.

The whole network is trained by cross-entropy and whatever terms the recipe adds to it. AdamW
(Loshchilov & Hutter 2019) with weight decay on matrices only, a linear warm-up and a linear decay
(Devlin et al. 2019), gentler learning rates for the encoder than for the head and for low layers
than for high ones (Howard & Ruder 2018), and early stopping: the weights of the epoch that did
best on the held-out examples are kept, drawn back towards where they began if that does better.

`accelerate` places the work: on one processor or GPU, or on several processes that share each
batch (see `training.distributed`), in the arithmetic that the recipe asks for.
"""

from __future__ import annotations

import copy
import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from nlu.classifier import IntentClassifier
from nlu.decisions import probabilities
from nlu.labels import Labels
from nlu.outofscope import Array
from nlu.tokens import tokenized
from nlu.vectors import Vectors
from training.augmentation import augmented
from training.batches import padded, shuffled_batches, sorted_batches
from training.checkpoints import read_checkpoint, save_checkpoint
from training.interpolation import DISTANCES, Weights, between, learning_weights
from training.recipe import Precision, Recipe, epochs_of
from training.steps import Batch, Steps

Progress = Callable[[float, str], None]
JUDGED_AT_ONCE = 64
SAVED_EVERY_S = 20.0  # at the end of an epoch; less is sooner learnt again than written
TEMPERATURES = np.geomspace(0.25, 4.0, 17)


@dataclass(frozen=True)
class Rows:
    """Sentences and the numbers of their labels; `taught` (N, C) is what teachers say of them."""

    texts: Sequence[str]
    labels: Sequence[int]
    taught: Array | None = None


@dataclass(frozen=True)
class Job:
    """A whole training, so that another process could do it.

    `held_out` has labels that count intents, not classes (see `nlu.labels`); without any, the
    last epoch is kept. `checkpoint` is the folder from which a killed training goes on.
    """

    classifier: IntentClassifier
    tokenizer: Tokenizer
    classes: Labels
    train: Rows
    held_out: Rows
    recipe: Recipe
    seed: int
    device: str
    checkpoint: Path | None = None


class Judgement(NamedTuple):
    """Held-out cross-entropy of each of N sentences (nats, calibrated), and the accuracy."""

    losses: Array
    accuracy: float

    @property
    def loss(self) -> float:
        """The mean cross-entropy; nan when nothing is held out."""
        return float(self.losses.mean()) if len(self.losses) else math.nan

    def worse_than(self, other: Judgement) -> bool:
        """Whether it is, by more than one standard error of the difference."""
        apart = self.losses - other.losses  # (N,)
        return len(apart) > 1 and bool(apart.mean() > apart.std(ddof=1) / math.sqrt(len(apart)))


class Epoch(NamedTuple):
    """One pass: mean training loss; cross-entropy (nats, calibrated) and accuracy held out."""

    train_loss: float
    loss: float
    accuracy: float


@dataclass(frozen=True)
class Outcome:
    """How a training went: which epoch (from 1) was kept, and what each was worth.

    `distance` is how far the weights kept are on the line from where they began to where that
    epoch left them; `accuracy` is theirs on what is held out (nan without any). `resumed_after` is
    the number of epochs that an earlier, killed training had done.
    """

    best_epoch: int
    history: tuple[Epoch, ...]
    seconds: float
    distance: float
    accuracy: float
    resumed_after: int = 0


def finetune(job: Job, progress: Progress | None = None) -> Outcome:
    """Train the job's classifier in place and leave the weights of the chosen epoch in it.

    That is the last one not worse than the best by more than one standard error (the rule of
    Breiman et al. 1984, for epochs): later ones learnt at gentler rates, and few held-out sentences
    tell little. Its weights are then drawn back towards those that the training began with, where
    that is surely better (`training.interpolation`). The same seed on the same machine gives the
    same weights. `progress` is told the share done and a few words, about a hundred times.
    """
    device = torch.device(job.device)
    if device.index is not None:
        torch.cuda.set_device(device)  # accelerate asks for no number, and takes this one
    accelerator = Accelerator(
        cpu=device.type == "cpu", mixed_precision=arithmetic(job.recipe.precision, device)
    )
    try:
        return _finetune(job, accelerator, progress)
    finally:
        accelerator.free_memory()  # optimiser and schedule hold each other, hundreds of megabytes
        # Accelerate keeps its settings for the life of the process; the next job has its own.
        AcceleratorState._reset_state(reset_partial_state=accelerator.num_processes == 1)


def _finetune(job: Job, accelerator: Accelerator, progress: Progress | None) -> Outcome:
    started = time.monotonic()
    recipe, device = job.recipe, accelerator.device
    labels = np.asarray(job.train.labels)
    in_an_epoch = math.ceil(len(labels) / recipe.batch_size)
    total = in_an_epoch * (epochs := epochs_of(recipe, in_an_epoch))
    steps = Steps(job.classifier, recipe, accelerator, total)
    began = learning_weights(job.classifier)
    history: list[Epoch] = []
    choice = _Choice(steps.judged)
    saved = read_checkpoint(job.checkpoint, device) if job.checkpoint else None
    if saved is not None:
        steps.restore(saved["steps"])
        history = [Epoch(*epoch) for epoch in saved["history"]]
        choice.restore(saved["choice"])
    resumed_after, saved_at = len(history), started
    bar = tqdm(
        total=total,
        initial=resumed_after * in_an_epoch,
        desc="fine-tuning",
        unit="step",
        file=sys.stderr,
        disable=not accelerator.is_main_process,
    )
    with bar:
        for epoch in range(resumed_after + 1, epochs + 1):
            if job.held_out.texts and len(history) - choice.epoch >= recipe.patience:
                break
            # Chance begins anew with each epoch, so that a resumed training takes the same way.
            chance = random.Random(f"{job.seed} {epoch}")
            torch.manual_seed(chance.randrange(2**32) + accelerator.process_index)
            texts = augmented(job.train.texts, job.train.labels, recipe.augmentation, chance)
            ids = tokenized(job.tokenizer, texts)
            pair_by = job.train.labels if recipe.contrastive else None
            losses = []
            for rows in shuffled_batches([*map(len, ids)], recipe.batch_size, chance, pair_by):
                with accelerator.split_between_processes(rows, apply_padding=True) as own:
                    batch = Batch.of(own, ids, labels, job.train.taught, recipe, device)
                losses.append(steps.take(batch))
                bar.update()
                if progress is not None and bar.n % max(1, total // 100) == 0:
                    progress(bar.n / total, f"epoch {epoch} of {epochs}")
            mean = accelerator.reduce(torch.stack(losses).mean(), reduction="mean")
            with accelerator.autocast():
                judged = _judged(steps.judged, job, device)
            history.append(Epoch(float(mean), judged.loss, judged.accuracy))
            bar.set_postfix(loss=f"{float(mean):.3f}", held_out=f"{judged.accuracy:.3f}")
            choice.consider(epoch, judged, steps.judged)
            due = time.monotonic() - saved_at >= SAVED_EVERY_S
            if job.checkpoint and due and accelerator.is_main_process:
                state = {"steps": steps.state(), "history": [tuple(one) for one in history]}
                save_checkpoint(job.checkpoint, {**state, "choice": choice.state()})
                saved_at = time.monotonic()
    classifier = steps.end()
    distance, accuracy = 1.0, history[choice.epoch - 1].accuracy
    if recipe.interpolation and job.held_out.texts:
        with accelerator.autocast():
            distance, accuracy = _best_distance(classifier, began, choice.weights, job, device)
    classifier.load_state_dict(between(began, choice.weights, distance))
    classifier.eval()
    seconds = time.monotonic() - started
    return Outcome(choice.epoch, tuple(history), seconds, distance, accuracy, resumed_after)


def _best_distance(
    classifier: IntentClassifier, began: Weights, ended: Weights, job: Job, device: torch.device
) -> tuple[float, float]:
    """How far to go and the accuracy there: the whole way, unless less is surely better."""
    judged: dict[float, Judgement] = {}
    for distance in DISTANCES:
        classifier.load_state_dict(between(began, ended, distance))
        judged[distance] = _judged(classifier, job, device)
    best = min(DISTANCES, key=lambda distance: judged[distance].loss)
    found = best if judged[1.0].worse_than(judged[best]) else 1.0
    return found, judged[found].accuracy


class _Choice:
    """Which epoch is kept so far, its weights, and the lowest losses that there were."""

    def __init__(self, model: nn.Module) -> None:
        self.epoch = 0
        self.weights = copy.deepcopy(model.state_dict())
        self._lowest: Judgement | None = None

    def consider(self, epoch: int, judged: Judgement, model: nn.Module) -> None:
        """Keep this epoch unless it is surely worse than the best."""
        if self._lowest is None or not judged.worse_than(self._lowest):
            self.epoch, self.weights = epoch, copy.deepcopy(model.state_dict())
        if self._lowest is None or judged.loss < self._lowest.loss:
            self._lowest = judged

    def state(self) -> dict[str, Any]:
        """All of it, for a checkpoint."""
        lowest = self._lowest and (self._lowest.losses.tolist(), self._lowest.accuracy)
        return {"epoch": self.epoch, "weights": self.weights, "lowest": lowest}

    def restore(self, state: dict[str, Any]) -> None:
        """The reverse of `state`."""
        self.epoch, self.weights = state["epoch"], state["weights"]
        if state["lowest"]:
            losses, accuracy = state["lowest"]
            self._lowest = Judgement(np.array(losses), accuracy)


def class_logits(
    classifier: IntentClassifier, tokenizer: Tokenizer, texts: Sequence[str], device: torch.device
) -> Array:
    """Logits (N, C) of texts, with dropout off."""
    return readings(classifier, tokenizer, texts, device)[0]


@torch.inference_mode()
def readings(
    classifier: IntentClassifier, tokenizer: Tokenizer, texts: Sequence[str], device: torch.device
) -> tuple[Array, Vectors]:
    """Logits (N, C) of texts and their vectors (N, H) of length 1, with dropout off."""
    classifier.eval()
    ids = tokenized(tokenizer, texts)
    logits = torch.zeros(len(ids), classifier.classes)  # (N, C)
    vectors = torch.zeros(len(ids), classifier.encoder.width)  # (N, H)
    for rows in sorted_batches([*map(len, ids)], JUDGED_AT_ONCE):
        batch, mask = padded([ids[row] for row in rows], device)  # (B, T)
        said, pooled = classifier(batch, mask)  # (B, C), (B, H)
        logits[rows] = said.float().cpu()
        vectors[rows] = functional.normalize(pooled, dim=-1).float().cpu()
    return logits.double().numpy(), vectors.numpy()


def arithmetic(precision: Precision, device: torch.device) -> str:
    """The arithmetic in accelerate's words: ``no`` (float32), ``bf16`` or ``fp16``.

    ``auto`` is bfloat16 where the processor multiplies it natively. The weights stay float32.
    """
    if precision == "auto":
        native = device.type == "cuda" or any(
            torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16")
        )
        return "bf16" if native else "no"
    return "no" if precision == "fp32" else precision


def _judged(classifier: IntentClassifier, job: Job, device: torch.device) -> Judgement:
    """How the classifier does on what is held out, by intent.

    The cross-entropy is that of the best temperature. Without one, a classifier that grows
    surer seems to grow worse, though calibration comes after, and would be stopped too soon.
    """
    if not job.held_out.texts:
        return Judgement(np.zeros(0), math.nan)
    logits = class_logits(classifier, job.tokenizer, job.held_out.texts, device)
    truth = np.asarray(job.held_out.labels)
    rows = np.arange(len(truth))

    def losses(temperature: float) -> Array:
        chances = probabilities(job.classes.intent_logits(logits, temperature))  # (N, K)
        return np.asarray(-np.log(chances[rows, truth] + 1e-12))  # (N,)

    guesses = job.classes.intent_logits(logits, 1.0).argmax(axis=1)  # (N,)
    best = min(map(losses, TEMPERATURES), key=lambda found: float(found.mean()))
    return Judgement(best, float((guesses == truth).mean()))

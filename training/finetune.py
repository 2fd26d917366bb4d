"""Fine-tuning: one loop that reads from top to bottom.

Cross-entropy over the whole network, AdamW (Loshchilov & Hutter 2019) with weight decay on
matrices only, a linear warm-up and a linear decay (Devlin et al. 2019), a gentler learning rate
for the encoder than for the head, and early stopping: the weights of the epoch that did best on
the validation examples are kept.
"""

from __future__ import annotations

import contextlib
import copy
import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from nlu.classifier import IntentClassifier
from nlu.encoder import padded
from nlu.outofscope import Array

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Recipe:
    """Everything that decides how a classifier is trained."""

    epochs: int = 6
    batch_size: int = 32
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    warm_up: float = 0.1  # share of all steps
    dropout: float = 0.1
    patience: int = 3  # epochs without a better validation loss
    largest_gradient: float = 1.0  # norm


@dataclass(frozen=True)
class Rows:
    """Tokenised examples: token ids of each, and the number of its label."""

    ids: Sequence[Sequence[int]]
    labels: Sequence[int]


class Judgement(NamedTuple):
    """What the classifier is worth on validation examples: cross-entropy (nats), accuracy."""

    loss: float
    accuracy: float


@dataclass(frozen=True)
class Outcome:
    """How the training went: which epoch (from 1) was kept, and what each was worth."""

    best_epoch: int
    history: tuple[Judgement, ...]
    seconds: float

    @property
    def best(self) -> Judgement:
        """The figures of the epoch that was kept."""
        return self.history[self.best_epoch - 1]


def finetune(
    classifier: IntentClassifier,
    train: Rows,
    recipe: Recipe,
    *,
    validate: Callable[[], Judgement],
    device: torch.device,
    seed: int,
    progress: Progress | None = None,
) -> Outcome:
    """Train `classifier` in place and leave the best epoch's weights in it.

    `validate` judges the classifier as it is, after each epoch; the smallest loss is the best.
    The same seed on the same machine gives the same weights. `progress` is told the share done
    and a few words, about a hundred times.
    """
    started = time.monotonic()
    torch.manual_seed(seed)
    shuffle = random.Random(seed)
    classifier.to(device)
    optimiser = _optimiser(classifier, recipe)
    steps = recipe.epochs * math.ceil(len(train.ids) / recipe.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, _warm_up_and_decay(steps, recipe))
    best_loss, best_epoch, best_weights = math.inf, 0, classifier.state_dict()
    history: list[Judgement] = []
    with tqdm(total=steps, desc="fine-tuning", unit="step", file=sys.stderr) as bar:
        for epoch in range(1, recipe.epochs + 1):
            classifier.train()
            for batch in length_bucketed(train.ids, recipe.batch_size, shuffle):
                ids, mask = padded([train.ids[row] for row in batch], device)  # (B, T)
                labels = torch.tensor([train.labels[row] for row in batch], device=device)  # (B,)
                with fast_arithmetic(device):
                    logits = classifier(ids, mask)  # (B, C)
                loss = functional.cross_entropy(logits.float(), labels)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(classifier.parameters(), recipe.largest_gradient)
                optimiser.step()
                optimiser.zero_grad()
                schedule.step()
                bar.update()
                if progress is not None and bar.n % max(1, steps // 100) == 0:
                    progress(bar.n / steps, f"epoch {epoch} of {recipe.epochs}")
            judged = validate()
            history.append(judged)
            bar.set_postfix(validation=f"{judged.accuracy:.3f}")
            if judged.loss < best_loss:
                best_loss, best_epoch = judged.loss, epoch
                best_weights = copy.deepcopy(classifier.state_dict())
            elif epoch - best_epoch >= recipe.patience:
                break
    classifier.load_state_dict(best_weights)
    classifier.eval()
    return Outcome(best_epoch, tuple(history), time.monotonic() - started)


@torch.inference_mode()
def class_logits(
    classifier: IntentClassifier, ids: Sequence[Sequence[int]], device: torch.device
) -> Array:
    """Logits (N, C) of tokenised texts, with dropout off."""
    classifier.eval()
    logits = torch.zeros(len(ids), classifier.head.out_features)  # (N, C)
    for rows in length_bucketed(ids, 64, None):
        batch, mask = padded([ids[row] for row in rows], device)  # (B, T)
        logits[rows] = classifier(batch, mask).float().cpu()  # (B, C)
    return logits.double().numpy()


def length_bucketed(
    ids: Sequence[Sequence[int]], size: int, shuffle: random.Random | None
) -> list[list[int]]:
    """Batches of row numbers of like length, so that little is padded.

    With `shuffle`, chance still decides who meets whom: rows are dealt into random pools of
    eight batches, sorted by length within a pool, and the batches come in random order.
    """
    rows = list(range(len(ids)))
    if shuffle is None:
        rows.sort(key=lambda row: len(ids[row]))
        return [rows[start : start + size] for start in range(0, len(rows), size)]
    shuffle.shuffle(rows)
    pool = 8 * size
    batches = []
    for start in range(0, len(rows), pool):
        together = sorted(rows[start : start + pool], key=lambda row: len(ids[row]))
        batches += [together[at : at + size] for at in range(0, len(together), size)]
    shuffle.shuffle(batches)
    return batches


def fast_arithmetic(device: torch.device) -> AbstractContextManager[object]:
    """bfloat16 where the processor multiplies it natively; the weights stay float32."""
    native = device.type == "cuda" or any(
        torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16")
    )
    return torch.autocast(device.type, torch.bfloat16) if native else contextlib.nullcontext()


def _optimiser(classifier: IntentClassifier, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW with two learning rates; biases and norms (vectors) do not decay."""
    groups = []
    for part, rate in (
        (classifier.encoder, recipe.encoder_rate),
        (classifier.head, recipe.head_rate),
    ):
        parameters: list[Tensor] = [p for p in part.parameters() if p.requires_grad]
        matrices = [p for p in parameters if p.dim() > 1]
        vectors = [p for p in parameters if p.dim() == 1]
        groups.append({"params": matrices, "lr": rate, "weight_decay": recipe.weight_decay})
        groups.append({"params": vectors, "lr": rate, "weight_decay": 0.0})
    # Fused: one pass over the weights instead of a dozen, most of a step's time on a processor.
    return torch.optim.AdamW(groups, fused=True)


def _warm_up_and_decay(steps: int, recipe: Recipe) -> Callable[[int], float]:
    warm_up = max(1, round(steps * recipe.warm_up))

    def factor(step: int) -> float:
        if step < warm_up:
            return (step + 1) / warm_up
        return max(0.0, (steps - step) / max(1, steps - warm_up))

    return factor

"""One step of a training, and all that it changes: weights, optimiser, schedule, average."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, cast

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from nlu.classifier import IntentClassifier
from nlu.outofscope import Array
from training.batches import padded
from training.objectives import cross_entropy, disagreement, supervised_contrastive
from training.perturbation import perturbed
from training.recipe import Recipe


@dataclass(frozen=True)
class Batch:
    """One process's share of a batch, on its device."""

    ids: Tensor  # (B, T)
    mask: Tensor  # (B, T)
    labels: Tensor  # (B,)
    taught: Tensor | None  # (B, C)

    @classmethod
    def of(
        cls,
        rows: Sequence[int],
        ids: Sequence[Sequence[int]],
        labels: Array,
        taught: Array | None,
        recipe: Recipe,
        device: torch.device,
    ) -> Batch:
        """The rows of a batch, twice when the recipe compares two passes."""
        # Two passes of one batch differ by their dropout; R-Drop compares them.
        twice = [*rows, *rows] if recipe.consistency else list(rows)
        batch, mask = padded([ids[row] for row in twice], device)
        soft = None if taught is None else torch.tensor(taught[twice], device=device).float()
        return cls(batch, mask, torch.tensor(labels[twice], device=device), soft)

    def loss(self, model: nn.Module, recipe: Recipe) -> Tensor:
        """All terms of the recipe, in nats."""
        logits, vectors = model(self.ids, self.mask)  # (B, C), (B, H)
        logits, vectors = logits.float(), vectors.float()
        loss = cross_entropy(
            logits, self.labels, recipe.label_smoothing, self.taught, recipe.teaching
        )
        if recipe.contrastive:
            temperature = recipe.contrastive_temperature
            loss = loss + recipe.contrastive * supervised_contrastive(
                vectors, self.labels, temperature
            )
        if recipe.consistency:
            loss = loss + recipe.consistency * disagreement(logits)
        return loss


class Steps:
    """A classifier in training. Every process has its own; accelerate joins their gradients."""

    def __init__(
        self, classifier: IntentClassifier, recipe: Recipe, accelerator: Accelerator, count: int
    ) -> None:
        """`count` is the number of all steps: the learning rate falls to zero with the last."""
        _prepare(classifier, recipe)
        classifier.to(accelerator.device)
        optimiser = _optimiser(classifier, recipe)
        self._classifier = classifier
        self._recipe = recipe
        self._accelerator = accelerator
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, _warm_up_and_decay(count, recipe)
        )
        self._average = (
            AveragedModel(classifier, multi_avg_fn=get_ema_multi_avg_fn(recipe.averaging))
            if recipe.averaging
            else None
        )
        self._model, self._optimiser = accelerator.prepare(classifier, optimiser)

    @property
    def judged(self) -> IntentClassifier:
        """The classifier to judge and to keep: the average of the weights where there is one."""
        if self._average is None:
            return self._classifier
        return cast(IntentClassifier, self._average.module)

    def take(self, batch: Batch) -> Tensor:
        """Learn from a batch; returns its loss in nats, where it was computed: to read it at once
        would make the processor wait for a card after every step.
        """
        recipe, accelerator = self._recipe, self._accelerator
        self._model.train()
        adversarial = recipe.adversarial > 0
        with perturbed(self._classifier.encoder.word_embeddings) as perturbation:
            with accelerator.no_sync(self._model) if adversarial else nullcontext():
                loss = batch.loss(self._model, recipe)
                accelerator.backward(loss)
            if adversarial:
                perturbation.aim(recipe.adversarial, batch.mask)
                accelerator.backward(batch.loss(self._model, recipe))
        accelerator.clip_grad_norm_(self._model.parameters(), recipe.largest_gradient)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self._schedule.step()
        if self._average is not None:
            self._average.update_parameters(self._classifier)
        return loss.detach()

    def state(self) -> dict[str, Any]:
        """All that must be known to go on."""
        return {name: part.state_dict() for name, part in self._parts().items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])

    def end(self) -> IntentClassifier:
        """The classifier, free of what accelerate put around it."""
        self._accelerator.unwrap_model(self._model, keep_fp32_wrapper=False)
        return self._classifier

    def _parts(self) -> dict[str, Any]:
        parts: dict[str, Any] = {
            "classifier": self._classifier,
            "optimiser": self._optimiser,
            "schedule": self._schedule,
        }
        return parts if self._average is None else {**parts, "average": self._average}


def _prepare(classifier: IntentClassifier, recipe: Recipe) -> None:
    """Set the rates of dropout, and freeze what the recipe leaves as pretrained."""
    classifier.dropout.p = recipe.dropout
    for module in classifier.encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.encoder_dropout
    for name, parameter in classifier.encoder.named_parameters():
        height = _height(name)
        low = height is not None and height < recipe.frozen
        # Some encoders bring a pooler of their own, which mean pooling does without.
        if low or ".pooler." in name:
            parameter.requires_grad_(False)


def _height(name: str) -> int | None:
    """How high a parameter stands: 0 the embeddings, 1 the lowest layer; None above all layers."""
    layer = re.search(r"\.(?:layers?|h|block)\.(\d+)\.", name)
    if layer:
        return int(layer.group(1)) + 1
    return 0 if "embed" in name else None


def _optimiser(classifier: IntentClassifier, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW with a rate for each height; biases and norms (vectors) do not decay."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    top = max((_height(name) or 0 for name, _ in classifier.encoder.named_parameters()), default=0)
    for name, parameter in classifier.named_parameters():
        if not parameter.requires_grad:
            continue
        height = _height(name)
        below = 0 if height is None else top - height
        rate = recipe.encoder_rate * recipe.layer_decay**below
        if name.startswith("head."):
            rate = recipe.head_rate
        decay = recipe.weight_decay if parameter.dim() > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    # Fused: one pass over the weights instead of a dozen, most of a step's time on a processor.
    return torch.optim.AdamW(
        [
            {"params": parameters, "lr": rate, "weight_decay": decay}
            for (rate, decay), parameters in groups.items()
        ],
        fused=True,
    )


def _warm_up_and_decay(steps: int, recipe: Recipe) -> Callable[[int], float]:
    warm_up = max(1, round(steps * recipe.warm_up))

    def factor(step: int) -> float:
        if step < warm_up:
            return (step + 1) / warm_up
        return max(0.0, (steps - step) / max(1, steps - warm_up))

    return factor

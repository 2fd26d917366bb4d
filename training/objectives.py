"""The losses a classifier is trained by. Each takes tensors and gives one number to minimise."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def cross_entropy(
    logits: Tensor, labels: Tensor, smoothing: float, taught: Tensor | None, teaching: float
) -> Tensor:
    """Cross-entropy of logits (B, C) against labels (B,), in nats.

    With the probabilities `taught` (B, C) by teachers, these count with the weight `teaching`
    and the labels with the rest (distillation, Hinton et al. 2015, at temperature 1).
    """
    loss = functional.cross_entropy(logits, labels, label_smoothing=smoothing)
    if taught is None:
        return loss
    return (1 - teaching) * loss + teaching * functional.cross_entropy(logits, taught)


def supervised_contrastive(vectors: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Draw vectors (B, H) of one label together and push others away (Khosla et al. 2020).

    A row that is alone with its label adds nothing.
    """
    unit = functional.normalize(vectors, dim=-1)  # (B, H)
    alike = unit @ unit.T / temperature  # (B, B)
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)  # (B, B)
    alike = alike.masked_fill(itself, -torch.inf)
    log_chance = functional.log_softmax(alike, dim=-1).masked_fill(itself, 0.0)  # (B, B)
    positive = (labels[:, None] == labels[None, :]) & ~itself  # (B, B)
    count = positive.sum(dim=-1)  # (B,)
    each = -(log_chance * positive).sum(dim=-1) / count.clamp(min=1)  # (B,)
    return each[count > 0].mean() if bool((count > 0).any()) else vectors.sum() * 0.0


def disagreement(logits: Tensor) -> Tensor:
    """How far two passes with different dropout are apart (R-Drop, Wu et al. 2021).

    The logits (2B, C) hold both passes one after the other; the symmetric Kullback-Leibler
    divergence, mean over the batch, in nats.
    """
    first, second = functional.log_softmax(logits, dim=-1).chunk(2)  # (B, C) each
    forth = functional.kl_div(first, second, log_target=True, reduction="batchmean")
    back = functional.kl_div(second, first, log_target=True, reduction="batchmean")
    return (forth + back) / 2

"""Adversarial training: a small step of the word embeddings in the direction that hurts most.

The fast gradient method on embeddings (Miyato et al. 2017): each sentence's embeddings (T, H) are
moved by a fixed length along the gradient of its loss, and the loss of the moved sentence is
trained on beside the clean one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Perturbation:
    """What the word embeddings were, and how they are to be moved in the next pass."""

    def __init__(self) -> None:
        self.embedded: Tensor | None = None
        self.move: Tensor | None = None

    def aim(self, length: float, mask: Tensor) -> None:
        """Set the move from the gradient that the last pass left; `mask` is (B, T)."""
        if self.embedded is None or self.embedded.grad is None:
            raise RuntimeError("a pass and its backward come before aiming")
        gradient = self.embedded.grad.float() * mask.unsqueeze(-1)  # (B, T, H)
        norms = gradient.flatten(1).norm(dim=1)[:, None, None]  # (B, 1, 1)
        self.move = length * gradient / (norms + 1e-8)  # (B, T, H)

    def rest(self) -> None:
        """Move nothing in the passes to come."""
        self.move = None


@contextmanager
def perturbed(embeddings: nn.Module) -> Iterator[Perturbation]:
    """Watch the output of an embedding layer, and move it where its `Perturbation` says."""
    state = Perturbation()

    def hook(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        if state.move is not None:
            return output + state.move.to(output.dtype)
        if torch.is_grad_enabled():
            if not output.requires_grad:
                output.requires_grad_()
            output.retain_grad()
            state.embedded = output
        return output

    handle = embeddings.register_forward_hook(hook)
    try:
        yield state
    finally:
        handle.remove()

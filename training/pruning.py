"""Layer pruning: a shallower encoder that is nearly as good and answers sooner.

Dropping whole layers before fine-tuning keeps most of what a transformer knows (Sajjad et al.
2023). Layers are kept at even distances, the lowest and the highest among them.
"""

from __future__ import annotations

import copy

from torch import nn

from nlu.encoder import Encoder
from training.errors import UnknownSetting


def pruned(encoder: Encoder, keep: int) -> Encoder:
    """A copy of the encoder with `keep` of its layers. Raises UnknownSetting when it has fewer."""
    shallow = copy.deepcopy(encoder)
    stack = _layers(shallow)
    if not 1 <= keep <= len(stack):
        raise UnknownSetting(f"'layers' must be from 1 to {len(stack)} for this encoder")
    steps = max(1, keep - 1)
    kept = [round(n * (len(stack) - 1) / steps) for n in range(keep)]
    remaining = [stack[number] for number in kept]
    del stack[:]
    stack.extend(remaining)
    shallow.transformer.config.num_hidden_layers = keep  # type: ignore[union-attr]
    return shallow


def _layers(encoder: Encoder) -> nn.ModuleList:
    """The stack of equal layers: the longest list of modules of one kind."""
    lists = [m for m in encoder.modules() if isinstance(m, nn.ModuleList)]
    depth = encoder.transformer.config.num_hidden_layers  # type: ignore[union-attr]
    for found in lists:
        if len(found) == depth:
            return found
    raise UnknownSetting("'layers' cannot be set: this encoder has no stack of layers")

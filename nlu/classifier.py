"""The intent classifier: an encoder fine-tuned end to end, and a head on its mean vector.

The head begins at the mean vectors of the classes in the pretrained space (as prototypical
networks classify, Snell et al. 2017), so that fine-tuning starts from a nearest-mean classifier
instead of noise: with some thirty examples an intent this saves several epochs.
"""

from __future__ import annotations

import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu import bundle as files
from nlu import head as serving
from nlu.bundle import Bundle
from nlu.encoder import Encoder

PROTOTYPE_LENGTH = 1.5  # of each row of a linear head at the start


class Head(nn.Module):
    """Sentence vectors (B, H) → logits (B, C).

    With a `scale` above 0 a logit is the cosine to the class's vector, times the scale: lengths
    do not count, as in the space the encoder was pretrained in. Without, it is a linear layer.
    """

    def __init__(self, width: int, classes: int, scale: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, width) * 0.02)
        self.bias = nn.Parameter(torch.zeros(classes))
        self.scale = scale

    def forward(self, vectors: Tensor) -> Tensor:
        """Logits (B, C) of vectors (B, H)."""
        if not self.scale:
            return functional.linear(vectors, self.weight, self.bias)
        unit = functional.normalize(vectors, dim=-1)
        return self.scale * functional.linear(
            unit, functional.normalize(self.weight, dim=-1), self.bias
        )

    @torch.no_grad()
    def as_it_serves(self) -> serving.Head:
        """The same in numpy, with the scale and the lengths of cosines already multiplied."""
        weights, bias = self.weight.detach(), self.bias.detach()
        if self.scale:
            weights, bias = self.scale * functional.normalize(weights, dim=-1), self.scale * bias
        return serving.Head(weights.cpu().numpy(), bias.cpu().numpy(), self.scale > 0)


class IntentClassifier(nn.Module):
    """Token ids → one logit a class, and the vector it was read from."""

    def __init__(self, encoder: Encoder, classes: int, *, scale: float = 0.0) -> None:
        """`scale` is that of a cosine head; 0 means a linear one."""
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.head = Head(encoder.width, classes, scale)

    @property
    def classes(self) -> int:
        """C, the number of classes."""
        return len(self.head.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Token ids (B, T) and mask (B, T) → logits (B, C) and the sentence vectors (B, H)."""
        pooled: Tensor = self.encoder(ids, mask)  # (B, H)
        return self.head(self.dropout(pooled)), pooled

    @torch.no_grad()
    def start_from_prototypes(self, vectors: Tensor, labels: Tensor) -> None:
        """Set the head to the mean direction of each class: unit vectors (N, H), labels (N,)."""
        sums = torch.zeros_like(self.head.weight).index_add_(0, labels, vectors)  # (C, H)
        self.head.weight.copy_(PROTOTYPE_LENGTH * functional.normalize(sums, dim=-1))
        self.head.bias.zero_()


def load_classifier(bundle: Bundle) -> IntentClassifier:
    """The classifier of a model, ready to be asked."""
    made_of = bundle.json(files.ENCODER)
    weights = safetensors.torch.load(bundle.contents[files.CLASSIFIER])
    encoder = Encoder.from_config(made_of["architecture"])
    classifier = IntentClassifier(encoder, len(weights["head.bias"]), scale=made_of["cosine"])
    classifier.load_state_dict(weights)
    return classifier.eval()

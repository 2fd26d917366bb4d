"""Embedding sentences for the retriever, by sentence-transformers, in the pretrained space.

Only training imports sentence-transformers: its import alone takes longer than the whole start
of the NLU host may. The host embeds a customer's question with the same weights and the same
pooling; `embed` checks that both give the same vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from nlu.encoder import MAX_TOKENS, Pretrained, default_encoder_path, padded, tokenized
from nlu.retriever import Vectors
from training.errors import TrainingError

SAME = 0.999  # cosine


def embed(
    texts: Sequence[str], pretrained: Pretrained, source: str | Path | None, device: torch.device
) -> Vectors:
    """Vectors (N, H) of length 1. Raises TrainingError for an encoder that pools otherwise."""
    width = pretrained.encoder.width
    if not texts:
        return np.zeros((0, width), dtype=np.float32)
    place = str(source or default_encoder_path())
    model = SentenceTransformer(
        place, device=str(device), local_files_only=Path(place).is_dir(), trust_remote_code=False
    )
    model.max_seq_length = MAX_TOKENS
    vectors = model.encode(
        list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False
    ).astype(np.float32)
    _check_agreement(texts[:8], vectors[:8], pretrained, device)
    return vectors


@torch.inference_mode()
def _check_agreement(
    texts: Sequence[str], vectors: Vectors, pretrained: Pretrained, device: torch.device
) -> None:
    encoder = pretrained.encoder.to(device).eval()
    ids, mask = padded(tokenized(pretrained.tokenizer, texts), device)
    own = functional.normalize(encoder(ids, mask), dim=-1).cpu().numpy()
    if (own * vectors).sum(axis=1).min() < SAME:
        raise TrainingError(
            f"The encoder '{pretrained.name}' does not pool by the mean of its last layer; "
            "Frontdesk serves only encoders that do."
        )

"""Embedding sentences by sentence-transformers, for the retriever and the neighbours.

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
from tokenizers import Tokenizer
from torch.nn import functional

from nlu.encoder import Encoder, Pretrained, default_encoder_path
from nlu.tokens import MAX_TOKENS, tokenized
from nlu.vectors import Vectors
from training.batches import padded, sorted_batches
from training.errors import TrainingError

SAME = 0.999  # cosine
AT_ONCE = 64


def embed(
    texts: Sequence[str], pretrained: Pretrained, source: str | Path | None, device: torch.device
) -> Vectors:
    """Vectors (N, H) of length 1 in the pretrained space.

    `source` is where the encoder came from. Raises TrainingError when it pools otherwise than by
    the mean.
    """
    place = str(source or default_encoder_path())
    model = SentenceTransformer(
        place, device=str(device), local_files_only=Path(place).is_dir(), trust_remote_code=False
    )
    model.max_seq_length = MAX_TOKENS
    vectors = model.encode(
        list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False
    ).astype(np.float32)
    own = unit_vectors(texts[:8], pretrained.encoder, pretrained.tokenizer, device)
    if (own * vectors[:8]).sum(axis=1).min() < SAME:
        raise TrainingError(
            f"The encoder '{pretrained.name}' does not pool by the mean of its last layer; "
            "Frontdesk serves only encoders that do."
        )
    return np.asarray(vectors)


@torch.inference_mode()
def unit_vectors(
    texts: Sequence[str], encoder: Encoder, tokenizer: Tokenizer, device: torch.device
) -> Vectors:
    """Vectors (N, H) of length 1 by an encoder, as the NLU host computes them."""
    ids = tokenized(tokenizer, texts)
    encoder.to(device).eval()
    vectors = np.zeros((len(ids), encoder.width), dtype=np.float32)
    for rows in sorted_batches([*map(len, ids)], AT_ONCE):
        batch, mask = padded([ids[row] for row in rows], device)  # (B, T)
        vectors[rows] = functional.normalize(encoder(batch, mask), dim=-1).cpu().numpy()
    return vectors

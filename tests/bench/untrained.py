"""Models of any number of intents without a training: a model's encoder with a head of chance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import safetensors.numpy

from nlu import bundle as files
from nlu.answers.scoring import Scorer
from nlu.bundle import Bundle, json_bytes, write_bundle
from nlu.decisions import Decisions
from nlu.head import normalised
from nlu.ngrams import BUCKETS

EXAMPLES = 10  # an intent
SURENESS = 100.0  # length of the head's rows: a guess stands out as much as a trained one does


def write_untrained(bundle: Bundle, intents: int, models_dir: Path) -> Path:
    """A model as large as one with so many intents would be, and as slow; its folder.

    Encoder, exports, patterns and tokenizer are the bundle's. Nothing is retrieved, and nothing is
    out of scope.
    """
    numbers = np.random.default_rng(0)
    width = bundle.json(files.ENCODER)["architecture"]["hidden_size"]
    names = [f"intent_{number:04}" for number in range(intents)]
    known = [(f"example {n} of {name}", name, "made up") for name in names for n in range(EXAMPLES)]

    def unit(rows: int) -> np.ndarray:
        return normalised(numbers.standard_normal((rows, width), np.float32))

    index = {
        "entries": np.empty((0, width), np.float32),
        "examples": unit(len(known)),
        "head_weights": SURENESS * unit(intents),
        "head_bias": np.zeros(intents, np.float32),
        "ngram_rarity": np.ones(BUCKETS, np.float32),
        "ngram_weights": numbers.standard_normal((BUCKETS, intents), np.float32).astype(np.float16),
        "ngram_bias": np.zeros(intents, np.float32),
    }
    manifest = write_bundle(
        models_dir,
        {
            **bundle.contents,
            files.ENCODER: json_bytes({**bundle.json(files.ENCODER), "cosine": 1.0}),
            files.INDEX: safetensors.numpy.save(index),
            files.EXAMPLES: json_bytes(known),
            files.LABELS: json_bytes(names),
            files.DECISIONS: json_bytes(Decisions(conformal=0.05).to_json()),
            files.RETRIEVAL: json_bytes({"entries": [], "scorer": Scorer().to_json()}),
        },
        created_at=datetime.now(UTC),
        data_version="",
        code_version=bundle.manifest.code_version,
        encoder=bundle.manifest.encoder,
        metrics={},
    )
    return models_dir / manifest.version

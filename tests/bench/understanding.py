"""What the shipped model is worth on `data/test/`; nothing is chosen by these figures."""

from __future__ import annotations

import json

from nlu.engine import load_engine
from nlu.runtime import Runtime
from nlu.types import OUT_OF_SCOPE_INTENT
from tests.conftest import PROJECT
from tests.e2e.conftest import Product
from training.evaluate import evaluate, measured
from training.pipeline import frozen_test_set


def measure_understanding(product: Product) -> dict[str, object]:
    """The figures of the serving model, and how it separates far and near out-of-scope apart."""
    serving = json.loads((product.home / "models" / "serving.json").read_text())["version"]
    folder = product.home / "models" / serving
    found = evaluate(load_engine(folder, Runtime("cpu")).parse_batch, frozen_test_set(PROJECT))
    inside = [answer for answer in found.answers if answer.expected != OUT_OF_SCOPE_INTENT]
    outside = [answer for answer in found.answers if answer.expected == OUT_OF_SCOPE_INTENT]
    half = len(outside) // 2  # the file holds the far ones first, then the near misses
    kinds = {"far": outside[:half], "near": outside[half:]}
    manifest = json.loads((folder / "manifest.json").read_text())
    return {
        "train_seconds": manifest["metrics"]["train_seconds"],
        "sentences": {"in_scope": len(inside), "out_of_scope": len(outside)},
        **{name: round(value, 4) for name, value in found.figures().items()},
        **{
            f"{kind}_{figure}": round(measured([*inside, *part]).figures()[figure], 4)
            for kind, part in kinds.items()
            for figure in ("oos_auroc", "oos_declined")
        },
    }

"""What the token classifier costs: texts a second of an engine with it and without it; prints JSON.

The same model, once as it is and once without its tagger's files, takes turns on the same texts.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from nlu import bundle as files
from nlu.bundle import open_bundle
from nlu.engine import Engine
from nlu.runtime import Runtime

ROUNDS = 7
BATCH = 32


def main() -> None:
    """Measure on the texts of a file, one a line, or on those that the model learnt from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a trained model's folder")
    parser.add_argument("--texts", type=Path, help="a text a line")
    parser.add_argument("--backend", default="onnx", choices=("onnx-int8", "onnx", "torch"))
    asked = parser.parse_args()
    whole = open_bundle(asked.model)
    bare = {name: whole.contents[name] for name in whole.contents if name not in files.TAGGING}
    runtime = Runtime("cpu", asked.backend)
    engines = {
        "with": Engine(whole, runtime),
        "without": Engine(replace(whole, contents=bare), runtime),
    }
    if asked.texts is not None:
        texts = asked.texts.read_text(encoding="utf-8").splitlines()
    else:
        texts = [text for text, _, _ in whole.json(files.EXAMPLES)][::4]
    rates: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            started = time.perf_counter()
            for at in range(0, len(texts), BATCH):
                engine.parse_batch(texts[at : at + BATCH])
            rates[name].append(len(texts) / (time.perf_counter() - started))
    told = {name: round(median(found)) for name, found in rates.items()}
    ratio = median(a / b for a, b in zip(rates["with"], rates["without"], strict=True))
    print(json.dumps({"texts": len(texts), "texts_per_second": told, "ratio": round(ratio, 3)}))


if __name__ == "__main__":
    main()

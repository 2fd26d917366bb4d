"""One backend's engine in a process of its own, for `tests.bench.engines`."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from nlu import bundle as files
from nlu.engine import load_engine
from nlu.host import leave_threads_to_batches, limits_for
from nlu.runtime import BackendName, Runtime
from nlu.tokens import tokenized
from tests.bench.apart import answer_questions
from tests.bench.clocked import clocked, latencies, rate, turns
from tests.bench.roofs import operations_of, roof
from training.evaluate import evaluate
from training.formats import read_examples


def main(
    model: Annotated[Path, typer.Argument(help="A model's folder.")],
    texts: Annotated[Path, typer.Argument(help="Labelled texts.")],
    backend: Annotated[str, typer.Argument(help="Which backend.")],
    most: Annotated[int, typer.Argument(help="Texts of them.")],
) -> None:
    """Answer questions about this engine on the processor."""
    leave_threads_to_batches()  # as the host does
    name = cast(BackendName, backend)
    examples = read_examples(texts)[:most]
    runtime = Runtime("cpu", name)
    engine = load_engine(model, runtime)
    architecture = engine.bundle.json(files.ENCODER)["architecture"]
    asked = [example.text for example in examples]
    rows = tokenized(engine.tokenizer, asked)
    lengths = [*map(len, rows)]
    tokens, work = sum(lengths) / len(rows), operations_of(architecture, lengths) / len(rows)
    singles = turns(asked, 1)
    at_once = limits_for(runtime).at_once

    def in_batches(size: int, seconds: float) -> float:
        """Messages a second with as many batches at work at once as the host has."""

        def count(_thread: int) -> int:
            return len(clocked(engine.parse_batch, turns(asked, size), seconds))

        began = time.perf_counter()
        with ThreadPoolExecutor(at_once) as threads:
            done = sum(threads.map(count, range(at_once)))
        return size * done / (time.perf_counter() - began)

    def one_by_one(seconds: float) -> dict[str, float]:
        return latencies(clocked(lambda batch: engine.parse(batch[0]), singles, seconds))

    def encoder_alone(seconds: float) -> float:
        return rate(clocked(engine.backend.encoded, repeat(rows), seconds), len(rows))

    def about() -> dict[str, Any]:
        return {
            "texts": len(rows),
            "tokens_a_text": round(tokens, 2),
            "operations_a_text": round(work),
            "intents": len(engine.labels.intents),
        }

    answer_questions(
        {
            "about": about,
            "accuracy": lambda: evaluate(engine.parse_batch, examples).accuracy,
            "batches": in_batches,
            "one": one_by_one,
            "encoder": encoder_alone,
            "roof": lambda seconds: roof(name, architecture, tokens, seconds),
        }
    )


if __name__ == "__main__":
    typer.run(main)

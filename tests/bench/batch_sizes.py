"""How fast one backend is by the size of its batches, on a processor or a GPU.

    python -m tests.bench.batch_sizes --model DIR --texts FILE --device cuda --backend torch-bf16

One thread asks the engine for a batch after the other, then the encoder alone, which is told the
same texts as token ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from nlu.engine import load_engine
from nlu.host import leave_threads_to_batches
from nlu.runtime import BackendName, Runtime
from nlu.served import served_from
from nlu.tokens import tokenized
from tests.bench import machine
from tests.bench.clocked import clocked, latencies, rate, spread, turns
from training.formats import read_texts

SIZES = (1, 8, 32, 128, 512, 2048)
WARM_UP_S = 0.5


def main(
    model: Annotated[Path, typer.Option(help="A model's folder, or a folder of models.")],
    texts: Annotated[Path, typer.Option(help="What to ask.")],
    device: Annotated[str, typer.Option(help="cpu, cuda or cuda:1.")] = "cpu",
    backend: Annotated[str, typer.Option(help="A backend that the model has.")] = "auto",
    seconds: Annotated[float, typer.Option(help="Of one measurement.")] = 1.0,
    rounds: Annotated[int, typer.Option(help="Measurements of each.")] = 3,
) -> None:
    """Measure, and print one JSON object."""
    folder = served_from(model)
    if folder is None:
        raise typer.BadParameter(f"no model serves from {model}")
    leave_threads_to_batches()  # as the host does
    engine = load_engine(folder, Runtime(device, cast(BackendName, backend)))
    asked = read_texts(texts)
    row_of = dict(zip(asked, tokenized(engine.tokenizer, asked), strict=True))

    def rows(size: int) -> Iterator[list[list[int]]]:
        return ([row_of[text] for text in batch] for batch in turns(asked, size))

    def measured(size: int) -> dict[str, Any]:
        whole, encoder = turns(asked, size), rows(size)
        clocked(engine.parse_batch, whole, WARM_UP_S)
        clocked(engine.backend.encoded, encoder, WARM_UP_S)
        calls = [clocked(engine.parse_batch, whole, seconds) for _ in range(rounds)]
        alone = [clocked(engine.backend.encoded, encoder, seconds) for _ in range(rounds)]
        return {
            "messages_per_second": spread([rate(took, size) for took in calls]),
            "encoder_alone": spread([rate(took, size) for took in alone]),
            "p50_ms": spread([latencies(took)["p50_ms"] for took in calls]),
            "p99_ms": spread([latencies(took)["p99_ms"] for took in calls]),
        }

    found: dict[str, Any] = {"machine": machine.described(), "rounds": rounds}
    found |= {"backend": engine.backend.name, "device": engine.backend.device}
    found["batches"] = {size: measured(size) for size in SIZES}
    if engine.backend.device.startswith("cuda"):
        found["card"] = _card()
    print(json.dumps(found, indent=2))


def _card() -> dict[str, Any]:
    """The GPU, and what this process took of it at most: tensors, and kept for tensors (MB)."""
    import torch

    return {
        "name": torch.cuda.get_device_name(),
        "tensors_mb": round(torch.cuda.max_memory_allocated() / 2**20),
        "reserved_mb": round(torch.cuda.max_memory_reserved() / 2**20),
    }


if __name__ == "__main__":
    typer.run(main)

"""What a model forgets when it goes on: `python -m tests.bench.forgetting --data DIR`.

Half of the intents of HWU64's ten-shot file are learnt, then the other half with more or less
replay of the first. Both halves of the validation file judge; from scratch is beside it.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated

import torch
import typer

from training.data import Example
from training.formats import read_examples
from training.pipeline import evaluate, train_task
from training.plan import Plan

REPLAYS = (0.0, 0.3, 1.0)


def main(
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    threads: Annotated[int, typer.Option(help="Processors of one training.")] = 2,
) -> None:
    """Train five times and print the table."""
    torch.set_num_threads(threads)
    everything = read_examples(data / "hwu64" / "train_10.csv")
    judges = read_examples(data / "hwu64" / "valid.csv")
    old = set(sorted({one.intent for one in everything})[::2])
    print("| training | accuracy on the first half | on the second | seconds |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        first = _written(_of(everything, old), at / "first.csv")
        second = _written(_of(everything, old, others=True), at / "second.csv")
        whole = _written(everything, at / "whole.csv")

        def row(name: str, file: Path, start: Path | None = None, replay: float = 0.0) -> Path:
            trained = train_task(file, at, Plan(), start=start, replay=replay)
            model = at / trained.version
            shares = [
                evaluate(model, _known(_of(judges, old, others=others), model)).accuracy
                for others in (False, True)
            ]
            words = " | ".join("–" if one is None else f"{100 * one:.1f} %" for one in shares)
            print(f"| {name} | {words} | {trained.metrics['train_seconds']:.0f} |", flush=True)
            return model

        before = row("the first half alone", first)
        for share in REPLAYS:
            row(f"going on with the second, replay {share:g}", second, before, share)
        row("everything from scratch", whole)


def _of(
    examples: Iterable[Example], intents: Collection[str], *, others: bool = False
) -> list[Example]:
    return [one for one in examples if (one.intent in intents) != others]


def _known(examples: list[Example], model: Path) -> list[Example]:
    """The examples, or none when the model does not know their intents."""
    labels = (model / "labels.json").read_text(encoding="utf-8")
    return examples if f'"{examples[0].intent}"' in labels else []


def _written(examples: Iterable[Example], file: Path) -> Path:
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "intent"])
        writer.writerows([one.text, one.intent] for one in examples)
    return file


if __name__ == "__main__":
    typer.run(main)

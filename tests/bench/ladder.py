"""What smaller costs and gains: `python -m tests.bench.ladder --data DIR`.

A classifier with all layers, one with half of them, and one with half of them that learnt from
teachers beside the labels (as shallow as itself: a recipe has no others), each whole and in eight
bits. They are judged on the test sentences and take turns as engines on all processors. One seed.
"""

from __future__ import annotations

import contextlib
import csv
import json
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.output import say
from nlu import bundle as files
from nlu.bundle import write_bundle
from nlu.runtime import BackendName
from tests.bench import machine
from tests.bench.apart import Apart
from tests.bench.clocked import spread
from tests.bench.rounds import taking_turns
from training import export
from training.benchmark import Material, material_of
from training.data import TrainingData
from training.making import make_model
from training.plan import Machine, Plan
from training.rasa_config import Setup
from training.recipe import Recipe, changed

RECIPES = {
    "full": "",
    "pruned": "layers=3",
    "distilled": "layers=3 teachers=3",
}
BACKENDS: dict[str, BackendName] = {"fp32": "onnx", "int8": "onnx-int8"}
FILES = {"fp32": files.ONNX, "int8": files.ONNX_INT8}
BATCH = 256
WARM_UP_S = 1.0
ALL = 1_000_000  # sentences: more than there are


@dataclass(frozen=True)
class Model:
    """A model on disk with both exports, and the metrics of its training."""

    folder: Path
    metrics: dict[str, Any]
    int8_taken: bool


@dataclass(frozen=True)
class Rung:
    """A model as it may serve; `accuracy` is a fraction, `bytes` those of its encoder's file.

    `taken` is whether training itself would have exported it, `train_seconds` what it took.
    """

    name: str
    accuracy: float
    messages_per_second: dict[str, float]
    bytes: int
    taken: bool
    train_seconds: float


def main(
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    name: Annotated[str, typer.Option(help="Which benchmark.")] = "banking77-10",
    settings: Annotated[str, typer.Option("--base", help="Settings that all share.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    seconds: Annotated[float, typer.Option(help="Of one measurement.")] = 5.0,
    rounds: Annotated[int, typer.Option(help="Measurements of each.")] = 5,
    quick: Annotated[bool, typer.Option(help="Only see whether it works.")] = False,
) -> None:
    """Train three times, print the table to standard error and one JSON object."""
    if quick:
        settings, seconds, rounds = f"{settings} epochs=1", 0.5, 2
    material = material_of(name, data, development=False)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        models = {
            words: _made(material, f"{settings} {own}", seed, words, folder)
            for words, own in RECIPES.items()
        }
        rungs = _measured(models, _written(material, folder / "test.csv"), seconds, rounds)
    say(_table(rungs))
    found = {
        "machine": machine.described(),
        "benchmark": name,
        "seed": seed,
        "settings": settings,
        "recipes": RECIPES,
        "rungs": [asdict(rung) for rung in rungs],
    }
    print(json.dumps(found, indent=2))


def _made(material: Material, settings: str, seed: int, words: str, models_dir: Path) -> Model:
    """Train; in eight bits too, even where that costs more accuracy than training allows."""
    say(f"training: {words}")
    plan = Plan(None, changed(Recipe(), settings.split()), seed, Machine(export=True))
    data = TrainingData(material.train)
    made = make_model(material.train, (), data, plan, Setup(), held_out=material.valid)
    taken = files.ONNX_INT8 in made.contents
    small = made.contents[files.ONNX_INT8] if taken else export._int8(made.contents[files.ONNX])
    manifest = write_bundle(
        models_dir,
        {**made.contents, files.ONNX_INT8: small},
        created_at=datetime.now(UTC),
        data_version=data.version,
        code_version="",
        encoder=made.encoder,
        metrics=made.metrics,
    )
    return Model(models_dir / manifest.version, made.metrics, taken)


def _written(material: Material, file: Path) -> Path:
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "intent"])
        writer.writerows([one.text, one.intent] for one in material.judges)
    return file


def _measured(models: dict[str, Model], texts: Path, seconds: float, rounds: int) -> list[Rung]:
    """Every model whole and in eight bits, each in a process of its own, taking turns."""
    kinds = {f"{words}, {kind}": (words, kind) for words in models for kind in BACKENDS}
    with contextlib.ExitStack() as stack:
        engines: dict[str, Apart] = {}
        accuracies: dict[str, float] = {}
        for name, (words, kind) in kinds.items():
            say(f"judging: {name}")
            arguments = (str(models[words].folder), str(texts), BACKENDS[kind], str(ALL))
            engines[name] = stack.enter_context(Apart("tests.bench.engine_apart", *arguments))
            accuracies[name] = engines[name].ask("accuracy")
            engines[name].ask("batches", size=BATCH, seconds=WARM_UP_S)
        turns = taking_turns(
            [*kinds],
            rounds,
            lambda name: {"rate": engines[name].ask("batches", size=BATCH, seconds=seconds)},
        )
    return [
        Rung(
            name=name,
            accuracy=accuracies[name],
            messages_per_second=spread([one["rate"] for one in turns[name]]),
            bytes=(models[words].folder / FILES[kind]).stat().st_size,
            taken=kind == "fp32" or models[words].int8_taken,
            train_seconds=models[words].metrics["train_seconds"],
        )
        for name, (words, kind) in kinds.items()
    ]


def _table(rungs: list[Rung]) -> str:
    """In Markdown, speeds also as multiples of the first."""
    first = rungs[0].messages_per_second["median"]
    lines = [
        "| model | accuracy | messages a second | times | encoder, MB | training, s |",
        "|---|---|---|---|---|---|",
    ]
    for rung in rungs:
        speed = rung.messages_per_second
        name = rung.name if rung.taken else f"{rung.name} (training would not export it)"
        lines.append(
            f"| {name} | {100 * rung.accuracy:.2f} % "
            f"| {speed['median']:.0f} ({speed['least']:.0f}-{speed['most']:.0f}) "
            f"| {speed['median'] / first:.1f} | {rung.bytes / 1e6:.1f} | {rung.train_seconds:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)

"""How fast the engine alone is: `python -m tests.bench.engines --model DIR --texts FILE`.

Every backend of the model and, to compare, a `transformers` pipeline and SetFit called a message at
a time, each in a process of its own, take turns on all processors. The figures are medians of
the rounds; a ratio is that of one round. How near a backend comes to what its library could do
with nothing but products of matrices is said beside it (`tests.bench.roofs`).

SetFit runs on an interpreter of its own, DIR/bin/python after

    python -m venv DIR
    DIR/bin/pip install torch==2.13.0
    DIR/bin/pip install setfit 'transformers<5'
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.output import say
from nlu import bundle as files
from nlu.bundle import Manifest, read_manifest
from nlu.encoder import default_encoder_path
from nlu.served import served_from
from tests.bench import machine
from tests.bench.apart import REPOSITORY, Apart
from tests.bench.clocked import spread, spreads
from tests.bench.rounds import taking_turns
from training.formats import read_examples

BATCHES = (64, 256)
LATENCIES = ("messages_per_second", "p50_ms", "p99_ms")
WARM_UP_S = 1.0
FITTED = 512  # sentences from which SetFit's head learns
ALL = 1_000_000  # sentences: more than there are


def main(
    model: Annotated[Path, typer.Option(help="A model's folder, or a folder of models.")],
    texts: Annotated[Path, typer.Option(help="Labelled texts of the model's intents.")],
    setfit: Annotated[
        Path | None, typer.Option(help="A Python with SetFit; without it SetFit is left out.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Of one measurement.")] = 5.0,
    rounds: Annotated[int, typer.Option(help="Measurements of each.")] = 5,
    quick: Annotated[bool, typer.Option(help="Only see whether it works.")] = False,
) -> None:
    """Measure, and print one JSON object."""
    if quick:
        seconds, rounds = 0.5, 2
    folder = served_from(model)
    if folder is None:
        raise typer.BadParameter(f"no model serves from {model}")
    manifest = read_manifest(folder)
    found: dict[str, Any] = {"machine": machine.described(), "setfit": "left out: no --setfit"}
    found |= {"seconds_each": seconds, "rounds": rounds}
    with contextlib.ExitStack() as stack:
        most = 256 if quick else ALL
        engines = {
            name: stack.enter_context(
                Apart("tests.bench.engine_apart", str(folder), str(texts), name, str(most))
            )
            for name in _backends(manifest)
        }
        about = next(iter(engines.values())).ask("about")
        others = {
            "pipeline": stack.enter_context(
                Apart("tests.bench.pipeline_apart", str(texts), str(about["intents"]))
            )
        }
        if setfit is not None:
            temporary = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            others["setfit"] = stack.enter_context(_setfit(setfit, texts, temporary))
        found["model"] = {"version": manifest.version, **about, "bytes": _sizes(manifest)}
        accuracies = _accuracies_after_warming_up(engines, others)

        def measure(name: str) -> dict[str, Any]:
            if name in engines:
                return _engine_round(engines[name], seconds, about["operations_a_text"])
            return dict(others[name].ask("one", seconds=seconds))

        measured = taking_turns([*engines, *others], rounds, measure)
    found["backends"] = {
        name: {"accuracy": accuracies[name], **_of_engine(measured[name], measured)}
        for name in engines
    }
    found |= {name: spreads(measured[name], LATENCIES) for name in others}
    found["where_time_goes"] = (
        _profile(folder, texts, seconds) if files.ONNX_INT8 in manifest.files else None
    )
    print(json.dumps(found, indent=2))


def _backends(manifest: Manifest) -> list[str]:
    exported = {files.ONNX_INT8: "onnx-int8", files.ONNX: "onnx"}
    return [
        *(name for file, name in exported.items() if file in manifest.files),
        "torch",
        "torch-bf16",
    ]


def _sizes(manifest: Manifest) -> dict[str, int]:
    return {
        name: manifest.files[name]["size"]
        for name in (files.ONNX, files.ONNX_INT8)
        if name in manifest.files
    }


def _setfit(python: Path, texts: Path, folder: Path) -> Apart:
    examples = read_examples(texts)
    some = examples[:: max(1, len(examples) // FITTED)]  # of every label, as files are in order
    file = folder / "examples.json"
    file.write_text(json.dumps([(one.text, one.intent) for one in some]), "utf-8")
    encoder = default_encoder_path()
    return Apart("tests.bench.setfit_apart", str(encoder), str(file), python=str(python))


def _accuracies_after_warming_up(
    engines: dict[str, Apart], others: dict[str, Apart]
) -> dict[str, float | None]:
    accuracies = {}
    for name, process in engines.items():
        say(f"warming up {name}")
        accuracies[name] = process.ask("accuracy")
        process.ask("one", seconds=WARM_UP_S)
        process.ask("roof", seconds=WARM_UP_S)
    for name, process in others.items():
        say(f"warming up {name}")
        process.ask("one", seconds=WARM_UP_S)
    return accuracies


def _engine_round(engine: Apart, seconds: float, operations_a_text: int) -> dict[str, Any]:
    """One measurement of everything; shares are fractions of the roof of this round."""
    roof = engine.ask("roof", seconds=seconds)
    encoder = engine.ask("encoder", seconds=seconds)
    batches = {size: engine.ask("batches", size=size, seconds=seconds) for size in BATCHES}
    of_roof = operations_a_text / 1e9 / roof["layer"]
    return {
        **{f"batches_of_{size}": one for size, one in batches.items()},
        **engine.ask("one", seconds=seconds),
        "encoder_alone": encoder,
        "encoder_share_of_roof": encoder * of_roof,
        "engine_share_of_roof": max(batches.values()) * of_roof,
        "roof": roof,
    }


def _of_engine(
    own: list[dict[str, Any]], measured: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """The spreads of an engine's rounds, and of the ratios to what was asked one by one."""
    roofs = [one["roof"] for one in own]
    names = [name for name in own[0] if name != "roof" and name not in LATENCIES]
    ratios = {
        f"to_{other}": spread(
            [
                max(mine[f"batches_of_{size}"] for size in BATCHES) / theirs["messages_per_second"]
                for mine, theirs in zip(own, measured[other], strict=True)
            ]
        )
        for other in ("pipeline", "setfit")
        if other in measured
    }
    return {
        **spreads(own, names),
        "one_at_a_time": spreads(own, LATENCIES),
        "roof_gops": spreads(roofs, [*roofs[0]]),
        **ratios,
    }


def _profile(model: Path, texts: Path, seconds: float) -> Any:
    say("where the time goes")
    command = [sys.executable, "-m", "tests.bench.profiled", str(model), str(texts)]
    done = subprocess.run(
        [*command, "onnx-int8", str(seconds)], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    typer.run(main)

"""What each setting of the recipe is worth: `python -m tests.bench.ablation --data DIR`.

One setting at a time is changed. The few examples of a ten-shot set teach, other sentences of its
training pool judge, never a test file. Each training learns from all examples for a fixed number of
epochs, without the folds of a whole model, which would make every row five times as dear.
What was measured is kept in a file, so that a broken run goes on; the table goes to RESULTS.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean, stdev
from typing import Annotated, Any

import numpy as np
import torch
import typer

from nlu.decisions import probabilities
from nlu.encoder import chosen_device, load_pretrained
from nlu.labels import Labels
from nlu.outofscope import Array
from nlu.types import OUT_OF_SCOPE_INTENT
from tests.bench.probe import fused, probed
from training.benchmark import material_of
from training.calibration import expected_calibration_error, fit_temperature
from training.data import Example, class_of
from training.deciding import Embedded
from training.finetune import readings
from training.fitting import Ground, fit, named_examples
from training.index import embed
from training.judges import opinion_of
from training.opinions import choose_strength
from training.plan import Plan
from training.progress import Clock
from training.recipe import Recipe, changed

DEFAULT = "the default"
CHANGES = {
    DEFAULT: "",
    "plain: a linear head and no letters": "cosine=0 ngrams=false",
    "a linear head instead of cosines": "cosine=0",
    "without the opinion on letters": "ngrams=false",
    "word embeddings trained too": "frozen=0",
    "embeddings and two layers as pretrained": "frozen=3",
    "half the epochs": "epochs=3",
    "twice the epochs": "epochs=12",
    "gentler low layers": "layer_decay=0.8 encoder_rate=2e-4",
    "supervised contrastive loss": "contrastive=0.5",
    "R-Drop": "consistency=2",
    "adversarial steps (FGM)": "adversarial=1",
    "moving average of the weights": "averaging=0.98",
    "label smoothing": "label_smoothing=0.1",
    "more dropout before the head": "dropout=0.4",
    "no dropout in the encoder": "encoder_dropout=0",
    "augmentation": "augmentation=0.3",
    "intents' names as examples": "intent_names=true",
    "three teachers, distilled": "teachers=3",
    "half of the layers": "layers=3",
    "low-rank adapters alone": "lora_rank=16 encoder_rate=1e-3",
}
NEIGHBOURS, SHARPNESS, SHARE = 10, 20.0, 0.3  # of nearest-neighbour interpolation
FIGURES = ("accuracy", "loss", "ece", "seconds")


def main(
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    name: Annotated[str, typer.Option(help="Which benchmark.")] = "hwu64-10",
    kept: Annotated[Path, typer.Option(help="File of what was measured.")] = Path("ablation.jsonl"),
    seeds: Annotated[int, typer.Option(help="Trainings of each change.")] = 2,
    first_seed: Annotated[int, typer.Option(help="The first of the seeds.")] = 0,
    encoder: Annotated[Path | None, typer.Option(help="Another encoder's folder.")] = None,
    threads: Annotated[int, typer.Option(help="Processors of one training.")] = 1,
    only: Annotated[str, typer.Option(help="Settings of one change to measure alone.")] = "",
    base: Annotated[str, typer.Option(help="Settings that all rows share.")] = "",
) -> None:
    """Measure every change that the file does not have yet, and print the table."""
    torch.set_num_threads(threads)
    for settings in [only] if only else CHANGES.values():
        for seed in range(first_seed, first_seed + seeds):
            if (name, str(encoder), base, settings, seed) in {_key(row) for row in _rows(kept)}:
                continue
            figures = _measure(name, data, encoder, base, settings, seed)
            with kept.open("a", encoding="utf-8") as file:
                for change, found in figures.items():
                    row = {"benchmark": name, "encoder": str(encoder), "seed": seed}
                    row |= {
                        "base": base,
                        "settings": settings,
                        "change": change or settings,
                        **found,
                    }
                    file.write(json.dumps(row) + "\n")
    _print_table([row for row in _rows(kept) if row["benchmark"] == name])


def prepared(
    name: str, data: Path, encoder: Path | None
) -> tuple[Ground, tuple[Example, ...], list[Example]]:
    """The ground, the examples that teach, and those in scope that judge in development."""
    material = material_of(name, data, development=True)
    judges = [one for one in material.judges if one.intent != OUT_OF_SCOPE_INTENT]
    pretrained = load_pretrained(encoder)
    classes = Labels(sorted({class_of(example) for example in material.train}))
    every = (*material.train, *judges, *named_examples(classes))
    texts = list(dict.fromkeys(one.text for one in every))
    vectors = embed(texts, pretrained, encoder, chosen_device("auto"))
    ground = Ground(classes, pretrained, Embedded.of_texts(texts, vectors))
    return ground, material.train, judges


def _measure(
    name: str, data: Path, encoder: Path | None, base: str, settings: str, seed: int
) -> dict[str, dict[str, float]]:
    """The figures of one training; of the default also with nearest neighbours joined in."""
    plan = Plan(encoder, changed(Recipe(), [*base.split(), *settings.split()]), seed)
    ground, train, judges = prepared(name, data, encoder)
    pretrained, classes = ground.pretrained, ground.classes
    device = chosen_device(plan.machine.device)
    clock = Clock()
    with clock.measuring("training"):
        classifier = fit(ground, train, (), plan).classifier
        ngrams = opinion_of(ground, train, plan, clock)
    asked, truth = [one.text for one in judges], np.array(ground.targets(judges))
    logits, tuned = readings(classifier, pretrained.tokenizer, asked, device)
    letters = ngrams(asked)
    joined = logits + choose_strength(logits, letters, truth.tolist()) * letters
    seconds = {"seconds": clock.seconds["training"]}
    figures = {"": {**figures_of(joined, truth), **seconds}}
    if not settings:
        known = [one.text for one in train]
        learnt = readings(classifier, pretrained.tokenizer, known, device)[1]
        near = neighbours_of(tuned, learnt, ground.targets(train), len(classes.names))
        at = fit_temperature(lambda at: joined / at, truth.tolist())
        mixed = np.log((1 - SHARE) * probabilities(joined / at) + SHARE * near + 1e-9)
        figures["nearest neighbours joined in"] = {**figures_of(mixed, truth), **seconds}
        figures["classifier alone"] = {**figures_of(logits, truth), **seconds}
        probe = probed(ground, train, asked)
        both = fused(logits, probe, letters, truth)
        figures["pretrained vectors joined in"] = {**figures_of(both, truth), **seconds}
        figures["pretrained vectors alone"] = {**figures_of(probe, truth), **seconds}
        figures["letters alone"] = {**figures_of(letters, truth), **seconds}
    return figures


def neighbours_of(asked: Array, known: Array, targets: list[int], classes: int) -> Array:
    """Probabilities (N, C) by the nearest examples, nearer ones counting more."""
    cosines = asked @ known.T  # (N, M)
    nearest = np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]  # (N, k)
    weights = np.exp(SHARPNESS * (np.take_along_axis(cosines, nearest, axis=1) - 1))
    votes = np.eye(classes)[np.array(targets)[nearest]]  # (N, k, C)
    found = (weights[..., None] * votes).sum(axis=1)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def figures_of(logits: Array, truth: Array) -> dict[str, float]:
    """Accuracy; loss (nats) and calibration error at the best temperature."""
    at = fit_temperature(lambda at: logits / at, truth.tolist())
    chances = probabilities(logits / at)  # (N, C)
    right = chances.argmax(axis=1) == truth
    loss = -np.log(chances[np.arange(len(truth)), truth] + 1e-12).mean()
    error = expected_calibration_error(chances.max(axis=1), right)
    return {"accuracy": float(right.mean()), "loss": float(loss), "ece": error}


def _key(row: dict[str, Any]) -> tuple[str, str, str, str, int]:
    return row["benchmark"], row["encoder"], row["base"], row["settings"], row["seed"]


def _rows(kept: Path) -> list[dict[str, Any]]:
    return [*map(json.loads, kept.read_text("utf-8").splitlines())] if kept.exists() else []


def _print_table(rows: list[dict[str, Any]]) -> None:
    words = {settings: change for change, settings in CHANGES.items()}
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        change = words.get(row["change"], row["change"])
        groups[change + ("" if row["encoder"] == "None" else f" ({row['encoder']})")].append(row)
    default = {row["seed"]: row for row in groups.get(DEFAULT, [])}
    print(f"| change | settings | {' | '.join(FIGURES)} | accuracy gained |")
    print("|---" * (3 + len(FIGURES)) + "|")
    for change, own in groups.items():
        means = " | ".join(f"{fmean(row[figure] for row in own):.4g}" for figure in FIGURES)
        gains = [
            100 * (row["accuracy"] - default[row["seed"]]["accuracy"])
            for row in own
            if row["seed"] in default
        ]
        gained = f"{fmean(gains):+.2f}" if gains else "–"
        noise = f" ± {stdev(gains):.2f}" if len(gains) > 1 else ""
        print(f"| {change} | `{own[0]['settings']}` | {means} | {gained}{noise} |")


if __name__ == "__main__":
    typer.run(main)

"""What each setting of the recipe is worth: `python -m tests.bench.ablation --data DIR`.

One setting at a time is changed, and a part of the training data judges, never a test file. What
was measured is kept in a file, so that a broken run goes on; the table goes to RESULTS.md by hand.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

CHANGES = {
    "the default": "",
    "plain: a linear head and no other opinion": "cosine=0 probe=false ngrams=false",
    "a linear head instead of cosines": "cosine=0",
    "without the opinion of pretrained vectors": "probe=false",
    "without the opinion on letters": "ngrams=false",
    "word embeddings trained too": "frozen=0",
    "embeddings and two layers as pretrained": "frozen=3",
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
FIGURES = ("accuracy", "ece", "conformal_size", "train_seconds", "peak_memory_mb")


def main(
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    name: Annotated[str, typer.Option(help="Which benchmark.")] = "banking77-10",
    kept: Annotated[Path, typer.Option(help="File of what was measured.")] = Path("ablation.jsonl"),
    seeds: Annotated[int, typer.Option(help="Trainings of each change.")] = 1,
) -> None:
    """Measure every change that the file does not have yet, and print the table."""
    done = {}
    if kept.exists():
        rows = map(json.loads, kept.read_text(encoding="utf-8").splitlines())
        done = {row["change"]: row for row in rows if row["benchmark"] == name}
    for change, settings in CHANGES.items():
        if change not in done:
            done[change] = {
                "change": change,
                "settings": settings,
                **_measure(name, data, seeds, settings),
            }
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[change]) + "\n")
    print(f"| change | settings | {' | '.join(FIGURES)} |")
    print("|---" * (2 + len(FIGURES)) + "|")
    for row in done.values():
        figures = " | ".join(f"{row[figure]:.4g}" for figure in FIGURES)
        print(f"| {row['change']} | `{row['settings']}` | {figures} |")


def _measure(name: str, data: Path, seeds: int, settings: str) -> dict[str, float]:
    command = [sys.executable, "-m", "app.cli", "benchmark", name, "--data", str(data)]
    command += ["--development", "--seeds", str(seeds), "--json"]
    for setting in settings.split():
        command += ["--set", setting]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(said)
    return found


if __name__ == "__main__":
    typer.run(main)

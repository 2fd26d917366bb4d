"""What several trainings are worth together: `python -m tests.bench.many_trainings --data DIR`.

Classifiers of several seeds learn the training file of a full data set; the mean of their
weights, their ensemble, and nearest neighbours joined in are set beside each alone. Sentences of
the training data judge (`frontdesk benchmark --development`), never a test file.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer

from nlu.decisions import probabilities
from nlu.encoder import chosen_device
from nlu.outofscope import Array
from tests.bench.ablation import figures_of, neighbours_of, prepared
from training.calibration import fit_temperature
from training.finetune import readings
from training.fitting import fit
from training.judges import opinions_of
from training.opinions import choose_strengths
from training.plan import Plan
from training.progress import Clock
from training.recipe import Recipe, changed
from training.soup import Soup

SHARES = (0.2, 0.5)  # of nearest neighbours in the answer


def main(
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    name: Annotated[str, typer.Option(help="Which benchmark.")] = "banking77",
    seeds: Annotated[int, typer.Option(help="How many trainings.")] = 2,
    settings: Annotated[str, typer.Option("--base", help="Settings of the recipe.")] = "",
    threads: Annotated[int, typer.Option(help="Processors of one training.")] = 2,
) -> None:
    """Train with each seed and print the table."""
    torch.set_num_threads(threads)
    plan = Plan(recipe=changed(Recipe(), settings.split()))
    ground, train, judges = prepared(name, data, None)
    device, tokenizer = chosen_device(plan.machine.device), ground.pretrained.tokenizer
    asked, truth = [one.text for one in judges], np.array(ground.targets(judges))
    probe, ngrams = opinions_of(ground, train, plan, Clock())
    other = probe(ground.original.at(asked)), ngrams(asked)

    def row(words: str, logits: Array) -> Array:
        strengths = choose_strengths(logits, *other, truth.tolist())
        fused = logits + strengths[0] * other[0] + strengths[1] * other[1]
        alone, together = figures_of(logits, truth), figures_of(fused, truth)
        print(
            f"| {words} | {100 * alone['accuracy']:.2f} | {alone['loss']:.4f} "
            f"| {100 * together['accuracy']:.2f} | {together['loss']:.4f} |",
            flush=True,
        )
        return np.asarray(fused)

    print("| classifier | alone | loss | with both opinions | loss |\n|---|---|---|---|---|")
    soup, said = Soup(), []
    for seed in range(seeds):
        own = Plan(plan.encoder, plan.recipe, seed, plan.machine)
        classifier = fit(ground, train, (), own).classifier
        soup.add(classifier)
        said.append(readings(classifier, tokenizer, asked, device)[0])
        row(f"seed {seed}", said[-1])
    row("their ensemble", np.mean(said, axis=0))
    mean = soup.pour(copy.deepcopy(classifier))
    logits, tuned = readings(mean, tokenizer, asked, device)
    fused = row("the mean of their weights", logits)
    learnt = readings(mean, tokenizer, [one.text for one in train], device)[1]
    near = neighbours_of(tuned, learnt, ground.targets(train), len(ground.classes.names))
    at = fit_temperature(lambda at: fused / at, truth.tolist())
    for share in SHARES:
        mixed = figures_of(
            np.log((1 - share) * probabilities(fused / at) + share * near + 1e-9), truth
        )
        print(
            f"| the mean, {share:g} of nearest neighbours | | "
            f"| {100 * mixed['accuracy']:.2f} | {mixed['loss']:.4f} |",
            flush=True,
        )


if __name__ == "__main__":
    typer.run(main)

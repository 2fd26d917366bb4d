"""What several trainings are worth together: `python -m tests.bench.many_trainings --data DIR`.

Classifiers of several seeds learn the training file of a data set. Each at the end of its training
and on the way there, the mean of their weights, their ensemble, and nearest neighbours joined in
are set beside each other. Sentences of the training data judge (`frontdesk benchmark
--development`), never a test file.
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
from tests.bench.probe import fused, probed
from training.calibration import fit_temperature
from training.finetune import readings
from training.fitting import beginning, fit
from training.interpolation import between
from training.judges import opinion_of
from training.opinions import choose_strength
from training.plan import Plan
from training.progress import Clock
from training.recipe import Recipe, changed
from training.soup import Soup

SHARES = (0.2, 0.5)  # of nearest neighbours in the answer
DISTANCES = (0.9, 0.8, 0.7, 0.6, 0.5)  # of the way from where a training began


def main(
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    name: Annotated[str, typer.Option(help="Which benchmark.")] = "banking77",
    seeds: Annotated[int, typer.Option(help="How many trainings.")] = 2,
    settings: Annotated[str, typer.Option("--base", help="Settings of the recipe.")] = "",
    threads: Annotated[int, typer.Option(help="Processors of one training.")] = 2,
) -> None:
    """Train with each seed and print the table."""
    torch.set_num_threads(threads)
    plan = Plan(recipe=changed(Recipe(), ["interpolation=false", *settings.split()]))
    ground, train, judges = prepared(name, data, None)
    device, tokenizer = chosen_device(plan.machine.device), ground.pretrained.tokenizer
    asked, truth = [one.text for one in judges], np.array(ground.targets(judges))
    letters = opinion_of(ground, train, plan, Clock())(asked)
    probe = probed(ground, train, asked)

    def row(words: str, logits: Array) -> Array:
        joined = logits + choose_strength(logits, letters, truth.tolist()) * letters
        each = (logits, joined, fused(logits, probe, letters, truth))
        print(f"| {words} | {' | '.join(_cells(one, truth) for one in each)} |", flush=True)
        return joined

    print("| classifier | alone | with letters | and with pretrained vectors |\n|---|---|---|---|")
    soup, said = Soup(), []
    for seed in range(seeds):
        own = Plan(plan.encoder, plan.recipe, seed, plan.machine)
        classifier = fit(ground, train, (), own).classifier
        soup.add(classifier)
        said.append(readings(classifier, tokenizer, asked, device)[0])
        row(f"seed {seed}", said[-1])
        began = beginning(ground, train, plan.recipe).state_dict()
        drawn_back = copy.deepcopy(classifier)
        for distance in DISTANCES:
            drawn_back.load_state_dict(between(began, classifier.state_dict(), distance))
            logits = readings(drawn_back, tokenizer, asked, device)[0]
            row(f"seed {seed}, {distance:g} of the way", logits)
    row("their ensemble", np.mean(said, axis=0))
    mean = soup.pour(copy.deepcopy(classifier))
    logits, tuned = readings(mean, tokenizer, asked, device)
    joined = row("the mean of their weights", logits)
    learnt = readings(mean, tokenizer, [one.text for one in train], device)[1]
    near = neighbours_of(tuned, learnt, ground.targets(train), len(ground.classes.names))
    at = fit_temperature(lambda at: joined / at, truth.tolist())
    for share in SHARES:
        mixed = np.log((1 - share) * probabilities(joined / at) + share * near + 1e-9)
        cells = _cells(mixed, truth)
        print(f"| the mean, {share:g} of nearest neighbours | | {cells} | |", flush=True)


def _cells(logits: Array, truth: Array) -> str:
    found = figures_of(logits, truth)
    return f"{100 * found['accuracy']:.2f}, loss {found['loss']:.4f}"


if __name__ == "__main__":
    typer.run(main)

"""Which signal tells what is out of scope: `python -m tests.bench.outofscope --data DIR`.

CLINC150's training file teaches and its validation file judges, never the test file. Each signal
alone needs no out-of-scope example; joined by a logistic regression they are cross-validated. Three
trainings: with the out-of-scope examples of the data set, with made-up ones, and with none.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from scipy.spatial.distance import cdist
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nlu.encoder import chosen_device, load_pretrained
from nlu.labels import Labels
from nlu.types import OUT_OF_SCOPE_INTENT
from nlu.vectors import nearness
from training.benchmark import material_of
from training.data import Example, class_of
from training.deciding import Embedded, inside_and_outside
from training.fitting import Ground
from training.index import embed
from training.judges import Judge, judge_of
from training.plan import Plan
from training.progress import Clock
from training.recipe import Recipe, changed
from training.splits import Split

Signal = npt.NDArray[np.float64]
NEIGHBOURS = 3


def made_up(inside: Sequence[Example], count: int, seed: int) -> list[Example]:
    """Out-of-scope sentences that nobody said: half of one sentence and half of another's."""
    rng = random.Random(seed)
    found: list[Example] = []
    while len(found) < count:
        first, second = rng.sample(inside, 2)
        if first.intent == second.intent:
            continue
        head, tail = first.text.split(), second.text.split()
        text = " ".join([*head[: len(head) // 2], *tail[len(tail) // 2 :]])
        found.append(Example(text, OUT_OF_SCOPE_INTENT, source=f"made up:{len(found)}"))
    return found


def signals_of(judge: Judge, ground: Ground) -> Mapping[str, Signal]:
    """Each signal (N,) of the held-out sentences, higher further out."""
    inside, outside = inside_and_outside(judge.split.train)
    rows = [n for n, one in enumerate(judge.split.train) if one.intent != OUT_OF_SCOPE_INTENT]
    own = judge.learnt[rows].astype(np.float64)  # (M, H)
    intents, place = np.unique(ground.targets(inside), return_inverse=True)  # (K,), (M,)
    said = judge.held_out
    logits = ground.classes.intent_logits(said.classifier, 1.0)  # (N, K)
    energy = np.logaddexp.reduce(logits, axis=1)
    means = np.stack([own[place == number].mean(axis=0) for number in range(len(intents))])
    centred = own - means[place]
    pretrained = ground.original.of(judge.split.held_out)  # (N, H)
    near = nearness(said.tuned, judge.learnt[rows], NEIGHBOURS)
    near_before = nearness(pretrained, ground.original.of(inside), NEIGHBOURS)
    whitening = np.linalg.cholesky(LedoitWolf(assume_centered=True).fit(centred).precision_)
    apart = cdist(said.tuned @ whitening, means @ whitening)  # (N, K): Mahalanobis
    unit = means / np.linalg.norm(means, axis=1, keepdims=True)
    found = {
        "maximum probability": energy - logits.max(axis=1),
        "energy": -energy,
        "Mahalanobis, fine-tuned space": apart.min(axis=1),
        "nearest examples, fine-tuned space": -near,
        "nearest examples, pretrained space": -near_before,
        "prototypes, fine-tuned space": -(said.tuned @ unit.T).max(axis=1),
    }
    odds = ground.classes.outside_logit(said.classifier, 1.0)
    if odds is not None:
        found["odds of the out-of-scope class"] = odds - logits.max(axis=1)
        beyond = np.ones(len(judge.split.train), dtype=bool)
        beyond[rows] = False
        far = nearness(said.tuned, judge.learnt[beyond], NEIGHBOURS)
        far_before = nearness(pretrained, ground.original.of(outside), NEIGHBOURS)
        found["nearer to out-of-scope examples, fine-tuned space"] = far - near
        found["nearer to out-of-scope examples, pretrained space"] = far_before - near_before
    return found


def figures(scores: Signal, beyond: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """AUROC, and the recall of out-of-scope sentences with 95 % of the others kept."""
    threshold = np.quantile(scores[~beyond], 0.95)
    return float(roc_auc_score(beyond, scores)), float((scores[beyond] > threshold).mean())


def joined(signals: Sequence[Signal], beyond: npt.NDArray[np.bool_]) -> Signal:
    """Cross-validated log-odds of a logistic regression on several signals."""
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    features = np.stack(signals, axis=1)
    found = cross_val_predict(model, features, beyond, cv=folds, method="decision_function")
    return np.asarray(found)


def main(
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    settings: Annotated[list[str] | None, typer.Option("--set", help="Of the recipe.")] = None,
) -> None:
    """Train three times and print the table."""
    material = material_of("clinc150", data, development=True)
    inside, outside = inside_and_outside(material.train)
    plan = replace(Plan(), recipe=changed(Recipe(), settings or ()))
    pretrained = load_pretrained()
    outsiders = {"real": outside, "made up": made_up(inside, 10 * len(outside), 0), "none": []}
    print("| examples out of scope | signal | AUROC | recall at 95 % |\n|---|---|---|---|")
    for name, beyond_examples in outsiders.items():
        split = Split((*inside, *beyond_examples), material.judges)
        classes = Labels(sorted({class_of(example) for example in split.train}))
        texts = list(dict.fromkeys(one.text for one in (*split.train, *split.held_out)))
        vectors = embed(texts, pretrained, None, chosen_device("auto"))
        ground = Ground(classes, pretrained, Embedded.of_texts(texts, vectors))
        judge, _ = judge_of(ground, split, (), plan, Clock(), None)
        beyond = np.array([one.intent == OUT_OF_SCOPE_INTENT for one in material.judges])
        signals = signals_of(judge, ground)
        rows = {**signals, "all joined": joined(list(signals.values()), beyond)}
        for space in ("fine-tuned", "pretrained"):
            other = "pretrained" if space == "fine-tuned" else "fine-tuned"
            spaceless = [n for n in signals if n.startswith(("maximum", "energy", "odds"))]
            near = [n for n in signals if n.startswith("near") and other not in n]
            five = [signals[name] for name in (*spaceless, *near)]
            rows[f"probability, energy, odds, nearness, {space} space"] = joined(five, beyond)
        for signal, scores in rows.items():
            auroc, recall = figures(scores, beyond)
            print(f"| {name} | {signal} | {auroc:.4f} | {recall:.3f} |", flush=True)


if __name__ == "__main__":
    typer.run(main)

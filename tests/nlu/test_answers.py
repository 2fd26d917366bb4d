"""Finding answers: words, meanings, both together, and the file by which entries arrive."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.answers.dense import EXACT, Dense
from nlu.answers.entries import Entry, read_entries, write_entries
from nlu.answers.index import AnswerIndex, Asked
from nlu.answers.lexical import Lexical, words
from nlu.answers.scoring import Scorer, Weights, margins
from nlu.errors import SourceError
from nlu.head import normalised
from tests.conftest import REPOSITORY

PLAIN = Weights(1.0, 1.0, 0.0, (1.0, 1.0, 0, 0, 0, 0, 0, 0))
SCORER = Scorer(PLAIN, PLAIN, PLAIN)


def vectors(*rows: list[float]) -> np.ndarray:
    return normalised(np.array(rows, dtype=np.float32))


def asked(text: str, *vector: float) -> Asked:
    return Asked(text, vectors(list(vector))[0], {}, -1.0, -1.0)


def test_words_are_stems_whatever_their_case_and_marks() -> None:
    assert words("Gift-wrapped PRESENTS!") == words("gift wrap present")
    assert words("50 €, ½ & <b>x</b>") == ["50", "1", "2", "b", "x", "b"]


def test_chinese_is_read_by_two_characters_in_a_row() -> None:
    assert words("可以包装吗") == ["可以", "以包", "包装", "装吗"]
    assert words("order订单1042号") == ["order", "订单", "1042", "号"]


def test_where_jax_is_installed_it_leaves_the_gpu_alone(tmp_path: Path) -> None:
    """bm25s starts it when it is imported, and JAX takes most of a card's memory at its start."""
    (tmp_path / "jax").mkdir()
    (tmp_path / "jax" / "__init__.py").write_text("")
    told = "import os\nprint(os.environ.get('JAX_PLATFORMS'))\ntop_k = lambda *_: None\n"
    (tmp_path / "jax" / "lax.py").write_text(told)
    done = subprocess.run(
        [sys.executable, "-c", "import nlu.answers.lexical"],
        cwd=REPOSITORY,
        env={"PYTHONPATH": f"{tmp_path}:{REPOSITORY}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "cpu"


def test_bm25_scores_are_shares_of_the_best_thinkable() -> None:
    found = Lexical(["gift wrapping paper", "loyalty points", "gift cards"])
    scores = found.scores("wrapping for a gift")
    assert scores.argmax() == 0 and 0 < scores[2] < scores[0] <= 1 and scores[1] == 0
    assert 0.9 < found.scores("gift wrapping paper")[0] <= 1.0
    assert found.scores("zeppelin").max() == 0
    assert Lexical([]).scores("x").shape == (0,) and Lexical(["", "?"]).scores("x").tolist() == [
        0,
        0,
    ]


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=5))
def test_no_text_makes_the_words_raise(question: str, texts: list[str]) -> None:
    scores = Lexical(texts).scores(question)
    assert scores.shape == (len(texts),)
    assert ((scores >= 0) & (scores <= 1 + 1e-5)).all()


def test_what_phrasings_have_in_common_counts_beside_each_one() -> None:
    rows = vectors([1, 0.2, 0], [1, -0.2, 0], [0.9, 0, 0.5])
    (found,) = Dense(rows, np.array([0, 2])).nearest(vectors([1, 0.0, 0.1]))
    assert found.keys.tolist() == [0, 1]
    assert found.cosines[0] > found.cosines[1]
    assert found.rows[1] == 2


def test_a_large_index_looks_into_some_lists_and_finds_nearly_the_same() -> None:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((800, 24))
    rows = centres[rng.integers(0, 800, EXACT + 2000)]
    rows = normalised((rows + 0.3 * rng.standard_normal(rows.shape)).astype(np.float32))
    starts = np.arange(0, len(rows), 2)
    asked_for = rows[rng.integers(0, len(rows), 50)]
    index = Dense(rows, starts)
    exact = normalised(rows + normalised(np.add.reduceat(rows, starts))[np.arange(len(rows)) // 2])
    hits = 0
    for vector, found in zip(asked_for, index.nearest(asked_for), strict=True):
        assert len(found.keys) < len(starts)
        hits += (exact @ vector).argmax() // 2 == found.keys[found.cosines.argmax()]
        (again,) = [index.compared(vector, found.keys[:1])]
        assert again.cosines[0] >= found.cosines[0] - 1e-4
    assert hits >= 45


ENTRIES = (
    Entry("faq/wrap", "do you wrap gifts", "Yes, for 3 EUR."),
    Entry("faq/wrap", "is there gift paper", "Yes, for 3 EUR."),
    Entry("faq/points", "how do points work", "One point a euro."),
    Entry("faq/a.md#x", "Boots need grease.", "Boots need grease.", "Care › Boots", "http://x/#x",
          passage=True),
)  # fmt: skip
VECTORS = vectors([1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0, 0, 1])


def test_meaning_and_words_are_weighed_together() -> None:
    index = AnswerIndex(ENTRIES, VECTORS)
    ((first, *others),) = index.search([asked("gift paper", 1, 0.1, 0)], SCORER, 3)
    assert first.key == "faq/wrap" and first.text == "Yes, for 3 EUR."
    assert len(others) == 2 and first.score > others[0].score
    ((passage, *_),) = index.search([asked("grease on boots", 0, 0.3, 1)], SCORER, 3)
    assert (passage.text, passage.title, passage.link) == (
        "Boots need grease.",
        "Care › Boots",
        "http://x/#x",
    )


def test_what_the_classifier_learnt_counts() -> None:
    index = AnswerIndex(ENTRIES, VECTORS)
    scorer = replace(SCORER, learnt=replace(PLAIN, opinion=1.0))
    opinions = {"faq/wrap": -9.0, "faq/points": -0.1}
    question = asked("what", 1, 0.9, 0)._replace(opinions=opinions)
    assert index.search([question], scorer, 1)[0][0].key == "faq/points"


def test_an_empty_index_finds_nothing() -> None:
    index = AnswerIndex((), np.zeros((0, 3), dtype=np.float32))
    assert index.search([asked("x", 1, 0, 0)], SCORER, 3) == [()]


def test_the_margin_of_a_score() -> None:
    assert margins(np.array([3.0, 1.0, 2.5])).tolist() == [0.5, -2.0, -0.5]
    assert margins(np.array([99.0])).tolist() == [3.0]


def test_weights_survive_json() -> None:
    assert Scorer.from_json(json.loads(json.dumps(SCORER.to_json()))) == SCORER


def test_entries_survive_their_file(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    assert read_entries(file) == ()
    write_entries(ENTRIES, file)
    assert read_entries(file) == ENTRIES
    assert [path.name for path in tmp_path.iterdir()] == ["answers.json"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "cannot be read"),
        ("[]", "needs a list 'entries'"),
        ('{"entries": [{"key": "a"}]}', "entry 1 needs"),
        ('{"entries": [{"key": "a", "text": "b"}, {"key": "a", "text": 3}]}', "entry 2 needs"),
        ('{"entries": [{"key": "a", "text": "b", "passage": "yes"}]}', "entry 1 needs"),
    ],
)
def test_a_spoilt_file_is_told_by_its_place(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(content)
    with pytest.raises(SourceError, match=told):
        read_entries(file)

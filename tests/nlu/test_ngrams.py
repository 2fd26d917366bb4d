"""The opinion on letters: what it sees of words, and that its parts add up."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import HashingVectorizer

from nlu.ngrams import BUCKETS, Ngrams, piece_counts, pieces
from training.opinions import choose_strength, fit_ngrams

TEXTS = ["where is my parcel", "track my parcel", "i want a refund", "refund me now"]
OPINION = fit_ngrams(TEXTS, [0, 0, 1, 1], 2, seed=0)


def test_pieces_are_the_word_and_its_letters_with_its_borders() -> None:
    assert list(pieces("ab")) == ["=ab", " a", "ab", "b ", " ab", "ab ", " ab ", " ab "]


def test_pieces_are_counted_by_text_and_case_says_nothing() -> None:
    counts = piece_counts(["", "Parcel parcel", "  ", "parcel", "x" * 9000, "x " * 9000])
    assert counts.sum(axis=1).A1[[0, 2]].tolist() == [0, 0]
    assert (counts[1] != 2 * counts[3]).nnz == 0
    assert counts[4].sum() == 1 + sum(42 - length for length in range(1, 5))  # a word's beginning
    assert counts[5].sum() == 2_000 * len(list(pieces("x")))  # of 4,000 characters


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_pieces_fall_into_the_buckets_that_earlier_models_learnt(text: str) -> None:
    hashing = HashingVectorizer(
        analyzer=pieces, n_features=BUCKETS, alternate_sign=False, norm=None, dtype=np.float32
    )
    each = (hashing.transform([word]).toarray() for word in text.lower().split())
    assert np.array_equal(piece_counts([text]).toarray(), sum(each, np.zeros((1, BUCKETS))))


def test_a_misspelt_word_is_still_known() -> None:
    for text, truth in (("wheres my parcell", 0), ("REFUNDD", 1)):
        assert OPINION([text])[0].argmax() == truth


@given(st.text(st.characters(), max_size=60))
@example("half \ud83d of a pair")
@example("wo rd " * 2000)
@example("x" * 9000 + " y")
def test_what_the_words_add_is_what_the_text_adds(text: str) -> None:
    whole = OPINION([text])[0] - OPINION.bias
    assert np.allclose(OPINION.by_word(text).sum(axis=0), whole, atol=1e-5)
    assert len(OPINION.by_word(text)) == len(text.split())


def test_no_opinion_says_nothing() -> None:
    assert not Ngrams.silent(3)(["anything at all"]).any()
    assert np.allclose(OPINION.times(2.0)(TEXTS), 2 * OPINION(TEXTS), atol=1e-5)
    assert OPINION.weights.shape == (BUCKETS, 2)


def test_an_opinion_counts_as_far_as_it_helps() -> None:
    chance = np.random.default_rng(0)
    truth = chance.integers(0, 3, 300)
    useful = 4.0 * np.eye(3)[truth] + chance.normal(size=(300, 3))
    noise = chance.normal(size=(300, 3))
    unsure = np.eye(3)[truth] + chance.normal(size=(300, 3))
    assert choose_strength(unsure, noise, truth.tolist()) <= 0.3
    assert choose_strength(unsure, useful, truth.tolist()) > 0.5

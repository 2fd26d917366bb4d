"""Words and tags of the token classifier: exact places, and no tag without its beginning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from nlu.encoder import load_pretrained
from nlu.entities.name_lists import FAMILY_NAMES, LISTS, TOWNS, NameLists
from nlu.entities.rows import windows, word_states
from nlu.entities.tagger import joined
from nlu.entities.tags import best_tags, runs
from nlu.entities.words import feature_count, features, words_of
from nlu.tokens import encodings
from nlu.types import Entity

ODD = st.text(max_size=60) | st.sampled_from(
    [
        "Zoë\u200b in Gda\u0144sk",
        "颜色是红色",
        "👍🏽 M→L",
        "İstanbul",
        "e\u0301t\u00e9",
        "\ud83d half",
        "x" * 300,
    ]
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_pretrained().tokenizer


@settings(deadline=None)
@given(text=ODD)
def test_words_stand_where_they_are_written(tokenizer: Tokenizer, text: str) -> None:
    (encoding,) = encodings(tokenizer, [text])
    words = words_of(text, encoding)
    assert len(words.spans) == len(words.tokens)
    ends = [0, *(end for _, end in words.spans)]
    for (start, end), before in zip(words.spans, ends, strict=False):
        assert before <= start < end <= len(text)
        assert not text[start].isspace()
    seen = features(words, [], ["time"], NameLists({name: ["zoë"] for name in LISTS}))
    assert seen.shape == (len(words.spans), feature_count(["time"]))
    states = np.ones((len(encoding.ids), 3), np.float32)
    assert word_states(words, states).shape == (len(words.spans), 3)


def test_a_word_of_several_tokens_is_one_word(tokenizer: Tokenizer) -> None:
    text = "Lindenallee 7b, Gdańsk (\u200bUlm)"
    (encoding,) = encodings(tokenizer, [text])
    words = words_of(text, encoding)
    assert [text[a:z].strip("\u200b") for a, z in words.spans] == [
        *("Lindenallee", "7b", ",", "Gdańsk", "(", "Ulm", ")")
    ]
    assert list(words.within(0, 14)) == [0, 1]
    assert list(words.within(14, 14)) == []


def test_names_of_several_words_are_known_by_the_longest(tokenizer: Tokenizer) -> None:
    lists = NameLists(
        {name: [] for name in LISTS}
        | {TOWNS: ["Bad Tölz", "Bad", "Aix-en-Provence"], FAMILY_NAMES: ["Bad"]}
    )
    text = "BAD TÖLZ, aix-en-provence and bad"
    words = words_of(text, encodings(tokenizer, [text])[0])
    towns, family = LISTS.index(TOWNS), LISTS.index(FAMILY_NAMES)
    found = {
        (number, text[words.spans[a][0] : words.spans[z - 1][1]])
        for number, (a, z) in lists.found(words.text, words.spans)
    }
    assert found == {
        *((towns, "BAD TÖLZ"), (towns, "aix-en-provence"), (towns, "bad")),
        *((family, "BAD"), (family, "bad")),
    }


@settings(deadline=None)
@given(st.integers(1, 3), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_the_best_tags_are_the_likeliest_of_those_that_fit(kinds: int, seeds: list[int]) -> None:
    tags = 1 + 2 * kinds
    logits = np.random.default_rng(seeds).normal(size=(min(len(seeds), 5), tags)).astype(np.float32)
    best = best_tags(logits)
    assert _fits(best)
    every = np.stack(np.meshgrid(*[range(tags)] * len(logits), indexing="ij"), -1).reshape(
        -1, len(logits)
    )
    most = max(_score(logits, path) for path in every if _fits(path))
    assert _score(logits, best) == pytest.approx(most, abs=1e-4)
    covered = [at for first, after, _ in runs(best) for at in range(first, after)]
    assert covered == [at for at, tag in enumerate(best) if tag]


def _fits(path) -> bool:
    return all(
        tag == 0 or tag % 2 or (before in (tag, tag - 1))
        for before, tag in zip([0, *path], path, strict=False)
    )


def _score(logits, path) -> float:
    return float(sum(row[tag] for row, tag in zip(logits, path, strict=True)))


def test_a_window_holds_neighbours_and_zeros_beyond() -> None:
    rows = np.array([[1.0], [2.0], [3.0]], np.float32)
    assert windows(rows, 1).tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 0]]


def test_what_is_tagged_yields_to_patterns() -> None:
    number = Entity("order_number", "12", 3, 5, extractor="FrontdeskEntityExtractor")
    given_one = Entity("sku", "12", 3, 5, extractor="RegexEntityExtractor")
    size, street = Entity("size", "12", 3, 5), Entity("address", "12 Baker St", 3, 14)
    assert joined([number], [size]) == [number]
    assert joined([number], [street]) == [street]
    assert joined([given_one], [street]) == [given_one]
    assert joined([Entity("time", "now", 20, 23)], [street]) == [
        street,
        Entity("time", "now", 20, 23),
    ]

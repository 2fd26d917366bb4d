"""Apostrophes that were left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.contractions import with_apostrophes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("it still isnt there, Ive waited", "it still isn't there, I've waited"),
        ("i dont want it, whats next?", "i don't want it, what's next?"),
        ("ill take it, id rather not wait", "i'll take it, i'd rather not wait"),
        ("youre late, theyll see", "you're late, they'll see"),
        ("Im Hof 3, 10115 Berlin", "Im Hof 3, 10115 Berlin"),
        ("I am ill, my id is 7", "I am ill, my id is 7"),
        ("我的包裹呢 dont know", "我的包裹呢 don't know"),
    ],
)
def test_what_is_left_out_is_put_in(typed: str, meant: str) -> None:
    assert with_apostrophes(typed) == meant


@given(st.text(alphabet="abdehilnorstuvwy '\u2019", max_size=60))
def test_only_apostrophes_are_added_and_only_once(text: str) -> None:
    written = with_apostrophes(text)
    assert written.replace("'", "") == text.replace("'", "")
    assert with_apostrophes(written) == written

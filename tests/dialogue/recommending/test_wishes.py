"""How a customer asks for advice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.recommending.wishes import Kind, Price, heard


@pytest.mark.parametrize(
    ("text", "kind", "price", "words"),
    [
        ("", Kind.FITTING, Price.ANY, ""),
        ("what would you recommend?", Kind.FITTING, Price.ANY, ""),
        ("something like this but cheaper", Kind.LIKE_IT, Price.LESS, ""),
        ("Similar jackets, only less expensive", Kind.LIKE_IT, Price.LESS, "jackets"),
        ("tents cheaper than 50 euros", Kind.FITTING, Price.ANY, "tents"),
        ("I like it but it is too expensive", Kind.LIKE_IT, Price.LESS, ""),
        ("is there anything cheaper", Kind.FITTING, Price.LESS, ""),
        ("one like it of better quality", Kind.LIKE_IT, Price.MORE, ""),
        ("what goes with my tent", Kind.WITH_IT, Price.ANY, "tent"),
        ("what goes well with the linen trousers?", Kind.WITH_IT, Price.ANY, "linen trousers"),
        ("accessories for the stand mixer", Kind.WITH_IT, Price.ANY, "stand mixer"),
        ("anything for my dad who loves cooking", Kind.FITTING, Price.ANY, "dad cooking"),
    ],
)
def test_a_wish_is_heard(text: str, kind: Kind, price: Price, words: str) -> None:
    wish = heard(text)
    assert (wish.kind, wish.price, wish.words) == (kind, price, words)


def test_whom_it_is_for_and_what_it_may_cost() -> None:
    assert heard("a present for my sister under 30 euros").for_another
    assert heard("a present for my sister under 30 euros").limit_cents == 3_000
    assert heard("suggest something for my wife").for_another
    assert not heard("something for my weekend").for_another


@given(st.text(max_size=200))
def test_any_text_is_some_wish(text: str) -> None:
    assert isinstance(heard(text).words, str)

"""What a thing without a name is sought for."""

from __future__ import annotations

import pytest

from dialogue.orders.purposes import purpose


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("something to sit on in the garden", "seat"),
        ("a thing for boiling water", "kettle"),
        ("do you have anything against the cold", "warm"),
        ("I need something to keep my tea hot", "thermos"),
        ("something to cut bread with", "cutting"),
        ("有什么御寒的吗", "warm"),
        ("烧水用的东西", "kettle"),
        ("something to open a letter", ""),
    ],
)
def test_a_purpose_is_heard(text: str, words: str) -> None:
    assert purpose(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "do you have kettles",
        "something for my dog",
        "something nice for my mother",
        "I need to sit down",
        "is there anything else",
    ],
)
def test_what_has_a_name_or_none_is_no_purpose(text: str) -> None:
    assert purpose(text) is None

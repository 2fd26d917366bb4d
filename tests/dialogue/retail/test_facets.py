"""What a short question wants to know."""

from __future__ import annotations

import pytest

from dialogue.retail.facets import Facet, facet_in


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("does it cost anything?", Facet.COST),
        ("i asked if changing it costs money", Facet.COST),
        ("is there a fee for it?", Facet.COST),
        ("运费谁出", Facet.COST),
        ("how long do I have for that?", Facet.UNTIL),
        ("最晚什么时候", Facet.UNTIL),
        ("wait, 24.90? i paid 29.85", Facet.DIFFERENCE),
        ("why only 24.90, i paid 29.85", Facet.DIFFERENCE),
        ("when will i get the money", Facet.REFUND),
        ("do i get emails too?", Facet.MAIL),
        ("how will i know", Facet.MAIL),
        ("can i still change it later", Facet.UNDO),
        ("how long does that take", Facet.HOW_LONG),
        ("几点", Facet.WHEN),
        ("who brings it?", Facet.WHO),
        ("where do i find that code", Facet.WHERE),
        ("为什么", Facet.WHY),
        ("how do i do that", Facet.HOW),
        ("the blue one please", None),
    ],
)
def test_the_facet_of_a_question(text: str, facet: Facet | None) -> None:
    assert facet_in(text) is facet

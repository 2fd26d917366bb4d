"""The language of a message: told when it is plain, and not guessed at otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order 1042?", "en"),
        ("Wo bleibt mein Paket?", "de"),
        ("WO BLEIBT MEIN PAKET?", "de"),
        ("¿Dónde está mi pedido?", "es"),
        ("Où est ma commande ?", "fr"),
        ("Где мой заказ?", "ru"),
        ("我的订单到哪了", "zh"),
        ("order 5208 现在什么情况", "zh"),
        ("好", "zh"),
        ("注文はどこですか", "ja"),
        ("주문 어디 있어요", "ko"),
        ("danke schön", "de"),
        *((nothing, None) for nothing in ("ok", "hi", "1042", "", "  ", "😀", "?!", "a@b.de")),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert language_of(text) == language


@given(st.text(st.characters(), max_size=80))
def test_any_text_has_a_language_or_none(text: str) -> None:
    found = language_of(text)
    assert found is None or len(found) == 2
